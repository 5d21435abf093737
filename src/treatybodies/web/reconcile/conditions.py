"""Conditions of a query (its ``properties``): who meets them, and what that is worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from treatybodies.web.labels import Label, read_all_labels
from treatybodies.web.reconcile.batch import Condition, Plain, Reference
from treatybodies.web.reconcile.candidates import EXACT, Candidate
from treatybodies.web.reconcile.kinds import identifier_of, iri_of
from treatybodies.web.reconcile.properties import Values, property_iri, read_values
from treatybodies.web.solutions import own_file, select
from treatybodies.words import fold_words

NAME_WEIGHT = 2.0
"""What the name counts beside each condition."""


@dataclass(frozen=True)
class Scored:
    """A candidate with the share of the query's conditions that it meets."""

    candidate: Candidate
    score: float
    met: float | None = None


async def having(request: Request, condition: Condition) -> list[str]:
    """The things that meet ``condition``."""
    prefixes = request.app.state.prefixes
    things: dict[str, None] = {}
    for value in condition.v:
        given = {"property": property_iri(condition.pid, prefixes)}
        given["value"] = _whole(value, prefixes).lower()
        rows = (await select(request, own_file("having").bind(given))).rows
        things.update(dict.fromkeys(row["thing"].value for row in rows))
    return list(things)


async def weigh(
    request: Request, found: Sequence[Candidate], conditions: Sequence[Condition], named: bool
) -> list[Scored]:
    """``found`` with the conditions in their scores, the best first."""
    prefixes = request.app.state.prefixes
    wanted = [(property_iri(each.pid, prefixes), each) for each in conditions]
    held = await read_values(request, [each.thing for each in found], [iri for iri, _ in wanted])
    values = {term.value for terms in held.values() for term in terms if term.is_iri}
    labels = await read_all_labels(request, values)
    scored = [_weighed(each, wanted, held, labels, named) for each in found]
    return sorted(scored, key=lambda each: (-each.score, each.candidate.rank, each.candidate.thing))


def _weighed(
    candidate: Candidate,
    wanted: Sequence[tuple[str, Condition]],
    held: Values,
    labels: Mapping[str, Sequence[Label]],
    named: bool,
) -> Scored:
    """A condition counts half of what the name does."""
    met = 0
    for iri, condition in wanted:
        there: set[tuple[str, ...]] = set()
        for term in held.get((candidate.thing, iri), ()):
            names = [label.text for label in labels.get(term.value, ())]
            there.update(_folded([term.value, identifier_of(term.value), *names]))
        met += not there.isdisjoint(_folded(map(_bare, condition.v)))
    weight = NAME_WEIGHT if named else 0.0
    score = (candidate.score * weight + EXACT * met) / (weight + len(wanted))
    return Scored(candidate, round(score, 1), met / len(wanted))


def _bare(value: Plain) -> str:
    if isinstance(value, Reference):
        return value.id
    return str(value).lower() if isinstance(value, bool) else str(value)


def _whole(value: Plain, prefixes: dict[str, str]) -> str:
    """A condition's value as a query compares it: an entity by its IRI."""
    if isinstance(value, Reference):
        return iri_of(value.id, prefixes) or value.id
    return _bare(value)


def _folded(texts: Iterable[str]) -> set[tuple[str, ...]]:
    return {tuple(fold_words(text)) for text in texts}
