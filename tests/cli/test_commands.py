"""The command as a user runs it: as a process of its own, over the real data where it matters."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from treatybodies.paths import Garden
from treatybodies.pipeline.build import build

ROOT = Path(__file__).resolve().parents[2]
TEXT = ROOT / "tests" / "records" / "made-up.txt"
RECORD = ROOT / "tests" / "records" / "made-up.trig"
COUNT = "PREFIX tbo: <https://w3id.org/treatybodies/ontology#>\nSELECT {} WHERE {{ {} }}"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``treatybodies`` with the given words in an empty folder."""

    def run_command(*words: object, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "treatybodies", *map(str, words)]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, cwd=tmp_path, check=False
        )

    return run_command


@pytest.fixture(scope="session")
def release(garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder with a release of the vocabularies alone: quick to build, real to query."""
    root = tmp_path_factory.mktemp("cli")
    (root / "ontology").symlink_to(garden.ontology)
    (root / "queries").mkdir()
    (root / "data" / "records").mkdir(parents=True)
    tables = root / "data" / "tables"
    tables.mkdir()
    for name in ("sources", "agents", "related_instruments"):
        for suffix in (".csv", ".rq", ".schema.json"):
            (tables / (name + suffix)).symlink_to(garden.tables / (name + suffix))
    build(Garden(root), root / "build", lambda _: None)
    return root / "build"


def test_no_word_shows_the_help(run: Run) -> None:
    assert "serve" in run("--help").stdout


def test_version(run: Run) -> None:
    assert run("--version").stdout.startswith("treatybodies 0.")


def test_query_prints_a_table(run: Run, release: Path) -> None:
    query = COUNT.format("?name", "?office a tbo:Office ; skos:prefLabel ?name") + " ORDER BY ?name"

    done = run("query", "-", "--build-dir", release, stdin=query)

    assert done.returncode == 0, done.stderr
    assert "Chair of the Committee on Migrant Workers" in done.stdout


@pytest.mark.parametrize("output", ["csv", "json"])
def test_query_prints_standard_formats(run: Run, release: Path, output: str) -> None:
    query = COUNT.format("(COUNT(?x) AS ?n)", "?x a tbo:Office")

    done = run("query", "-", "-f", output, "--build-dir", release, stdin=query)

    if output == "csv":
        count = next(iter(csv.DictReader(io.StringIO(done.stdout))))["n"]
    else:
        count = json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"]
    assert int(count) >= 4


def test_query_reads_a_file_and_prints_a_graph(run: Run, release: Path, tmp_path: Path) -> None:
    (tmp_path / "office.rq").write_text(
        "DESCRIBE <https://w3id.org/treatybodies/id/office/cmw-chair>", encoding="utf-8"
    )

    done = run("query", "office.rq", "--build-dir", release)

    assert "office:cmw-chair a tbo:Office" in done.stdout.replace("\t", " ")


def test_a_wrong_query_says_where(run: Run, release: Path) -> None:
    done = run("query", "-", "--build-dir", release, stdin="SELECT ?x WHERE { ?x a }")

    assert done.returncode == 1
    assert "1:25" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_format_that_does_not_fit_says_which_do(run: Run, release: Path) -> None:
    done = run("query", "-", "-f", "ttl", "--build-dir", release, stdin="ASK {}")

    assert done.returncode == 1
    assert "csv" in done.stderr


def test_a_missing_file_says_so(run: Run, release: Path) -> None:
    done = run("query", "nowhere.rq", "--build-dir", release)

    assert done.returncode == 1
    assert "nowhere.rq" in done.stderr


def test_query_before_the_first_build_says_what_to_do(run: Run) -> None:
    done = run("query", "-", stdin="ASK {}")

    assert done.returncode == 1
    assert "treatybodies build" in done.stderr


def test_verify_agrees_with_its_text(run: Run) -> None:
    done = run("verify", RECORD, TEXT)

    assert done.returncode == 0, done.stdout


def test_verify_finds_a_changed_word(run: Run, tmp_path: Path) -> None:
    changed = tmp_path / "changed.txt"
    changed.write_text(TEXT.read_text("utf-8").replace("the", "teh"), encoding="utf-8")

    done = run("verify", RECORD, changed)

    assert done.returncode == 1
    assert "not found" in done.stdout


def test_a_record_is_drafted_listed_and_accepted(run: Run, release: Path, tmp_path: Path) -> None:
    text = ROOT / "tests" / "records" / "drafts" / "ced-c-sr-512.txt"
    drafted = tmp_path / "data" / "drafts" / "ced-c-sr-512.trig"

    done = run("draft", text, "--build-dir", release, "--root", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "p3" in run("review", "--root", tmp_path).stdout
    assert run("review", "reject", drafted, "p3").returncode == 0
    again = run("draft", text, "--build-dir", release, "--root", tmp_path)
    assert again.returncode == 1
    assert "--force" in again.stderr
    done = run("review", "accept", drafted, text, "--root", tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "records" / drafted.name).is_file()
    assert "no drafts" in run("review", "--root", tmp_path).stderr


def test_build_reports_all_faults_and_publishes_nothing(run: Run, tmp_path: Path) -> None:
    for folder in ("ontology", "queries", "data/tables", "data/records"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "data/tables/rows.csv").write_text("", encoding="utf-8")
    (tmp_path / "data/records/note.trig").write_text("<a> <b>", encoding="utf-8")

    done = run("build", "--root", tmp_path)

    assert done.returncode == 1
    assert "rows.csv" in done.stderr
    assert "note.trig" in done.stderr
    assert "faults; nothing was written" in done.stderr
    assert not (tmp_path / "build" / "current").exists()


def test_symbol_explains_and_refuses(run: Run) -> None:
    done = run("symbol", "cmw/c/sr.590", "A/HRC/1/2")

    assert done.returncode == 1
    assert "CMW/C/SR.590: summary record" in done.stdout
    assert "A/HRC/1/2" in done.stderr


def test_one_fault_of_a_text_is_told_as_one(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "record.txt"
    empty.touch()

    done = run("draft", empty)

    assert done.returncode == 1
    assert done.stderr.endswith("1 fault; nothing was written\n")
