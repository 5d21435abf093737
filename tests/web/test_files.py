"""Serving any RDF files as they are."""

import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from treatybodies.errors import InputFaults
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.web.app import create_app
from treatybodies.web.files import FORMATS, Source, read_source, release_of_files

A = "<http://a.example/s> <http://a.example/p> "
WRITTEN = {
    ".ttl": A + '"é" .',
    ".nt": A + '"é" .',
    ".nq": A + '"é" <http://a.example/g> .',
    ".trig": "<http://a.example/g> { " + A + '"é" }',
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'rdf:about="http://a.example/s"><p xmlns="http://a.example/">é</p></rdf:Description></rdf:RDF>',
    ".jsonld": '{"@id": "http://a.example/s", "http://a.example/p": "é"}',
}
WRITTEN |= {".owl": WRITTEN[".rdf"], ".xml": WRITTEN[".rdf"], ".json": WRITTEN[".jsonld"]}


def write(folder: Path, name: str, text: str) -> Path:
    """A file in ``folder``."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_is_read(garden: Garden, tmp_path: Path, extension: str) -> None:
    file = write(tmp_path, f"data{extension}", WRITTEN[extension])
    release = release_of_files([Source(file)], tmp_path / "build")
    graph = extension in (".nq", ".trig")
    assert (release.manifest.quads, release.manifest.graphs) == (1, int(graph))
    line = release.dump.read_text(encoding="utf-8")
    assert line == A + '"é"' + (" <http://a.example/g>" if graph else "") + " .\n"


def test_files_are_served_with_their_graphs(
    garden: Garden, settings: Settings, tmp_path: Path
) -> None:
    first = write(tmp_path, "a.ttl", "_:b <http://a.example/p> 1 .")
    second = write(tmp_path, "b.nt", "_:b <http://a.example/p> <http://a.example/o> .")
    given = [str(first), f"http://a.example/?x=1&y=2={second}"]
    release = release_of_files(map(read_source, given), tmp_path / "build")
    with TestClient(create_app(release, garden, settings)) as client:
        named = client.get("/graphs", params={"graph": "http://a.example/?x=1&y=2"})
        assert named.text.count("http://a.example/o") == 1
        assert "@prefix" not in named.text
        query = "SELECT (COUNT(DISTINCT ?b) AS ?n) { {?b ?p ?o} UNION { GRAPH ?g {?b ?p ?o} } }"
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
        assert answer.text.split() == ["n", "2"]
        described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert "sd:name <http://a.example/?x=1&y=2>" in described
        assert "creativecommons" not in described
        assert client.get("/").status_code == 200


def test_all_bad_files_are_told(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad.ttl", "<http://a.example/s>\n<http://a.example/p")
    quads = write(tmp_path, "a.nq", "")
    odd = write(tmp_path, "data.csv", "")
    given = [str(bad), f"http://a.example/={quads}", str(odd), "missing.ttl", f"no iri={bad}"]
    with pytest.raises(InputFaults) as told:
        release_of_files(map(read_source, given), tmp_path / "build")
    faults = {str(fault.file): fault for fault in told.value.faults}
    assert len(told.value.faults) == 5
    assert faults[str(quads)].remedy == "leave out the IRI before it"
    assert "no such file" in faults["missing.ttl"].what
    assert ".jsonld" in faults[str(odd)].remedy
    assert {fault.line for fault in told.value.faults if fault.file == bad} >= {2}


def test_the_command_cleans_up(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad.ttl", "<http://a.example/s>")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "treatybodies", "serve", "--data", str(bad)],
        env={"TMPDIR": str(scratch), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"{bad}:1: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(scratch.iterdir())


def test_the_home_page_speaks_of_the_served_files(
    garden: Garden, settings: Settings, tmp_path: Path
) -> None:
    file = write(tmp_path, "cats.ttl", "<urn:cat> a <http://a.example/Cat> .")
    release = release_of_files([Source(file)], tmp_path / "build")
    with TestClient(create_app(release, garden, settings)) as running:
        running.headers["Accept"] = "text/html"
        home = running.get("/").text
        assert "cats.ttl" in home
        assert "http://a.example/Cat" in home
        assert "treaty bodies" not in home
        for path in ("/states", "/pictures", "/ontology", "/about"):
            assert f'href="{path}"' not in home
        assert "Questions to begin with" not in running.get("/sparql").text
        assert running.get("/shacl/report").status_code == 404
