"""``treatybodies diff`` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

OLD = '<https://a.example/s> <https://a.example/p> "1" .\n'
NEW = OLD.replace('"1"', '"2"') + OLD.replace('"1"', '"2" <https://a.example/g>')


def diff(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run it on ``old.nq`` and ``new.nq``, or with the given words."""
    command = [sys.executable, "-m", "treatybodies", "diff", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files that differ."""
    (tmp_path / "old.nq").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.nq").write_text(NEW, encoding="utf-8")
    return tmp_path


def test_it_tells_view_and_evidence_apart(folder: Path) -> None:
    done = diff(folder, "old.nq", "new.nq", "--evidence")
    assert done.returncode == 0, done.stderr
    assert "published view: 1 added, 1 removed" in done.stdout
    assert "evidence, in 1 named graphs: 1 added, 0 removed" in done.stdout
    assert "\n  p: 1 → 2\n  evidence in https://a.example/g: p: + 2\n" in done.stdout


def test_it_writes_for_programs(folder: Path) -> None:
    told = json.loads(diff(folder, "old.nq", "new.nq", "-f", "json").stdout)
    assert (told["published"]["added"], told["evidence"]["added"]) == (1, 1)
    trig = diff(folder, "old.nq", "new.nq", "-f", "trig").stdout
    graphs = {str(each.graph_name) for each in parse(trig, format=RdfFormat.TRIG)}
    assert len(graphs) == 4
    patch = diff(folder, "old.nq", "new.nq", "-f", "patch").stdout.splitlines()
    assert [row[0] for row in patch] == ["H", "H", "T", "D", "A", "A", "T"]


def test_what_cannot_be_compared_is_an_error_with_a_remedy(folder: Path) -> None:
    done = diff(folder, "old.nq", "nowhere.nq")
    assert done.returncode == 1
    assert "nowhere.nq” is no file, folder or release here → name" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    (folder / "bad.nq").write_text("no statement\n", encoding="utf-8")
    assert "bad.nq, line 1" in " ".join(diff(folder, "bad.nq", "old.nq").stderr.split())
