"""The SPARQL Protocol: one small request each."""

import threading
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from products import rows
from pyoxigraph import parse, parse_query_results

from treatybodies.web.formats import GRAPHS, RESULTS, Form, Format, formats_for

STATES = "SELECT ?s { ?s a <https://w3id.org/treatybodies/ontology#State> } ORDER BY ?s"
QUERIES = {
    Form.SELECT: "SELECT ?name { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }",
    Form.ASK: "ASK { ?s ?p ?o }",
    Form.CONSTRUCT: "CONSTRUCT WHERE { ?s ?p ?o }",
    Form.DESCRIBE: "DESCRIBE <https://w3id.org/treatybodies/id/state/BEN>",
}
CODES = "https://w3id.org/treatybodies/graph/codes"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RUNAWAY = (
    "SELECT (COUNT(*) AS ?n) { "
    + "?a1 ?b1 ?c1 . ?a2 ?b2 ?c2 . ?a3 ?b3 ?c3 . "
    + ("?a4 ?b4 ?c4 . ?a5 ?b5 ?c5 . ?a6 ?b6 ?c6 . ?a7 ?b7 ?c7 . ?a8 ?b8 ?c8 }")
)


@pytest.mark.parametrize(
    ("form", "chosen"),
    [(form, chosen) for form in Form for chosen in formats_for(form)],
    ids=lambda each: each.name,
)
def test_every_form_in_every_format_parses_back(
    client: TestClient, form: Form, chosen: Format
) -> None:
    answer = client.get(
        "/sparql", params={"query": QUERIES[form]}, headers={"Accept": chosen.media_type}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == chosen.media_type
    if chosen in GRAPHS:
        quads = list(parse(answer.content, format=chosen.rdf))
        assert len(quads) == {Form.CONSTRUCT: 32, Form.DESCRIBE: 6}[form]
    elif chosen is Format.CSV or (chosen is Format.TSV and form is Form.ASK):
        assert answer.text.splitlines()[0].strip() == {Form.SELECT: "name", Form.ASK: "true"}[form]
    else:
        found = parse_query_results(answer.content, format=chosen.results)
        assert bool(found) if form is Form.ASK else len(list(found)) == 7  # type: ignore[arg-type]
    assert chosen in (*RESULTS, *GRAPHS)


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/sparql", params={"query": STATES}),
        lambda client: client.get("/sparql/", params={"query": STATES}),
        lambda client: client.post("/sparql", data={"query": STATES}),
        lambda client: client.post(
            "/sparql", content=STATES, headers={"Content-Type": "application/sparql-query"}
        ),
        lambda client: client.post(
            "/sparql",
            content=STATES,
            headers={"Content-Type": "Application/SPARQL-Query; charset=UTF-8"},
        ),
        lambda client: client.post(
            "/sparql",
            content=b"\xef\xbb\xbf" + STATES.encode(),
            headers={"Content-Type": "application/sparql-query"},
        ),
        lambda client: client.request(
            "QUERY",
            "/sparql",
            content=STATES,
            headers={"Content-Type": "application/sparql-query"},
        ),
        lambda client: client.get(
            "/sparql", params={"query": STATES, "yasgui": "1", "timeout": "0", "debug": "on"}
        ),
    ],
)
def test_every_way_to_ask_gives_the_same(
    client: TestClient, ask: Callable[[TestClient], object]
) -> None:
    answer = ask(client)
    states = [each["s"]["value"][-3:] for each in answer.json()["results"]["bindings"]]  # type: ignore[attr-defined]
    assert states == ["BEN", "EGY", "MLI"]


@pytest.mark.parametrize(
    ("dataset", "count"),
    [
        ("", 32),
        (f"&default-graph-uri={quote(CODES)}", 1),
        ("&default-graph-uri=http://example.org/unknown", 0),
        (f"&named-graph-uri={quote(CODES)}", 0),
        (f"&default-graph-uri={quote(CODES)}&default-graph-uri=http://example.org/x", 1),
    ],
)
def test_the_dataset_of_the_protocol(client: TestClient, dataset: str, count: int) -> None:
    query = quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    answer = client.get(f"/sparql?query={query}{dataset}", headers={"Accept": "text/csv"})
    assert answer.text.split() == ["n", str(count)]


@pytest.mark.parametrize("source", ["http://127.0.0.1/x", "file:///etc/passwd"])
def test_from_fetches_nothing(client: TestClient, source: str) -> None:
    answer = client.get("/sparql", params={"query": f"ASK FROM <{source}> {{ ?s ?p ?o }}"})
    assert answer.json()["boolean"] is False


