"""The ontology as its documentation shows it: terms by noun, what constrains and aligns them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from treatybodies.namespaces import ONTOLOGY
from treatybodies.web.labels import Label

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SCHEMA = "https://schema.org/"
_SH = "http://www.w3.org/ns/shacl#"
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "property that leads to things",
    _OWL + "DatatypeProperty": "property with values",
}
_GROUP = re.compile(r"^# =+ (.+?)\s*$", re.MULTILINE)
_TERM = re.compile(r"^tbo:(\w+) a ", re.MULTILINE)

Properties = Mapping[str, list[NamedNode | Literal]]


@dataclass(frozen=True)
class Constraint:
    """A shape that speaks of a term, and what it tells a curator."""

    name: str
    message: str
    severity: str
    limits: tuple[str, ...]


@dataclass(frozen=True)
class VocabularyTerm:
    """One class or property."""

    name: str
    iri: str
    kind: str
    label: str
    definition: str
    examples: tuple[str, ...]
    sources: tuple[str, ...]
    status: str
    above: tuple[str, ...]
    """Superclasses, or superproperties."""
    domain: tuple[str, ...]
    range: tuple[str, ...]
    alignments: tuple[tuple[str, str], ...]
    """Kind of match and IRI elsewhere."""
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True)
class Group:
    """The terms under one heading of the ontology's file."""

    title: str
    anchor: str
    terms: tuple[VocabularyTerm, ...]


@cache
def read_vocabulary(ontology: Path) -> tuple[Group, ...]:
    """The terms of ``ontology/treatybodies.ttl`` in the file's order, under its headings."""
    file = ontology / "treatybodies.ttl"
    described = _described(file)
    aligned = _described(ontology / "alignments.ttl")
    constraints = _constraints(ontology / "shapes")
    groups = []
    for title, names in _groups(file.read_text(encoding="utf-8")):
        terms = [
            _term(name, described[iri], aligned.get(iri, {}), constraints.get(iri, []))
            for name in names
            if (iri := f"{ONTOLOGY}#{name}") in described
        ]
        if terms:
            anchor = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
            groups.append(Group(title, f"group-{anchor}", tuple(terms)))
    return tuple(groups)


def _groups(text: str) -> Iterator[tuple[str, list[str]]]:
    """Headings of the form ``# ==== Parties``, with the terms declared below each."""
    marks = [(match.start(), match[1]) for match in _GROUP.finditer(text)] or [(0, "Terms")]
    for place, (start, title) in enumerate(marks):
        end = marks[place + 1][0] if place + 1 < len(marks) else len(text)
        yield title, _TERM.findall(text[start:end])


def _term(
    name: str, own: Properties, aligned: Properties, constraints: list[Constraint]
) -> VocabularyTerm:
    def texts(iri: str) -> tuple[str, ...]:
        return tuple(each.value for each in own.get(iri, ()))

    kind = next((_KINDS[each] for each in texts(_TYPE) if each in _KINDS), "term")
    return VocabularyTerm(
        name=name,
        iri=f"{ONTOLOGY}#{name}",
        kind=kind,
        label=next(iter(texts(_RDFS + "label")), name),
        definition=" ".join(texts(_SKOS + "definition")),
        examples=texts(_SKOS + "example"),
        sources=texts("http://purl.org/dc/terms/source"),
        status=next(iter(texts("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")), ""),
        above=texts(_RDFS + "subClassOf") + texts(_RDFS + "subPropertyOf"),
        domain=texts(_SCHEMA + "domainIncludes"),
        range=texts(_SCHEMA + "rangeIncludes"),
        alignments=tuple(
            (iri.replace("#", "/").rsplit("/", 1)[-1], each.value)
            for iri, values in aligned.items()
            for each in values
            if isinstance(each, NamedNode)
        ),
        constraints=tuple(constraints),
    )


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def _described(file: Path) -> dict[str, dict[str, list[NamedNode | Literal]]]:
    found: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in _quads(file):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found[quad.subject.value][quad.predicate.value].append(quad.object)
    return found


def _constraints(folder: Path) -> dict[str, list[Constraint]]:
    """The shapes that target a class or have a property as their path, by that term."""
    constraints: dict[str, list[Constraint]] = defaultdict(list)
    for file in sorted(folder.glob("*.ttl")):
        for iri, shape in _described(file).items():
            about = [*shape.get(_SH + "targetClass", ()), *shape.get(_SH + "path", ())]
            for term in about:
                constraints[term.value].append(_constraint(iri, shape))
    return constraints


def _constraint(iri: str, shape: Properties) -> Constraint:
    def first(name: str) -> str:
        return next((each.value for each in shape.get(_SH + name, ())), "")

    limits = ("minCount", "maxCount", "class", "datatype", "nodeKind", "pattern", "hasValue")
    return Constraint(
        name=iri.replace("#", "/").rsplit("/", 1)[-1],
        message=first("message"),
        severity=first("severity").rpartition("#")[2].lower(),
        limits=tuple(f"{each} {_short(first(each))}" for each in limits if first(each)),
    )


def _short(value: str) -> str:
    is_iri = value.startswith("http")
    return value.replace("#", "/").rsplit("/", 1)[-1] if is_iri else value


def _quads(file: Path) -> Iterator[Quad]:
    return iter(parse(path=file, format=RdfFormat.TURTLE))


def labels_of(groups: tuple[Group, ...]) -> dict[str, Label]:
    """What to call each term."""
    return {term.iri: Label(term.label) for group in groups for term in group.terms}
