"""Whatever is sent: an answer comes, and it is never a 5xx but 503."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treatybodies.errors import NotAcceptable, RequestFault
from treatybodies.web.formats import Form, formats_for
from treatybodies.web.guard import check_query
from treatybodies.web.negotiation import negotiate, prefers_html

HARD = settings(
    deadline=timedelta(seconds=20),  # no hang; the queries' own limit is lower
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FAST = settings(HARD, max_examples=300)

WORDS = st.sampled_from(
    [
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "WHERE",
        "*",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ".",
        ";",
        ",",
        "?s",
        "?p",
        "?o",
        "<a:b>",
        "<id/state/BEN>",
        "a",
        "'x'",
        '"y"@en',
        "1",
        "2.5",
        "true",
        "FILTER",
        "OPTIONAL",
        "UNION",
        "MINUS",
        "GRAPH",
        "BIND",
        "AS",
        "VALUES",
        "UNDEF",
        "ORDER",
        "BY",
        "LIMIT",
        "OFFSET",
        "GROUP",
        "HAVING",
        "COUNT",
        "SUM",
        "DISTINCT",
        "REDUCED",
        "FROM",
        "NAMED",
        "PREFIX",
        "BASE",
        ":",
        "ex:",
        "ex:a",
        "/",
        "|",
        "^",
        "!",
        "+",
        "-",
        "=",
        "<",
        ">",
        "&&",
        "||",
        "IN",
        "NOT",
        "EXISTS",
        "REGEX",
        "STR",
        "LANG",
        "NOW()",
        "RAND()",
        "UUID()",
        "SERVICE",
        "INSERT",
        "DATA",
        "#",
        "\n",
        "\\u0041",
        "<<",
        ">>",
        "{|",
        "|}",
        "VERSION",
    ]
)
QUERIES = st.lists(WORDS, max_size=25).map(" ".join)
PATTERNS = QUERIES.map(lambda words: f"SELECT * {{ ?s ?p ?o {words} }} LIMIT 20")
TEXTS = st.one_of(QUERIES, PATTERNS, st.text(max_size=80))
TYPES = st.sampled_from(
    [
        "*/*",
        "text/*",
        "text/csv",
        "text/html",
        "text/turtle",
        "application/json",
        "application/*",
        "image/png",
        "application/sparql-results+json",
        "application/rdf+xml",
        "application/n-quads",
        "*/turtle",
        "text",
    ]
)
QUALITIES = st.sampled_from(
    ["", ";q=0", ";q=0.5", ";q=1", ";q=x", ";q=", ";v=1;q=0.2", ";;", "; Q=.1"]
)
RANGES = st.tuples(TYPES, QUALITIES).map("".join)
ACCEPTS = st.one_of(
    st.lists(RANGES, max_size=5).map(",".join),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)
NAMES = st.sampled_from(
    [
        "query",
        "format",
        "output",
        "results",
        "timeout",
        "default-graph-uri",
        "named-graph-uri",
        "release",
        "update",
        "x",
    ]
)
VALUES = st.one_of(TEXTS, st.sampled_from(["", "0", "1e9", "-1", "nan", "json", "http://x/", "x"]))
PARAMETERS = st.lists(st.tuples(NAMES, VALUES), max_size=5)
STATUSES = {200, 304, 400, 403, 404, 406, 410, 413, 414, 415, 429, 503}


@HARD
@given(query=TEXTS, accept=ACCEPTS)
def test_any_query(client: TestClient, query: str, accept: str) -> None:
    body = query.encode("utf-8", "surrogatepass")
    sent = {"Content-Type": "application/sparql-query", "Accept": accept}
    answer = client.post("/sparql", content=body, headers=sent)
    assert answer.status_code in STATUSES
    if answer.status_code >= 400 and "problem+json" in answer.headers["content-type"]:
        assert json.loads(answer.content)["status"] == answer.status_code


@HARD
@given(parameters=PARAMETERS, accept=ACCEPTS)
@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/graphs"])
def test_any_parameters(
    client: TestClient, path: str, parameters: list[tuple[str, str]], accept: str
) -> None:
    pairs = [(name, value.encode("utf-8", "replace")) for name, value in parameters]
    answer = client.get(path, params=pairs, headers={"Accept": accept})  # type: ignore[arg-type]
    assert answer.status_code in STATUSES


@HARD
@given(
    path=st.text(st.characters(codec="utf-8"), max_size=40),
    root=st.sampled_from(["id", "doc", "data", "graph", "scheme", "api/v1", "static", "ontology"]),
)
def test_any_path(client: TestClient, root: str, path: str) -> None:
    answer = client.get(f"/{root}/{quote(path)}", follow_redirects=False)
    assert answer.status_code in STATUSES | {303, 307, 405, 422}


@HARD
@given(body=st.binary(max_size=200))
@pytest.mark.parametrize(
    "content_type", ["application/sparql-query", "application/x-www-form-urlencoded"]
)
def test_any_bytes(client: TestClient, content_type: str, body: bytes) -> None:
    answer = client.post("/sparql", content=body, headers={"Content-Type": content_type})
    assert answer.status_code in STATUSES


@FAST
@given(query=st.one_of(TEXTS, st.text(max_size=2000)))
def test_the_guard_passes_or_refuses(query: str) -> None:
    try:
        guarded = check_query(query, 128)
    except RequestFault:
        return
    assert guarded.text == query
    assert isinstance(guarded.form, Form)


@FAST
@given(accept=st.one_of(ACCEPTS, st.text(max_size=60)), form=st.sampled_from(Form))
def test_negotiation_offers_what_there_is(accept: str, form: Form) -> None:
    prefers_html(accept)
    try:
        choice = negotiate(accept, formats_for(form))
    except NotAcceptable:
        return
    assert choice.format in formats_for(form)
    assert choice.media_type in (choice.format.media_type, *choice.format.aliases)