@pytest.mark.parametrize(
    ("method", "url", "body", "content_type", "status", "code"),
    [
        ("GET", "/sparql?query=SELECT", b"", "", 400, "query-syntax"),
        ("GET", "/sparql?query=", b"", "", 400, "query-syntax"),
        ("GET", "/sparql?query=ASK{}&query=ASK{}", b"", "", 400, "malformed-request"),
        ("GET", "/sparql?query=%ff", b"", "", 400, "malformed-request"),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=x", b"", "", 400, "malformed-request"),
        ("GET", "/sparql?query=DROP%20ALL", b"", "", 403, "update-refused"),
        ("GET", "/sparql?query=ASK{SERVICE<a:a>{}}", b"", "", 403, "service-refused"),
        ("GET", "/sparql?query=ASK{}" + "&a=" * 2000, b"", "", 400, "malformed-request"),
        ("POST", "/sparql", b"", "", 415, "unsupported-media-type"),
        ("POST", "/sparql", b"ASK{}", "text/plain", 415, "unsupported-media-type"),
        ("POST", "/sparql", b"x=1", FORM["Content-Type"], 400, "malformed-request"),
        ("POST", "/sparql", b"update=DROP+ALL", FORM["Content-Type"], 403, "update-refused"),
        ("POST", "/sparql", b"query=%ff", FORM["Content-Type"], 400, "malformed-request"),
        ("POST", "/sparql", b"query=\xff", FORM["Content-Type"], 400, "malformed-request"),
        ("POST", "/sparql", b"DROP ALL", "application/sparql-update", 403, "update-refused"),
        ("POST", "/sparql", b"ASK{}\xff", "application/sparql-query", 400, "malformed-request"),
        ("POST", "/sparql", b" " * 200_000, "application/sparql-query", 413, "query-too-long"),
        (
            "POST",
            "/sparql?query=ASK{}",
            b"ASK{}",
            "application/sparql-query",
            400,
            "malformed-request",
        ),
        (
            "POST",
            "/sparql",
            b"ASK{}",
            "application/sparql-query; charset=utf-16",
            415,
            "unsupported-media-type",
        ),
        ("PUT", "/sparql", b"", "", 405, "method-not-allowed"),
        ("DELETE", "/sparql", b"", "", 405, "method-not-allowed"),
        ("GET", "/nowhere", b"", "", 404, "not-found"),
    ],
)
def test_what_is_refused_says_why(
    client: TestClient,
    method: str,
    url: str,
    body: bytes,
    content_type: str,
    status: int,
    code: str,
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.request(method, url, content=body, headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["detail"]
    assert answer.headers["cache-control"] == "no-store"
    if status == 405:
        assert "GET" in answer.headers["allow"]
    if status == 415:
        assert "application/sparql-query" in answer.headers["accept-post"]


def test_a_compressed_body_is_not_read(client: TestClient) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert client.post("/sparql", content=b"ASK{}", headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", "text/html"),
        ("text/plain", "text/plain"),
        ("image/png", "application/problem"),
    ],
)
def test_problems_come_in_the_preferred_form(
    client: TestClient, accept: str, expected: str
) -> None:
    answer = client.get("/nowhere<script>", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith(expected)
    assert "<script>" not in answer.text or expected == "application/problem"


def test_too_long_is_414_in_a_url(service: Callable[..., TestClient]) -> None:
    client = service(query_kb=1, workers=1)
    for length in (1500, 20_000):  # the query alone, the whole URL
        answer = client.get("/sparql?query=ASK{}" + "+" * length)
        assert (answer.status_code, answer.json()["code"]) == (414, "query-too-long")


def test_nothing_acceptable_is_406(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": STATES}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]


def test_options_and_head(client: TestClient) -> None:
    options = client.options("/sparql")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"
    got = client.get("/sparql", params={"query": STATES})
    head = client.head("/sparql", params={"query": STATES})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["etag"] == got.headers["etag"]


def test_cors(client: TestClient) -> None:
    plain = client.get("/sparql?query=ASK{}", headers={"Origin": "https://example.org"})
    assert plain.headers["access-control-allow-origin"] == "*"
    assert "ETag" in plain.headers["access-control-expose-headers"]
    preflight = client.options(
        "/sparql",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_entity_tags(client: TestClient) -> None:
    def ask(query: str, **headers: str) -> tuple[int, str | None, str]:
        sent = {"Accept-Encoding": "identity", **headers}
        answer = client.get("/sparql", params={"query": query}, headers=sent)
        return answer.status_code, answer.headers.get("etag"), answer.headers["cache-control"]

    status, tag, caching = ask(STATES)
    assert (status, caching.split(",")[0]) == (200, "public")
    assert tag is not None
    assert ask(STATES, **{"If-None-Match": tag})[0] == 304
    assert ask(STATES, **{"If-None-Match": f'"other", W/{tag}'})[0] == 304
    assert ask(STATES, **{"If-None-Match": '"other"'})[0] == 200
    assert ask(STATES, Accept="text/csv")[1] != tag
    assert ask(STATES + " LIMIT 1")[1] != tag
    assert ask("SELECT (NOW() AS ?now) {}")[1:] == (None, "no-store")


def test_compression_has_its_own_tag(client: TestClient) -> None:
    query = QUERIES[Form.CONSTRUCT]
    plain = client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    zipped = client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip"})
    refused = client.get(
        "/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip;q=0"}
    )
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in refused.headers
    assert plain.text == zipped.text == refused.text
    assert plain.headers["etag"] != zipped.headers["etag"]
    assert "Accept-Encoding" in zipped.headers["vary"]


def test_a_large_result_is_streamed_whole(client: TestClient) -> None:
    query = rows("abcde")
    for encoding in ("gzip", "identity"):
        sent = {"Accept": "text/csv", "Accept-Encoding": encoding}
        answer = client.get("/sparql", params={"query": query}, headers=sent)
        assert answer.text.count("\r\n") == 10**5 + 1


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_says_no_length_that_nobody_knows(client: TestClient, encoding: str) -> None:
    query = rows("abcde")[:-1] + "BIND(YEAR(NOW()) AS ?year) }"
    sent = {"Accept": "text/csv", "Accept-Encoding": encoding}
    got = client.get("/sparql", params={"query": query}, headers=sent)
    told = client.head("/sparql/", params={"query": query}, headers=sent)
    assert got.headers == told.headers
    assert ("content-length" in told.headers) == (encoding == "identity")


def test_a_result_page_is_escaped(client: TestClient) -> None:
    query = "SELECT * { VALUES (?a ?b) { ('<script>x</script>' <javascript:alert(1)>) } }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert "<script>" not in answer.text
    assert 'href="javascript' not in answer.text
    assert "&lt;script&gt;x" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("form", Form)
def test_every_form_has_a_page(client: TestClient, form: Form) -> None:
    answer = client.get("/sparql", params={"query": QUERIES[form]}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert ">Result</h" in answer.text


@pytest.mark.parametrize("chosen", GRAPHS, ids=lambda each: each.name)
def test_the_service_description_names_the_public_endpoint(
    service: Callable[..., TestClient], chosen: Format
) -> None:
    client = service(public_url="https://data.example.org/x/", workers=1)
    answer = client.get("/sparql", headers={"Accept": chosen.media_type})
    quads = list(parse(answer.content, format=chosen.rdf))
    endpoints = {str(q.object) for q in quads if str(q.predicate).endswith("#endpoint>")}
    assert endpoints == {"<https://data.example.org/x/sparql>"}


def test_a_browser_gets_a_form(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/html"})
    assert "<form" in answer.text


def test_a_malformed_host_is_not_echoed(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"Host": 'x"> <evil'})
    assert "evil" not in answer.text


def test_a_runaway_ends_with_timeout(service: Callable[..., TestClient]) -> None:
    client = service(query_seconds=0.5, workers=2)
    answer = client.get("/sparql", params={"query": RUNAWAY})
    assert (answer.status_code, answer.json()["code"]) == (503, "timeout")
    assert client.get("/sparql?query=ASK{}").json()["boolean"] is True


def test_a_client_may_shorten_the_limit(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": RUNAWAY, "timeout": "0.2"})
    assert answer.json()["code"] == "timeout"
    assert "0.2 s" in answer.json()["detail"]


def test_a_full_queue_says_when_to_come_back(service: Callable[..., TestClient]) -> None:
    client = service(queue_length=0, workers=1, query_seconds=3.0)
    asked = {"params": {"query": RUNAWAY}}
    running = threading.Thread(target=client.get, args=("/sparql",), kwargs=asked)
    running.start()
    while running.is_alive() and not client.app.state.pool._busy:  # type: ignore[attr-defined]
        time.sleep(0.01)
    answer = client.get("/sparql?query=ASK{}")
    running.join()
    assert (answer.status_code, answer.json()["code"]) == (503, "overload")
    assert int(answer.headers["retry-after"]) >= 1
    while (answer := client.get("/sparql?query=ASK{}")).status_code == 503:
        time.sleep(0.01)  # the worker's successor is being forked
    assert answer.json()["boolean"] is True
