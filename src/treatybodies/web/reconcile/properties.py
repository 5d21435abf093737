"""Properties of entities (section “Properties”): which there are, and what values they have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from pyoxigraph import NamedNode

from treatybodies.errors import RequestMalformed
from treatybodies.web.labels import read_labels
from treatybodies.web.prefixed import expand, shorten
from treatybodies.web.reconcile.kinds import classes_of
from treatybodies.web.releases import serving
from treatybodies.web.solutions import Term, own_file, own_query_about, select

Values = Mapping[tuple[str, str], Sequence[Term]]
"""Values by thing and property."""


@dataclass(frozen=True)
class Property:
    """A property: prefixed name, label, IRI."""

    id: str
    name: str
    iri: str

    def described(self) -> dict[str, str]:
        """As clients read it."""
        return {"id": self.id, "name": self.name}


async def read_properties(request: Request, types: Sequence[str], language: str) -> list[Property]:
    """The properties that entities of ``types`` have, the most used first; of none, of all."""
    kept: dict[object, list[Property]] = request.app.state.reconcile_properties
    key = (serving(request).release.manifest.version, tuple(sorted(types)), language)
    if key not in kept:
        if len(kept) > 200:
            kept.clear()
        kept[key] = await _read(request, types, language)
    return kept[key]


async def _read(request: Request, types: Sequence[str], language: str) -> list[Property]:
    garden, prefixes = request.app.state.garden, request.app.state.prefixes
    classes = classes_of(garden.ontology, types)
    rows = (await select(request, own_query_about("class-properties", classes))).rows
    iris = list(dict.fromkeys(row["property"].value for row in rows))
    labels = await read_labels(request, iris, language)
    return [Property(shorten(iri, prefixes), labels[iri].text, iri) for iri in iris]


def property_iri(identifier: str, prefixes: Mapping[str, str]) -> str:
    """The IRI of the property ``identifier``; raises `RequestMalformed` for what cannot be one."""
    try:
        iri = NamedNode(expand(identifier, prefixes)).value
    except ValueError:
        iri = ""
    if "://" not in iri:
        raise RequestMalformed(
            f"“{identifier[:60]}” is no property → use a prefixed name such as tbo:iso3."
        )
    return iri


async def read_values(request: Request, things: Iterable[str], properties: Iterable[str]) -> Values:
    """The values of each of ``properties`` of each of ``things``."""
    wanted = sorted(set(properties))
    pairs = " ".join(
        f"({NamedNode(thing)} {NamedNode(each)})"
        for thing in sorted(set(things))
        for each in wanted
    )
    if not pairs:
        return {}
    query = own_file("values").text.replace("{ (UNDEF UNDEF) }", f"{{ {pairs} }}", 1)
    found: dict[tuple[str, str], list[Term]] = {}
    for row in (await select(request, query)).rows:
        found.setdefault((row["thing"].value, row["property"].value), []).append(row["value"])
    return found
