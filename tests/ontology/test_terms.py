"""Every term and code is labelled, defined, sourced, and tied only to vocabularies we know."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
BASE = "https://w3id.org/treatybodies/"
TBO = Namespace(BASE + "ontology#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
FILES = sorted(ONTOLOGY.glob("*.ttl"))
ALL_FILES = [*FILES, *sorted((ONTOLOGY / "shapes").glob("*.ttl"))]
# An IRI of another vocabulary must begin with one of these: a typing error does not.
EXTERNAL = (
    "http://creativecommons.org/",
    "https://creativecommons.org/",
    "http://data.europa.eu/eli/",
    "http://data.legilux.public.lu/resource/ontology/jolux#",
    "http://eurovoc.europa.eu/",
    "http://metadata.un.org/sdg/",
    "http://metadata.un.org/thesaurus/",
    "http://parliament.uk/ontologies/",
    "http://purl.org/dc/terms/",
    "http://purl.org/spar/fabio/",
    "http://purl.org/vocab/vann/",
    "http://www.w3.org/",
    "http://xmlns.com/foaf/",
    "https://ns.dublincore.org/openwemi/",
    "https://schema.org/",
    "https://w3id.org/un/ontology/undo/",
)


@cache
def read_graph(name: str) -> Graph:
    return Graph().parse(ONTOLOGY / name)


def terms(*kinds: URIRef) -> list[str]:
    """The local names of the terms of some kinds."""
    graph = read_graph("treatybodies.ttl")
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
    return sorted(str(term).removeprefix(str(TBO)) for term in found)


TERMS = terms(OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
PROPERTIES = terms(OWL.ObjectProperty, OWL.DatatypeProperty)


def only(name: str, prop: URIRef) -> Node:
    """The one value that a term has for a property."""
    values = list(read_graph("treatybodies.ttl").objects(TBO[name], prop))
    assert len(values) == 1, f"tbo:{name} needs exactly one {prop}"
    return values[0]


def english(name: str, prop: URIRef) -> str:
    value = only(name, prop)
    assert isinstance(value, Literal), f"tbo:{name} {prop} is a text"
    assert value.language == "en", f"tbo:{name} {prop} is tagged @en"
    return str(value)


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_both_parsers_read_the_same(path: Path) -> None:
    assert len(Graph().parse(path)) == len(set(pyoxigraph.parse(path=str(path))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_blank_nodes(path: Path) -> None:
    nodes = read_graph(path.name).all_nodes()
    assert [node for node in nodes if isinstance(node, BNode)] == []


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_head_names_licence_and_source(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("@prefix")[0]
    assert "CC BY 4.0" in head
    assert "ource" in head


@pytest.mark.parametrize("name", TERMS)
def test_term_is_labelled_and_defined(name: str) -> None:
    label, definition = english(name, RDFS.label), english(name, SKOS.definition)
    assert definition.lower().rstrip(".") != label.lower()
    assert re.fullmatch(r"[A-Z].{20,}\.", definition), f"tbo:{name}: define it in one sentence"
    assert label.lower() != definition.lower().removeprefix("the ").rstrip(".")


@pytest.mark.parametrize("name", TERMS)
def test_term_has_example_source_status(name: str) -> None:
    assert english(name, SKOS.example)
    assert str(only(name, DCTERMS.source))
    assert str(only(name, STATUS)) in {"unstable", "testing", "stable", "deprecated"}
    assert only(name, RDFS.isDefinedBy) == URIRef(BASE + "ontology")


@pytest.mark.parametrize("name", PROPERTIES)
def test_property_names_its_values(name: str) -> None:
    graph = read_graph("treatybodies.ttl")
    assert set(graph.objects(TBO[name], SCHEMA.rangeIncludes)), f"tbo:{name} has no range"
    assert not set(graph.objects(TBO[name], OWL.inverseOf)), "no inverses: state one direction"


def test_labels_and_definitions_are_unique() -> None:
    graph = read_graph("treatybodies.ttl")
    for prop in (RDFS.label, SKOS.definition):
        texts = [str(text) for text in graph.objects(None, prop)]
        assert sorted({text for text in texts if texts.count(text) > 1}) == []


@pytest.mark.parametrize("name", ["treatybodies.ttl", "alignments.ttl", "gcm-objectives.ttl"])
def test_every_own_term_used_is_defined(name: str) -> None:
    used = {str(node) for node in read_graph(name).all_nodes()}
    used |= {str(node) for node in read_graph(name).predicates()}
    own = {iri.removeprefix(str(TBO)) for iri in used if iri.startswith(str(TBO))}
    assert own - {*TERMS, ""} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_known_vocabularies(path: Path) -> None:
    graph = read_graph(path.name)
    # Any page can be the source of a meaning, and any namespace can get a prefix.
    triples = [triple for triple in graph if triple[1] not in {DCTERMS.source, SH.namespace}]
    iris = {str(node) for triple in triples for node in triple if isinstance(node, URIRef)}
    foreign = {iri for iri in iris if not iri.startswith(BASE)}
    assert sorted(iri for iri in foreign if not iri.startswith(EXTERNAL)) == []


def test_ontology_file_stays_free_of_alignments() -> None:
    graph = read_graph("treatybodies.ttl")
    matches = (SKOS.closeMatch, SKOS.exactMatch, SKOS.broadMatch, SKOS.relatedMatch)
    assert [triple for prop in matches for triple in graph.triples((None, prop, None))] == []
    supers = {str(node) for node in graph.objects(None, RDFS.subClassOf)}
    assert {node for node in supers if not node.startswith(str(TBO))} == set()


def test_external_labels_are_not_copied() -> None:
    labels = [*read_graph("alignments.ttl").subject_objects(SKOS.prefLabel)]
    labels += read_graph("alignments.ttl").subject_objects(RDFS.label)
    assert labels == []


def test_ontology_header() -> None:
    graph, ontology = read_graph("treatybodies.ttl"), URIRef(BASE + "ontology")
    assert graph.value(ontology, DCTERMS.license) == LICENCE
    assert graph.value(ontology, OWL.versionInfo) == Literal("0.1.0")
    assert graph.value(ontology, OWL.versionIRI) == URIRef(BASE + "ontology/0.1.0")
