"""A garden small enough to build in a second: three States, one treaty, one record."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from treatybodies.paths import Garden

ROOT = Path(__file__).resolve().parents[2]
STATES = {"state/BEN", "state/GUY", "state/USA"}
INSTRUMENTS = {"icrmw"}
KEPT: dict[str, Callable[[dict[str, str]], bool]] = {
    "parties": lambda row: row["party"] in STATES,
    "instruments": lambda row: row["instrument"] in INSTRUMENTS,
    "related_instruments": lambda row: row["instrument"] == "gcm",
    "un_membership": lambda row: row["party"] in STATES,
    "treaty_texts": lambda row: row["instrument"] in INSTRUMENTS,
    "bodies": lambda row: row["treaty"] in INSTRUMENTS,
    "body_names": lambda row: row["body"] == "cmw",
    "agents": lambda row: True,
    "treaty_actions": lambda row: row["party"] in STATES and row["instrument"] in INSTRUMENTS,
}


def _copy_table(name: str, keep: Callable[[dict[str, str]], bool], target: Path) -> set[str]:
    """Copy a table's parts with the rows to keep; the sources that these rows name."""
    source = ROOT / "data" / "tables"
    for suffix in (".rq", ".schema.json"):
        shutil.copy(source / (name + suffix), target)
    with (source / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if keep(row)]
    with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return {row["source"] for row in rows if "source" in row}


@pytest.fixture
def small(tmp_path: Path) -> Garden:
    """A garden of its own for each test, to build and to damage."""
    root = tmp_path / "garden"
    tables = root / "data" / "tables"
    tables.mkdir(parents=True)
    shutil.copytree(ROOT / "ontology", root / "ontology")
    for folder in ("derive", "describe"):
        shutil.copytree(ROOT / "queries" / folder, root / "queries" / folder)
    (root / "queries" / "checks").mkdir()
    (root / "data" / "records").mkdir()
    used = {"sources", "source/treaty-texts", "source/related-instruments", "source/un-membership"}
    for name, keep in KEPT.items():
        used |= _copy_table(name, keep, tables)
    vocabularies = {path.stem for path in (root / "ontology").glob("*.ttl")}
    _copy_table("sources", lambda row: row["graph"] in used | vocabularies, tables)
    return Garden(root)


@pytest.fixture
def record(small: Garden) -> Path:
    """A sound record in the small garden, to be damaged."""
    path = small.records / "note.trig"
    path.write_text(
        """@base <https://w3id.org/treatybodies/> .
@prefix tbo: <https://w3id.org/treatybodies/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<graph/source/note> {
    <graph/source/note> a tbo:SourceGraph ;
        dcterms:title "A note of the tests"@en ;
        tbo:sourceBasis <scheme/source-basis/compiled> .
}
""",
        encoding="utf-8",
    )
    return path
