"""The SHACL shapes as their documentation shows them: by the term that each constrains."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from treatybodies.namespaces import SHAPES
from treatybodies.web.vocabulary import VocabularyTerm, described, read_vocabulary

_SH = "http://www.w3.org/ns/shacl#"
_LIMITS = ("minCount", "maxCount", "class", "datatype", "nodeKind", "pattern", "hasValue")


@dataclass(frozen=True)
class Shape:
    """A shape that limits something, and what it tells a curator."""

    name: str
    message: str
    severity: str
    limits: tuple[str, ...]
    about: frozenset[str]
    """The classes it targets and the property that is its path."""


@dataclass(frozen=True)
class Constrained:
    """A term with the shapes that constrain it."""

    term: VocabularyTerm
    shapes: tuple[Shape, ...]
    first: frozenset[str]
    """The names of those that stand at no term before."""


@cache
def read_shapes(ontology: Path) -> tuple[Shape, ...]:
    """The shapes of ``ontology/shapes``, in the order of the files."""
    return tuple(
        _shape(iri, own)
        for file in sorted((ontology / "shapes").glob("*.ttl"))
        for iri, own in described(file).items()
        if iri.startswith(SHAPES)
    )


@cache
def by_term(ontology: Path) -> tuple[Constrained, ...]:
    """The terms that shapes constrain, in the ontology's order."""
    found, seen = [], set[str]()
    for term in (term for group in read_vocabulary(ontology) for term in group.terms):
        shapes = tuple(each for each in read_shapes(ontology) if term.iri in each.about)
        if shapes:
            names = frozenset(each.name for each in shapes)
            found.append(Constrained(term, shapes, names - seen))
            seen |= names
    return tuple(found)


@cache
def about_others(ontology: Path) -> tuple[Shape, ...]:
    """The shapes that constrain no term of ours by itself, but paths and terms of others."""
    shown = {each.name for one in by_term(ontology) for each in one.shapes}
    return tuple(each for each in read_shapes(ontology) if each.name not in shown)


def _shape(iri: str, own: Mapping[str, list[NamedNode | Literal]]) -> Shape:
    def first(name: str) -> str:
        return next((each.value for each in own.get(_SH + name, ())), "")

    about = (*own.get(_SH + "targetClass", ()), *own.get(_SH + "path", ()))
    return Shape(
        name=iri.removeprefix(SHAPES),
        message=first("message"),
        severity=first("severity").rpartition("#")[2],
        limits=tuple(f"{each} {_short(first(each))}" for each in _LIMITS if first(each)),
        about=frozenset(each.value for each in about),
    )


def _short(value: str) -> str:
    is_iri = value.startswith("http")
    return value.replace("#", "/").rsplit("/", 1)[-1] if is_iri else value
