"""What language models may ask, through the protocol's own client, over both of its transports."""

import ast
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client import Transport
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, TextContent
from products import digits

from treatybodies.paths import default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.clients import Clients
from treatybodies.web.mcp import classes, examples
from treatybodies.web.mcp.tools import TOOLS
from treatybodies.web.solutions import own_file

HERE = Path(__file__).parent
ROWS = "SELECT ?a ?b { VALUES ?a { 1 2 3 4 5 } VALUES ?b { 1 2 3 4 5 } }"
MODES = ("auto", "legacy")
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
HEADERS = {"Accept": "application/json, text/event-stream"}


def talk(server: str | Transport, work: Callable[[Client], Awaitable[None]], mode: str) -> None:
    """Do ``work`` with a client of ``server``."""

    async def run() -> None:
        async with Client(server, mode=mode) as client:
            await work(client)

    anyio.run(run)


def text_of(result: CallToolResult) -> str:
    """The only part of an answer."""
    (part,) = result.content
    assert isinstance(part, TextContent)
    return part.text


def call(url: str, name: str, mode: str = "auto", **arguments: Any) -> tuple[str, bool]:
    """What a tool says, and whether that is an error."""
    said: list[CallToolResult] = []

    async def work(client: Client) -> None:
        said.append(await client.call_tool(name, arguments))

    talk(f"{url}/mcp", work, mode)
    return text_of(said[0]), bool(said[0].is_error)


@pytest.mark.parametrize("mode", MODES)
def test_every_tool_is_listed_as_reading_only(url: str, mode: str) -> None:
    async def work(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert {each.name for each in listed} == set(TOOLS)
        for each in listed:
            assert each.title
            assert each.description
            assert each.annotations is not None
            assert each.annotations.read_only_hint is True
            assert each.annotations.destructive_hint is False
            assert each.input_schema["additionalProperties"] is False

    talk(f"{url}/mcp", work, mode)


@pytest.mark.parametrize("mode", MODES)
def test_a_query_says_how_many_rows_are_left_out(url: str, mode: str) -> None:
    text, failed = call(url, "run_query", mode, query=ROWS, rows=3)

    head, variables, *rows = text.splitlines()
    assert not failed
    assert head.startswith("# the first 3 of 25 rows")
    assert variables == "?a\t?b"
    assert len(rows) == 3


def test_a_small_result_is_whole(url: str) -> None:
    text, _ = call(url, "run_query", query="SELECT ?a { VALUES ?a { 1 2 } } ORDER BY ?a")

    assert text.splitlines() == ["# 2 rows, all shown", "?a", "1", "2"]


def test_an_empty_result_is_no_error(url: str) -> None:
    text, failed = call(url, "run_query", query="SELECT ?a { ?a a <urn:nothing> }")

    assert not failed
    assert text.splitlines()[0] == "# 0 rows, all shown"


def test_a_long_cell_is_left_out_aloud(url: str) -> None:
    query = f"SELECT (GROUP_CONCAT(STR(?a)) AS ?all) {{ {digits('abcde')} }}"

    text, _ = call(url, "run_query", query=query)

    assert text.startswith("# the first 0 of 1 rows")


def test_a_question_is_answered_yes_or_no(url: str) -> None:
    assert call(url, "run_query", query="ASK {}") == ("true", False)


def test_a_graph_comes_as_turtle_and_is_counted(url: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

    text, _ = call(url, "run_query", query=query, rows=2)

    head, _, turtle = text.partition("\n")
    assert head.startswith("# the first 2 of ")
    assert "@prefix" in turtle


def test_a_wrong_query_says_where(url: str) -> None:
    text, failed = call(url, "run_query", query="SELECT ?x WHERE {\n ?x a }")

    assert failed
    assert text.startswith("query-syntax: ")
    assert "line 2, column 7" in text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("DROP ALL", "update-refused"),
        ("SELECT * { SERVICE <http://a> { ?s ?p ?o } }", "service-refused"),
        ("SELECT * " + "{" * 200 + "}" * 200, "query-too-complex"),
    ],
)
def test_what_the_endpoint_refuses_is_refused_here(url: str, query: str, code: str) -> None:
    text, failed = call(url, "run_query", query=query)

    assert failed
    assert text.startswith(f"{code}: ")


