"""Plain queries that never see the framework: the same bytes, the same limits, nothing left."""

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote

import pytest
from products import RUNAWAY, rows

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import Service, create_app
from treatybodies.web.express import Express
from treatybodies.web.inquiries import Inquiry

Address = tuple[str, int]
Serving = Callable[..., AbstractContextManager[Address]]
MANY = rows("abc")
SPOOLED = rows("abcde")
STATE = "https://w3id.org/treatybodies/id/state/BEN"
PLAIN = {
    "ask": ("ASK {}", ()),
    "look": (f"ASK {{ <{STATE}> a ?class }}", ()),
    "look, as XML": (f"ASK {{ <{STATE}> ?p <urn:nothing> }}", ("Accept: text/xml",)),
    "select": ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3", ("Accept: text/csv",)),
    "describe": (f"DESCRIBE <{STATE}>", ("Accept: text/turtle",)),
    "alias": (f"DESCRIBE <{STATE}>", ("Accept: text/plain",)),
    "small, compressed": ("ASK {}", ("Accept-Encoding: gzip",)),
    "compressed": (MANY, ("Accept-Encoding: gzip",)),
    "plain": (MANY, ("Accept: application/sparql-results+xml",)),
    "spooled": (SPOOLED, ("Accept: text/csv",)),
    "syntax": ("SELECT * { ?s ?p }", ()),
    "evaluation": ("SELECT (<http://example.org/f>(1) AS ?x) {}", ()),
    "not acceptable": ("ASK {}", ("Accept: image/png",)),
    "page": ("ASK {}", ("Accept: text/html",)),
    "empty": ("", ()),
}  # fmt: skip

