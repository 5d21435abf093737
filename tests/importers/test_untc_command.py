"""``treatybodies import untc`` as a curator meets it."""

import errno
from datetime import date
from pathlib import Path

import pytest
from saved_pages import SavedPage
from typer.testing import CliRunner

from treatybodies.cli import main  # noqa: F401  (registers the commands)
from treatybodies.cli.shared import app
from treatybodies.errors import ImportRefused, TreatybodiesError
from treatybodies.importers.writing import write_together
from treatybodies.paths import Garden


def test_a_dry_run_shows_the_changes_and_writes_nothing(
    small: Garden, page: SavedPage, tmp_path: Path
) -> None:
    page.as_of = date(2026, 6, 1)
    page.rows["Armenia"][1] = "5 May\t 2026"
    before = {path: path.read_bytes() for path in small.tables.glob("*.csv")}
    words = ["import", "untc", str(page.write(tmp_path)), "--root", str(small.root), "--dry-run"]

    result = CliRunner().invoke(app, words)

    assert result.exit_code == 0
    assert "+ Armenia: ratification, 5 May 2026" in result.stdout
    assert {path: path.read_bytes() for path in small.tables.glob("*.csv")} == before


def test_an_import_says_which_files_it_wrote(
    small: Garden, page: SavedPage, tmp_path: Path
) -> None:
    page.as_of = date(2026, 6, 1)
    words = ["import", "untc", str(page.write(tmp_path)), "--root", str(small.root)]

    result = CliRunner().invoke(app, words)

    assert "wrote data/tables/instruments.csv" in result.output
    assert "2026-06-01" in (small.tables / "instruments.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["Dahomey", "=state/BEN", "Dahomey="])
def test_a_participant_is_explained_as_name_and_party(text: str, tmp_path: Path) -> None:
    words = ["import", "untc", str(tmp_path / "page.html"), "--participant", text]

    result = CliRunner().invoke(app, words)

    assert isinstance(result.exception, TreatybodiesError)
    assert "NAME=PARTY" in str(result.exception)


def test_files_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("before\n", encoding="utf-8")
    two.write_text("before\n", encoding="utf-8")
    calls: list[int] = []

    def full_disk(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device", str(two))

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(ImportRefused, match="No space left"):
        write_together({one: "after\n", two: "after\n"}, {one: "before\n", two: "before\n"})

    assert one.read_text(encoding="utf-8") == "before\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.csv", "two.csv"]


def test_a_table_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a curator's\n", encoding="utf-8")

    with pytest.raises(ImportRefused, match="import again"):
        write_together({path: "ours\n"}, {path: "what was read\n"})

    assert path.read_text(encoding="utf-8") == "a curator's\n"
