"""Each shape accepts its valid example and names exactly what is wrong with its invalid one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path(__file__).parent
SHAPES_NAMESPACE = "https://w3id.org/treatybodies/shapes#"
TERMS_NAMESPACE = "https://w3id.org/treatybodies/ontology#"
# Files whose classes, codes and themes the examples use; alignments.ttl would only slow them.
VOCABULARY = ("treatybodies.ttl", "codes.ttl", "themes.ttl", "gcm-objectives.ttl")


def read_graph(*paths: Path) -> Graph:
    """All triples of some Turtle files in one graph."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@cache
def shapes() -> Graph:
    return read_graph(*sorted((ROOT / "ontology" / "shapes").glob("*.ttl")))


@cache
def vocabulary() -> Graph:
    return read_graph(*(ROOT / "ontology" / name for name in VOCABULARY))


def instances(shape_class: URIRef) -> list[str]:
    """The local names of the shapes of one class."""
    nodes = (str(node) for node in shapes().subjects(RDF.type, shape_class))
    return sorted(node.removeprefix(SHAPES_NAMESPACE) for node in nodes)


NODE_SHAPES = instances(SH.NodeShape)
PROPERTY_SHAPES = instances(SH.PropertyShape)
EXAMPLE_FILES = sorted(path.name for path in EXAMPLES.glob("*.*.ttl"))


def mentioned_vocabulary(described: Graph) -> Graph:
    """The class tree, and the types of the codes and themes that a graph mentions.

    pySHACL takes only axioms from an ont_graph, no concepts, and all of ontology/ with each
    example would make these tests twenty times slower.
    """
    small = Graph()
    for triple in vocabulary().triples((None, RDFS.subClassOf, None)):
        small.add(triple)
    for thing in set(described.objects()):
        for triple in vocabulary().triples((thing, RDF.type, None)):
            small.add(triple)
    return small


def source_shapes(example: Path) -> set[str]:
    """The shapes that an example, put into the small world, does not meet."""
    described = read_graph(EXAMPLES / "world.ttl", example)
    data = described + mentioned_vocabulary(described)
    _, report, _ = validate(data, shacl_graph=shapes(), inference="none")
    assert isinstance(report, Graph)
    subjects = set(described.subjects())
    results = report.subject_objects(SH.focusNode)
    own = [result for result, focus in results if focus in subjects]
    found = (str(shape) for result in own for shape in report.objects(result, SH.sourceShape))
    return {shape.removeprefix(SHAPES_NAMESPACE) for shape in found}


def announced(example: Path) -> set[str]:
    """The shapes that the leading comment of an invalid example says it violates."""
    comment = re.match(r"(?:#[^\n]*\n)+", example.read_text(encoding="utf-8"))
    assert comment, f"{example.name}: begin the file with a line '# violates: tbs:…'"
    return set(re.findall(r"tbs:([\w-]+)", comment.group()))


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_valid_example_conforms(name: str) -> None:
    assert source_shapes(EXAMPLES / f"{name}.valid.ttl") == set()


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_invalid_example_violates_what_it_announces(name: str) -> None:
    example = EXAMPLES / f"{name}.invalid.ttl"
    assert source_shapes(example) == announced(example)


def test_every_property_shape_is_violated_by_some_example() -> None:
    invalid = EXAMPLES.glob("*.invalid.ttl")
    violated = {shape for example in invalid for shape in announced(example)}
    assert set(PROPERTY_SHAPES) - violated == set()


@pytest.mark.parametrize("name", EXAMPLE_FILES)
def test_every_example_belongs_to_a_node_shape(name: str) -> None:
    assert name.split(".")[0] in NODE_SHAPES


@pytest.mark.parametrize("name", NODE_SHAPES + PROPERTY_SHAPES)
def test_shape_has_severity_and_message(name: str) -> None:
    shape = URIRef(SHAPES_NAMESPACE + name)
    severities = set(shapes().objects(shape, SH.severity))
    assert len(severities) == 1
    assert severities <= {SH.Violation, SH.Warning, SH.Info}
    messages = list(shapes().objects(shape, SH.message))
    assert len(messages) == 1, f"tbs:{name}: tell the curator in one sh:message what to do"


def test_shapes_have_iris_and_are_used() -> None:
    declared = set(shapes().subjects(RDF.type, SH.NodeShape))
    declared |= set(shapes().subjects(RDF.type, SH.PropertyShape))
    assert all(isinstance(shape, URIRef) for shape in declared)
    used = set(shapes().objects(None, SH.property))
    assert {URIRef(SHAPES_NAMESPACE + name) for name in PROPERTY_SHAPES} <= used
    assert {shape for shape in used if isinstance(shape, URIRef)} <= declared


def path_properties(path: Node) -> set[Node]:
    """The properties of a SHACL path: itself, or those of an inverse or alternative path."""
    if isinstance(path, URIRef):
        return {path}
    inverse = set(shapes().objects(path, SH.inversePath))
    lists = shapes().objects(path, SH.alternativePath)
    return inverse | {member for head in lists for member in Collection(shapes(), head)}


def own_terms(*types: URIRef) -> set[Node]:
    return {term for kind in types for term in vocabulary().subjects(RDF.type, kind)}


def test_paths_are_known_terms() -> None:
    paths = shapes().objects(None, SH.path)
    used = {str(term) for path in paths for term in path_properties(path)}
    known = {str(term) for term in own_terms(OWL.ObjectProperty, OWL.DatatypeProperty)}
    assert {term for term in used if term.startswith(TERMS_NAMESPACE)} - known == set()


def test_targets_and_classes_are_known_terms() -> None:
    used = {*shapes().objects(None, SH.targetClass), *shapes().objects(None, SH["class"])}
    own = {term for term in used if str(term).startswith(TERMS_NAMESPACE)}
    assert own - own_terms(OWL.Class) == set()
