"""Answers from the cache: the same as without it, for the same request only, and bounded."""

import asyncio
import gzip
import json
import socket
import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

import brotli
import pytest
from fastapi.testclient import TestClient
from products import rows

from treatybodies.web import codings
from treatybodies.web.cache import OVERHEAD, Cache, Entry, Reply
from treatybodies.web.canonical import canonical
from treatybodies.web.codings import CODINGS
from treatybodies.web.flights import Flights

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STATES = "SELECT ?s { ?s a <https://w3id.org/treatybodies/ontology#State> } ORDER BY ?s"
EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
BENIN = "state/BEN"


@dataclass
class Service:
    """A service and what its cache counts."""

    client: TestClient

    @property
    def cache(self) -> Cache:
        found: Cache = self.client.app.state.cache  # type: ignore[attr-defined]
        return found

    @property
    def evaluated(self) -> float:
        """Queries that workers have evaluated."""
        metrics = self.client.app.state.metrics  # type: ignore[attr-defined]
        counted: float = metrics.registry.get_sample_value("treatybodies_query_seconds_count")
        return counted


@pytest.fixture
def fresh(client: TestClient) -> Service:
    """A service with an empty cache."""
    mine = Service(client)
    mine.cache.renew("none")
    mine.cache.hits = 0
    return mine


PATHS = [
    f"/sparql?query={quote(STATES)}",
    f"/sparql?query={quote(EVERYTHING)}",
    "/sparql",
    f"/doc/{BENIN}",
    f"/data/{BENIN}.ttl",
    f"/data/{BENIN}.trig",
    "/",
    "/docs",
    "/ontology",
    "/context.jsonld",
    "/api/v1/symbols/CMW/C/SR.590",
]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("path", PATHS)
def test_a_hit_is_the_same_as_a_miss(fresh: Service, path: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    answers = []
    for _ in range(3):
        with fresh.client.stream("GET", path, headers=headers) as answer:
            answers.append((answer.status_code, answer.headers.multi_items(), _raw(answer)))
    assert answers[0][0] == 200
    assert (fresh.cache.hits, fresh.cache.remembered) == (2, 1)
    assert answers[0] == answers[1] == answers[2]


def test_without_a_cache_it_is_the_same_too(
    service: Callable[..., TestClient], fresh: Service
) -> None:
    without = service(workers=2, cache_mb=0)
    for path in PATHS:
        for _ in range(2):
            one, other = without.get(path), fresh.client.get(path)
            assert one.headers.multi_items() == other.headers.multi_items()
            assert one.content == other.content
    assert without.app.state.cache.hits == 0  # type: ignore[attr-defined]
    assert fresh.cache.hits


@pytest.mark.parametrize("path", PATHS)
def test_head_and_304_from_the_cache(fresh: Service, path: str) -> None:
    held = {"If-None-Match": fresh.client.get(path).headers["etag"]}
    cold = Service(fresh.client)
    fresh.cache.renew("other")  # empties it
    before = [cold.client.head(path), cold.client.get(path, headers=held)]
    fresh.cache.renew("another")
    got = cold.client.get(path)
    after = [cold.client.head(path), cold.client.get(path, headers=held)]
    assert [each.status_code for each in after] == [200, 304]
    assert after[0].headers.multi_items() == got.headers.multi_items()
    for one, other in zip(before, after, strict=True):
        assert one.headers.multi_items() == other.headers.multi_items()
        assert one.content == other.content == b""


def test_every_way_to_ask_shares_one_answer(fresh: Service) -> None:
    fresh.client.get("/sparql", params={"query": STATES})
    evaluated = fresh.evaluated
    spaced = STATES.replace(" ", "  \n# a comment\n ")
    body = {"Content-Type": "application/sparql-query"}
    others = [
        fresh.client.post("/sparql", data={"query": STATES}),
        fresh.client.post("/sparql", content=STATES, headers=body),
        fresh.client.request("QUERY", "/sparql", content=spaced, headers=body),
        fresh.client.get("/sparql/", params={"query": spaced, "timeout": "5", "other": "x"}),
    ]
    assert fresh.evaluated == evaluated
    assert len({(each.headers["etag"], each.content) for each in others}) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": {"Accept": "text/csv"}},
        {"params": {"query": STATES + " LIMIT 1"}},
        {"params": {"query": STATES, "default-graph-uri": "http://example.org/none"}},
        {"params": {"query": STATES, "named-graph-uri": "http://example.org/none"}},
        {"params": {"query": STATES.replace("?s", "?state")}},
    ],
)
def test_what_asks_otherwise_is_another_answer(
    fresh: Service, changed: dict[str, dict[str, str]]
) -> None:
    asked: dict[str, dict[str, str]] = {"params": {"query": STATES}} | changed
    first = fresh.client.get("/sparql", params={"query": STATES})
    second = fresh.client.get("/sparql", **asked)  # type: ignore[arg-type]
    assert first.content != second.content
    assert first.headers["etag"] != second.headers["etag"]


