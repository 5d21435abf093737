"""The W3C's protocol, service description and graph store tests, against served RDF files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from engines import THREE, behind, fill, running
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.web.app import create_app
from treatybodies.web.files import Source, release_of_files

SUITES = Path(__file__).parents[3] / "shared/w3c/rdf-tests/sparql/sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
NUMBERS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


@dataclass(frozen=True)
class Exchange:
    """A request of a test, and what its response must be."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[int]
    boolean: bool | None
    format: str | None
    answer: str | None
    """The body of the response, in Turtle."""


@dataclass(frozen=True)
class Case:
    """One test of a manifest."""

    name: str
    exchanges: tuple[Exchange, ...]
    graphs: dict[str, Path] = field(default_factory=dict)

    @property
    def updates(self) -> bool:
        """Whether it expects the service to change its data."""
        return self.name.startswith("update_")


def read_cases(manifest: str) -> list[Case]:
    """The tests of a manifest below `SUITES`; none where they are absent."""
    path = SUITES / manifest
    if not path.exists():
        return []
    graph = Graph().parse(path, format="turtle")
    top = graph.value(None, RDF.type, MF.Manifest)
    return [_case(graph, test) for test in _list(graph, top, MF.entries)]


def _case(graph: Graph, test: Node) -> Case:
    action = graph.value(test, MF.action)
    exchanges = tuple(_exchange(graph, each) for each in _list(graph, action, HT.requests))
    data = {
        str(graph.value(each, RDFS.label)): Path(urlsplit(str(graph.value(each, UT.graph))).path)
        for each in graph.objects(test, UT.graphData)
    }
    return Case(str(test).rsplit("#", 1)[1], exchanges, data)


def _exchange(graph: Graph, request: Node) -> Exchange:
    response = graph.value(request, HT.resp)
    headers = {
        str(graph.value(each, HT.fieldName)): str(graph.value(each, HT.fieldValue))
        for each in _list(graph, request, HT.headers)
    }
    boolean = graph.value(response, MF.expectedBoolean)
    expected = graph.value(response, MF.expectedFormat)
    answer = _body(graph, response)
    return Exchange(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)),
        headers,
        _body(graph, request),
        frozenset(_numbers(graph.objects(response, MF.expectedStatus))),
        None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]
        None if expected is None else str(expected),
        None if answer is None else answer.decode(),
    )


def _body(graph: Graph, message: Node | None) -> bytes | None:
    body = graph.value(message, HT.body)
    if body is None:
        return None
    encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
    return str(graph.value(body, CNT.chars)).encode(encoding)


def _numbers(statuses: Iterator[Node]) -> Iterator[int]:
    for status in statuses:
        name = str(status).rsplit("#", 1)[1]
        if name.startswith("StatusCode"):
            hundred = int(name.removeprefix("StatusCode")[0]) * 100
            yield from range(hundred, hundred + 100)
        else:
            yield NUMBERS[name]


def _list(graph: Graph, subject: Node | None, predicate: URIRef) -> list[Node]:
    head = graph.value(subject, predicate)
    return [] if head is None else list(Collection(graph, head))


pytestmark = pytest.mark.skipif(not SUITES.exists(), reason="the W3C suites are not here")
PROTOCOL = read_cases("protocol/manifest.ttl")
GRAPH_STORE = read_cases("graph-store-protocol/manifest-indirect.ttl")
TABULAR = ("application/sparql-results+json", "application/sparql-results+xml")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
Served = tuple[TestClient, str]


def start(
    garden: Garden, settings: Settings, folder: Path, sources: list[Source], url: str
) -> TestClient:
    """A service over RDF files, in front of the engine at ``url``."""
    release = release_of_files(sources, folder)
    fill(url, release)
    mine = behind(settings.model_copy(update={"workers": 2}), url)
    return TestClient(create_app(release, garden, mine))


@pytest.fixture(scope="module", params=THREE)
def w3c(
    request: pytest.FixtureRequest,
    garden: Garden,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TestClient]:
    """The service over the data of the protocol tests, in front of each engine in turn."""
    graphs = {iri: file for case in PROTOCOL for iri, file in case.graphs.items()}
    sources = [Source(file, iri) for iri, file in sorted(graphs.items())]
    folder = tmp_path_factory.mktemp("w3c")
    with (
        running(request.param, folder / "engine") as url,
        start(garden, settings, folder, sources, url) as client,
    ):
        yield client


def test_the_suite_is_whole() -> None:
    assert len(PROTOCOL) == 34
    assert sum(case.updates for case in PROTOCOL) == 7


