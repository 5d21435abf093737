"""Terms that a query writes, and the rows behind a graph that it yields."""

from collections.abc import Mapping

from treatybodies.remote.mending.places import Edit, Names, edited
from treatybodies.remote.tokens import FORMS, closing, tokens_of


def with_datatypes(query: str, renamed: Mapping[str, str]) -> str:
    """``query`` in which the IRIs of ``renamed`` are others."""
    tokens = tokens_of(query)
    names = Names.of(tokens)
    edits = [
        Edit(token.start, token.end, f"<{renamed[iri]}>")
        for token in tokens
        if (iri := names.iri(token)) is not None and iri in renamed
    ]
    return edited(query, edits)


def as_probe(query: str) -> str | None:
    """For a query that yields a graph: one that yields a short row for each of its solutions."""
    tokens = tokens_of(query)
    form = next(place for place, token in enumerate(tokens) if token.word in FORMS)
    word = tokens[form].word
    if word not in ("CONSTRUCT", "DESCRIBE"):
        return None
    start = tokens[form].start
    if word == "CONSTRUCT" and tokens[form + 1].text == "{":
        end = tokens[closing(tokens, form + 1)].end
        return edited(query, [Edit(start, end, "SELECT (1 AS ?_)")])
    if word == "CONSTRUCT":
        return edited(query, [Edit(start, tokens[form].end, "SELECT (1 AS ?_)")])
    rest = next((t for t in tokens[form:] if t.word in ("WHERE", "FROM") or t.text == "{"), None)
    if rest is None:  # only things by name
        return None
    return edited(query, [Edit(start, rest.start, "SELECT (1 AS ?_) ")])
