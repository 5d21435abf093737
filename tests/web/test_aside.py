"""What the web process itself does for a stranger: bounded, and on the stranger's account."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from treatybodies.errors import RequestMalformed
from treatybodies.web.mcp.results import first_lines
from treatybodies.web.orders import Result
from treatybodies.web.reconcile.batch import read_extension, read_queries
from treatybodies.web.tables import MOST_CELLS

Start = Callable[..., TestClient]
LONG = "ASK { " + "?s ?p ?o . " * 7000 + "SERVICE <http://a.example/> {} }"
HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sparql", {"query": LONG}),
        ("/reconcile", {"queries": "[" + "1," * 100_000 + "1]"}),
    ],
)
def test_what_is_refused_is_paid_for_too(service: Start, path: str, body: dict[str, str]) -> None:
    client = service(exempt_clients="", client_cpu_seconds=0.001, client_cpu_rate=1e-6)
    answers = [client.post(path, data=body).status_code for _ in range(2)]
    assert answers[0] in (400, 403)
    assert answers[1] == 429


def test_looking_for_a_name_is_paid_for(service: Start) -> None:
    client = service(exempt_clients="", client_cpu_seconds=1e-5, client_cpu_rate=1e-9)
    assert client.get("/search?q=benin&format=json").status_code == 200
    assert client.get("/search?q=niger&format=json").status_code == 429


def test_a_result_that_has_used_up_the_share_is_still_shown(service: Start) -> None:
    client = service(exempt_clients="", client_cpu_seconds=1e-5, client_cpu_rate=1e-9)
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    assert client.get("/sparql", params=query, headers=HTML).status_code == 200
    assert client.get("/sparql", params=query, headers=HTML).status_code == 429


@pytest.mark.parametrize("columns", [1, 30, 900])
def test_a_page_of_a_wide_table_is_bounded(client: TestClient, columns: int) -> None:
    rows = " ".join(f"VALUES ?x{number} {{ 1 2 }}" for number in range(9))
    names = " ".join(f"?a{number}" for number in range(columns))
    query = f"SELECT {names} {{ {rows} }}"
    page = client.post("/sparql", data={"query": query}, headers=HTML).text
    cells = page.count("<td>")
    assert 0 < cells <= MOST_CELLS
    assert "512" in page
    assert ("Only the first rows are shown" in page) == (512 * columns > MOST_CELLS)
    assert page.count("<th scope") == columns


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_queries, '{"q": {"properties": [{"pid": "a", "v": [%s]}]}}'),
        (read_queries, '{"q": {"type": [%s]}}'),
        (read_queries, '{"q": {"properties": [%s]}}'),
        (read_extension, '{"ids": [%s], "properties": []}'),
        (read_extension, '{"ids": [], "properties": [%s]}'),
    ],
)
def test_a_batch_has_its_first_fault_told(read: Callable[[str], Any], text: str) -> None:
    """To collect the 600,000 faults of one form took eight seconds."""
    with pytest.raises(RequestMalformed) as caught:
        read(text % ", ".join(["[]"] * 1000))
    assert caught.value.__cause__.error_count() <= 10  # type: ignore[union-attr]  # a union's parts


def test_a_line_that_is_never_shown_is_not_kept() -> None:
    long = Result(9_000_000, spool=io.BytesIO(b"?a\n" + "é".encode() * 4_500_000 + b"\nx\n"))
    lines, total = first_lines(long, 200)
    assert total == 3
    assert sum(map(len, lines)) < 3_000_000
