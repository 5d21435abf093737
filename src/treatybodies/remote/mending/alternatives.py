"""Alternatives of a UNION that parameters decide, as queries with optional parameters have them.

Such an alternative begins with ``{ VALUES (?state) { (UNDEF) } FILTER(BOUND(?state)) }``. Virtuoso
looks at the filter after it has joined the rest, by which the parameter is bound in any case.
"""

from collections.abc import Iterator

from treatybodies.remote.mending.constants import cells_of
from treatybodies.remote.mending.places import Edit, edited, group_of
from treatybodies.remote.tokens import Token, closing, tokens_of


def with_decided_alternatives(query: str) -> str:
    """``query`` without the alternatives that yield nothing, the others without their filter."""
    tokens = tokens_of(query)
    edits: list[Edit] = []
    dead: set[int] = set()
    for place, first, holds in _decided(tokens):
        alternative = group_of(tokens, first)
        if holds:
            last = tokens[closing(tokens, place + 1)]
            edits.append(Edit(tokens[place].start, last.end, ""))
        elif alternative == first - 1 and tokens[closing(tokens, first) + 1].word != "UNION":
            dead.add(alternative)
    for chain in _chains(tokens, dead):
        edits += _without(tokens, chain, dead)
    return edited(query, _outermost(edits))


def _decided(tokens: list[Token]) -> Iterator[tuple[int, int, bool]]:
    """Each FILTER that stands alone with the VALUES that decide it, its group, and the truth."""
    for place, token in enumerate(tokens[:-1]):
        if token.word != "FILTER" or (first := group_of(tokens, place)) is None:
            continue
        opening = next((n for n in range(first, place) if tokens[n].text == "{" and n > first), 0)
        alone = tokens[first + 1].word == "VALUES" and closing(tokens, opening) == place - 1
        last = closing(tokens, place + 1)
        if not alone or tokens[last + 1].text != "}":
            continue
        given = {name: cell.word != "UNDEF" for name, cell in cells_of(tokens, first + 1)}
        holds = _truth(tokens[place + 2 : last], given)
        if holds is not None:
            yield place, first, holds


def _truth(condition: list[Token], given: dict[str, bool]) -> bool | None:
    """Whether all of ``BOUND(?a) && !BOUND(?b) …`` are so; None for another condition."""
    holds = True
    words = [each.text for each in condition]
    while words:
        wanted = words[0] != "!"
        if not wanted:
            words = words[1:]
        if len(words) < 4 or words[0].upper() != "BOUND" or words[2] not in given:
            return None
        holds &= given[words[2]] is wanted
        words = words[4:]
        if words and words.pop(0) != "&&":
            return None
    return holds


def _chains(tokens: list[Token], dead: set[int]) -> Iterator[list[int]]:
    """The opening braces of the alternatives of each UNION that has a dead one."""
    seen: set[int] = set()
    for opening in sorted(dead):
        if opening in seen:
            continue
        chain = [opening]
        while tokens[chain[0] - 1].word == "UNION":
            chain.insert(0, _opening(tokens, chain[0] - 2))
        while tokens[(after := closing(tokens, chain[-1]) + 1)].word == "UNION":
            chain.append(after + 1)
        seen.update(chain)
        yield chain


def _opening(tokens: list[Token], last: int) -> int:
    """The index of the brace that the one at ``last`` closes."""
    around = group_of(tokens, last)
    assert around is not None  # a sound query opens what it closes
    return around


def _without(tokens: list[Token], chain: list[int], dead: set[int]) -> Iterator[Edit]:
    """What to cut so that the living alternatives stay, with a UNION between two of them."""
    living = [opening for opening in chain if opening not in dead]
    if not living:
        return
    for number, opening in enumerate(chain):
        if opening in living:
            continue
        if opening < living[-1]:
            yield Edit(tokens[opening].start, tokens[chain[number + 1]].start, "")
        else:
            before = tokens[closing(tokens, chain[number - 1])]
            yield Edit(before.end, tokens[closing(tokens, opening)].end, "")


def _outermost(edits: list[Edit]) -> list[Edit]:
    """The cuts that are in no other."""
    return [
        each
        for each in edits
        if not any(o is not each and o.start <= each.start and each.end <= o.end for o in edits)
    ]
