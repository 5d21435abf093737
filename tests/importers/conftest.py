"""A garden whose tables know six parties of the ICRMW, and the page that says the same."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from saved_pages import Importing, SavedPage, read, rows_of, write

from treatybodies.importers.untc.importing import Import, import_pages
from treatybodies.importers.untc.known import ACT_TABLES
from treatybodies.paths import Garden

PARTIES = ("state/ARM", "state/BEN", "state/EGY", "state/KHM", "state/MNE", "state/PER")
JUNE = date(2026, 6, 1)
ACTS = ("treaty_actions", *ACT_TABLES)


@pytest.fixture
def small(garden: Garden, tmp_path: Path) -> Garden:
    """The real tables, without the acts of other parties and treaties; decisions as they are."""
    root = tmp_path / "garden"
    shutil.copytree(garden.tables, root / "data" / "tables")
    shutil.copy(garden.decisions, root / "data")
    tables = root / "data" / "tables"
    for name in ACTS:
        rows = read(tables, name)
        kept = [r for r in rows if r["instrument"] == "icrmw" and r["party"] in PARTIES]
        write(tables, name, kept) if kept else (tables / f"{name}.csv").write_text(
            ",".join(rows[0]) + "\n", encoding="utf-8"
        )
    instruments = read(tables, "instruments")
    (icrmw,) = [row for row in instruments if row["instrument"] == "icrmw"]
    icrmw |= {"signatories": "5", "parties": "3"}
    write(tables, "instruments", instruments)
    counts = read(tables, "procedure_counts")
    for row in counts:
        row["listed"] = "0" if row["instrument"] == "icrmw" else row["listed"]
    write(tables, "procedure_counts", counts)
    return Garden(root)


@pytest.fixture
def page(small: Garden) -> SavedPage:
    """What the small tables say, as a page of the same day."""
    egypt = "<p align=left><i>Reservation concerning article 4:<br></i></p>The words. "
    egypt += "<p align=left><i>Reservation concerning article 18 (6):<br></i></p>More words."
    return SavedPage(
        rows=rows_of(small.tables, "icrmw"),
        declarations=[("Egypt", egypt)],
        notes={"2": 'See note 1 under "Montenegro" in the front matter.'},
    )


@pytest.fixture
def later(page: SavedPage) -> SavedPage:
    """The page of a later day, to which a test adds."""
    page.as_of = JUNE
    return page


@pytest.fixture
def importing(small: Garden, tmp_path: Path) -> Importing:
    """Import pages into the small garden, and write what they change."""

    def import_and_write(*pages: SavedPage, **given: str) -> Import:
        files = [each.write(tmp_path, f"page-{n}.html") for n, each in enumerate(pages)]
        done = import_pages(small, files, given)
        done.write()
        return done

    return import_and_write
