"""The engine for large sets finds what pySHACL finds, in every example of every shape."""

from functools import cache
from pathlib import Path

import pytest
import shacl
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse
from pyshacl import validate
from rdflib import RDF, RDFS, SH, Graph
from rdflib.term import Node

from treatybodies.paths import Garden
from treatybodies.pipeline.bulk_shacl import KnownTypes, compile_shapes, validate_files
from treatybodies.pipeline.shacl import read_shapes

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "shapes"
VOCABULARY = ("treatybodies.ttl", "codes.ttl", "themes.ttl", "gcm-objectives.ttl")
LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
GRAPH = NamedNode("https://w3id.org/treatybodies/graph/uhri")

FOCUS = (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent)

Finding = tuple[str, str, str, str]


@cache
def shapes() -> Graph:
    return read_shapes(ROOT / "ontology" / "shapes")


@cache
def compiled() -> shacl.Shapes:
    return compile_shapes(shapes())


@cache
def vocabulary() -> Graph:
    graph = Graph()
    for name in VOCABULARY:
        graph.parse(ROOT / "ontology" / name)
    return graph


def world_with(example: Path) -> Graph:
    """The example in the small world, with the class tree and the types it mentions."""
    data = Graph().parse(EXAMPLES / "world.ttl").parse(example)
    mentioned = set(data.objects())
    for triple in vocabulary().triples((None, RDFS.subClassOf, None)):
        data.add(triple)
    for thing in mentioned:
        for triple in vocabulary().triples((thing, RDF.type, None)):
            data.add(triple)
    return data


@cache
def by_pyshacl(example: Path) -> set[Finding]:
    data = world_with(example)
    _, report, _ = validate(data, shacl_graph=shapes(), inference="none")
    assert isinstance(report, Graph)

    def text(result: Node, prop: Node) -> str:
        return str(report.value(result, prop)).rpartition("#")[2]

    return {
        (
            str(report.value(result, SH.focusNode)),
            text(result, SH.sourceShape),
            text(result, SH.resultSeverity),
            text(result, SH.sourceConstraintComponent),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def by_engine(data: Graph) -> set[Finding]:
    report = compiled().validate_text(data.serialize(format="nt"), format="ntriples")
    return {
        (
            each.focus_node.strip("<>"),
            (each.source_shape or "").strip("<>").rpartition("#")[2],
            each.severity,
            each.component,
        )
        for each in report.results
    }


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.*.ttl")), ids=lambda each: each.name)
def test_both_engines_find_the_same(example: Path) -> None:
    assert by_engine(world_with(example)) == by_pyshacl(example)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.*.ttl")), ids=lambda each: each.name)
def test_what_a_set_refers_to_counts_by_its_types_and_is_not_looked_at(
    example: Path, world: Store, garden: Garden, tmp_path: Path
) -> None:
    file = set_of(example.name, tmp_path / "set.nq")
    about = {str(each) for each in Graph().parse(example).subjects()}
    world.bulk_load(path=file, format=RdfFormat.N_QUADS)
    world.bulk_load(path=example, format=RdfFormat.TURTLE)

    results = validate_files(world, KnownTypes.of_store(world), [file], garden).graph()

    found = {
        tuple(str(results.value(each, prop)).rpartition("#")[2] for prop in FOCUS)
        for each in results.subjects(RDF.type, SH.ValidationResult)
    }
    expected = {
        (focus.rpartition("#")[2], *rest)
        for focus, _, *rest in by_pyshacl(example)
        if focus in about
    }
    assert found == expected


@pytest.fixture
def world() -> Store:
    """A store whose published view holds the small world and the vocabulary."""
    store = Store()
    for path in (EXAMPLES / "world.ttl", *(ROOT / "ontology" / name for name in VOCABULARY)):
        store.bulk_load(path=path, format=RdfFormat.TURTLE)
    return store


def set_of(example: str, target: Path) -> Path:
    """The example as a file of a set: one graph, its lines sorted."""
    quads = parse(path=EXAMPLES / example, format=RdfFormat.TURTLE)
    lines = sorted(f"{Quad(q.subject, q.predicate, q.object, GRAPH)} .\n" for q in quads)
    target.write_text("".join(lines), encoding="utf-8")
    return target


def test_a_file_of_a_set_is_validated_with_the_world_it_refers_to(
    world: Store, garden: Garden, tmp_path: Path
) -> None:
    file = set_of("Recommendation.valid.ttl", tmp_path / "set.nq")
    world.bulk_load(path=file, format=RdfFormat.N_QUADS)

    results = validate_files(world, KnownTypes.of_store(world), [file], garden)

    assert (results.counts, results.undescribed) == ({}, set())


def test_results_are_about_the_set_alone(world: Store, garden: Garden, tmp_path: Path) -> None:
    file = set_of("Position.invalid.ttl", tmp_path / "set.nq")
    body = NamedNode("https://w3id.org/treatybodies/id/body/cmw")
    for quad in list(world.quads_for_pattern(body, LABEL, None, DefaultGraph())):
        world.remove(quad)  # a fault of the world, not of the set

    results = validate_files(world, KnownTypes.of_store(world), [file], garden)

    focus = {str(node) for node in results.graph().objects(None, SH.focusNode)}
    assert focus == {"https://w3id.org/treatybodies/id/observation/1"}


def test_what_is_referred_to_must_be_described(
    world: Store, garden: Garden, tmp_path: Path
) -> None:
    file = tmp_path / "set.nq"
    base = "https://w3id.org/treatybodies"
    file.write_text(f"<{base}/id/a> <{base}/ontology#concerns> <{base}/id/b> <{GRAPH.value}> .\n")

    assert validate_files(world, KnownTypes.of_store(world), [file], garden).undescribed == {
        f"{base}/id/b"
    }
