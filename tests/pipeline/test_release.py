"""Releases: complete, reproducible, turned to in one step, and never half-written."""

import fcntl
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from treatybodies.changes.history import read_history
from treatybodies.errors import (
    BuildBusy,
    BuildRefused,
    InputFaults,
    ReleaseDamaged,
    ReleaseMissing,
)
from treatybodies.paths import Garden
from treatybodies.pipeline.build import build
from treatybodies.pipeline.inputs import is_due
from treatybodies.store import Release, current_release

UNTC = NamedNode("https://w3id.org/treatybodies/graph/untc/IV-13")
ACTION_DATE = NamedNode("https://w3id.org/treatybodies/ontology#actionDate")


def quiet(_: str) -> None:
    """No progress display."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "build"


def test_a_release_holds_what_its_manifest_says(small: Garden, folder: Path) -> None:
    release = build(small, folder, quiet)

    store = release.open(in_memory_quads=10**6)
    published = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))

    assert (len(store), published) == (release.manifest.quads, release.manifest.triples)
    assert release.manifest.date == "2026-02-03"


def test_memory_and_disk_hold_the_same_quads(small: Garden, folder: Path) -> None:
    release = build(small, folder, quiet)

    assert set(release.open(in_memory_quads=0)) == set(release.open(in_memory_quads=10**6))


def test_the_dump_is_sorted_and_equal_byte_for_byte(
    small: Garden, folder: Path, tmp_path: Path
) -> None:
    one = build(small, folder, quiet)
    other = build(small, tmp_path / "again", quiet)

    lines = one.dump.read_bytes().splitlines()

    assert lines == sorted(set(lines))
    assert one.dump.read_bytes() == other.dump.read_bytes()
    assert one.manifest == other.manifest


def test_a_build_records_what_changed(small: Garden, folder: Path) -> None:
    """The first build has nothing to compare with, and nothing changed is nothing recorded."""
    first = build(small, folder, quiet)
    assert read_history(folder, first.manifest.version) == []
    with (small.tables / "bodies.rq").open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    build(small, folder, quiet)
    names = small.tables / "parties.csv"
    names.write_text(names.read_text("utf-8").replace(",204,", ",999,"), encoding="utf-8")

    second = build(small, folder, quiet)

    (entry,) = read_history(folder, second.manifest.version)
    assert (entry.old, entry.new) == (first.manifest.version, second.manifest.version)
    told, *_ = entry.summary.told  # what the release says of itself comes after
    assert (told.name, told.state) == ("Benin", "changed")
    assert any("204 → 999" in line for line in told.lines)
    assert {path.name for path in folder.iterdir()} == {".lock", "changes", "current", "releases"}


def test_every_statement_is_in_the_published_view_and_in_its_source(
    small: Garden, folder: Path
) -> None:
    store = build(small, folder, quiet).open(10**6)

    evidence = {quad.triple for quad in store.quads_for_pattern(None, ACTION_DATE, None, UNTC)}
    published = store.quads_for_pattern(None, ACTION_DATE, None, DefaultGraph())

    assert evidence == {quad.triple for quad in published} != set()


def test_a_second_build_of_the_same_inputs_changes_nothing(small: Garden, folder: Path) -> None:
    first = build(small, folder, quiet).folder
    stamp = (first / "manifest.json").stat().st_mtime_ns

    second = build(small, folder, quiet).folder

    assert first == second
    assert (first / "manifest.json").stat().st_mtime_ns == stamp


def test_faulty_input_leaves_the_last_good_release(small: Garden, folder: Path) -> None:
    good = build(small, folder, quiet)
    (small.tables / "bodies.csv").write_text("", encoding="utf-8")

    with pytest.raises(InputFaults):
        build(small, folder, quiet)

    assert current_release(folder).folder == good.folder


def test_a_graph_that_fails_its_checks_is_not_published(small: Garden, folder: Path) -> None:
    good = build(small, folder, quiet)
    check = small.queries / "checks" / "no-states.rq"
    check.write_text(
        "#+ summary: Which State is there?\n#+ description: A check that finds something.\n"
        "#+ severity: violation\n#+ remedy: none\n"
        "SELECT ?state WHERE { ?state a <https://w3id.org/treatybodies/ontology#State> }\n",
        encoding="utf-8",
    )

    with pytest.raises(BuildRefused, match=r"Which State is there\? id/state/BEN"):
        build(small, folder, quiet)

    assert current_release(folder).folder == good.folder
    assert not list((folder / "releases").glob(".draft-*"))


def test_a_shape_violation_stops_the_build(small: Garden, folder: Path) -> None:
    path = small.tables / "parties.csv"
    schema = small.tables / "parties.schema.json"
    schema.write_text(schema.read_text("utf-8").replace(r"^(\\d{3})$", ".*"), encoding="utf-8")
    path.write_text(path.read_text("utf-8").replace(",204,", ",20,", 1), encoding="utf-8")

    with pytest.raises(BuildRefused, match="State-m49"):
        build(small, folder, quiet)


def test_a_count_outside_its_bounds_stops_the_build(small: Garden, folder: Path) -> None:
    (small.queries / "expectations").mkdir()
    (small.queries / "expectations" / "many.rq").write_text(
        "#+ summary: How many States are there?\n#+ description: More than there are.\n"
        "#+ minimum: 100\n"
        "SELECT (COUNT(?state) AS ?count)\n"
        "WHERE { ?state a <https://w3id.org/treatybodies/ontology#State> }\n",
        encoding="utf-8",
    )

    with pytest.raises(BuildRefused, match="3, expected between 100 and any"):
        build(small, folder, quiet)


def test_what_a_killed_build_left_is_swept(small: Garden, folder: Path) -> None:
    left = folder / "releases" / ".draft-killed"
    left.mkdir(parents=True)
    (folder / ".current-1").symlink_to(left)

    build(small, folder, quiet)

    assert not left.exists()
    assert not (folder / ".current-1").is_symlink()


def test_a_damaged_release_is_built_anew(small: Garden, folder: Path) -> None:
    release = build(small, folder, quiet)
    release.dump.write_bytes(b"")

    build(small, folder, quiet)

    assert current_release(folder).dump.stat().st_size > 0


def test_two_builds_at_once_are_refused(small: Garden, folder: Path) -> None:
    folder.mkdir()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(BuildBusy, match="wait for it"):
            build(small, folder, quiet)


def test_a_build_is_due_when_inputs_change(small: Garden, folder: Path) -> None:
    assert is_due(small, folder)

    build(small, folder, quiet)

    assert not is_due(small, folder)
    with (small.tables / "bodies.rq").open("a", encoding="utf-8") as file:
        file.write("# a change\n")
    assert is_due(small, folder)


def test_old_releases_are_pruned_and_the_current_one_kept(small: Garden, folder: Path) -> None:
    for number in range(5):
        with (small.tables / "bodies.rq").open("a", encoding="utf-8") as file:
            file.write(f"# {number}\n")
        current = build(small, folder, quiet)

    kept = {path.name for path in (folder / "releases").iterdir()}

    assert len(kept) == 3
    assert current.folder.name in kept


def test_reading_before_the_first_build_says_what_to_do(folder: Path) -> None:
    with pytest.raises(ReleaseMissing, match="treatybodies build"):
        current_release(folder)


def test_a_manifest_of_another_version_says_what_to_do(folder: Path) -> None:
    folder.mkdir()
    (folder / "manifest.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ReleaseDamaged, match="treatybodies build"):
        Release(folder)
