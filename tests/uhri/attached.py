"""A small release with a set attached, for the tests of this folder."""

from pathlib import Path

from generate import write_export

from treatybodies.importers.uhri.running import import_export
from treatybodies.paths import Garden
from treatybodies.pipeline.build import build
from treatybodies.pipeline.sets import SourceSet

RECORDS = 400
TABLES = (
    "sources",
    "agents",
    "parties",
    "party_names",
    "bodies",
    "body_names",
    "instruments",
    "un_membership",
    "treaty_texts",
    "related_instruments",
)


def make_garden(garden: Garden, root: Path) -> Garden:
    """Vocabularies, parties, bodies and instruments: quick to build, and all a set refers to."""
    (root / "ontology").symlink_to(garden.ontology)
    (root / "queries").mkdir()
    for name in ("sets", "api", "derive", "describe"):
        (root / "queries" / name).symlink_to(garden.queries / name)
    (root / "data" / "records").mkdir(parents=True)
    tables = root / "data" / "tables"
    tables.mkdir()
    (tables / "uhri").symlink_to(garden.tables / "uhri")
    for name in TABLES:
        for suffix in (".csv", ".rq", ".schema.json"):
            (tables / (name + suffix)).symlink_to(garden.tables / (name + suffix))
    return Garden(root)


def make_release(garden: Garden, folder: Path) -> SourceSet:
    """Build a release of ``garden`` into ``folder/build`` with a made-up set, which is given."""
    write_export(folder / "export.json", RECORDS)
    held = import_export(folder / "export.json", folder / "set", garden).set
    build(garden, folder / "build", lambda _: None, [held])
    return held
