"""The release described by itself: numbers that are true, and what tools of the field ask for."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from treatybodies.namespaces import prefixes
from treatybodies.paths import default_garden
from treatybodies.queries import read_queries
from treatybodies.settings import Settings
from treatybodies.store import Release, select
from treatybodies.web.app import create_app
from treatybodies.web.formats import GRAPHS, Format

BASE = "https://w3id.org/treatybodies/"
DESCRIBED = "PREFIX tbo: <https://w3id.org/treatybodies/ontology#>\n"
VOID = """PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
"""
SD = "http://www.w3.org/ns/sparql-service-description#"
GRAPH_NAMES = [
    *("graph/dataset", "graph/void", "graph/linksets", "graph/service", "graph/release"),
    "graph/theme-counts",
    "sparql/.well-known/sparql-examples",
]
Ask = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="module")
def real(real_release: Release) -> Iterator[TestClient]:
    """A client of the service over the project's own data."""
    with TestClient(create_app(real_release, default_garden(), Settings(workers=3))) as running:
        yield running


@pytest.fixture(scope="module")
def ask(real: TestClient) -> Ask:
    """The rows of a query, values only, as a GET with the parameter that SIB's editor adds."""

    def rows(query: str) -> list[dict[str, str]]:
        answer = real.get(
            "/sparql",
            params={"ac": "1", "query": query},
            headers={"Accept": "application/sparql-results+json"},
        )
        assert answer.status_code == 200, answer.text
        found = answer.json()["results"]["bindings"]
        return [{name: value["value"] for name, value in row.items()} for row in found]

    return rows


in_either = pytest.mark.parametrize(
    "graph", ["", "GRAPH ?graph "], ids=["default graph", "named graph"]
)


@in_either
def test_sib_tools_find_the_prefixes(ask: Ask, graph: str) -> None:
    found = ask(
        f"""PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?prefix ?namespace
        WHERE {{ {graph}{{ [] sh:prefix ?prefix ; sh:namespace ?namespace }} }}
        ORDER BY ?prefix"""
    )
    declared = {row["prefix"]: row["namespace"] for row in found}
    assert declared == prefixes(default_garden().ontology)


