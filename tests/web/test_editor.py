"""The query page and what its editor is made of, without a browser."""

import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient

import treatybodies.web.editor
from treatybodies.web.editor import VENDOR
from treatybodies.web.short import short

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOOK = VENDOR.parents[1] / "frontend" / "hatch_build.py"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook, which is no module of the package."""
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_query_page_runs_own_scripts_only(client: TestClient) -> None:
    policy = client.get("/sparql", headers=BROWSER).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "'none'" in policy


def test_no_page_has_a_script_in_its_text(client: TestClient) -> None:
    assert "<script>" not in client.get("/sparql", headers=BROWSER).text


def test_a_question_nobody_knows_is_not_found(client: TestClient) -> None:
    assert client.get("/sparql?question=nonsense", headers=BROWSER).status_code == 404


def test_terms_are_of_the_ontology_and_of_the_data(client: TestClient) -> None:
    terms = client.get("/sparql/terms.json").json()
    names = {each["name"] for each in terms["properties"]}
    assert {"skos:prefLabel", "rdf:type"} <= names
    assert terms["prefixes"]["tbo"] == "https://w3id.org/treatybodies/ontology#"
    assert all(each["iri"].startswith("http") for each in terms["classes"])


def test_an_error_keeps_the_query_in_the_form(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT <script>"}, headers=BROWSER)
    assert answer.status_code == 400
    assert "SELECT &lt;script&gt;</textarea>" in answer.text
    assert 'data-line="1"' in answer.text


def test_without_the_editor_the_page_says_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(treatybodies.web.editor, "_digest", lambda name: "")
    page = client.get("/sparql", headers=BROWSER).text
    assert "editor.js" not in page
    assert "not part of this" in page
    assert '<textarea id="query"' in page


def test_only_files_of_the_editor_are_served(client: TestClient) -> None:
    assert client.get("/static/vendor/world.json").status_code == 404
    assert client.get("/static/vendor/../../app.py").status_code == 404


def test_names_take_the_longest_prefix() -> None:
    prefixes = {"id": "http://e.org/id/", "state": "http://e.org/id/state/"}
    assert short("http://e.org/id/state/BEN", prefixes) == "state:BEN"
    assert short("http://e.org/id/doc/a/b", prefixes) == "<http://e.org/id/doc/a/b>"


def test_a_build_without_node_says_what_is_missing(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(FileNotFoundError) as caught:
        hook.build(HOOK.parent, tmp_path / "vendor")
    assert "there is no npm on this machine" in hook._in_words(caught.value)
    assert not (tmp_path / "vendor").exists()


def test_a_failed_build_tells_what_npm_said(hook: ModuleType) -> None:
    failed = subprocess.CalledProcessError(1, "npm", stderr="ENOTFOUND")
    assert "ENOTFOUND" in hook._in_words(failed)
    assert "→ install Node.js" in hook._in_words(failed)


def test_the_lock_file_names_no_host() -> None:
    lock = (HOOK.parent / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')
