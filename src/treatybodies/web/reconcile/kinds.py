"""The types of entities (section “Types”), and the identifiers of both.

An entity's identifier is what follows the project's base in its IRI: ``id/state/BEN``. A type's is
the local name of its class; themes are concepts of one scheme and have a type of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from treatybodies.errors import RequestMalformed
from treatybodies.namespaces import BASE, ONTOLOGY, SCHEME
from treatybodies.web.classes import with_subclasses, with_superclasses
from treatybodies.web.prefixed import expand

SPACE = BASE
SCHEMA = ONTOLOGY + "#"
THEME = "Theme"
THEMES = SCHEME + "theme/"
CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
ROOTS = ("State", "TreatyBody", "Instrument", THEME, "Document")
"""What clients are offered first."""
_TOPS = ("PartyEntity", "TreatyBody", "Instrument", "Document")
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@dataclass(frozen=True)
class Kind:
    """A type: its class, and those it is a part of."""

    id: str
    name: str
    broader: tuple[str, ...] = ()

    def described(self) -> dict[str, str]:
        """As clients read it."""
        return {"id": self.id, "name": self.name}


@cache
def kinds(ontology: Path) -> dict[str, Kind]:
    """Every type by its identifier, those above first."""
    labels = _labels(ontology)
    below = {iri: None for top in _TOPS for iri in with_subclasses(ontology, SCHEMA + top)}
    found = {}
    for iri in below:
        above = with_superclasses(ontology, [iri])[1:]
        broader = tuple(each.removeprefix(SCHEMA) for each in above if each in below)[:1]
        name = iri.removeprefix(SCHEMA)
        found[name] = Kind(name, labels.get(iri, name), broader)
    return {**found, THEME: Kind(THEME, "theme")}


def kind_of(thing: str, classes: Iterable[str], known: dict[str, Kind]) -> Kind | None:
    """The type of ``thing``, of which ``classes`` are told; nothing for what is no entity here."""
    if thing.startswith(THEMES):
        return known[THEME]
    names = (each.removeprefix(SCHEMA) for each in classes if each.startswith(SCHEMA))
    return next((known[name] for name in names if name in known), None)


def below(ontology: Path, asked: Iterable[str]) -> frozenset[str] | None:
    """Identifiers of the types ``asked`` for and of those below them; nothing for all.

    Raises `RequestMalformed` for one that is not there.
    """
    known = kinds(ontology)
    found: set[str] = set()
    for each in asked:
        name = each.removeprefix(SCHEMA).removeprefix("tbo:")
        if name not in known:
            there = ", ".join(ROOTS)
            raise RequestMalformed(
                f"There is no type “{each[:60]}” → use {there} or one of theirs."
            )
        found.add(name)
        if name != THEME:
            under = with_subclasses(ontology, SCHEMA + name)
            found.update(iri.removeprefix(SCHEMA) for iri in under)
    return frozenset(found) or None


def classes_of(ontology: Path, asked: Iterable[str]) -> list[str]:
    """IRIs of the classes behind types, for queries; themes are concepts."""
    found = below(ontology, asked) or frozenset(kinds(ontology))
    return sorted(CONCEPT if each == THEME else SCHEMA + each for each in found)


def iri_of(identifier: str, prefixes: dict[str, str]) -> str | None:
    """The IRI behind an entity's identifier, which may be the IRI itself or a prefixed name."""
    whole = expand(identifier, prefixes)
    if not whole.startswith(SPACE):
        whole = SPACE + whole
    try:
        return NamedNode(whole).value
    except ValueError:
        return None


def identifier_of(iri: str) -> str:
    """The identifier of the entity ``iri``."""
    return iri.removeprefix(SPACE)


def _labels(ontology: Path) -> dict[str, str]:
    return {
        str(quad.subject.value): quad.object.value
        for quad in parse(path=ontology / "treatybodies.ttl", format=RdfFormat.TURTLE)
        if quad.predicate == _LABEL
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
        and quad.object.language == "en"
    }