@pytest.mark.parametrize("case", PROTOCOL, ids=lambda case: case.name)
def test_protocol(w3c: TestClient, case: Case) -> None:
    for exchange in case.exchanges:
        answer = w3c.request(
            exchange.method, exchange.path, content=exchange.body, headers=exchange.headers
        )
        if case.updates and is_update(exchange):
            assert answer.status_code in (403, 415)
            assert answer.json()["code"] == "update-refused"
            return
        assert answer.status_code in exchange.statuses
        media_type = answer.headers["content-type"].split(";")[0]
        if exchange.boolean is not None:
            assert json.loads(answer.content)["boolean"] is exchange.boolean
        if exchange.format in ("boolean", "tabular"):
            assert media_type in TABULAR
        if exchange.format == "RDF":
            Graph().parse(data=answer.content, format=media_type)


def is_update(exchange: Exchange) -> bool:
    """Whether a request would change the data."""
    body = exchange.body or b""
    return "update" in exchange.headers.get("content-type", "") or body.startswith(b"update=")


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml"])
def test_service_description(w3c: TestClient, media_type: str) -> None:
    """GET returns RDF; a matching ``sd:endpoint``; what the schema demands of each class."""
    answer = w3c.get("/sparql", headers={"Accept": media_type})
    graph = Graph().parse(data=answer.content, format=media_type)
    endpoint = URIRef("http://testserver/sparql")
    (service,) = graph.subjects(SD.endpoint, endpoint)
    assert list(graph.objects(service, SD.endpoint)) == [endpoint]
    (dataset,) = graph.objects(service, SD.defaultDataset)
    named = set(graph.objects(dataset, SD.namedGraph))
    assert len(named) == 3
    for each in named:
        assert len(list(graph.objects(each, SD.name))) == 1
        assert (next(graph.objects(each, SD.graph)), None, SD.Graph) in graph


@pytest.fixture(scope="module", params=THREE)
def store(
    request: pytest.FixtureRequest,
    garden: Garden,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """A service whose data change with each test, and the address of the engine behind it."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "empty.ttl").touch()
    empty = [Source(folder / "empty.ttl")]
    with (
        running(request.param, folder / "engine") as url,
        start(garden, settings, folder / "first", empty, url) as client,
    ):
        yield client, url


@pytest.mark.parametrize("case", GRAPH_STORE, ids=lambda case: case.name)
def test_graph_store(store: Served, tmp_path: Path, case: Case) -> None:
    """Writing is refused; what was to be written is then put there as a release, and is read."""
    client, url = store
    graphs: dict[str | None, list[bytes]] = {}
    for step, exchange in enumerate(case.exchanges):
        path = exchange.path.replace("/gsp", "/graphs", 1).replace(
            "$LOCATION$", "http://a.example/"
        )
        graph = graph_of(exchange)
        if exchange.method in ("GET", "HEAD"):
            turn(client, url, graphs, tmp_path / str(step))
            check(client, path, exchange)
            continue
        refused = client.request(
            exchange.method, path, content=exchange.body, headers=exchange.headers
        )
        assert refused.status_code == 405
        assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
        if exchange.method == "DELETE":
            graphs.pop(graph, None)
        else:
            kept = graphs.get(graph, []) if exchange.method == "POST" else []
            graphs[graph] = [*kept, *documents(exchange)]


def graph_of(exchange: Exchange) -> str | None:
    """The graph a request names; None for the default graph."""
    named = parse_qs(urlsplit(exchange.path).query).get("graph", [])
    if exchange.path == "/gsp" or named == ["$LOCATION$"]:
        return "http://a.example/"
    return named[0] if named else None


def documents(exchange: Exchange) -> list[bytes]:
    """The RDF documents in a request's body."""
    head = f"Content-Type: {exchange.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + (exchange.body or b""))
    parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    return [part for part in parts if isinstance(part, bytes)]


def turn(client: TestClient, url: str, graphs: dict[str | None, list[bytes]], folder: Path) -> None:
    """Make ``graphs`` the release in use."""
    folder.mkdir()
    sources = []
    for number, (graph, body) in enumerate(
        (graph, body) for graph, bodies in graphs.items() for body in bodies
    ):
        file = folder / f"{number}.ttl"
        file.write_bytes(body)
        sources.append(Source(file, graph))
    (folder / "empty.ttl").touch()
    release = release_of_files([*sources, Source(folder / "empty.ttl")], folder)
    fill(url, release, replacing=True)
    releases = client.app.state.releases  # type: ignore[attr-defined]
    assert client.portal is not None
    client.portal.call(releases.turn_to, release)


def check(client: TestClient, path: str, exchange: Exchange) -> None:
    """Compare status, media type and graph with what the test expects."""
    answer = client.request(exchange.method, path, headers=exchange.headers)
    assert answer.status_code in exchange.statuses
    if exchange.answer is not None:
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        expected = Graph().parse(data=exchange.answer, format="turtle")
        assert isomorphic(Graph().parse(data=answer.content, format="turtle"), expected)
