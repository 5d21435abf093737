"""The W3C's SPARQL query evaluation tests: over HTTP each gives what the engine gives in process.

All their data lie in one served release, a file in a graph of its own; a test's data come into its
query's dataset by the protocol's parameters. The suites come with rdflib's source distribution;
``TREATYBODIES_W3C_QUERIES`` names the folder that holds ``sparql11`` and ``dawg-data-r2``.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, BNode, Graph, Namespace, URIRef

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.web.app import create_app
from treatybodies.web.files import FORMATS, Source, release_of_files

SUITES = Path(os.environ.get("TREATYBODIES_W3C_QUERIES", "no suites"))
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
BASE = "http://example.org/w3c/"
LEAST = 400
"""There are more tests than this; fewer means that they were not found."""
REFUSED = "status 400"
VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """One test: its query, and the files that make up its dataset."""

    name: str
    query: Path
    data: tuple[Path, ...]
    named: tuple[Path, ...]


def read_cases() -> Iterator[Case]:
    """The tests of all manifests that need neither entailment nor another server."""
    for manifest in sorted(SUITES.glob("*/*/manifest.ttl")):
        if manifest.parts[-3] not in ("sparql11", "dawg-data-r2"):
            continue
        if manifest.parent.name in ("entailment", "service"):
            continue
        graph = Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
        for test in sorted(graph.subjects(RDF.type, MF.QueryEvaluationTest), key=str):
            action = graph.value(test, MF.action)
            query = graph.value(action, QT.query)
            if isinstance(action, BNode) and query is not None and local(query).is_file():
                data = tuple(local(each) for each in graph.objects(action, QT.data))
                named = tuple(local(each) for each in graph.objects(action, QT.graphData))
                name = f"{manifest.parent.name}/{str(test).rpartition('#')[2]}"
                yield Case(name, local(query), data, named)


def local(iri: object) -> Path:
    """The file an IRI of a manifest names."""
    assert isinstance(iri, URIRef), iri
    return Path(iri.removeprefix("file://"))


def graph_of(file: Path) -> str:
    """The graph of ``file``; relative IRIs in its folder's queries meet it."""
    return BASE + file.relative_to(SUITES).as_posix()


def is_data(file: Path) -> bool:
    """Whether it can be loaded: some manifests name a file that is not there."""
    return file.is_file() and file.suffix in FORMATS


CASES = list(read_cases())
pytestmark = pytest.mark.skipif(
    not SUITES.is_dir(), reason="TREATYBODIES_W3C_QUERIES names no folder with the suites"
)
Served = tuple[TestClient, ox.Store]


@pytest.fixture(scope="module")
def served(
    garden: Garden, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service over the data of all tests, and the same quads in a store of this process."""
    folder = tmp_path_factory.mktemp("w3c")
    files = sorted({file for case in CASES for file in (*case.data, *case.named)})
    sources = [Source(file, graph_of(file)) for file in files if is_data(file)]
    release = release_of_files(sources, folder)
    store = store_of(release.folder / "treatybodies.nq")
    chosen = settings.model_copy(update={"workers": 2})
    with TestClient(create_app(release, garden, chosen)) as client:
        yield client, store


def store_of(dump: Path) -> ox.Store:
    """The quads of ``dump`` in memory."""
    store = ox.Store()
    store.load(path=str(dump), format=ox.RdfFormat.N_QUADS)
    return store


def test_the_tests_are_there_and_the_engine_answers_them(served: Served) -> None:
    refused = [case for case in CASES if in_process(served[1], *asked(case)) == REFUSED]
    assert len(CASES) - len(refused) > LEAST, refused


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_query_gives_over_http_what_it_gives_in_process(served: Served, case: Case) -> None:
    client, store = served
    text, dataset = asked(case)
    expected = in_process(store, text, dataset)
    answer = client.post("/sparql", data={"query": text, **dataset}, headers=ACCEPT)
    status = f"status {answer.status_code}"
    found = status if answer.status_code != 200 else canonical(answer.content)
    if VOLATILE.search(text) and expected != REFUSED:
        assert answer.status_code == 200
    else:
        assert found == expected


def asked(case: Case) -> tuple[str, dict[str, list[str]]]:
    """The query of ``case``, and its dataset as the protocol's parameters."""
    text = f"BASE <{graph_of(case.query)}>\n{case.query.read_text(encoding='utf-8')}"
    default, named = (list(map(graph_of, files)) for files in (case.data, case.named))
    return text, {"default-graph-uri": default, "named-graph-uri": named}


ACCEPT = {"Accept": "application/sparql-results+json, application/n-triples"}


def in_process(store: ox.Store, text: str, dataset: dict[str, list[str]]) -> object:
    """The engine's own answer, or the status that its refusal is over HTTP."""
    given = any(dataset.values())
    default, named = ([ox.NamedNode(each) for each in names] for names in dataset.values())
    try:
        result = store.query(
            text,
            default_graph=list(default) if given else None,
            named_graphs=list(named) if given else None,
        )
        if isinstance(result, ox.QueryTriples):
            return canonical(ox.serialize(result, format=ox.RdfFormat.N_TRIPLES) or b"")
        return canonical(result.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    except (SyntaxError, RuntimeError, ValueError):
        return REFUSED


def canonical(body: bytes) -> object:
    """An answer without what may differ between two: order, and labels of blank nodes."""
    if body.startswith(b"{"):
        found = json.loads(body)
        if "boolean" in found:
            return found["boolean"]
        rows = [unlabelled(row) for row in found["results"]["bindings"]]
        return sorted(found["head"]["vars"]), sorted(
            json.dumps(row, sort_keys=True) for row in rows
        )
    triples = list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
    dataset = ox.Dataset(triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def unlabelled(row: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """``row`` with its blank nodes numbered by where they first stand."""
    labels: dict[str, str] = {}
    for name in sorted(row):
        if row[name]["type"] == "bnode":
            label = labels.setdefault(row[name]["value"], f"b{len(labels)}")
            row[name] = {"type": "bnode", "value": label}
    return row
