"""Suggest services (section “Suggest Services”): completion of entities, types and properties."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from fastapi import Request

from treatybodies.errors import ParameterFault
from treatybodies.web import search
from treatybodies.web.aside import aside
from treatybodies.web.labels import read_labels
from treatybodies.web.reconcile.kinds import below, identifier_of, kind_of, kinds
from treatybodies.web.reconcile.properties import read_properties
from treatybodies.words import fold_words

AT_ONCE = 20
T = TypeVar("T")


async def entities(request: Request, folder: Path, language: str) -> dict[str, object]:
    """Entities with a name that begins so, in any language, or with that identifier."""
    ontology = request.app.state.garden.ontology
    known, wanted = kinds(ontology), below(ontology, _types(request))
    prefix = _prefix(request)
    bare = identifier_of(prefix).rsplit("/", 1)[-1] if "/" in prefix else prefix
    found = []
    for text in dict.fromkeys((prefix, bare)):
        for each in (await aside(request, partial(search.find, folder, text))).matches:
            kind = kind_of(each.thing, [each.kind], known)
            if kind and (wanted is None or kind.id in wanted):
                found.append((each, kind))
    named = {each.thing: (each, kind) for each, kind in reversed(found)}
    ordered = list(dict.fromkeys(each.thing for each, _ in found))
    ordered.sort(key=lambda thing: identifier_of(thing) != identifier_of(prefix))
    shown = _part(request, ordered)
    names = await read_labels(request, shown, language)
    return {
        "result": [
            {
                "id": identifier_of(thing),
                "name": names[thing].text,
                "description": f"{named[thing][1].name}; “{named[thing][0].label}”",
                "notable": [named[thing][1].described()],
            }
            for thing in shown
        ]
    }


def types(request: Request) -> dict[str, object]:
    """Types whose name or identifier has a word that begins so."""
    known = kinds(request.app.state.garden.ontology).values()
    prefix = _prefix(request)
    fitting = [each for each in known if _begins(prefix, (each.id, each.name))]
    ordered = sorted(fitting, key=lambda each: (each.id.lower() != prefix.lower(), each.name))
    return {"result": [each.described() for each in _part(request, ordered)]}


async def properties(request: Request, language: str) -> dict[str, object]:
    """Properties whose name or identifier has a word that begins so, of a type if one is given."""
    prefix = _prefix(request)
    every = await read_properties(request, _types(request), language)
    fitting = [each for each in every if _begins(prefix, (each.id, each.name, each.iri))]
    ordered = sorted(fitting, key=lambda each: each.id.lower() != prefix.lower())
    return {"result": [each.described() for each in _part(request, ordered)]}


async def proposed(request: Request, language: str) -> dict[str, object]:
    """Properties that can be fetched for entities of a type (“Property Proposals”)."""
    asked = request.query_params.get("type", "")
    limit = _number(request, "limit", 100)
    every = await read_properties(request, [asked] if asked else [], language)
    body: dict[str, object] = {"properties": [each.described() for each in every[:limit]]}
    if asked:
        body["type"] = asked
    return body | ({"limit": limit} if "limit" in request.query_params else {})


def _begins(prefix: str, names: Iterable[str]) -> bool:
    words = fold_words(prefix)
    for name in names:
        there = fold_words(name)
        if name.lower().startswith(prefix.lower()) or all(
            any(each.startswith(word) for each in there) for word in words
        ):
            return True
    return False


def _prefix(request: Request) -> str:
    prefix = request.query_params.get("prefix", "").strip()
    if len(prefix) > search.MOST_LETTERS:
        raise ParameterFault("prefix", f"prefix is too long → {search.MOST_LETTERS} letters do.")
    return prefix


def _types(request: Request) -> list[str]:
    return [each for each in request.query_params.getlist("type") if each]


def _part(request: Request, found: list[T]) -> list[T]:
    start = _number(request, "cursor", 0)
    return found[start : start + AT_ONCE]


def _number(request: Request, name: str, default: int) -> int:
    given = request.query_params.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise ParameterFault(name, f"“{given[:20]}” is no number → give one from 0 on.")
    return int(given)
