"""Reconciliation queries answered: candidates, their scores, and whether one is a match."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import Request

from treatybodies.web.aside import aside
from treatybodies.web.labels import Label, read_labels
from treatybodies.web.reconcile import candidates
from treatybodies.web.reconcile.batch import MOST_CANDIDATES, Query
from treatybodies.web.reconcile.candidates import EXACT, NEARLY, Candidate, KindOf
from treatybodies.web.reconcile.conditions import Scored, having, weigh
from treatybodies.web.reconcile.kinds import Kind, below, identifier_of, iri_of, kind_of, kinds
from treatybodies.web.reconcile.properties import read_values

POOL = 100
"""Candidates by name that are looked at: whether one is alone shows only beside the others."""
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


async def answer(
    request: Request, folder: Path, queries: Mapping[str, Query], language: str
) -> dict[str, object]:
    """The result batch (section “Reconciliation Query Responses”)."""
    found = {key: await _scored(request, folder, query) for key, query in queries.items()}
    limits = {key: min(query.limit, MOST_CANDIDATES) for key, query in queries.items()}
    things = {each.candidate.thing for key in found for each in found[key][: limits[key]]}
    names = await read_labels(request, things, language)
    return {key: {"result": _described(found[key], limits[key], names)} for key in found}


async def _scored(request: Request, folder: Path, query: Query) -> list[Scored]:
    name = query.query.strip()
    kind_here = _kinds_of(request, query)
    if name:
        found = await _named(request, folder, name, kind_here)
    else:
        found = await _having(request, query, kind_here)
    if not query.properties:
        return [Scored(each, each.score) for each in found]
    return await weigh(request, found, query.properties, named=bool(name))


def _kinds_of(request: Request, query: Query) -> KindOf:
    """The type of a thing, if it is one of those that ``query`` wants."""
    ontology = request.app.state.garden.ontology
    known, wanted = kinds(ontology), below(ontology, query.type)

    def kind_here(thing: str, class_of: str) -> Kind | None:
        kind = kind_of(thing, [class_of], known)
        return kind if kind and (wanted is None or kind.id in wanted) else None

    return kind_here


async def _named(request: Request, folder: Path, name: str, kind_here: KindOf) -> list[Candidate]:
    """Candidates by name, after the entity whose identifier the name is."""
    found = await aside(request, lambda: candidates.find(folder, name, kind_here, POOL))
    iri = iri_of(name, request.app.state.prefixes)
    if iri is None or "/" not in identifier_of(iri):
        return found
    itself = await _entities(request, [iri], kind_here, EXACT, name)
    return [*itself, *(each for each in found if each.thing != iri)]


async def _having(request: Request, query: Query, kind_here: KindOf) -> list[Candidate]:
    """Without a name: the entities that meet the first condition, to be weighed by all."""
    things = await having(request, query.properties[0])
    return await _entities(request, things, kind_here, 0.0, "")


async def _entities(
    request: Request, things: Sequence[str], kind_here: KindOf, score: float, label: str
) -> list[Candidate]:
    """Those of ``things`` that are entities."""
    classes = await read_values(request, things, [_TYPE])
    found = []
    for thing in things:
        told = (kind_here(thing, each.value) for each in classes.get((thing, _TYPE), ()))
        if kind := next(filter(None, told), None):
            found.append(Candidate(thing, kind, score, label, 0))
    return found


def _described(
    results: Sequence[Scored], limit: int, names: Mapping[str, Label]
) -> list[dict[str, object]]:
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
        for each in results[:limit]
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
