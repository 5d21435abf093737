"""A release describes itself: in graphs of its own, without counting itself, with its version."""

import re
import shutil
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from treatybodies.errors import BuildRefused
from treatybodies.namespaces import prefixes
from treatybodies.paths import Garden
from treatybodies.pipeline.build import assemble, build
from treatybodies.pipeline.describe import short_name
from treatybodies.pipeline.version import VERSION_GRAPH, version_of
from treatybodies.queries import read_queries
from treatybodies.store import select, select_one
from treatybodies.web.distributions import distributions

BASE = "https://w3id.org/treatybodies/"
DATASET = NamedNode(BASE + "dataset")
VERSION = NamedNode("http://www.w3.org/ns/dcat#version")
DESCRIPTIONS = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
SELECT ?graph ?rule WHERE { ?graph a tbo:DescriptionGraph ; tbo:derivedBy ?rule } ORDER BY ?rule
"""
INNER = ("fn", "query", "count")
"""Prefixes of what only a build knows."""
FILES = f"""
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT ?file WHERE {{ <{BASE}dataset> dcat:distribution/dcat:downloadURL ?file }} ORDER BY ?file
"""
STATED = f"SELECT ?n {{ <{BASE}dataset> <http://rdfs.org/ns/void#triples> ?n }}"


def quiet(_: str) -> None:
    """No progress display."""


@pytest.fixture
def store(small: Garden) -> Store:
    return assemble(small, quiet)


def version_in(store: Store) -> list[str]:
    """The versions that the graph states."""
    query = f"SELECT ?version {{ {DATASET} {VERSION} ?version }}"
    return [row["version"].value for row in select(store, query)]


def test_each_rule_has_a_graph_that_names_it(small: Garden, store: Store) -> None:
    rules = [f"queries/describe/{each.name}" for each in sorted_rules(small)]
    assert [row["rule"].value for row in select(store, DESCRIPTIONS)] == rules
    for row in select(store, DESCRIPTIONS):
        assert store.contains_named_graph(row["graph"])


def sorted_rules(garden: Garden) -> list[Path]:
    return sorted((garden.queries / "describe").glob("*.rq"))


def test_each_rule_has_a_full_head_and_the_projects_prefixes(small: Garden) -> None:
    known = prefixes(small.ontology)
    for rule in read_queries(small.queries / "describe"):
        head = rule.head
        assert head.summary.endswith("?"), rule.path
        assert head.description.endswith("."), rule.path
        assert head.graph, rule.path
        declared = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]*)>$", rule.text, re.MULTILINE))
        own = {name: space for name, space in declared.items() if name not in INNER}
        assert own == {name: known[name] for name in own}, rule.path


def test_a_description_does_not_count_itself(small: Garden, store: Store) -> None:
    for rule in sorted_rules(small):
        rule.unlink()
    bare = assemble(small, quiet)
    facts = sum(1 for _ in bare.quads_for_pattern(None, None, None, DefaultGraph()))
    assert int(select_one(store, STATED)) == facts


def test_the_version_is_stated_and_does_not_depend_on_being_stated(store: Store) -> None:
    version = version_of(store)
    assert set(version_in(store)) == {version}
    for quad in list(store.quads_for_pattern(None, None, None, VERSION_GRAPH)):
        store.remove(quad)
        store.remove(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    assert version_of(store) == version


def test_another_statement_is_another_version(store: Store) -> None:
    before = version_of(store)
    store.add(Quad(DATASET, VERSION, Literal("another"), NamedNode(BASE + "graph/other")))
    assert version_of(store) != before


def test_the_manifest_has_the_version_of_the_graph(small: Garden, tmp_path: Path) -> None:
    release = build(small, tmp_path / "build", quiet)
    assert set(version_in(release.open(10**6))) == {release.manifest.version}
    assert release.folder.name.startswith(release.manifest.version)


def test_a_withdrawn_iri_that_is_in_use_stops_the_build(small: Garden, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    for part in (root / "data" / "tables").glob("withdrawn_iris.*"):
        shutil.copy(part, small.tables)
    with (root / "data" / "tables" / "sources.csv").open(encoding="utf-8") as sources:
        row = next(line for line in sources if line.startswith("withdrawn,"))
    with (small.tables / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write(row)
    with (small.tables / "withdrawn_iris.csv").open("a", encoding="utf-8") as table:
        table.write("id/state/BEN,2026-11-23,A mistake of this test.,id/state/GUY\n")
    shutil.copy(root / "queries" / "checks" / "withdrawn-iri-in-use.rq", small.queries / "checks")

    with pytest.raises(BuildRefused, match=r"Which withdrawn IRI is still used\? id/state/BEN"):
        build(small, tmp_path / "build", quiet)


@pytest.mark.parametrize(
    ("most", "extensions"), [(10, {"nq", "nt"}), (10**9, {"nq", "nt", "trig", "ttl", "jsonld"})]
)
def test_the_files_that_are_stated_are_those_there_are(
    most: int,
    extensions: set[str],
    small: Garden,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("treatybodies.pipeline.describe.LARGE", most)
    release = build(small, tmp_path / "build", quiet)

    stated = [row["file"].value for row in select(release.open(10**6), FILES)]

    wholes = {name for name in release.dumps if name.startswith("treatybodies.")}
    tables = "tables/datapackage.json"
    assert {each.removeprefix(BASE + "dumps/latest/") for each in stated} == {*wholes, tables}
    assert {name.split(".")[1] for name in wholes} == extensions
    # And the catalogue of downloads has the same.
    catalogued = {each.name for each in distributions(release, "http://127.0.0.1")}
    assert {name for name in catalogued if name.startswith("treatybodies.")} == wholes


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (BASE + "ontology#State", "tbo.State"),
        ("http://www.w3.org/2004/02/skos/core#prefLabel", "skos.prefLabel"),
        # A namespace below another one is meant by its own prefix.
        (BASE + "id/state/BEN", "state.BEN"),
        # A local name that is no name is written in full, so that no two are the same.
        (BASE + "id/a/b", "https%3A%2F%2Fw3id.org%2Ftreatybodies%2Fid%2Fa%2Fb"),
        ("http://example.org/x", "http%3A%2F%2Fexample.org%2Fx"),
    ],
)
def test_short_names_tell_all_iris_apart(iri: str, short: str, small: Garden) -> None:
    assert short_name(iri, prefixes(small.ontology)) == short