def test_arguments_are_checked(url: str) -> None:
    text, failed = call(url, "run_query", query="ASK {}", rows=100_000)

    assert failed
    assert text.startswith("invalid-parameter: rows:")


def test_an_unknown_tool_is_an_error_of_the_protocol(url: str) -> None:
    async def work(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no tool"):
            await client.call_tool("drop_everything", {})

    talk(f"{url}/mcp", work, "auto")


def test_a_query_counts_on_its_client(release: Release, settings: Settings, serving: Any) -> None:
    limits = {"exempt_clients": "", "client_cpu_seconds": 0.001, "client_cpu_rate": 0.001}
    application = create_app(release, default_garden(), settings.model_copy(update=limits))
    with serving(application) as (host, port):
        url = f"http://{host}:{port}"
        clients: Clients = application.state.clients
        client = clients.begin("127.0.0.1")
        client.charge(1.0)
        client.leave()

        text, failed = call(url, "run_query", query="ASK {}")

    assert failed
    assert text.startswith("budget: ")


def test_the_guide_names_the_release(url: str, release: Release) -> None:
    text, _ = call(url, "usage_guide")

    assert release.manifest.version in text
    assert f"{url}/sparql" in text
    assert "PREFIX tbo:" in text


def test_classes_are_described_by_what_their_members_have(url: str) -> None:
    text, failed = call(url, "describe_classes", classes=["state", "tbo:CoreTreaty"])

    assert not failed
    assert "## tbo:State" in text
    assert "## tbo:CoreTreaty" in text
    assert "- tbo:iso3 → xsd:string" in text


def test_the_sample_is_that_of_the_query() -> None:
    assert f"LIMIT {classes.SAMPLE}\n" in own_file("class-properties").text


def test_without_names_all_classes_are_listed(url: str) -> None:
    assert "- tbo:State (3)" in call(url, "describe_classes")[0]


def test_a_class_that_is_not_there_is_corrected(url: str) -> None:
    text, failed = call(url, "describe_classes", classes=["Stats"])

    assert failed
    assert "ask for one of: State" in text


def test_things_are_found_by_name(url: str) -> None:
    assert (
        "<https://w3id.org/treatybodies/id/state/BEN>" in call(url, "find_things", text="Benin")[0]
    )


@pytest.mark.parametrize(
    "iri", ["state:BEN", "id/state/BEN", "<https://w3id.org/treatybodies/id/state/BEN>"]
)
def test_a_thing_is_described_with_its_sources(url: str, iri: str) -> None:
    text, failed = call(url, "describe_thing", iri=iri)

    assert not failed
    assert "state:BEN" in text
    assert "all shown" in text


def test_of_other_things_the_english_label_is_told(pages: TestClient) -> None:
    period = {"iri": "id/status/icrmw/BEN/2018-11-01/party"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    asked |= {"params": {"name": "describe_thing", "arguments": period}}

    answer = pages.post("/mcp", json=asked, headers={**HEADERS, "Host": "localhost"})

    text = answer.json()["result"]["content"][0]["text"]
    assert 'state:BEN skos:prefLabel "Benin"@en .' in text


@pytest.mark.parametrize(
    ("iri", "code"), [("state:XXX", "not-found"), ("a b", "invalid-parameter")]
)
def test_what_is_no_thing_is_said_to_be_none(url: str, iri: str, code: str) -> None:
    text, failed = call(url, "describe_thing", iri=iri)

    assert failed
    assert text.startswith(f"{code}: ")


def test_a_symbol_is_explained(url: str) -> None:
    text, _ = call(url, "explain_symbol", symbol="cmw/c/sr.590")

    assert "summary record" in text
    assert "IRI: https://w3id.org/treatybodies/id/doc/CMW/C/SR.590" in text


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Which States are party to all core treaties?", "parties-to-all-core-treaties"),
        ("who objected to reservations?", "who-objected-to-whom"),
        ("When and where did the body hold its sessions?", "committee-sessions"),
        ("denunciation of a treaty", "denunciations"),
    ],
)
def test_an_example_is_found_by_its_question(question: str, name: str) -> None:
    found = examples.ranked(examples.read_examples(default_garden()), question)

    assert name in [each.query.name for each in found[:3]]


