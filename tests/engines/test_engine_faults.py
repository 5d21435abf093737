"""An engine behind the service that is away, slow, at fault or lying: never a shortened answer."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake import JSON, Exchange, Fake, faking
from fastapi.testclient import TestClient
from processes import free_port

from engines import behind
from treatybodies.errors import EngineAddressFault, EngineFailed, OtherRelease
from treatybodies.paths import default_garden
from treatybodies.remote.address import read_address
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.files import Source, release_of_files

LIMITS = Settings.model_validate(
    {"workers": 2, "query_seconds": 2.0, "result_mb": 1, "queue_length": 0}
)
SELECT = "SELECT ?x { ?s ?p ?x }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
SECRET = "open-sesame"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Two statements."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "data.ttl").write_text("<urn:a> <urn:b> 1, 2 .", encoding="utf-8")
    return release_of_files([Source(folder / "data.ttl")], folder)


@pytest.fixture(scope="module")
def fake(release: Release) -> Iterator[Fake]:
    """An engine that says that it holds them."""
    with faking(release) as running:
        yield running


@pytest.fixture(scope="module")
def service(fake: Fake, release: Release) -> Iterator[TestClient]:
    """The service in front of it, with a password."""
    mine = behind(LIMITS, with_password(fake))
    with TestClient(create_app(release, default_garden(), mine)) as client:
        yield client


def with_password(fake: Fake) -> str:
    """Its address as an operator sets it."""
    return fake.url.replace("http://", f"http://us:{SECRET}@")


def broken_off(exchange: Exchange) -> None:
    """Half of what was announced."""
    exchange.handler.send_response(200)
    exchange.handler.send_header("Content-Type", JSON)
    exchange.handler.send_header("Content-Length", "1000")
    exchange.handler.end_headers()
    exchange.handler.wfile.write(b'{"head": {"vars": ["x"]}, "results": {"bindings": [')
    exchange.handler.close_connection = True


def endless(media_type: str, body: bytes) -> Callable[[Exchange], None]:
    """A body that ends with the connection, which says nothing about its end."""

    def behave(exchange: Exchange) -> None:
        exchange.handler.send_response(200)
        exchange.handler.send_header("Content-Type", media_type)
        exchange.handler.send_header("Connection", "close")
        exchange.handler.end_headers()
        exchange.handler.wfile.write(body)
        exchange.handler.close_connection = True

    return behave


def hung_up(exchange: Exchange) -> None:
    """Nothing at all."""
    exchange.handler.close_connection = True


def large(exchange: Exchange) -> None:
    """More than any result may have, several times."""
    exchange.rows(*({"x": "long " * 100} for _ in range(12_000)))


def larger_than_it_came(exchange: Exchange) -> None:
    """Less than may arrive, and more than may be answered."""
    exchange.rows(*({"x": "long " * 100} for _ in range(3_000)))


def redirected(exchange: Exchange) -> None:
    """To another host."""
    exchange.answer("", status=302, Location="http://elsewhere.example/sparql")


def failing(status: int, text: str = "something") -> Callable[[Exchange], None]:
    """An error of the engine's."""
    return lambda exchange: exchange.answer(text, "text/plain", status)


