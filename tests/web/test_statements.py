"""Queries of one triple pattern: what is read as one, and that the engine says the same."""

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from products import RUNAWAY
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Store,
)

from treatybodies.errors import EngineFailed, StoreUnreadable
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import DUMP, MANIFEST, STORE, Release
from treatybodies.web.app import create_app
from treatybodies.web.formats import RESULTS, Format
from treatybodies.web.pool import Pool
from treatybodies.web.statements import (
    LONGEST_ROW,
    Lookup,
    Pattern,
    Statements,
    boolean,
    lookup_of,
)

Serving = Callable[..., AbstractContextManager[tuple[str, int]]]
A, B, C = (NamedNode(f"urn:x:{name}") for name in "abc")
DEFAULT = DefaultGraph()
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
BASE = "http://example.org/base/"
STATE = "https://w3id.org/treatybodies/id/state/BEN"
ONE = f"SELECT ?code {{ <{STATE}> <https://w3id.org/treatybodies/ontology#iso3> ?code }}"
BENIN = {"type": "literal", "value": "BEN"}
LOOK = f"ASK {{ <{STATE}> a <https://w3id.org/treatybodies/ontology#State> }}"

READ = {
    "ASK { <urn:x:a> <urn:x:b> <urn:x:c> }": Lookup(Pattern(A, B, C)),
    "ask where{<urn:x:a>\ta ?class.}": Lookup(Pattern(A, TYPE, None)),
    "PREFIX x: <urn:x:> ASK { x:a x:b $o . }": Lookup(Pattern(A, B, None)),
    "prefix : <urn:x:> PREFIX y: <urn:y>\nASK WHERE { ?s ?p :c }": Lookup(Pattern(None, None, C)),
    "PREFIX x: <urn:y:> PREFIX x: <urn:x:> ASK {x:a x:b x:c}": Lookup(Pattern(A, B, C)),
    "SELECT ?o { <urn:x:a> <urn:x:b> ?o }": Lookup(Pattern(A, B, None), ("o",), (2,)),
    "select $o ?s where{?s a ?o.}": Lookup(Pattern(None, TYPE, None), ("o", "s"), (2, 0)),
    "PREFIX x: <urn:x:> SELECT\n?p WHERE { ?s ?p x:c . }": Lookup(
        Pattern(None, None, C), ("p",), (1,)
    ),
}
LEFT = [
    "SELECT * { ?s ?p ?o }",
    "ASK {}",
    "ASK { ?s ?p ?s }",
    "ASK { ?s ?p ?o } LIMIT 1",
    "ASK { ?s ?p ?o . ?o ?q ?r }",
    "ASK { ?s ?p ?o ; a ?c }",
    "ASK { GRAPH ?g { ?s ?p ?o } }",
    "ASK FROM <urn:g> { ?s ?p ?o }",
    "ASK { ?s <urn:x:b>* ?o }",
    "ASK { ?s ^<urn:x:b> ?o }",
    'ASK { ?s ?p "a" }',
    "ASK { ?s ?p 1 }",
    "ASK { _:b ?p ?o }",
    "ASK { a a a }",
    "ASK { <a> <b> <c> }",
    "ASK { <http://example.org/a/../b> ?p ?o }",
    "ASK { <urn:./a> ?p ?o }",
    "ASK { <http://a b> ?p ?o }",
    "ASK { x:a ?p ?o }",
    "PREFIX x: <y> ASK { ?s ?p ?o }",
    "BASE <urn:x:> ASK { <a> ?p ?o }",
    "PREFIX x: <urn:x:> ASK { x:a.b ?p ?o }",
    "PREFIX x: <urn:x:> ASK { x:a\\-b ?p ?o }",
    "PREFIX 1: <urn:x:> ASK { ?s ?p ?o }",
    "ASK { ?s\x0c?p ?o }",
    "ASK { ?s ?p ?o } # why",
    "SELECT { ?s ?p ?o }",
    "SELECT ?s ?s { ?s ?p ?o }",
    "SELECT ?s ?x { ?s ?p ?o }",
    "SELECT ?x { <urn:x:a> <urn:x:b> <urn:x:c> }",
    "SELECT ?s { ?s ?p ?s }",
    "SELECT ?s{ ?s ?p ?o } LIMIT 1",
    "SELECT DISTINCT ?s { ?s ?p ?o }",
    "SELECT (?s AS ?t) { ?s ?p ?o }",
    "SELECT ?s FROM <urn:g> { ?s ?p ?o }",
    "SELECT ?s { ?s <urn:x:b>+ ?o }",
    "SELECT ?s { x:a ?p ?s }",
    "SELECT?s { ?s ?p ?o }",
    "SELECT ?o { <a> ?p ?o }",
]