def test_hosts_do_not_mix(fresh: Service) -> None:
    for host in ("one.example", "two.example", "one.example"):
        answer = fresh.client.get("/sparql", headers={"Host": host})
        assert f"http://{host}/sparql" in answer.text
    assert fresh.cache.hits == 1


@pytest.mark.parametrize("header", ["Cookie", "Authorization", "Range"])
def test_what_may_change_an_answer_is_passed_on(fresh: Service, header: str) -> None:
    for _ in range(3):
        fresh.client.get("/sparql", params={"query": STATES}, headers={header: "x=1"})
    assert (len(fresh.cache), fresh.cache.remembered) == (1, 0)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (RAND() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (struuid() AS ?x) {}",
        "SELECT * {",
        "ASK { SERVICE <http://example.org/> {} }",
    ],
)
def test_what_does_not_last_is_not_kept(fresh: Service, query: str) -> None:
    first, second = (fresh.client.get("/sparql", params={"query": query}) for _ in range(2))
    assert "no-store" in first.headers["cache-control"]
    assert (len(fresh.cache), fresh.cache.hits) == (0, 0)
    assert first.status_code != 200 or first.content != second.content


@pytest.mark.parametrize("path", ["/readyz", "/healthz", "/metrics", "/nowhere", "/id/state/BEN"])
def test_only_whole_lasting_answers_are_kept(fresh: Service, path: str) -> None:
    fresh.client.get(path, follow_redirects=False)
    assert len(fresh.cache) == 0


def test_a_result_too_large_for_the_cache_is_sent_all_the_same(
    service: Callable[..., TestClient],
) -> None:
    mine = Service(service(workers=1, cache_mb=1))
    query = rows("abcde")
    for encoding in ("identity", "gzip", "br", "zstd"):
        headers = {"Accept": "text/csv", "Accept-Encoding": encoding}
        with mine.client.stream("GET", "/sparql", params={"query": query}, headers=headers) as got:
            body = _plain(encoding, _raw(got))
        assert body.count(b"\r\n") == 10**5 + 1
    assert len(mine.cache) == 0


def test_a_new_release_empties_it() -> None:
    cache = Cache(10**6)
    cache.renew("one")
    cache.keep(_entry("a", 10))
    cache.renew("one")
    assert cache.find("a") is not None
    cache.renew("two")
    assert cache.find("a") is None
    assert cache.size == 0


def test_the_least_recently_used_go_first() -> None:
    cache = Cache(8 * (OVERHEAD + 1000))
    for name in "abcdefgh":
        cache.keep(_entry(name, 1000))
    assert cache.size == cache.limit
    assert cache.find("a")
    cache.keep(_entry("i", 1000))
    assert cache.find("b") is None
    assert cache.find("a") is not None
    assert cache.size <= cache.limit


def test_all_that_an_answer_costs_is_counted() -> None:
    cache = Cache(100_000)
    entry = _entry("a", 1000)
    cache.keep(entry)
    cache.add_body(entry, "gzip", b"x" * 500)
    cache.remember("request", _reply(entry), 300)
    assert cache.size == entry.size == 2 * OVERHEAD + 1000 + 500 + 300
    assert cache.recall("request") is not None
    for number in range(200):
        cache.keep(_entry(number, 1000))
        assert cache.size <= cache.limit
    assert cache.recall("request") is None
    cache.remember("request", _reply(entry), 300)
    assert cache.recall("request") is None  # its answer has gone


def test_one_answer_does_not_fill_it() -> None:
    cache = Cache(80_000)
    cache.keep(_entry("a", 10_001 - OVERHEAD))
    assert len(cache) == 0
    entry = _entry("b", 100)
    cache.keep(entry)
    for number in range(1000):
        cache.remember(number, _reply(entry), 10)
    assert len(entry.requests) < 100


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0", ""),
        ("gzip;q=0, br;q=0.001", "br"),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=0.8", "gzip"),
        ("identity, gzip", "gzip"),
        ("*", "gzip"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("deflate, compress", ""),
        ("GZIP ; Q=0.3", "gzip"),
        ("gzip;q=2, br;q=x", ""),
        ("identity;q=0", ""),
        (",,;;q=1,gzip", "gzip"),
    ],
)
def test_the_coding_a_client_likes_best(header: str, name: str) -> None:
    chosen = codings.choose(header)
    assert (chosen.name if chosen else "") == name


