"""Every status a problem can have, each met once; and the three forms a problem comes in."""

import errno
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from treatybodies import errors
from treatybodies.store import Release
from treatybodies.web.problems import HANDLERS

ASK = "/sparql?query=ASK%7B%7D"
BASE = "https://w3id.org/treatybodies/"
QUERY = {"Content-Type": "application/sparql-query"}


@pytest.mark.parametrize(
    ("method", "url", "headers", "status", "code"),
    [
        ("GET", "/sparql?query=SELECT", {}, 400, "query-syntax"),
        ("GET", "/sparql?query=DROP%20ALL", {}, 403, "update-refused"),
        ("GET", "/doc/state/XXX", {}, 404, "not-found"),
        ("PUT", "/sparql", {}, 405, "method-not-allowed"),
        ("PATCH", "/graphs", {}, 405, "method-not-allowed"),
        ("GET", ASK, {"Accept": "image/png"}, 406, "not-acceptable"),
        ("GET", ASK + "&release=0123456789ab", {}, 410, "release-gone"),
        ("POST", "/sparql", {"Content-Type": "text/csv"}, 415, "unsupported-media-type"),
        ("QUERY", "/sparql", {"Content-Type": "text/csv"}, 415, "unsupported-media-type"),
        ("GET", "/api/v1/symbols/nonsense", {}, 422, "unknown-symbol"),
    ],
)
def test_statuses(
    client: TestClient, method: str, url: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.request(method, url, headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    assert " → " in problem["detail"] or code == "query-syntax"  # the engine's own words
    if status == 405:
        assert "GET, HEAD" in answer.headers["allow"]
    if status == 415:
        for name in ("accept-post", "accept-query"):
            assert answer.headers[name].startswith("application/sparql-query")
    # 408, 413, 414, 429, 431 and 503 are met in test_raw and test_limits, 500 below.


def test_a_machine_that_has_no_more_to_give_is_overloaded(
    client: TestClient, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/dumps/{release.manifest.version}/{next(iter(release.dumps))}"

    def full(*_: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(Path, "open", full)
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (503, "overload")
    assert answer.headers["retry-after"]


def test_a_fault_of_ours_is_500_and_tells_nothing(
    service: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = service(workers=1)
    quiet = TestClient(client.app, raise_server_exceptions=False)

    async def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(client.app.state.pool, "evaluate", fail)  # type: ignore[attr-defined]
    for path in ("/sparql?query=ASK%7B%7D", "/graphs?default"):
        answer = quiet.get(path)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert "secret" not in answer.text


def test_every_error_of_a_request_has_a_row() -> None:
    def leaves(error: type[errors.TreatybodiesError]) -> set[type[errors.TreatybodiesError]]:
        below = error.__subclasses__()
        return {error}.union(*map(leaves, below)) - ({error} if below else set())

    wanted = leaves(errors.RequestFault) | leaves(errors.QueryStopped)
    assert wanted <= HANDLERS.keys()
    ours = {row.code for row in HANDLERS.values() if row.status == 500}
    assert ours == {"storage"}


@pytest.mark.parametrize(
    ("query", "place", "near"),
    [
        ("SELECT *\nWHERE { ?s ?p }", (2, 15), "WHERE { ?s ?p }"),
        ("SELECT * {\n  'é' ?p ?o . ?x ?? }", (2, 18), "'é' ?p ?o . ?x ?? }"),
        ("ASK {\n ?s ?p 'open }", (2, 8), "?s ?p 'open }"),
        ("ASK {\n\n ?s\x00 }", (3, 4), "?s\x00 }"),
    ],
)
def test_a_syntax_error_has_its_place(
    client: TestClient, query: str, place: tuple[int, int], near: str
) -> None:
    problem = client.get("/sparql", params={"query": query}).json()
    assert (problem["line"], problem["column"]) == place
    assert problem["near"] == near
    assert "error at" not in problem["detail"]
    assert not re.search(r"\d+:\d+", problem["detail"])


def test_problems_as_page_and_as_line(client: TestClient) -> None:
    asked = {"query": "SELECT *\nWHERE { ?s ?p }"}
    page = client.get("/sparql", params=asked, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert "query-syntax" in page.text
    line = client.get("/sparql", params=asked, headers={"Accept": "text/plain, */*;q=0.1"})
    assert line.text.startswith("query-syntax: ")
    assert line.text.count("\n") == 1


def test_relative_iris_resolve_against_the_base(service: Callable[..., TestClient]) -> None:
    query = {"query": "ASK { <id/state/BEN> ?p ?o }"}
    assert service(workers=1).get("/sparql", params=query).json()["boolean"] is True
    other = service(workers=1, base_iri="https://a.example/")
    assert other.get("/sparql", params=query).json()["boolean"] is False
    within = {"query": f"BASE <{BASE}> {query['query']}"}
    assert other.get("/sparql", params=within).json()["boolean"] is True


@pytest.mark.parametrize("accept", [None, "text/turtle"])
def test_a_bare_get_says_what_can_be_sent(client: TestClient, accept: str | None) -> None:
    options = client.options("/sparql")
    assert options.headers["accept-query"] == options.headers["accept-post"]


def test_an_unmet_condition_does_not_stop_a_post(client: TestClient) -> None:
    """If-None-Match speaks of GET and HEAD; a safe QUERY is like them (RFC 9110, 13.1.2)."""
    tag = client.get(ASK).headers["etag"]
    held = {**QUERY, "If-None-Match": tag}
    assert client.get(ASK, headers={"If-None-Match": tag}).status_code == 304
    assert client.request("QUERY", "/sparql", content="ASK{}", headers=held).status_code == 304
    assert client.post("/sparql", content="ASK{}", headers=held).status_code == 200
