"""The ontology as its documentation shows it: terms by noun, and what they match elsewhere."""

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
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "property that leads to things",
    _OWL + "DatatypeProperty": "property with values",
}
_GROUP = re.compile(r"^# =+ (.+?)\s*$", re.MULTILINE)
_TERM = re.compile(r"^tbo:(\w+) a ", re.MULTILINE)

Properties = Mapping[str, list[NamedNode | Literal]]


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
    stated = described(file)
    aligned = described(ontology / "alignments.ttl")
    groups = []
    for title, names in _groups(file.read_text(encoding="utf-8")):
        terms = [
            _term(name, stated[iri], aligned.get(iri, {}))
            for name in names
            if (iri := f"{ONTOLOGY}#{name}") in stated
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


def _term(name: str, own: Properties, aligned: Properties) -> VocabularyTerm:
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
    )


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def described(file: Path) -> dict[str, dict[str, list[NamedNode | Literal]]]:
    """What the Turtle ``file`` says: subject → property → values, in its order."""
    found: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in _quads(file):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found[quad.subject.value][quad.predicate.value].append(quad.object)
    return found


def _quads(file: Path) -> Iterator[Quad]:
    return iter(parse(path=file, format=RdfFormat.TURTLE))


def labels_of(groups: tuple[Group, ...]) -> dict[str, Label]:
    """What to call each term."""
    return {term.iri: Label(term.label) for group in groups for term in group.terms}