def test_every_example_finds_itself() -> None:
    every = examples.read_examples(default_garden())

    for each in every:
        nearest = examples.ranked(every, each.query.head.summary)[:5]
        assert each in nearest, each.query.path


def test_a_page_of_another_site_may_not_use_a_private_service(url: str) -> None:
    foreign = {**HEADERS, "Origin": "https://example.org"}

    answer = httpx2.post(f"{url}/mcp", json=INITIALIZE, headers=foreign)

    assert answer.status_code == 403
    assert answer.json()["code"] == "origin-refused"


def test_another_name_for_this_machine_is_refused(url: str) -> None:
    rebound = {**HEADERS, "Host": "evil.example"}

    answer = httpx2.post(f"{url}/mcp", json=INITIALIZE, headers=rebound)

    assert answer.status_code == 421
    assert answer.json()["code"] == "host-refused"


def test_a_public_service_answers_every_page(service: Callable[..., TestClient]) -> None:
    client = service(public_url="https://graph.example")
    asked = {**HEADERS, "Host": "graph.example", "Origin": "https://inspector.example"}

    answer = client.post("/mcp", json=INITIALIZE, headers=asked)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["result"]["serverInfo"]["name"] == "treatybodies"


def test_a_body_that_is_too_long_is_not_read(url: str) -> None:
    answer = httpx2.post(f"{url}/mcp", content=b" " * 10**6, headers=HEADERS)

    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"jsonrpc": "2.0"}', b"\xff"])
def test_what_is_no_call_is_a_fault_of_the_client(url: str, body: bytes) -> None:
    headers = {**HEADERS, "Content-Type": "application/json"}

    answer = httpx2.post(f"{url}/mcp", content=body, headers=headers)

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_only_calls_are_taken(url: str, method: str) -> None:
    answer = httpx2.request(method, f"{url}/mcp", headers={"Accept": "text/event-stream"})

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_browser_is_led_to_the_guide(url: str) -> None:
    answer = httpx2.get(f"{url}/mcp", headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{url}/guides/mcp"


@pytest.mark.parametrize("mode", MODES)
def test_the_command_speaks_on_its_streams(tmp_path: Path, mode: str) -> None:
    data = HERE / "release.trig"
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "treatybodies", "mcp", "--data", str(data), "--workers", "1"],
        cwd=tmp_path,
    )

    async def work(client: Client) -> None:
        assert {each.name for each in (await client.list_tools()).tools} == set(TOOLS)
        rows = await client.call_tool("run_query", {"query": ROWS, "rows": 1})
        assert text_of(rows).startswith("# the first 1 of 25 rows")
        guide = await client.call_tool("usage_guide", {})
        assert "release.trig" in text_of(guide)

    talk(stdio_client(command), work, mode)


@pytest.mark.parametrize("mode", MODES)
def test_any_of_several_web_processes_answers_any_call(tmp_path: Path, mode: str) -> None:
    command = [sys.executable, "-m", "treatybodies", "serve", "--data", str(HERE / "release.trig")]
    command += ["--port", "0", "--web-workers", "2", "--workers", "2"]

    async def work(client: Client) -> None:
        for _ in range(6):
            rows = await client.call_tool("run_query", {"query": ROWS, "rows": 1})
            assert text_of(rows).startswith("# the first 1 of 25 rows")

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as running:
        assert running.stderr is not None
        ready = next(line for line in running.stderr if line.startswith("ready"))
        try:
            for _ in range(3):  # each client has connections of its own
                talk(f"{ready.split()[-1]}/mcp", work, mode)
        finally:
            running.terminate()
            running.wait()


def test_the_service_starts_without_the_library() -> None:
    code = "import sys, treatybodies.web.server; print([*sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"mcp", "markdown_it"} & set(ast.literal_eval(done.stdout))