WHOLE = b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'
XML = (
    b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head>'
    b"<results><result/></results></sparql>"
)
FAULTS: dict[str, tuple[Callable[[Exchange], None], int, str]] = {
    "garbage": (lambda exchange: exchange.answer("garbage"), 502, "engine"),
    "garbled": (lambda exchange: exchange.answer(WHOLE[:-3]), 502, "engine"),
    "a page": (lambda exchange: exchange.answer("<p>Hi", "text/html"), 502, "engine"),
    "nothing known": (lambda exchange: exchange.answer("x", ""), 502, "engine"),
    "broken off": (broken_off, 502, "engine"),
    "cut XML": (
        lambda exchange: exchange.answer(XML[:-20], "application/sparql-results+xml"),
        502,
        "engine",
    ),
    "a truth": (lambda exchange: exchange.answer('{"head": {}, "boolean": true}'), 502, "engine"),
    "cut JSON without a length": (endless(JSON, WHOLE[:-3]), 502, "engine"),
    "hung up": (hung_up, 503, "unavailable"),
    "refused": (failing(401), 502, "engine"),
    "forbidden": (failing(403), 502, "engine"),
    "not found": (failing(404), 502, "engine"),
    "redirect": (redirected, 502, "engine"),
    "failure": (failing(500), 502, "engine"),
    "overloaded": (failing(503), 503, "overload"),
    "too many": (failing(429), 503, "overload"),
    "timed out there": (failing(504), 503, "timeout"),
    "Virtuoso timed out": (failing(500, "Virtuoso S1T00 Error SR171"), 503, "timeout"),
    "Virtuoso cannot": (failing(500, "Virtuoso 37000 Error SQ156"), 400, "query-evaluation"),
    "cannot": (failing(400), 400, "query-evaluation"),
    "rows cut": (
        lambda exchange: exchange.answer(WHOLE, JSON, X_SPARQL_MaxRows="10"),
        503,
        "result-size",
    ),
    "time cut": (
        lambda exchange: exchange.answer(WHOLE, JSON, X_SQL_State="S1TAT"),
        503,
        "result-size",
    ),
    "too large": (large, 503, "result-size"),
    "too large when written": (larger_than_it_came, 503, "result-size"),
    "packed": (
        lambda exchange: exchange.answer(WHOLE, JSON, Content_Encoding="gzip"),
        502,
        "engine",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_a_problem(service: TestClient, fake: Fake, name: str) -> None:
    fake.behaviour, status, code = FAULTS[name]
    answer = service.get("/sparql", params={"query": f"{SELECT} # {name}"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert "→" in answer.json()["detail"]


def test_triples_without_an_end_are_no_result(service: TestClient, fake: Fake) -> None:
    """Cut between two lines, N-Triples would look whole."""
    fake.behaviour = endless("application/n-triples", b"<urn:a> <urn:b> <urn:c> .\n")
    answer = service.get("/sparql", params={"query": CONSTRUCT})
    assert answer.json()["code"] == "engine"


def test_slow_engine_is_a_timeout(service: TestClient, fake: Fake) -> None:
    fake.behaviour = lambda _: time.sleep(4)
    started = time.monotonic()
    answer = service.get("/sparql", params={"query": f"{SELECT} # slow", "timeout": "0.5"})
    assert (answer.status_code, answer.json()["code"]) == (503, "timeout")
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * { ?s ?p", "query-syntax"),
        ("SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }", "service-refused"),
        ('DEFINE input:same-as "yes" SELECT * { ?s ?p ?o }', "query-syntax"),
        ("SELECT (bif:now() AS ?x) {}", "query-syntax"),
        ("DELETE WHERE { ?s ?p ?o }", "update-refused"),
    ],
)
def test_what_is_refused_never_leaves_the_house(
    service: TestClient, fake: Fake, query: str, code: str
) -> None:
    fake.asked.clear()
    answer = service.get("/sparql", params={"query": query})
    assert answer.json()["code"] == code
    assert fake.asked == []


def test_password_is_sent_when_asked_for_and_shown_nowhere(
    fake: Fake, release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    mine = behind(LIMITS, with_password(fake))
    with TestClient(create_app(release, default_garden(), mine)) as service:
        check_password(service, fake, caplog)


def check_password(service: TestClient, fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    """Ask a query that the engine refuses."""
    fake.authorizations.clear()
    fake.behaviour = lambda exchange: exchange.answer(
        "who are you?", "text/plain", 401, WWW_Authenticate='Basic realm="x"'
    )
    refused = service.get("/sparql", params={"query": f"{SELECT} # secret"})
    assert [each is not None for each in fake.authorizations] == [False, True]
    for text in (refused.text, caplog.text, service.get("/metrics").text, repr(LIMITS)):
        assert SECRET not in text
    settings = service.app.state.settings  # type: ignore[attr-defined]
    assert SECRET not in repr(settings) + repr(read_address(settings.store.get_secret_value()))


def test_engine_that_is_away_keeps_the_service_from_starting(release: Release) -> None:
    url = f"http://127.0.0.1:{free_port()}/sparql"
    with (
        pytest.raises(EngineFailed, match="cannot be reached"),
        TestClient(create_app(release, default_garden(), behind(LIMITS, url))),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "said"),
    [({"version": "other"}, "holds release other"), ({"whole": False}, "whole release")],
)
def test_engine_with_another_release_keeps_the_service_from_starting(
    release: Release, change: dict[str, object], said: str
) -> None:
    with faking(release) as fake:
        for name, value in change.items():
            setattr(fake, name, value)
        with (
            pytest.raises(OtherRelease, match=said),
            TestClient(create_app(release, default_garden(), behind(LIMITS, fake.url))),
        ):
            pass


def test_engine_given_another_release_under_way_is_not_asked(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treatybodies.web.remote_engine.LOOK_SECONDS", 0.05)
    with (
        faking(release) as fake,
        TestClient(create_app(release, default_garden(), behind(LIMITS, fake.url))) as service,
    ):
        assert service.get("/readyz").status_code == 200
        fake.version = "other"
        end, status, number = time.monotonic() + 10, 200, 0
        while time.monotonic() < end and status == 200:
            number += 1  # never the same query: the cache may go on
            answer = service.get("/sparql", params={"query": f"{SELECT} LIMIT {number}"})
            status = answer.status_code
            time.sleep(0.05)
        assert answer.json()["code"] == "unavailable"


@pytest.mark.parametrize("url", ["", "host/sparql", "ftp://host/", "http://", "http://h:x/"])
def test_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(EngineAddressFault) as refused:
        read_address(f"{url}#{SECRET}")
    assert SECRET not in str(refused.value)


def test_address_follows_the_habits_of_servers() -> None:
    address = read_address("https://a:b%40@host:8/repositories/tb")
    assert address.query == "https://host:8/repositories/tb"
    assert address.update == "https://host:8/repositories/tb/statements"
    assert (address.user, address.password) == ("a", "b@")
    assert read_address("http://host/x/sparql").graphs == "http://host/x/data"
    assert read_address("http://host/own").update == "http://host/own"
    assert read_address("http://host/query", update="http://host/u").graphs == ""


def test_nothing_is_left_of_a_stopped_service(
    fake: Fake, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with TestClient(create_app(release, default_garden(), behind(LIMITS, fake.url))) as service:
        service.get("/readyz")
    assert list(tmp_path.iterdir()) == []
