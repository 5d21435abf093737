"""What comes over the wire from clients that are no clients: slow, broken, or up to no good."""

import gzip
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import quote

import pytest
from products import RUNAWAY, rows

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import Service, create_app

Address = tuple[str, int]
Serving = Callable[[Service], AbstractContextManager[Address]]
QUERY = "Content-Type: application/sparql-query"
FORM = "Content-Type: application/x-www-form-urlencoded"
PARTS = "Content-Type: multipart/form-data; boundary=x"
BOMB = gzip.compress(b" " * 10**7)
ZIPPED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(b"ASK {}")), gzip.compress(b"ASK {}"))
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LARGE = rows("abcdef")


@pytest.fixture(scope="module")
def impatient(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> Iterator[Address]:
    """A service that waits half a second for its clients."""
    limits = {"client_seconds": 0.5, "result_mb": 64, "header_kb": 8, "query_kb": 8}
    application = create_app(release, garden, settings.model_copy(update=limits))
    with serving(application) as bound:
        yield bound


def exchange(address: Address, *parts: bytes, wait: float = 30.0) -> bytes:
    """All that comes back for ``parts`` until the connection ends or rests for ``wait`` seconds."""
    answer = b""
    with socket.create_connection(address, timeout=wait) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            while chunk := connection.recv(65536):
                answer += chunk
        except OSError:
            pass
    return answer


def status_of(answer: bytes) -> int:
    """The status of the first response."""
    return int(answer.split(b" ", 2)[1])


def problem_of(answer: bytes) -> dict[str, object]:
    """The problem document of the first response."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    found: dict[str, object] = json.loads(body)
    return found


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    """A request that ends its connection."""
    sized = [f"Content-Length: {len(body)}"] if body else []
    lines = [f"{line} HTTP/1.1", "Host: x", "Connection: close", *headers, *sized, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def alive(address: Address) -> bool:
    """Whether a plain query is answered."""
    return b'"boolean":true' in exchange(address, request("GET /sparql?query=ASK%7B%7D"))


def test_a_plain_request_is_answered(address: Address) -> None:
    assert alive(address)


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (b"nonsense\r\n\r\n", {400}),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", {400}),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", {400}),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}),
        (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            {400},
        ),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + CHUNKED + b"zz\r\n", {400, 415}),
        (request("POST /sparql", QUERY, "Transfer-Encoding: gzip, chunked") + ZIPPED, {501}),
        (
            request("POST /sparql", QUERY, "Transfer-Encoding: gzip", "Transfer-Encoding: chunked")
            + ZIPPED,
            {501},
        ),
        (request("POST /sparql", QUERY, "Transfer-Encoding: xchunked") + ZIPPED, {400, 501}),
        (request("GET /sparql?query=%FF%FE"), {400}),
        (request("GET /sparql?query=ASK%7B%00%7D"), {400}),
        (request("GET /sparql?query=%2541SK%7B%7D"), {400}),
        (request("GET /doc/%00%ff/../../etc/passwd"), {404}),
        (request("GET /static/../../pyproject.toml"), {404}),
        (request("GET /static/%2e%2e/%2e%2e/app.py"), {404}),
        (request("GET /static/..%2f..%2fapp.py"), {404}),
        (request("GET /static/%252e%252e/app.py"), {404}),
        (request("GET /static//etc/passwd"), {404}),
        (request("GET /data/../../../etc/passwd.ttl"), {404}),
        (request("GET /graphs?graph=file:///etc/passwd"), {404}),
        (request("GET /graphs?graph=../x"), {400}),
        (request("GET /id/state/BEN%0d%0aX-Injected:%20yes"), {404}),
        (request("GET /sparql?query=ASK%7B%7D&default-graph-uri=http://x/%0d%0aX:y"), {400}),
        (request("POST /sparql", QUERY, body="ASK {}".encode("utf-16")), {400}),
        (request("POST /sparql", QUERY + "; charset=utf-16", body=b"ASK{}"), {415}),
        (request("POST /sparql", QUERY, body=b"ASK {\x00}"), {400}),
        (request("POST /sparql", QUERY, body=b"\xff\xfe"), {400}),
        (request("POST /sparql", QUERY, "Content-Encoding: gzip", body=BOMB), {415}),
        (request("POST /sparql", PARTS, body=b"--x"), {415}),
        (request("POST /sparql", FORM, body=b"a&" * 9999), {400}),
        (request("BREW /sparql"), {400, 405}),
        (request("GET http://[/ "), {400}),
        (request("CONNECT example.org:80"), {400, 404, 405}),
    ],
)
def test_nasty_requests_are_refused(address: Address, sent: bytes, statuses: set[int]) -> None:
    answer = exchange(address, sent, wait=5.0)
    assert status_of(answer) in statuses
    problem = problem_of(answer)
    assert problem["status"] == status_of(answer)
    assert b"Traceback" not in answer
    assert b"\r\nX-Injected" not in answer
    assert b"root:" not in answer
    assert alive(address)


@pytest.mark.parametrize(
    "host", ['x"><script>', "evil.example/path", "a b", "x\t", "", "x:99999999", "@evil.example"]
)
def test_a_host_that_is_none_is_not_echoed(address: Address, host: str) -> None:
    sent = (
        f"GET /sparql HTTP/1.1\r\nHost: {host}\r\nAccept: text/turtle\r\nConnection: close\r\n\r\n"
    )
    answer = exchange(address, sent.encode())
    assert status_of(answer) in (200, 400)
    if host:
        assert host.encode() not in answer
    assert b"evil" not in answer


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /sparql?query=" + b"a" * 60_000 + b" HTTP/1.1\r\n", 414, "url-too-long"),
        (b"GET /sparql?" + b"a" * 400_000, 414, "url-too-long"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 60_000, 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 30_000, 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\nHost:", 408, "late"),
        (request("POST /sparql", QUERY, body=b"ASK {}")[:-3], 408, "late"),
        (b"", 408, "late"),
    ],
)
def test_heads_and_waits_are_bounded(
    impatient: Address, sent: bytes, status: int, code: str
) -> None:
    answer = exchange(impatient, sent)
    assert (status_of(answer), problem_of(answer)["code"]) == (status, code)
    assert alive(impatient)


def test_a_long_query_fits_however_it_is_encoded(impatient: Address) -> None:
    query = "ASK{}#" + "é" * 4000
    assert b'"boolean":true' in exchange(impatient, request("GET /sparql?query=" + quote(query)))


def test_a_slow_reader_is_cut_off_and_holds_no_worker(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> None:
    limits = {"client_seconds": 0.5, "result_mb": 64, "cache_mb": 0, "workers": 1}
    application = create_app(release, garden, settings.model_copy(update=limits))
    with serving(application) as bound, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(bound)
        slow.sendall(request("GET /sparql?query=" + quote(LARGE), "Accept: text/csv"))
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
        assert alive(bound)
        dropped = b'dropped_connections_total{why="slow reader"} 1.0'
        eventually(lambda: dropped in exchange(bound, request("GET /metrics")))
        assert alive(bound)


def test_connections_are_bounded(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> None:
    application = create_app(
        release, garden, settings.model_copy(update={"connections": 3, "workers": 1})
    )
    with serving(application) as bound:
        held = [socket.create_connection(bound) for _ in range(3)]
        time.sleep(0.2)
        answer = exchange(bound, b"")
        assert (status_of(answer), problem_of(answer)["code"]) == (503, "overload")
        assert b"retry-after" in answer
        for each in held:
            each.close()
        eventually(lambda: alive(bound))


def test_a_proxy_names_its_client(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> None:
    limits = {"client_queries": 1, "workers": 2, "query_seconds": 3.0}
    application = create_app(release, garden, settings.model_copy(update=limits))
    with serving(application) as bound, background(bound, "192.0.2.7", application.state.pool):
        ask = "GET /sparql?query=ASK%7B%7D"
        mine = exchange(bound, request(ask, "X-Forwarded-For: 192.0.2.7"))
        assert (status_of(mine), problem_of(mine)["code"]) == (429, "too-many-queries")
        assert b"\r\nretry-after: 1\r\n" in mine.lower()
        other = exchange(bound, request(ask, "X-Forwarded-For: 192.0.2.7, 192.0.2.8"))
        assert status_of(other) == 200
        assert alive(bound)  # the proxy itself, on loopback, is exempt


def test_an_unknown_proxy_is_not_believed(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> None:
    limits = {"client_queries": 1, "workers": 2, "query_seconds": 3.0, "trusted_proxies": ""}
    application = create_app(release, garden, settings.model_copy(update=limits))
    with serving(application) as bound, background(bound, "192.0.2.7", application.state.pool):
        answer = exchange(
            bound, request("GET /sparql?query=ASK%7B%7D", "X-Forwarded-For: 192.0.2.7")
        )
        assert status_of(answer) == 200


UPGRADE = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA")


def post(*headers: str, body: bytes = b"ASK {}") -> bytes:
    """A query by POST on a connection that stays open."""
    lines = ["POST /sparql HTTP/1.1", "Host: x", QUERY, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def test_a_query_that_asks_for_http2_is_answered(address: Address) -> None:
    """Java's own client asks for it with each request, a body behind it or not."""
    plain = request("GET /sparql?query=ASK%7B%7D")
    together = exchange(address, post(*UPGRADE) + post(*UPGRADE) + plain)
    assert together.count(b'"boolean":true') == 3


def test_a_body_behind_an_upgrade_is_no_request(address: Address) -> None:
    """Taken for one, it would be a request that a proxy has not seen."""
    hidden = request("GET /healthz")
    answer = exchange(address, post(*UPGRADE, body=hidden), request("GET /sparql?query=ASK%7B%7D"))
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"400", b"200"]
    assert b'"query-syntax"' in answer