@pytest.mark.parametrize("coding", CODINGS, ids=lambda each: each.name)
def test_codings_give_back_what_they_took(coding: codings.Coding) -> None:
    body = b"the same, the same, the same " * 1000
    assert coding.compress(body) == coding.compress(body)
    assert _plain(coding.name, coding.compress(body)) == body
    compressor = coding.compressor()
    parts = [compressor.compress(body[:100]), compressor.compress(body[100:]), compressor.flush()]
    assert _plain(coding.name, b"".join(parts)) == body


@pytest.mark.parametrize(
    ("query", "spelling"),
    [
        (" ASK\n\t{ }\r\n", "ASK { }"),
        ("ASK # why\n{}", "ASK {}"),
        ("ASK{}#", "ASK{}"),
        ("ASK { ?s ?p 'a  #  b' }", "ASK { ?s ?p 'a  #  b' }"),
        ('ASK { ?s ?p """a\n  "#\n""" }', 'ASK { ?s ?p """a\n  "#\n""" }'),
        ("ASK { ?s ?p 'it\\'s  #' }", "ASK { ?s ?p 'it\\'s  #' }"),
        ("ASK { <a:b#c>  ?p 1 }", "ASK { <a:b#c> ?p 1 }"),
        ("ASK { ?s ?p ex:a\\#b  }", "ASK { ?s ?p ex:a\\#b }"),
        ("ASK { FILTER(?a<?b) #>\n }", "ASK { FILTER(?a<?b) }"),
        ("ASK { FILTER(1-1  =  0) }", "ASK { FILTER(1-1 = 0) }"),
        ("ASK\u00a0 {}", "ASK\u00a0 {}"),
        ("ASK  { ?s ?p '\\u0022  #' }", "ASK  { ?s ?p '\\u0022  #' }"),
    ],
)
def test_one_spelling_without_another_meaning(query: str, spelling: str) -> None:
    assert canonical(query) == spelling
    assert canonical(spelling) == spelling


def test_one_evaluation_serves_all_who_wait() -> None:
    async def main() -> tuple[list[str], int]:
        flights, work = _flights(), Work()
        asked = [asyncio.create_task(flights.share("a", work)) for _ in range(10)]
        other = asyncio.create_task(flights.share("b", work))
        await work.begun(2)
        work.end.set()
        results = await asyncio.gather(*asked)
        await other
        assert len(flights) == 0
        return results, work.count

    results, count = asyncio.run(main())
    assert count == 2
    assert sorted(results) == ["copy of result"] * 9 + ["result"]


def test_a_fault_is_shared_with_those_who_wait_only() -> None:
    async def main() -> None:
        flights, work = _flights(), Work(ValueError("bad query"))
        asked = [asyncio.create_task(flights.share("a", work)) for _ in range(5)]
        await work.begun(1)
        work.end.set()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in found] == [ValueError] * 5
        assert work.count == 1
        work.fault = None
        assert await flights.share("a", work) == "result"

    asyncio.run(main())


def test_a_fault_of_one_client_is_not_shared() -> None:
    async def main() -> None:
        flights, work = _flights(), Work(KeyError("limit of this client"))
        asked = [asyncio.create_task(flights.share("a", work)) for _ in range(3)]
        await work.begun(1)
        work.fault_once = True
        work.end.set()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(found[0], KeyError)
        assert all(str(each).endswith("result") for each in found[1:])

    asyncio.run(main())


def test_who_leaves_does_not_take_the_others_along() -> None:
    async def main() -> None:
        flights, work = _flights(), Work()
        leader, *followers = [asyncio.create_task(flights.share("a", work)) for _ in range(4)]
        await work.begun(1)
        followers[0].cancel()
        leader.cancel()
        await work.begun(2)
        work.end.set()
        found = await asyncio.gather(leader, *followers, return_exceptions=True)
        assert [type(each) for each in found[:2]] == [asyncio.CancelledError] * 2
        assert sorted(map(str, found[2:])) == ["copy of result", "result"]
        assert work.count == 2

    asyncio.run(main())


