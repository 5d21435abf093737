"""Which graphs a query asks."""

from collections.abc import Collection, Iterator

from treatybodies.errors import QueryFailed
from treatybodies.remote.mending.places import Edit, Names, edited, projection_of
from treatybodies.remote.tokens import Token, tokens_of


def with_graphs(query: str, hidden: Collection[str]) -> tuple[str, list[str]]:
    """``query`` whose variables for graphs never stand for those of ``hidden``.

    Also the graphs that it names itself, where these are all that it may ask; else none.
    """
    tokens = tokens_of(query)
    names = Names.of(tokens)
    asked = [tokens[n + 1] for n, token in enumerate(tokens[:-1]) if token.word == "GRAPH"]
    named = {iri for each in asked if (iri := names.iri(each)) is not None}
    if all(each.kind != "variable" for each in asked):
        return query, sorted(named - set(hidden))
    listed = ", ".join(f"<{each}>" for each in hidden)
    edits: list[Edit] = []
    for place, token in enumerate(tokens[:-3]):
        if token.word == "GRAPH":
            edits += _graph_edits(tokens[place : place + 4], names, listed)
    if named and _yields_everything(tokens):
        raise QueryFailed(
            "The engine behind the service cannot tell graphs by name from others here "
            "→ write the columns instead of *."
        )
    return edited(query, edits), []


def _graph_edits(tokens: list[Token], names: "Names", hidden: str) -> Iterator[Edit]:
    """What to change about ``GRAPH``, its graph, the brace after it and the next token."""
    keyword, graph, brace, after = tokens
    iri = names.iri(graph)
    variable = graph.text if iri is None else f"?_graph{graph.start}"
    only = f" && {variable} = <{iri}>" if iri is not None else ""
    condition = f"FILTER({variable} NOT IN ({hidden}){only}) "
    if brace.text == "{" and after.text == "}":  # the names of all graphs
        every = f"{{ SELECT DISTINCT {variable} WHERE {{ GRAPH {variable} "
        yield Edit(keyword.start, graph.end, condition + every)
        yield Edit(brace.end, brace.end, " ?_s ?_p ?_o ")
        yield Edit(after.end, after.end, " } }")
    else:
        yield Edit(keyword.start, graph.end, f"{condition}GRAPH {variable}")


def _yields_everything(tokens: list[Token]) -> bool:
    first, last = projection_of(tokens)
    return any(token.text == "*" for token in tokens[first:last] if token.kind == "sign")


def with_named_dataset(query: str, nowhere: str) -> str:
    """``query`` with a dataset of its own, of which each part that it leaves out is empty."""
    tokens = tokens_of(query)
    clauses = [place for place, token in enumerate(tokens) if token.word == "FROM"]
    named = [place for place in clauses if tokens[place + 1].word == "NAMED"]
    missing = ""
    if not named:
        missing = f" FROM NAMED <{nowhere}>"
    elif len(named) == len(clauses):
        missing = f" FROM <{nowhere}>"
    last = tokens[clauses[-1] + (2 if clauses[-1] in named else 1)]
    return edited(query, [Edit(last.end, last.end, missing)])