def half_closed(address: Address, sent: bytes) -> bytes:
    """What comes back to a client that says at once that it sends no more, as `nc -N` does."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "sent",
    [
        post(),
        request("GET /sparql?query=" + quote(rows("abcd"))),
        request("GET /sparql?query=" + quote(rows("abcd")), "X-Unknown: 1"),
        request("GET /dumps/latest/", "Accept: application/json"),
        post() + post() + post(),
    ],
)
def test_who_sends_no_more_is_answered_all_the_same(address: Address, sent: bytes) -> None:
    answer = half_closed(address, sent)
    assert answer.count(b"HTTP/1.1 200") == sent.count(b" HTTP/1.1\r\n")


@pytest.mark.parametrize("more", [(), ("X-Unknown: 1",)])
def test_who_sends_no_more_is_answered_late(impatient: Address, more: tuple[str, ...]) -> None:
    """Told to go on while it waits: that is how one shows that has gone altogether."""
    query = quote(RUNAWAY)
    answer = half_closed(impatient, request(f"GET /sparql?timeout=0.5&query={query}", *more))
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"100", b"503"]


def test_half_a_request_is_none(address: Address) -> None:
    assert half_closed(address, post()[:-1]) == b""
    assert half_closed(address, b"GET / HT") == b""
    assert alive(address)


def test_what_stands_before_a_malformed_request_is_answered(address: Address) -> None:
    answer = exchange(
        address, post(body=f"{rows('abcd')} LIMIT 9999".encode()) + b"nonsense\r\n\r\n"
    )
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200"]
    assert answer.endswith(b"]}}")


@pytest.mark.parametrize("more", [(), UPGRADE])
def test_a_long_row_of_requests_is_no_large_head(address: Address, more: tuple[str, ...]) -> None:
    """Wherever a read of the socket ends: in the middle of a head, too."""
    lines = "\r\n".join(["GET /healthz HTTP/1.1", "Host: x", *more, "", ""])
    answer = exchange(address, lines.encode() * 2500 + request("GET /healthz"))
    assert answer.count(b"HTTP/1.1 200") == 2501


def test_what_is_declared_too_long_is_refused_before_it_is_sent(address: Address) -> None:
    """A client that asks first (RFC 9110, section 10.1.1) need not send it."""
    sent = post("Expect: 100-continue").replace(b"Length: 6", b"Length: 99999999")[:-6]
    answer = exchange(address, sent, wait=5.0)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"413"]


def test_a_refused_body_has_one_answer(impatient: Address) -> None:
    """It is answered before it is whole; that it never comes is no second request."""
    sent = post(body=b"ASK {}" * 10_000)[:-10]
    answer = exchange(impatient, sent)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"413"]


def test_fields_behind_a_body_are_no_head(impatient: Address) -> None:
    body = b"ASK {} #" + b"x" * 7000
    chunks = b"%x;a=b\r\n%b\r\n0\r\nX-Trailer: 1\r\nAccept: text/csv\r\n\r\n" % (len(body), body)
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{QUERY}\r\n".encode()
    answer = exchange(impatient, (head + CHUNKED + chunks) * 2 + request("GET /healthz"))
    assert answer.count(b'{"head":{},"boolean":true}') == 2
    assert answer.count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nConnection: close", 400),
        (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nX: y", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b", 400),
        (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nHost: a", 400),
        (b"GET /healthz HTTP/1.0", 200),
        (b"GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b", 400),
        (b"GET http://a.example/healthz HTTP/1.1\r\nHost: b\r\nConnection: close", 200),
        (b"GET HTTP://a.example HTTP/1.1\r\nHost: b\r\nConnection: close", 200),
        (b"GET http://a.example?x HTTP/1.1\r\nHost: b\r\nConnection: close", 200),
        (b"GET ftp://a.example/healthz HTTP/1.1\r\nHost: b\r\nConnection: close", 400),
        (b"GET http:///healthz HTTP/1.1\r\nHost: b\r\nConnection: close", 400),
        (b"GET healthz HTTP/1.1\r\nHost: b\r\nConnection: close", 400),
        (b"OPTIONS * HTTP/1.1\r\nHost: b\r\nConnection: close", 200),
    ],
)
def test_the_host_and_the_target(address: Address, lines: bytes, status: int) -> None:
    """RFC 9112, section 3.2."""
    assert status_of(exchange(address, lines + b"\r\n\r\n", wait=5.0)) == status


def test_an_address_in_the_target_is_the_host(address: Address) -> None:
    target = "GET http://a.example:80/sparql"
    answer = exchange(address, request(target, "Accept: text/turtle"))
    assert b"<http://a.example:80/sparql>" in answer


@contextmanager
def background(address: Address, client: str, pool: object) -> Iterator[None]:
    """While a runaway of ``client`` runs."""
    with socket.create_connection(address) as running:
        forwarded = f"X-Forwarded-For: {client}"
        running.sendall(request("GET /sparql?query=" + quote(RUNAWAY), forwarded))
        eventually(lambda: bool(pool._busy))  # type: ignore[attr-defined]
        yield


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for ``condition``."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
