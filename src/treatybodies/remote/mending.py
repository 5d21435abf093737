"""Changes to a query's text that leave its meaning and suit an engine that reads it otherwise.

Every function takes a query that a real parser has accepted and gives one back. What they do not
recognise they leave alone: then the engine says what it thinks of it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from treatybodies.remote.tokens import Token, closing, tokens_of

XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MOST_MEMBERS = 2000
"""A closure with more members is left to the engine."""
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_TRUTHS = frozenset(
    {
        *("BOUND", "EXISTS", "NOT", "TRUE", "FALSE", "SAMETERM", "LANGMATCHES", "REGEX"),
        *("ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC"),
        *("CONTAINS", "STRSTARTS", "STRENDS"),
    }
)
_COMPARISONS = frozenset({"||", "&&", "=", "!=", "<", ">", "<=", ">="})


@dataclass(frozen=True)
class Closure:
    """What a path of one property, any number of times, leads to from one thing."""

    query: str
    """Selects the members as ``?member``."""


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


def _edited(query: str, edits: list[_Edit]) -> str:
    parts, last = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += [query[last : edit.start], edit.text]
        last = edit.end
    return "".join([*parts, query[last:]])


def with_booleans(query: str) -> str:
    """``query`` whose computed truth values are typed as such, not as the numbers 0 and 1."""
    tokens = tokens_of(query)
    edits: list[_Edit] = []
    for place, token in enumerate(tokens):
        if token.word == "AS" and (opening := _opening(tokens, place)) is not None:
            expression = tokens[opening + 1 : place]
            if _is_truth(expression):
                start, end = expression[0].start, expression[-1].end
                edits += [_Edit(start, start, f"<{XSD_BOOLEAN}>("), _Edit(end, end, ")")]
    return _edited(query, edits)


def _opening(tokens: list[Token], place: int) -> int | None:
    """The bracket in which the token at ``place`` stands; None when it is no round one."""
    depth = 0
    for index in range(place - 1, -1, -1):
        text = tokens[index].text if tokens[index].kind == "sign" else ""
        if text in (")", "}", "]"):
            depth += 1
        elif text in ("(", "{", "["):
            if depth == 0:
                return index if text == "(" else None
            depth -= 1
    return None


def _is_truth(expression: list[Token]) -> bool:
    """Whether an expression yields a truth value, as far as its form tells."""
    if not expression:
        return False
    top = list(_top(expression))
    if any(
        (token.kind == "sign" and token.text in _COMPARISONS) or token.word == "IN" for token in top
    ):
        return True
    first = expression[0]
    if first.kind == "sign" and first.text == "!":
        return True
    if first.word in _TRUTHS:
        return True
    if first.kind == "sign" and first.text == "(" and closing(expression, 0) == len(expression) - 1:
        return _is_truth(expression[1:-1])
    if first.word in ("IF", "COALESCE"):
        given = _arguments(expression)
        return any(_is_truth(each) for each in given[first.word == "IF" :])
    return False


def _top(expression: list[Token]) -> Iterator[Token]:
    """The tokens outside all brackets."""
    depth = 0
    for token in expression:
        text = token.text if token.kind == "sign" else ""
        depth -= text in (")", "}", "]")
        if depth == 0:
            yield token
        depth += text in ("(", "{", "[")


def _arguments(call: list[Token]) -> list[list[Token]]:
    """The arguments of a function call."""
    given: list[list[Token]] = [[]]
    depth = 0
    for token in call[2 : closing(call, 1)]:
        text = token.text if token.kind == "sign" else ""
        if text == "," and depth == 0:
            given.append([])
            continue
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        given[-1].append(token)
    return given


def with_hidden_graphs(query: str, hidden: Collection[str]) -> str:
    """``query`` whose variables for graphs never stand for those of ``hidden``."""
    tokens = tokens_of(query)
    names = ", ".join(f"<{each}>" for each in hidden)
    edits: list[_Edit] = []
    for place, token in enumerate(tokens[:-3]):
        variable, brace, after = tokens[place + 1 : place + 4]
        if token.word != "GRAPH" or variable.kind != "variable":
            continue
        edits.append(_Edit(token.start, token.start, f"FILTER({variable.text} NOT IN ({names})) "))
        if brace.text == "{" and after.text == "}":  # the names of all graphs
            start = token.start
            every = f"{{ SELECT DISTINCT {variable.text} WHERE {{ GRAPH {variable.text} "
            edits += [
                _Edit(start, variable.end, every),
                _Edit(brace.end, brace.end, " ?_s ?_p ?_o "),
                _Edit(after.end, after.end, " } }"),
            ]
    return _edited(query, edits)


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
    return _edited(query, [_Edit(last.end, last.end, missing)])


def with_datatypes(query: str, renamed: Mapping[str, str]) -> str:
    """``query`` in which the IRIs of ``renamed`` are others."""
    tokens = tokens_of(query)
    prefixes = _prefixes(tokens)
    edits = [
        _Edit(token.start, token.end, f"<{renamed[iri]}>")
        for token in tokens
        if (iri := _iri(token, prefixes)) is not None and iri in renamed
    ]
    return _edited(query, edits)


def as_probe(query: str) -> str | None:
    """For a query that yields a graph: one that yields a short row for each of its solutions."""
    tokens = tokens_of(query)
    form = next(place for place, token in enumerate(tokens) if token.word in _FORMS)
    word = tokens[form].word
    if word not in ("CONSTRUCT", "DESCRIBE"):
        return None
    start = tokens[form].start
    if word == "CONSTRUCT" and tokens[form + 1].text == "{":
        end = tokens[closing(tokens, form + 1)].end
        return _edited(query, [_Edit(start, end, "SELECT (1 AS ?_)")])
    if word == "CONSTRUCT":
        return _edited(query, [_Edit(start, tokens[form].end, "SELECT (1 AS ?_)")])
    rest = next((t for t in tokens[form:] if t.word in ("WHERE", "FROM") or t.text == "{"), None)
    if rest is None:  # only things by name
        return None
    return _edited(query, [_Edit(start, rest.start, "SELECT (1 AS ?_) ")])


def closures_of(query: str) -> Iterator[Closure]:
    """The closures from or to one thing that ``query`` asks for."""
    for found in _found_closures(query):
        yield found.closure


def with_closures(query: str, members: Mapping[Closure, tuple[str, ...]]) -> str:
    """``query`` with the members of closures written out, where they are known and not too many."""
    edits = [
        _Edit(found.start, found.end, f"VALUES {found.variable} {{ {row} }} {found.after}")
        for found in _found_closures(query)
        if found.closure in members and len(members[found.closure]) <= MOST_MEMBERS
        for row in [" ".join(f"<{each}>" for each in members[found.closure])]
    ]
    return _edited(query, edits)


@dataclass(frozen=True)
class _Found:
    """A triple pattern that is a closure with a constant end."""

    start: int
    end: int
    variable: str
    closure: Closure
    after: str
    """What must follow in its place."""


def _found_closures(query: str) -> Iterator[_Found]:
    tokens = tokens_of(query)
    prefixes = _prefixes(tokens)
    constants = list(_constants(tokens))
    for place, token in enumerate(tokens):
        if token.kind != "sign" or token.text != "*" or place + 2 >= len(tokens):
            continue
        step = _iri(tokens[place - 1], prefixes)
        if step is None or _in_graph(tokens, place):
            continue
        back = tokens[place - 2].text == "^"
        subject, value = tokens[place - 2 - back], tokens[place + 1]
        if tokens[place - 3 - back].text not in (".", "{", "}", ")") or place < 3 + back:
            continue
        ends = [_constant(each, place, constants, prefixes) for each in (subject, value)]
        after = tokens[place + 2].text
        if after == "," or (subject.kind != "variable" and ends[0] is None):
            continue
        path = f"{'^' if back else ''}<{step}>*"
        if ends[1] is not None and subject.kind == "variable" and ends[0] is None:
            pattern, variable = f"?member {path} <{ends[1]}>", subject.text
        elif ends[0] is not None and value.kind == "variable" and ends[1] is None:
            pattern, variable = f"<{ends[0]}> {path} ?member", value.text
        else:
            continue
        end, rest = value.end, ""
        if after == ";":
            end, rest = tokens[place + 2].end, subject.text
        closure = Closure(f"SELECT DISTINCT ?member WHERE {{ {pattern} }}")
        yield _Found(subject.start, end, variable, closure, rest)


@dataclass(frozen=True)
class _Bound:
    """A variable that VALUES binds to one IRI in a part of the query."""

    variable: str
    iri: str
    first: int
    last: int
    """Indexes of the brackets around the group."""


def _constants(tokens: list[Token]) -> Iterator[_Bound]:
    """The variables that stand for one IRI, each with the group where they do."""
    prefixes = _prefixes(tokens)
    for place, token in enumerate(tokens):
        if token.word != "VALUES":
            continue
        opening = next(n for n in range(place, len(tokens)) if tokens[n].text == "{")
        names = [each.text for each in tokens[place:opening] if each.kind == "variable"]
        cells = [
            each
            for each in tokens[opening + 1 : closing(tokens, opening)]
            if each.text not in ("(", ")")
        ]
        first = _group(tokens, place)
        if len(cells) != len(names) or first is None:  # several rows, or typed literals
            continue
        for name, cell in zip(names, cells, strict=True):
            if (iri := _iri(cell, prefixes)) is not None:
                yield _Bound(name, iri, first, closing(tokens, first))


def _constant(
    token: Token, place: int, constants: list[_Bound], prefixes: Mapping[str, str]
) -> str | None:
    if token.kind == "variable":
        return next(
            (b.iri for b in constants if b.variable == token.text and b.first < place < b.last),
            None,
        )
    return _iri(token, prefixes)


def _group(tokens: list[Token], place: int) -> int | None:
    """The index of the brace that opens the group around ``place``."""
    depth = 0
    for index in range(place - 1, -1, -1):
        text = tokens[index].text if tokens[index].kind == "sign" else ""
        depth += text == "}"
        if text == "{":
            if depth == 0:
                return index
            depth -= 1
    return None


def _in_graph(tokens: list[Token], place: int) -> bool:
    """Whether ``place`` stands in a named graph."""
    around = _group(tokens, place)
    while around is not None:
        if around >= 2 and tokens[around - 2].word == "GRAPH":
            return True
        around = _group(tokens, around)
    return False


def _prefixes(tokens: list[Token]) -> dict[str, str]:
    return {
        tokens[place + 1].text.removesuffix(":"): tokens[place + 2].text[1:-1]
        for place, token in enumerate(tokens)
        if token.word == "PREFIX"
    }


def _iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that a token writes; None for another token."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name" and not token.text.startswith("_:"):
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + local.replace("\\", "") if prefix in prefixes else None
    return None
