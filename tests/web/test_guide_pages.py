"""The guides as pages, the root for clients that want RDF, and the log."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web import logs
from treatybodies.web.app import Service, create_app
from treatybodies.web.guides.routes import FILES, NAMES, html

DATA = Path(__file__).with_name("release.trig")
Serving = Callable[[Service], AbstractContextManager[tuple[str, int]]]


@pytest.mark.parametrize("name", ["", *(f"/{name}" for name in NAMES)])
def test_a_guide_is_a_page_without_scripts(pages: TestClient, name: str) -> None:
    answer = pages.get(f"/guides{name}")

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert answer.text.count("<h1>") == 1
    assert 'aria-current="page">Guides' in answer.text


def test_a_guide_speaks_of_the_service_it_is_read_at(pages: TestClient) -> None:
    text = pages.get("/guides/curl", headers={"Host": "graph.example"}).text

    assert "http://graph.example/sparql" in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_the_guides_are_served(pages: TestClient, name: str) -> None:
    answer = pages.get(f"/guides/{name}", headers={"Accept": "*/*"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == FILES[name][1]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_notebook_asks_the_service_it_came_from(pages: TestClient) -> None:
    text = pages.get("/guides/notebook.ipynb", headers={"Host": "graph.example"}).text

    assert 'SERVICE = \\"http://graph.example\\"' in text
    json.loads(text)


@pytest.mark.parametrize("name", ["nobody", "../app.py", "curl.md", "operating/../app.py"])
def test_nothing_else_is_served(pages: TestClient, name: str) -> None:
    assert pages.get(f"/guides/{name}").status_code == 404


def test_markdown_brings_no_html_of_its_own() -> None:
    assert "<script>" not in html("<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    assert "href" not in html("[x](javascript:alert(1))")


def test_links_between_guides_work_as_files_and_as_pages() -> None:
    assert 'href="/guides/mcp#limits"' in html("[x](mcp.md#limits)")
    assert 'href="operating/nginx.conf"' in html("[x](operating/nginx.conf)")
    assert 'href="/queries"' in html("[x](/queries)")
    assert 'href="https://example.org/a.md"' in html("[x](https://example.org/a.md)")


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-quads,text/html;q=0.2"])
def test_who_wants_rdf_at_the_root_is_led_to_the_description(
    client: TestClient, accept: str
) -> None:
    answer = client.get("/", headers={"Accept": accept}, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "http://testserver/sparql"
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("accept", ["*/*", "text/html", ""])
def test_everybody_else_gets_the_page(client: TestClient, accept: str) -> None:
    answer = client.get("/", headers={"Accept": accept})

    assert answer.headers["content-type"].startswith("text/html")


@pytest.fixture
def access_lines() -> Iterator[list[dict[str, object]]]:
    """What is written of requests."""
    lines: list[dict[str, object]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(logs.Json().format(record)))

    handler = Kept()
    logs.ACCESS.addHandler(handler)
    logs.ACCESS.setLevel(logging.INFO)
    yield lines
    logs.ACCESS.removeHandler(handler)
    logs.ACCESS.setLevel(logging.NOTSET)


def test_a_request_is_a_line_that_tells_nothing_of_what_was_asked(
    release: Release,
    garden: Garden,
    settings: Settings,
    serving: Serving,
    access_lines: list[dict[str, object]],
) -> None:
    application = create_app(release, garden, settings.model_copy(update={"access_log": True}))
    query = {"query": "ASK { ?secret ?p ?o }"}
    with serving(application) as (host, port):
        for _ in range(4):  # the last ones come from the cache
            httpx2.get(
                f"http://{host}:{port}/sparql",
                params=query,
                headers={"User-Agent": "Tester/1.0 (somebody@example.org)"},
            )
        httpx2.get(f"http://{host}:{port}/nothing")

    assert [each["status"] for each in access_lines] == [200] * 4 + [404]
    first = access_lines[0]
    assert first["path"] == "/sparql"
    assert first["client"] == "127.0.0.0/24"
    assert first["agent"] == "Tester/1.0"
    assert isinstance(first["bytes"], int)
    assert first["bytes"] > 10
    assert isinstance(first["query_bytes"], int)
    assert first["query_bytes"] > 20
    assert "secret" not in json.dumps(access_lines)
    assert "somebody" not in json.dumps(access_lines)


def test_nothing_is_written_of_requests_unless_asked(
    release: Release,
    garden: Garden,
    settings: Settings,
    serving: Serving,
    access_lines: list[dict[str, object]],
) -> None:
    with serving(create_app(release, garden, settings)) as (host, port):
        httpx2.get(f"http://{host}:{port}/healthz")

    assert access_lines == []


@pytest.mark.parametrize("log", ["text", "json"])
def test_a_fault_is_one_line_of_the_chosen_form(log: str) -> None:
    code = (
        "import logging\n"
        "from treatybodies.settings import Settings\n"
        "from treatybodies.web import logs\n"
        f"logs.configure(Settings(log={log!r}))\n"
        "logging.getLogger('treatybodies.web').error('broken: %s', 'a\\nb')\n"
        "logging.getLogger('treatybodies.access').info('GET /')\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    (line,) = done.stderr.splitlines()
    assert "broken" in line
    if log == "json":
        told = json.loads(line)
        assert (told["level"], told["message"]) == ("ERROR", "broken: a\nb")
        assert told["time"].endswith("Z")


@pytest.mark.parametrize("web_workers", ["1", "2"])
def test_with_json_every_line_of_the_service_is_json(tmp_path: Path, web_workers: str) -> None:
    command = [sys.executable, "-m", "treatybodies", "serve", "--data", str(DATA)]
    command += ["--port", "0", "--workers", "2", "--web-workers", web_workers]
    chosen = {"TREATYBODIES_LOG": "json", "TREATYBODIES_ACCESS_LOG": "true"}

    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env={**os.environ, **chosen}
    ) as running:
        assert running.stderr is not None
        ready = next(each for each in map(json.loads, running.stderr) if each["message"] == "ready")
        httpx2.get(f"{ready['url']}/nothing")
        running.terminate()
        lines = [json.loads(line) for line in running.stderr]

    assert "GET /nothing 404" in [each["message"] for each in lines]
