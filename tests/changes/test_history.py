"""What is kept of the changes from release to release, through killed builds and roll-backs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from treatybodies.changes.history import Entry, read_history, record
from treatybodies.changes.sides import find_side, kept_releases
from treatybodies.errors import ReleaseDamaged, ReleaseMissing
from treatybodies.store import DUMP, MANIFEST, Manifest, Release

Make = Callable[[str], Release]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return tmp_path / "build"


@pytest.fixture
def make(build: Path) -> Make:
    """Makes a release that says one thing; its version is that thing."""

    def made(version: str) -> Release:
        folder = build / "releases" / version
        folder.mkdir(parents=True, exist_ok=True)
        line = f'<https://a.example/s> <https://a.example/p> "{version}" .\n'
        (folder / DUMP).write_text(line, encoding="utf-8")
        manifest = Manifest(
            version=version,
            date="2026-02-03",
            inputs="",
            quads=1,
            triples=1,
            graphs=0,
            classes={},
            warnings=0,
            files={},
        )
        (folder / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
        return Release(folder)

    return made


def told(build: Path, served: str) -> list[str]:
    """The history of a release, the newest first."""
    return [f"{each.old}>{each.new}" for each in read_history(build, served)]


def step(build: Path, make: Make, old: str, new: str) -> Entry:
    """One build that is published."""
    entry = record(build, make(old), make(new))
    entry.mark()
    return entry


def test_each_release_has_what_led_to_it(build: Path, make: Make) -> None:
    step(build, make, "a", "b")
    step(build, make, "b", "c")
    assert told(build, "c") == ["b>c", "a>b"]
    assert told(build, "b") == ["a>b"]
    assert told(build, "a") == []


def test_history_outlives_its_releases(build: Path, make: Make) -> None:
    step(build, make, "a", "b")
    shutil.rmtree(build / "releases" / "a")
    step(build, make, "b", "c")
    assert told(build, "c") == ["b>c", "a>b"]
    assert [each.manifest.version for each in kept_releases(build)] == ["c", "b"]


def test_a_build_that_was_killed_before_the_turn_leaves_no_entry(build: Path, make: Make) -> None:
    step(build, make, "a", "b")
    record(build, make("b"), make("killed"))
    assert told(build, "b") == ["a>b"]
    step(build, make, "b", "c")
    assert told(build, "c") == ["b>c", "a>b"]


def test_a_build_that_was_killed_after_the_turn_keeps_its_entry(build: Path, make: Make) -> None:
    record(build, make("a"), make("b"))
    assert told(build, "b") == ["a>b"]
    step(build, make, "b", "c")
    assert told(build, "c") == ["b>c", "a>b"]


def test_going_back_and_forth_tells_each_pair_once(build: Path, make: Make) -> None:
    for old, new in ("ab", "ba", "ab"):
        step(build, make, old, new)
    assert told(build, "b") == ["a>b", "b>a"]
    assert told(build, "a") == ["b>a", "a>b"]


def test_a_summary_names_the_first_things_and_counts_all(
    build: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treatybodies.changes.summary.TOLD", 1)
    make("a")
    new = make("b")
    more = "".join(f'<https://a.example/{n}> <https://a.example/p> "b" .\n' for n in range(5))
    new.dump.write_text(more + new.dump.read_text("utf-8"), encoding="utf-8")
    summary = record(build, Release(build / "releases" / "a"), new).summary
    assert (len(summary.told), summary.subjects, summary.published.added) == (1, 6, 6)


def test_the_same_pair_gives_the_same_files(build: Path, make: Make, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = step(build, make, "a", "b")
    two = record(tmp_path / "other", make("a"), make("b"))
    names = sorted(path.name for path in two.folder.iterdir())
    assert names == ["changes.json", "changes.rdfp", "changes.trig", "summary.json"]
    for name in names:
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes()


def test_a_damaged_entry_says_what_to_do(build: Path, make: Make) -> None:
    entry = step(build, make, "a", "b")
    (entry.folder / "summary.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ReleaseDamaged, match="delete"):
        _ = read_history(build, "b")[0].summary


def test_a_side_is_named_by_version_folder_or_current(build: Path, make: Make) -> None:
    first, second = make("abcdef123456"), make("abcdef999999")
    (build / "current").symlink_to("releases/abcdef999999")
    assert find_side("abcdef1", build).dump == first.dump
    for given in ("abcdef999999", "current", str(build), str(second.folder), str(second.dump)):
        side = find_side(given, build)
        assert (side.dump, side.version) == (second.dump, "abcdef999999")
    with pytest.raises(ReleaseMissing, match=r"names several releases → .*: abcdef"):
        find_side("abcdef", build)
    with pytest.raises(ReleaseMissing, match="is no file, folder or release"):
        find_side("abc", build)
