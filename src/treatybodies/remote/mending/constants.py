"""Variables of a query that stand for one thing."""

from collections.abc import Iterator
from dataclasses import dataclass

from treatybodies.remote.mending.places import Names, group_of
from treatybodies.remote.tokens import Token, closing


@dataclass(frozen=True)
class Bound:
    """A variable that VALUES binds to one IRI, or leaves open, in a part of the query."""

    variable: str
    iri: str
    """Empty where it is left open."""
    first: int
    last: int
    """Indexes of the brackets around the group."""


def constants_of(tokens: list[Token]) -> Iterator[Bound]:
    """The variables of every VALUES with one row, each with the group where they hold.

    Several that say the same, as at the beginning of each part of a UNION, hold everywhere.
    """
    found = list(_found(tokens))
    for each in found:
        same = [other for other in found if other.variable == each.variable]
        if len(same) > 1 and {other.iri for other in same} == {each.iri}:
            yield Bound(each.variable, each.iri, 0, len(tokens))
        else:
            yield each


def _found(tokens: list[Token]) -> Iterator[Bound]:
    names = Names.of(tokens)
    for place, token in enumerate(tokens):
        around = group_of(tokens, place) if token.word == "VALUES" else None
        if around is None:
            continue
        first = _outermost(tokens, around)
        for name, cell in cells_of(tokens, place):
            iri = names.iri(cell)
            if iri is not None or cell.word == "UNDEF":
                yield Bound(name, iri or "", first, closing(tokens, first))


def _outermost(tokens: list[Token], group: int) -> int:
    """The outermost group that every solution of ``group`` is joined into."""
    around = group_of(tokens, group)
    alternative = tokens[closing(tokens, group) + 1 :][:1]
    if around is None or tokens[group - 1].text not in ("{", "}", "."):
        return group
    if alternative and alternative[0].word == "UNION":
        return group
    return _outermost(tokens, around)


def cells_of(tokens: list[Token], place: int) -> list[tuple[str, Token]]:
    """The variables of the VALUES at ``place`` with their terms; none where it has not one row."""
    opening = next(n for n in range(place, len(tokens)) if tokens[n].text == "{")
    variables = [each.text for each in tokens[place:opening] if each.kind == "variable"]
    rows = tokens[opening + 1 : closing(tokens, opening)]
    cells = _without_datatypes([each for each in rows if each.text not in ("(", ")")])
    single = sum(each.text == "(" for each in rows) <= 1 and len(cells) == len(variables)
    return list(zip(variables, cells, strict=True)) if single else []


def _without_datatypes(cells: list[Token]) -> list[Token]:
    """Terms as one token each."""
    kept: list[Token] = []
    typed = False
    for cell in cells:
        if cell.text == "^^":
            typed = True
        elif typed:
            typed = False
        elif cell.kind != "tag":
            kept.append(cell)
    return kept


def constant_at(token: Token, place: int, constants: list[Bound], names: Names) -> str:
    """The IRI that a token stands for at ``place``; empty for none."""
    if token.kind != "variable":
        return names.iri(token) or ""
    here = (b for b in constants if b.variable == token.text and b.first < place < b.last)
    return next((bound.iri for bound in here), "")