QUERIES = {
    name: quote(query)
    for name, query in {
        "ask": "ASK {}",
        "look": f"ASK {{ <{STATE}> a ?class }}",
        "select": "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3",
        "many": MANY,
    }.items()
}
BROWSER = (
    *("Accept-Language: en-GB,en;q=0.5", "Origin: https://example.net", "Sec-Fetch-Mode: cors"),
    *("Referer: https://example.net/", "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: cross-site"),
    *('Sec-CH-UA: "Chromium";v="140"', "Sec-CH-UA-Mobile: ?0", 'Sec-CH-UA-Platform: "Linux"'),
    *("DNT: 1", "Sec-GPC: 1", "Priority: u=4", "X-Requested-With: XMLHttpRequest"),
)
URLLIB = ("Accept-Encoding: identity", "User-Agent: Python-urllib/3.14", "Connection: close")
JSON_NAMES = "application/sparql-results+json,application/json,text/javascript"
CLIENTS = {
    "SPARQLWrapper": (
        "/sparql?query={ask}&format=json&output=json&results=json",
        (f"Accept: {JSON_NAMES}", *URLLIB),
    ),
    "SPARQLWrapper, asked for CSV": (
        "/sparql?format=csv&output=csv&results=csv&query={select}",
        ("Accept: application/sparql-results+xml,application/rdf+xml,*/*", *URLLIB),
    ),
    "rdflib": (
        "/sparql?query={select}",
        ("Accept: application/sparql-results+xml, application/rdf+xml", *URLLIB),
    ),
    "pandas": ("/sparql?query={many}&format=csv", ("Accept-Encoding: gzip", *URLLIB[1:])),
    "YASGUI": (
        "/sparql?infer=true&sameAs=&query={select}&contentTypeConstruct=text%2Fturtle",
        ("Accept: application/sparql-results+json,*/*;q=0.9", "Accept-Encoding: gzip", *BROWSER),
    ),
    "curl": ("/sparql?query={look}&format=text/csv", ("Accept: */*", "User-Agent: curl/8.5.0")),
    "R": (
        "/sparql?format=XML&query={select}",
        ("Content-Type: application/x-www-form-urlencoded",),
    ),
    "a name that fits no ASK": ("/sparql?query={look}&output=turtle&results=tsv&x", ()),
    "a name that nobody knows": ("/sparql?query={look}&format=parquet", ()),
    "what is for updates": ("/sparql?query={ask}&using-graph-uri=urn:x&using-named-graph-uri=", ()),
    "strangely written": ("/sparql?&%71uery={ask}&&form%61t=xml&", ()),
    "behind a proxy": (
        "/sparql?query={ask}",
        ("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "Via: 1.1 x", "X-Real-IP: ::1"),
    ),
    "behind two proxies": (
        "/sparql?query={look}",
        (
            *("X-Forwarded-For: unknown, 192.0.2.1, 127.0.0.1", "X-Forwarded-Proto: gopher"),
            *("Forwarded: for=192.0.2.1", "X-Forwarded-Host: example.net", "X-Request-ID: 7"),
        ),
    ),
    "a fault": ("/sparql?query=SELECT+%2a+%7B+?s+?p+%7D&format=csv", URLLIB),
    "closing": ("/sparql?query={ask}", ("Connection: close",)),
    "closing, in capitals": ("/sparql?query={ask}", ("Connection: Close",)),
}
SPECIAL = (
    *("&default-graph-uri=urn:x", "&named-graph-uri=urn:x", "&default-graph-uri=x", "&timeout=2"),
    *("&release=1", "&release=", "&query=ASK%7B%7D", "&update=DROP+ALL", "&format=html", "&x=%ff"),
    *("#x", "&x" * 1000),
)

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
POSTS = {
    "Comunica": (
        *("/sparql", f"{FORM}; charset=UTF-8", "query={select}"),
        ("Accept: application/sparql-results+json;q=1.0", "Accept-Encoding: gzip", *BROWSER[:4]),
    ),
    "YASGUI": (
        *("/sparql", FORM, "query={look}&infer=true&sameAs="),
        ("Accept: application/sparql-results+json,*/*;q=0.9", *BROWSER),
    ),
    "SPARQLWrapper": (
        *("/sparql", FORM, "query={ask}&format=xml&output=xml&results=xml"),
        ("Accept: application/sparql-results+xml", *URLLIB),
    ),
    "SPARQLWrapper, a body": (
        *("/sparql?format=json&output=json&results=json", QUERY, "ASK {{}}"),
        (f"Accept: {JSON_NAMES}", *URLLIB),
    ),
    "rdflib": ("/sparql?", QUERY, "SELECT * {{ ?s ?p ?o }} LIMIT 2", ("Accept: */*", *URLLIB)),
    "Jena": ("/sparql", QUERY, "DESCRIBE <" + STATE + ">", ("Accept: text/turtle",)),
    "a fault": ("/sparql", QUERY, "SELECT * {{ ?s ?p }}", ()),
    "compressed": ("/sparql", FORM, "query={many}", ("Accept-Encoding: gzip",)),
    "a form and parameters": ("/sparql?query=rubbish&timeout=x", FORM, "query={ask}", ()),
}
POSTS_APART = {
    "an update": ("/sparql", "application/sparql-update", "DROP ALL", 403),
    "an update's form": ("/sparql", FORM, "update=DROP+ALL", 403),
    "another charset": ("/sparql", f"{QUERY}; charset=utf-16", "ASK {{}}", 415),
    "no type": ("/sparql", "text/plain", "ASK {{}}", 415),
    "no query": ("/sparql", FORM, "x=1", 400),
    "two queries": ("/sparql?query=ASK%7B%7D", QUERY, "ASK {{}}", 400),
    "a dataset": ("/sparql?default-graph-uri=urn:x", QUERY, "ASK {{}}", 200),
    "a page": ("/sparql?format=html", QUERY, "ASK {{}}", 200),
    "with a slash": ("/sparql/", QUERY, "ASK {{}}", 200),
    "another place": ("/sparqling", FORM, "query={ask}", 404),
}


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The URLs of the queries that were begun without the application."""
    seen: list[bytes] = []
    begin = Express.begin

    def noted(self: Express, inquiry: Inquiry, *rest: object) -> object:
        pending = begin(self, inquiry, *rest)  # type: ignore[arg-type]
        if pending is not None:
            seen.append(inquiry.url)
        return pending

    monkeypatch.setattr(Express, "begin", noted)
    return seen


@pytest.fixture(scope="module")
def application(release: Release, garden: Garden, settings: Settings) -> Service:
    """A service without a cache, so that every answer is evaluated."""
    limits = {"cache_mb": 0, "workers": 2, "query_seconds": 1.0}
    return create_app(release, garden, settings.model_copy(update=limits))


@pytest.fixture(scope="module")
def address(application: Service, serving: Serving) -> Iterator[Address]:
    """Where it listens."""
    with serving(application) as bound:
        yield bound


def asked(query: str, *headers: str) -> bytes:
    """A GET that asks ``query``."""
    lines = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: example.org", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def response(connection: socket.socket) -> bytes:
    """The next response on ``connection``, whole."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = connection.recv(65536)
        assert part, answer
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    if length := re.search(rb"content-length: (\d+)", head):
        while len(body) < int(length[1]):
            body += connection.recv(65536)
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    return re.sub(rb"date: [^\r]*\r\n", b"", head) + b"\r\n\r\n" + body


def ask(address: Address, query: str, *headers: str) -> bytes:
    """The response to ``query``."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(asked(query, *headers))
        return response(connection)


@pytest.mark.parametrize("name", PLAIN)
def test_both_ways_answer_with_the_same_bytes(
    address: Address, begun: list[bytes], name: str
) -> None:
    query, headers = PLAIN[name]
    express = ask(address, query, *headers)
    assert len(begun) == (name not in ("not acceptable", "page", "empty"))
    again = len(begun)
    # A header that nobody knows: the application looks at the request.
    assert ask(address, query, *headers, "X-Unknown: 1") == express
    assert len(begun) == again


@pytest.mark.parametrize("name", CLIENTS)
def test_both_ways_answer_clients_with_the_same_bytes(
    address: Address, begun: list[bytes], name: str
) -> None:
    target, headers = CLIENTS[name]
    lines = [f"GET {target.format_map(QUERIES)} HTTP/1.1", "Host: example.org", *headers]
    express = exchange(address, lines)
    assert express.startswith(b"HTTP/1.1 400" if name == "a fault" else b"HTTP/1.1 200")
    assert len(begun) == 1
    assert exchange(address, [*lines, "X-Unknown: 1"]) == express
    assert len(begun) == 1


def exchange(address: Address, lines: list[str]) -> bytes:
    """The response to the request of ``lines``; the connection ends with it if that was asked."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = response(connection)
        if "connection: close" in map(str.lower, lines):
            assert connection.recv(1) == b""
        return answer


@pytest.mark.parametrize("name", POSTS)
def test_both_ways_answer_posts_with_the_same_bytes(
    address: Address, begun: list[bytes], name: str
) -> None:
    target, media_type, body, headers = POSTS[name]
    express = post(address, target, media_type, body, *headers)
    assert express.startswith(b"HTTP/1.1 400" if name == "a fault" else b"HTTP/1.1 200")
    assert len(begun) == 1
    assert post(address, target, media_type, body, *headers, "X-Unknown: 1") == express
    assert len(begun) == 1


@pytest.mark.parametrize("name", POSTS_APART)
def test_other_posts_go_to_the_application(address: Address, begun: list[bytes], name: str) -> None:
    *posted, status = POSTS_APART[name]
    answer = post(address, *posted)
    assert int(answer.split()[1]) == status
    assert not begun
    assert post(address, *posted, "X-Unknown: 1") == answer


def post(address: Address, target: str, media_type: str, body: str, *headers: str) -> bytes:
    """The response to a POST that comes in three parts."""
    sent = body.format_map(QUERIES)
    lines = [
        *(f"POST {target} HTTP/1.1", "Host: example.org", *headers),
        *(f"Content-Type: {media_type}", f"Content-Length: {len(sent)}"),
    ]
    head = "\r\n".join([*lines, "", ""])
    with socket.create_connection(address, timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in (head, sent[:3], sent[3:]):
            connection.sendall(part.encode())
            time.sleep(0.01)
        answer = response(connection)
        if "connection: close" in map(str.lower, lines):
            assert connection.recv(1) == b""
        return answer


def test_a_get_with_a_body_goes_to_the_application(address: Address, begun: list[bytes]) -> None:
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(asked("ASK {}", "Content-Length: 3") + b"abc")
        answer = response(connection)
    assert not begun
    assert answer == ask(address, "ASK {}")


def test_posts_that_come_together_are_answered_in_order(address: Address) -> None:
    both = b"".join(
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
        % (QUERY.encode(), len(query), query)
        for query in (b"ASK {}", b"ASK { FILTER(false) }")
    )
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(both * 3)
        assert booleans(connection, 6) == [b"true", b"false"] * 3


def test_a_post_that_is_being_read_when_the_service_ends_is_answered(
    release: Release, garden: Garden, settings: Settings, serving: Serving, begun: list[bytes]
) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nContent-Length: 6\r\n\r\n"
    application = create_app(release, garden, settings)
    with contextlib.ExitStack() as stack:
        service = contextlib.ExitStack()
        address = service.enter_context(serving(application))
        connection = stack.enter_context(socket.create_connection(address, timeout=30))
        connection.sendall(head.encode() + b"ASK")
        assert b'"boolean":true' in ask(address, "ASK {}")  # so the head has been read
        ending = threading.Thread(target=service.close)
        ending.start()
        while listens(address):
            time.sleep(0.01)
        connection.sendall(b" {}")
        answer = response(connection)
        ending.join()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close\r\n" in answer
    assert len(begun) == 2


def listens(address: Address) -> bool:
    """Whether connections are taken."""
    try:
        socket.create_connection(address, timeout=30).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("more", SPECIAL)
def test_parameters_with_a_meaning_go_to_the_application(
    address: Address, begun: list[bytes], more: str
) -> None:
    lines = [f"GET /sparql?query=ASK%7B%7D{more} HTTP/1.1", "Host: example.org"]
    answer = exchange(address, lines)
    assert not begun
    assert answer == exchange(address, [*lines, "X-Unknown: 1"])


def test_nothing_is_begun_after_the_last_request(address: Address, begun: list[bytes]) -> None:
    last = asked("ASK {}", "Connection: close")
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(last + asked("ASK { FILTER(false) }") * 2)
        assert b'"boolean":true' in response(connection)
        assert connection.recv(1) == b""
    assert len(begun) == 1


@pytest.mark.parametrize(
    "header",
    [
        "If-None-Match: \"x\"", "Range: bytes=0-1", "Authorization: Basic eA==", "Cookie: a=b",
        "Accept: a/b\r\nAccept: c/d",
    ],
)  # fmt: skip
def test_special_requests_go_to_the_application(
    address: Address, begun: list[bytes], header: str
) -> None:
    ask(address, "ASK {}", header)
    assert not begun


def test_requests_in_a_row_on_one_connection(address: Address, begun: list[bytes]) -> None:
    queries = [MANY, "ASK {}", "SELECT * { ?s ?p }", "ASK { FILTER(false) }"]
    with socket.create_connection(address, timeout=30) as connection:
        together = [response_of(connection, query) for query in queries]
    assert together == [ask(address, query) for query in queries]
    assert begun


def response_of(connection: socket.socket, query: str) -> bytes:
    """One question and its answer on an open connection."""
    connection.sendall(asked(query))
    return response(connection)


def test_requests_that_come_together_are_answered_in_order(address: Address) -> None:
    answers = {"true": "ASK {}", "false": "ASK { FILTER(false) }"}
    sent = b"".join(map(asked, [*answers.values()] * 3))
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(sent)
        assert booleans(connection, 6) == [b"true", b"false"] * 3


def booleans(connection: socket.socket, count: int) -> list[bytes]:
    """What ``count`` responses say."""
    received = b""
    while len(found := re.findall(rb'"boolean":(\w+)}', received)) < count:
        part = connection.recv(65536)
        assert part, received
        received += part
    return found


def test_a_runaway_ends_as_a_problem(address: Address, begun: list[bytes]) -> None:
    answer = ask(address, RUNAWAY)
    assert begun
    assert answer.startswith(b"HTTP/1.1 503")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "timeout"


def test_a_client_that_hangs_up_ends_its_query(
    release: Release, garden: Garden, settings: Settings, serving: Serving, begun: list[bytes]
) -> None:
    patient = settings.model_copy(update={"workers": 1, "query_seconds": 600.0})
    application = create_app(release, garden, patient)
    with serving(application) as address:
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(asked(RUNAWAY))
            while not application.state.pool._busy:
                time.sleep(0.01)
        assert b'"boolean":true' in ask(address, "ASK {}")
        assert len(begun) == 2
        assert len(application.state.flights) == 0
        assert application.state.releases.current.requests == 0


def test_limits_hold_here_too(
    release: Release, garden: Garden, settings: Settings, serving: Serving, begun: list[bytes]
) -> None:
    strict = settings.model_copy(
        update={"exempt_clients": "", "client_cpu_seconds": 0.1, "client_cpu_rate": 1e-6,
                "query_seconds": 0.5, "workers": 1}
    )  # fmt: skip
    with serving(create_app(release, garden, strict)) as address:
        assert b'"timeout"' in ask(address, RUNAWAY)
        refused = ask(address, "ASK {}")
        assert refused.startswith(b"HTTP/1.1 429")
        assert b'"budget"' in refused
        assert len(begun) == 1


def test_who_asks_the_same_waits_for_it(
    release: Release, garden: Garden, settings: Settings, serving: Serving, begun: list[bytes]
) -> None:
    application = create_app(release, garden, settings.model_copy(update={"query_seconds": 1.0}))
    with (
        serving(application) as address,
        socket.create_connection(address, timeout=30) as first,
        socket.create_connection(address, timeout=30) as second,
    ):
        for connection in (first, second):
            connection.sendall(asked(RUNAWAY))
        assert response(first).startswith(b"HTTP/1.1 503")
        assert response(second).startswith(b"HTTP/1.1 503")
        counted = application.state.metrics.queries.labels("QueryTimeout")._value.get()
        assert (len(begun), counted) == (1, 1)


def test_a_post_finds_what_a_get_has_left(
    release: Release, garden: Garden, settings: Settings, serving: Serving, begun: list[bytes]
) -> None:
    application = create_app(release, garden, settings)
    with serving(application) as address:
        first = ask(address, MANY, "Accept: text/csv")
        answers = [
            post(address, "/sparql", FORM, "query={many}", "Accept: text/csv", *more)
            for more in ((), (), ("Accept-Encoding: gzip",))
        ]
        assert answers[:2] == [first] * 2
        assert b"content-encoding: gzip" in answers[2]
        assert len(begun) == 3
        assert application.state.metrics.results._value.get() == 1


def test_what_was_evaluated_is_kept(
    release: Release, garden: Garden, settings: Settings, serving: Serving, begun: list[bytes]
) -> None:
    application = create_app(release, garden, settings)
    with serving(application) as address:
        first = ask(address, "ASK {}")
        assert [ask(address, "ASK {}") for _ in range(3)] == [first] * 3
    assert len(begun) == 1