@in_either
def test_sib_tools_find_every_question_and_endpoint(ask: Ask, graph: str) -> None:
    found = ask(
        f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?example ?comment ?query
        WHERE {{
          {graph}{{
            ?example a sh:SPARQLExecutable ;
              rdfs:comment ?comment ;
              sh:select|sh:ask|sh:construct|sh:describe ?query
          }}
        }}
        ORDER BY ?example"""
    )
    texts = {row["query"] for row in found}
    folders = [default_garden().queries / name for name in ("api", "questions")]
    queries = [query for folder in folders for query in read_queries(folder)]
    assert texts == {query.example() for query in queries}
    assert len(found) == len(queries)
    assert {row["comment"] for row in found} == {query.head.summary for query in queries}


@in_either
def test_sib_tools_find_the_schema(ask: Ask, graph: str) -> None:
    found = ask(
        VOID
        + f"""SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
        WHERE {{
          {graph}{{
            {{
              ?ofClass void:class ?subjectClass ;
                void:propertyPartition ?ofProperty .
              ?ofProperty void:property ?prop .
              OPTIONAL {{
                {{ ?ofProperty void:classPartition [ void:class ?objectClass ] }}
                UNION
                {{ ?ofProperty void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }}
              }}
            }}
            UNION
            {{
              ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
                void:linkPredicate ?prop ;
                void:objectsTarget [ void:class ?objectClass ] .
            }}
          }}
        }}"""
    )
    tbo = BASE + "ontology#"
    session = {
        (row["prop"].removeprefix(tbo), row.get("objectClass", row.get("objectDatatype")))
        for row in found
        if row["subjectClass"] == tbo + "Session"
    }
    assert ("heldBy", tbo + "TreatyBody") in session
    assert ("startDate", "http://www.w3.org/2001/XMLSchema#date") in session
    assert len({row["subjectClass"] for row in found}) > 50


@pytest.fixture(scope="module")
def store(real_release: Release) -> Store:
    """All quads of the release."""
    return real_release.open(in_memory_quads=10**7)


@pytest.fixture(scope="module")
def facts(store: Store) -> Store:
    """The published view without the description."""
    bare = Store()
    bare.bulk_extend(store)
    for name in GRAPH_NAMES:
        for quad in store.quads_for_pattern(None, None, None, NamedNode(BASE + name)):
            bare.remove(published(quad))
        bare.remove_graph(NamedNode(BASE + name))
    return bare


def published(quad: Quad) -> Quad:
    """The same statement in the default graph."""
    return Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())


COUNTS = {
    "triples": ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "void:triples ?n"),
    "classes": ("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }", "void:classes ?n"),
    "class": (
        "SELECT (COUNT(*) AS ?n) { ?s a tbo:State }",
        "void:classPartition [ void:class tbo:State ; void:entities ?n ]",
    ),
    "property": (
        "SELECT (COUNT(*) AS ?n) { ?s tbo:actionDate ?o }",
        "void:propertyPartition [ void:property tbo:actionDate ; void:triples ?n ]",
    ),
    "language": (
        'SELECT (COUNT(*) AS ?n) { ?s skos:prefLabel ?o FILTER(LANG(?o) = "ar") }',
        "void:propertyPartition [ void:property skos:prefLabel ;"
        ' void-ext:languagePartition [ void-ext:language "ar" ; void:triples ?n ] ]',
    ),
    "links": (
        "SELECT (COUNT(*) AS ?n) { ?s skos:exactMatch ?o"
        ' FILTER(STRSTARTS(STR(?o), "http://www.wikidata.org/entity/")) }',
        "void:subset [ void:linkPredicate skos:exactMatch ; void:triples ?n ;"
        ' void:objectsTarget [ void:uriSpace "http://www.wikidata.org/entity/" ] ]',
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_the_numbers_are_true(store: Store, facts: Store, name: str) -> None:
    head = DESCRIBED + VOID + "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    counted, stated = COUNTS[name]
    expected = select(facts, head + counted)[0]["n"].value
    found = list(select(store, f"{head}SELECT ?n {{ <{BASE}dataset> {stated} }}"))
    assert [row["n"].value for row in found] == [expected]
    assert int(expected) > 0


def test_every_class_and_property_has_a_partition(store: Store, facts: Store) -> None:
    for used, stated in (
        ("[] a ?term", "void:classPartition/void:class"),
        ("[] ?term []", "void:propertyPartition/void:property"),
    ):
        there = {row["term"].value for row in select(facts, f"SELECT DISTINCT ?term {{ {used} }}")}
        query = f"{VOID}SELECT ?term {{ <{BASE}dataset> {stated} ?term }}"
        assert {row["term"].value for row in select(store, query)} == there


def test_every_match_with_another_dataset_is_in_a_linkset(facts: Store, store: Store) -> None:
    head = VOID + "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    rows = select(
        facts,
        f"""{head}SELECT DISTINCT ?object {{
          VALUES ?match {{
            skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch
          }}
          ?subject ?match ?object .
          FILTER(!STRSTARTS(STR(?object), "{BASE}"))
        }}""",
    )
    spaces = [
        row["space"].value
        for row in select(
            store, f"{head}SELECT ?space {{ ?set void:objectsTarget/void:uriSpace ?space }}"
        )
    ]
    left = [
        row["object"].value for row in rows if not row["object"].value.startswith(tuple(spaces))
    ]
    assert left == [], "name their dataset in queries/describe/30-linksets.rq"


def test_every_description_is_in_its_graph_and_in_the_default_graph(store: Store) -> None:
    for name in GRAPH_NAMES:
        quads = list(store.quads_for_pattern(None, None, None, NamedNode(BASE + name)))
        assert quads, name
        for quad in quads:
            assert published(quad) in store


def test_the_service_names_every_graph(store: Store) -> None:
    query = f"SELECT ?graph {{ GRAPH <{BASE}graph/service> {{ ?set <{SD}namedGraph> ?graph }} }}"
    named = {row["graph"].value for row in select(store, query)}
    assert named == {graph.value for graph in store.named_graphs()}


def test_the_described_formats_are_those_of_the_running_service(
    real: TestClient, store: Store
) -> None:
    sent = Store()
    sent.load(real.get("/sparql").content, format=RdfFormat.TURTLE)
    formats = [
        {quad.object for quad in each.quads_for_pattern(None, NamedNode(SD + "resultFormat"), None)}
        for each in (sent, store)
    ]
    assert formats[0] == formats[1]


def test_the_graph_states_its_version(ask: Ask, real_release: Release) -> None:
    query = f"SELECT ?v {{ <{BASE}dataset> <http://www.w3.org/ns/dcat#version> ?v }}"
    assert [row["v"] for row in ask(query)] == [real_release.manifest.version]


@pytest.mark.parametrize("chosen", GRAPHS, ids=lambda each: each.name)
@pytest.mark.parametrize("path", ["/.well-known/void", "/.well-known/sparql-examples", "/queries"])
def test_well_known_places_in_every_format(real: TestClient, path: str, chosen: Format) -> None:
    answer = real.get(path, headers={"Accept": chosen.media_type})
    assert answer.headers["content-type"].split(";")[0] == chosen.media_type
    assert len(list(parse(answer.content, format=chosen.rdf))) > 500
    asked_again = {"Accept": chosen.media_type, "If-None-Match": answer.headers["etag"]}
    assert real.get(path, headers=asked_again).status_code == 304


@pytest.mark.parametrize("extension", [each.extension for each in GRAPHS])
def test_the_dataset_in_every_format(real: TestClient, extension: str) -> None:
    chosen = next(each for each in GRAPHS if each.extension == extension)
    way = real.get("/dataset", headers={"Accept": chosen.media_type}, follow_redirects=False)
    assert (way.status_code, way.headers["location"]) == (
        303,
        f"http://testserver/dataset.{extension}",
    )
    store = Store()
    store.load(real.get(way.headers["location"]).content, format=chosen.rdf)
    own = NamedNode("http://testserver/sparql")
    assert next(store.quads_for_pattern(None, None, own), None) is not None


def test_the_page_shows_the_same_numbers_and_speaks_schema_org(
    real: TestClient, store: Store
) -> None:
    page = real.get("/dataset", headers={"Accept": "text/html"})
    query = f"{VOID}SELECT ?n {{ <{BASE}dataset> void:triples ?n }}"
    triples = int(select(store, query)[0]["n"].value)
    assert f">{triples}<" in page.text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    nodes = {node["@id"]: node for node in json.loads(found[1])["@graph"]}
    dataset = nodes[BASE + "dataset"]
    assert "Dataset" in dataset["@type"]
    assert len(dataset["distribution"]) == 16
    assert all(each["@id"] in nodes for each in dataset["distribution"])


def test_the_links_of_the_page_are_also_a_linkset(real: TestClient) -> None:
    answer = real.get("/dataset.linkset.json")
    assert answer.headers["content-type"] == "application/linkset+json"
    (context,) = answer.json()["linkset"]
    assert context["cite-as"] == [{"href": BASE + "dataset"}]
    assert {each["type"] for each in context["alternate"]} == {each.media_type for each in GRAPHS}


def test_one_example_has_an_address_of_its_own(real: TestClient) -> None:
    for path in ("queries/parties-on-a-day", "queries/api/states"):
        answer = real.get(f"/{path}", headers={"Accept": "text/turtle"})
        store = Store()
        store.load(answer.content, format=RdfFormat.TURTLE)
        text = NamedNode("http://www.w3.org/ns/shacl#select")
        assert next(store.quads_for_pattern(NamedNode(BASE + path), text, None), None) is not None
        assert real.get(f"/{path}", headers={"Accept": "text/html"}).status_code == 200


def test_files_that_somebody_serves_have_no_description(
    tmp_path: Path, make: Callable[..., Release], settings: Settings
) -> None:
    release = make(tmp_path / "release")
    release.manifest = release.manifest.model_copy(update={"served_files": ("some.ttl",)})
    with TestClient(create_app(release, default_garden(), settings)) as client:
        for path in ("/dataset", "/.well-known/void", "/.well-known/sparql-examples"):
            assert client.get(path).status_code == 404
        assert "creativecommons" not in client.get("/data/state/BEN.ttl").headers["link"]
