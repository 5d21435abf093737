"""Reconciliation queries answered: candidates, their scores, and whether one is a match."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from treatybodies.web.clients import UNKNOWN, Clients
from treatybodies.web.labels import Label, read_all_labels, read_labels
from treatybodies.web.reconcile import candidates
from treatybodies.web.reconcile.batch import MOST_CANDIDATES, Condition, Plain, Query, Reference
from treatybodies.web.reconcile.candidates import EXACT, NEARLY, Candidate
from treatybodies.web.reconcile.kinds import Kind, below, identifier_of, iri_of, kind_of, kinds
from treatybodies.web.reconcile.properties import Values, property_iri, read_values
from treatybodies.web.solutions import own_file, select
from treatybodies.words import fold_words

POOL = 100
"""Candidates by name that are looked at when a query has conditions as well."""
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_NAME_WEIGHT = 2.0
"""What the name counts beside each condition."""


@dataclass(frozen=True)
class Scored:
    """A candidate with the share of the query's conditions that it meets."""

    candidate: Candidate
    met: float | None
    score: float


async def answer(
    request: Request, folder: Path, queries: Mapping[str, Query], language: str
) -> dict[str, object]:
    """The result batch (section “Reconciliation Query Responses”)."""
    found = {key: await _scored(request, folder, query) for key, query in queries.items()}
    things = {each.candidate.thing for results in found.values() for each in results}
    names = await read_labels(request, things, language)
    return {key: {"result": _described(results, names)} for key, results in found.items()}


async def _scored(request: Request, folder: Path, query: Query) -> list[Scored]:
    limit = min(query.limit, MOST_CANDIDATES)
    prefixes = request.app.state.prefixes
    conditions = {property_iri(each.pid, prefixes): each for each in query.properties}
    most = POOL if conditions else limit
    found = await _named(request, folder, query, most)
    if not query.query.strip():
        found = await _having(request, conditions, query)
    if not conditions:
        return [Scored(each, None, each.score) for each in found]
    held = await read_values(request, [each.thing for each in found], conditions)
    labels = await _labels_of(request, held)
    scored = [_weighed(each, conditions, held, labels, bool(query.query.strip())) for each in found]
    return sorted(scored, key=lambda each: (-each.score, each.candidate.thing))[:limit]


async def _named(request: Request, folder: Path, query: Query, most: int) -> list[Candidate]:
    """Candidates by name, after the entity whose identifier the name is."""
    ontology = request.app.state.garden.ontology
    known, wanted = kinds(ontology), below(ontology, query.type)

    def kind_here(thing: str, class_of: str) -> Kind | None:
        kind = kind_of(thing, [class_of], known)
        return kind if kind and (wanted is None or kind.id in wanted) else None

    name = query.query.strip()
    if not name:
        return []
    found = await _charged(request, folder, name, kind_here, most)
    if itself := await _identified(request, name, kind_here):
        found = [itself, *(each for each in found if each.thing != itself.thing)][:most]
    return found


async def _charged(
    request: Request, folder: Path, name: str, kind_here: candidates.KindOf, most: int
) -> list[Candidate]:
    """Search in a thread, on the client's account: a batch of long names takes its time."""
    clients: Clients = request.app.state.clients

    def work() -> tuple[list[Candidate], float]:
        started = time.thread_time()
        found = candidates.find(folder, name, kind_here, most)
        return found, time.thread_time() - started

    client = clients.begin(request.client.host if request.client else UNKNOWN)
    try:
        found, seconds = await asyncio.to_thread(work)
        client.charge(seconds)
    finally:
        client.running -= 1
    return found


async def _identified(
    request: Request, name: str, kind_here: candidates.KindOf
) -> Candidate | None:
    """The entity whose identifier or IRI ``name`` is."""
    iri = iri_of(name, request.app.state.prefixes)
    if iri is None or "/" not in identifier_of(iri):
        return None
    for term in (await read_values(request, [iri], [_TYPE])).get((iri, _TYPE), ()):
        if kind := kind_here(iri, term.value):
            return Candidate(iri, kind, EXACT, name, 0)
    return None


async def _having(
    request: Request, conditions: Mapping[str, Condition], query: Query
) -> list[Candidate]:
    """Without a name: the entities that meet the first condition, to be weighed by all."""
    ontology = request.app.state.garden.ontology
    known, wanted = kinds(ontology), below(ontology, query.type)
    property_, condition = next(iter(conditions.items()))
    things: dict[str, None] = {}
    for value in condition.v:
        text = _text(value, request.app.state.prefixes)
        bound = own_file("having").bind({"property": property_, "value": text.lower()})
        rows = (await select(request, bound)).rows
        things.update(dict.fromkeys(row["thing"].value for row in rows))
    classes = await read_values(request, things, [_TYPE])
    found = []
    for thing in things:
        kind = kind_of(thing, [each.value for each in classes.get((thing, _TYPE), ())], known)
        if kind and (wanted is None or kind.id in wanted):
            found.append(Candidate(thing, kind, 0.0, "", 0))
    return found


async def _labels_of(request: Request, held: Values) -> dict[str, list[Label]]:
    values = {term.value for terms in held.values() for term in terms if term.is_iri}
    return await read_all_labels(request, values)


def _weighed(
    candidate: Candidate,
    conditions: Mapping[str, Condition],
    held: Values,
    labels: Mapping[str, Sequence[Label]],
    named: bool,
) -> Scored:
    """A condition counts half of what the name does."""
    met = 0
    for property_, condition in conditions.items():
        there = set()
        for term in held.get((candidate.thing, property_), ()):
            names = [label.text for label in labels.get(term.value, ())]
            there |= {_folded(each) for each in (term.value, identifier_of(term.value), *names)}
        met += any(_folded(_bare(each)) in there for each in condition.v)
    share = met / len(conditions)
    weight = _NAME_WEIGHT if named else 0.0
    score = (candidate.score * weight + EXACT * met) / (weight + len(conditions))
    return Scored(candidate, share, round(score, 1))


def _described(results: Sequence[Scored], names: Mapping[str, Label]) -> list[dict[str, object]]:
    best = results[0].score if results else 0.0
    alone = sum(each.score == best for each in results) == 1
    return [
        {
            "id": identifier_of(each.candidate.thing),
            "name": names[each.candidate.thing].text,
            "description": _told(each.candidate, names[each.candidate.thing]),
            "type": [each.candidate.kind.described()],
            "score": each.score,
            "features": _features(each),
            "match": alone and each.score == best and _is_sure(each),
        }
        for each in results
    ]


def _is_sure(scored: Scored) -> bool:
    """Whether the name is the entity's own, if one was asked for, and every condition is met."""
    unasked = scored.met is not None and not scored.candidate.label
    return scored.met in (None, 1.0) and (unasked or scored.candidate.score >= NEARLY)


def _told(candidate: Candidate, name: Label) -> str:
    """What it is, and by which of its names it was found."""
    if not candidate.label or candidate.label == name.text:
        return candidate.kind.name
    return f"{candidate.kind.name}; “{candidate.label}”"


def _features(scored: Scored) -> list[dict[str, object]]:
    features: list[dict[str, object]] = [{"id": "name", "value": scored.candidate.score}]
    if scored.met is not None:
        features.append({"id": "properties", "value": round(scored.met, 3)})
    return features


def _bare(value: Plain) -> str:
    if isinstance(value, Reference):
        return value.id
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: Plain, prefixes: dict[str, str]) -> str:
    """A condition's value as a query compares it: an entity by its IRI."""
    if isinstance(value, Reference):
        return iri_of(value.id, prefixes) or value.id
    return _bare(value)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold_words(text))