@pytest.mark.parametrize("query", READ)
def test_one_pattern_is_read(query: str) -> None:
    assert lookup_of(query) == READ[query]


@pytest.mark.parametrize("query", LEFT)
def test_anything_else_is_left_to_the_engine(query: str) -> None:
    assert lookup_of(query) is None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Statements:
    """A store of two statements in the default graph and one in another."""
    folder = tmp_path_factory.mktemp("release")
    return stored(folder, Quad(A, B, C), Quad(C, TYPE, B), Quad(B, B, B, A))


PIECES = (
    *("ASK", "ask", "WHERE", "PREFIX", "x:", ":", "x:a", ":c", "y:a", "<urn:x:>", "<urn:x:a>"),
    *("<urn:x:b>", "<urn:x:c>", "<a>", "<urn:x:/../a>", "?s", "?p", "$o", "a", ".", ";", "{", "}"),
    *("{ x:a", "ASK {", "PREFIX x: <urn:x:>", "<urn:x:b> ?o }", "<urn:x:a> <urn:x:b>", "^", "#"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from((" ", "", "\n", "\t ")))
def test_the_engine_says_the_same(store: Statements, pieces: list[str], blank: str) -> None:
    query = blank.join(pieces)
    if (lookup := lookup_of(query)) is not None and lookup.columns is None:
        assert store.fits(lookup.pattern) is answered(store._store, query)


COLUMNS = ("?s", "$o", "?p ?o", "?o ?s", "?s?p", "*", "?s ?s", "?x")


@given(
    st.sampled_from(COLUMNS),
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.sampled_from((" ", "", "\n", "\t ")),
)
def test_the_engine_gives_the_same_row(
    store: Statements, columns: str, pieces: list[str], blank: str
) -> None:
    query = f"PREFIX x: <urn:x:> PREFIX : <urn:x:> SELECT {columns} {{{blank.join(pieces)}}}"
    if (row := lookup_of(query)) is not None:
        found = store.result(row, Format.JSON)
        rows = json.loads(selected(store._store, query, Format.JSON))["results"]["bindings"]
        assert (found is None) is (len(rows) > 1)
        assert found is None or json.loads(found.body)["results"]["bindings"] == rows


XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [
    Literal('two\nlines, "quoted", \\ and \ta tab; \r\u007f\u0085\ufffe'),
    Literal(""),
    Literal("libellé 🌍", language="fr-BE"),
    Literal("עברית", language="he"),
    Literal("עברית", language="he", direction=BaseDirection.RTL),
    *(Literal(text, datatype=NamedNode(XSD + "integer")) for text in ("007", "-0", "seven")),
    *(Literal(text, datatype=NamedNode(XSD + "boolean")) for text in ("1", "true", "yes")),
    *(Literal(text, datatype=NamedNode(XSD + "double")) for text in ("1e0", "INF", "NaN", "-0")),
    *(Literal(text, datatype=NamedNode(XSD + "decimal")) for text in ("1.50", ".5", "1e3")),
    *(Literal(text, datatype=NamedNode(XSD + "date")) for text in ("2024-02-29", "2023-02-29")),
    Literal("2024-02-29T24:00:00Z", datatype=NamedNode(XSD + "dateTime")),
    Literal("x", datatype=NamedNode("urn:x:datatype")),
    NamedNode("http://example.org/é?a=%20&b={}#c".replace("{}", "")),
]


@pytest.mark.parametrize("chosen", RESULTS)
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_value_is_written_as_the_engine_writes_it(
    tmp_path: Path, value: Literal | NamedNode, chosen: Format
) -> None:
    release = stored(tmp_path, Quad(A, B, value, DEFAULT))
    for query in ("SELECT ?v { <urn:x:a> <urn:x:b> ?v }", "SELECT ?v ?p { ?s ?p ?v }"):
        row = lookup_of(query)
        assert row is not None
        found = release.result(row, chosen)
        assert found is not None
        assert found.body == selected(release._store, query, chosen)


@pytest.mark.parametrize("chosen", RESULTS)
def test_no_row_is_written_as_the_engine_writes_it(store: Statements, chosen: Format) -> None:
    query = "SELECT ?o ?p { <urn:x:nobody> ?p ?o }"
    row = lookup_of(query)
    assert row is not None
    found = store.result(row, chosen)
    assert found is not None
    assert found.body == selected(store._store, query, chosen)


def test_what_is_better_written_by_a_worker(tmp_path: Path) -> None:
    long, blank = Literal("x" * (LONGEST_ROW + 1)), BlankNode()
    release = stored(
        tmp_path,
        *(Quad(A, each, C, DEFAULT) for each in (A, B)),
        Quad(B, A, long, DEFAULT),
        Quad(C, A, blank, DEFAULT),
    )
    for subject in (A, B, C):
        row = lookup_of(f"SELECT ?o {{ {subject} ?p ?o }}")
        assert row is not None
        assert release.result(row, Format.JSON) is None


def stored(folder: Path, *quads: Quad) -> Statements:
    made = Store(str(folder / STORE))
    made.extend(quads)
    made.flush()
    del made
    return Statements(folder)


def selected(store: Store, query: str, chosen: Format) -> bytes:
    """The rows that the engine gives."""
    result = store.query(query, base_iri=BASE)
    assert isinstance(result, QuerySolutions)
    body = result.serialize(format=chosen.results)
    assert body is not None
    return body


@pytest.mark.parametrize("value", [A, B, C, None])
@pytest.mark.parametrize("predicate", [A, B, TYPE, None])
@pytest.mark.parametrize("subject", [A, B, C, None])
def test_each_way_to_bind_a_pattern(
    store: Statements,
    subject: NamedNode | None,
    predicate: NamedNode | None,
    value: NamedNode | None,
) -> None:
    terms = [str(subject or "?s"), str(predicate or "?p"), str(value or "?o")]
    query = f"ASK {{ {' '.join(terms)} }}"
    assert lookup_of(query) == Lookup(Pattern(subject, predicate, value))
    found = any(True for _ in store._store.quads_for_pattern(subject, predicate, value, DEFAULT))
    assert store.fits(Pattern(subject, predicate, value)) is found is answered(store._store, query)


def answered(store: Store, query: str) -> bool:
    """What the engine says."""
    result = store.query(query, base_iri=BASE)
    assert isinstance(result, QueryBoolean)
    return bool(result)


@pytest.mark.parametrize("chosen", RESULTS)
def test_yes_and_no_are_written_in_each_format(chosen: Format) -> None:
    assert b"true" in boolean(True, chosen)
    assert b"false" in boolean(False, chosen)


def get(address: tuple[str, int], query: str) -> tuple[int, dict[str, object]]:
    """Status and JSON of the answer to ``query``."""
    return sent(address, f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n")


def post(
    address: tuple[str, int], query: str, parameters: str = ""
) -> tuple[int, dict[str, object]]:
    """The same by POST."""
    head = (
        f"POST /sparql{parameters} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(query)}\r\n"
        "Content-Type: application/sparql-query\r\n\r\n"
    )
    return sent(address, head + query)


def sent(address: tuple[str, int], request: str) -> tuple[int, dict[str, object]]:
    """Status and JSON of the answer to ``request``."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(request.encode())
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            part = connection.recv(65536)
            assert part, answer
            answer += part
    found = re.match(rb"HTTP/1.1 (\d+)", answer)
    assert found is not None
    return int(found[1]), json.loads(answer.partition(b"\r\n\r\n")[2])


def test_it_needs_no_worker(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> None:
    few = {"workers": 1, "queue_length": 0, "query_seconds": 60.0}
    application = create_app(release, garden, settings.model_copy(update=few))
    with serving(application) as address, socket.create_connection(address) as busy:
        busy.sendall(f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not application.state.pool._busy:
            time.sleep(0.01)
        assert get(address, LOOK) == (200, {"head": {}, "boolean": True})
        assert get(address, LOOK.replace("State>", "Nothing>"))[1]["boolean"] is False
        assert get(address, "ASK { FILTER(true) }")[0] == 503
        status, table = get(address, ONE)
        assert (status, table["results"]) == (200, {"bindings": [{"code": BENIN}]})
        assert post(address, ONE)[1] == table
        assert get(address, ONE.replace("?code }", "?code ; a ?class }"))[0] == 503
        assert post(address, LOOK.replace("State>", "Thing>"))[1]["boolean"] is False
        # The published view is what is looked into: with another dataset the engine must see to it.
        assert post(address, LOOK, "?default-graph-uri=urn:nothing")[0] == 503


def test_it_is_kept_when_it_is_asked_again(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> None:
    application = create_app(release, garden, settings)
    cache = application.state.cache
    with serving(application) as address:
        for number in range(3):
            assert get(address, LOOK + " " * number)[0] == 200
        assert len(cache) == 0  # to keep it takes as long as to look it up
        assert get(address, LOOK)[0] == get(address, LOOK)[0] == 200
        assert (len(cache), cache.hits) == (1, 1)
        page = httpx2.get(f"http://{address[0]}:{address[1]}/metrics").text
    assert 'treatybodies_queries_total{end="looked up"} 3.0' in page


def test_however_it_is_spelt_it_has_one_tag(url: str) -> None:
    spellings = (LOOK, LOOK.replace("ASK {", "ask where{"), "PREFIX unused: <urn:x>\n" + LOOK)
    tags = {
        httpx2.get(f"{url}/sparql", params={"query": each}).headers["etag"] for each in spellings
    }
    assert len(tags) == 1
    held = {"If-None-Match": tags.pop()}
    answers = [
        httpx2.get(f"{url}/sparql", params={"query": each}, headers=held) for each in spellings
    ]
    assert [each.status_code for each in answers] == [304, 304, 304]
    other = LOOK.replace("State>", "Nothing>")
    assert httpx2.get(f"{url}/sparql", params={"query": other}, headers=held).status_code == 200


def test_a_fault_of_the_disk_is_a_problem(
    release: Release,
    garden: Garden,
    settings: Settings,
    serving: Serving,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(self: Statements, pattern: Pattern) -> bool:
        raise StoreUnreadable("The store cannot be read → report it.")

    monkeypatch.setattr(Statements, "fits", broken)
    with serving(create_app(release, garden, settings)) as address:
        status, problem = get(address, LOOK)
    assert (status, problem["code"]) == (500, "storage")


def test_a_store_that_is_damaged_beneath_it_is_our_fault(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Damaged:
        def quads_for_pattern(self, *_: object) -> None:
            raise RuntimeError("Corruption: truncated block read from /srv/secret/000015.sst")

    statements = Statements(release.folder)
    monkeypatch.setattr(statements, "_store", Damaged())
    with pytest.raises(StoreUnreadable) as caught:
        statements.fits(Pattern(None, None, None))
    assert "secret" not in str(caught.value)


def test_a_release_without_its_store_does_not_start(
    release: Release, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / "damaged"
    folder.mkdir()
    for name in (MANIFEST, DUMP):
        (folder / name).symlink_to(release.folder / name)
    pool = Pool(folder, {}, settings)
    with pytest.raises(EngineFailed, match="store"):
        asyncio.run(pool.start())
    assert [each.name for each in tmp_path.iterdir()] == ["damaged"]
    assert pool.zygote is not None
    assert not Path(f"/proc/{pool.zygote.pid}").exists()