class Work:
    """Work that waits until it may end, and counts how often it is begun."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.fault_once = False
        self.count = 0
        self.end = asyncio.Event()

    async def __call__(self) -> str:
        self.count += 1
        fault = self.fault
        await self.end.wait()
        if self.fault_once:
            self.fault = None
        if fault is not None:
            raise fault
        return "result"

    async def begun(self, times: int) -> None:
        """Return when it was begun ``times``."""
        while self.count < times:
            await asyncio.sleep(0)


def _flights() -> Flights[str]:
    return Flights(lambda result: f"copy of {result}", (ValueError,))


def _entry(tag: Hashable, length: int) -> Entry:
    return Entry(tag, {"": b"x" * length}, {})


def _reply(entry: Entry) -> Reply:
    return Reply(entry, {}, b"", (), ())


def _raw(answer: object) -> bytes:
    return b"".join(answer.iter_raw())  # type: ignore[attr-defined]


def _plain(encoding: str, body: bytes) -> bytes:
    match encoding:
        case "gzip":
            return gzip.decompress(body)
        case "br":
            return bytes(brotli.decompress(body))
        case "zstd":
            return zstd.decompress(body)
    return body


@pytest.mark.parametrize("more", [[], ["Accept-Encoding: gzip"], ["If-None-Match: {tag}"]])
def test_on_the_wire_it_is_the_same_too(address: tuple[str, int], more: list[str]) -> None:
    """The protocol answers what the cache knows; with a Cookie it asks the application."""
    target = f"/sparql?query={quote(EVERYTHING)}"
    tag = _exchange(address, target, [])[0]["etag"]
    headers = [each.format(tag=tag) for each in more]
    answers = [_exchange(address, target, headers) for _ in range(4)]
    answers.append(_exchange(address, target, [*headers, "Cookie: x=1"]))
    for heads, _ in answers:
        assert heads.pop("date")
    assert all(each == answers[0] for each in answers)


@pytest.mark.parametrize(
    "target",
    ["/sparql?query=ASK+%7B%7D+%23+key", "/doc/state/B%45N?x=%41&&y", "/ontology.ttl?x"],
)
@pytest.mark.parametrize("headers", [[], ["X-Forwarded-Proto: https", "X-Forwarded-For: ::2"]])
def test_what_is_remembered_is_found_in_both_places(
    address: tuple[str, int], target: str, headers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP/1.0 is answered behind uvicorn's protocol, HTTP/1.1 in it."""
    found: list[bool] = []
    recall = Cache.recall

    def noted(self: Cache, request: Hashable) -> Reply | None:
        reply = recall(self, request)
        found.append(reply is not None)
        return reply

    monkeypatch.setattr(Cache, "recall", noted)
    _exchange(address, target, headers, "1.0")
    again = _exchange(address, target, headers, "1.0")
    assert not any(found)
    for version in ("1.0", "1.1"):
        answer = _exchange(address, target, headers, version)
        assert found.pop()
        assert answer[1] == again[1]
    assert not any(found)


def test_pipelined_requests_are_answered_in_order(address: tuple[str, int]) -> None:
    queries = [f"ASK {{}} #{number % 3}" for number in range(9)]
    forms = [f"SELECT ({number} AS ?x) {{}}" for number in range(9)]
    asked = [each for pair in zip(queries, forms, strict=True) for each in pair] * 2
    lines = [f"GET /sparql?query={quote(each)} HTTP/1.1\r\nHost: x\r\n\r\n" for each in asked]
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall("".join(lines).encode())
        with connection.makefile("rb") as stream:
            bodies = [json.loads(_response(stream)[1]) for _ in asked]
    for query, body in zip(asked, bodies, strict=True):
        assert ("boolean" in body) == query.startswith("ASK")
        if "boolean" not in body:
            assert f"({body['results']['bindings'][0]['x']['value']} " in query


def _exchange(
    address: tuple[str, int], target: str, headers: list[str], version: str = "1.1"
) -> tuple[dict[str, str], bytes]:
    lines = [f"GET {target} HTTP/{version}", "Host: localhost", *headers, "", ""]
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        with connection.makefile("rb") as stream:
            return _response(stream)


def _response(stream: IO[bytes]) -> tuple[dict[str, str], bytes]:
    heads = {"status": stream.readline().decode()}
    while line := stream.readline().decode().strip():
        name, _, value = line.partition(": ")
        heads[name] = value
    return heads, stream.read(int(heads.get("content-length", 0)))
