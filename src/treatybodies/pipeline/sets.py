"""Source sets: statements imported once, kept apart from the curated data, attached to builds.

::

    SET/
      set.json           what it is, written last: kind, counts, digests, as-of date
      statements.nq      its statements, each in the graph of its source, lines sorted
      report.json        what became of every record of its export
      details.jsonl      the records that were not plainly taken in

A build attaches a set by linking it into ``build/sets/<name>/``; later builds, those that ``serve``
starts by itself too, attach it again until it is detached.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from treatybodies.errors import SetFault

SETS = "sets"
DESCRIPTION = "set.json"
STATEMENTS = "statements.nq"
REPORT = "report.json"
DETAILS = "details.jsonl"


class SetDescription(BaseModel):
    """What a set says of itself."""

    model_config = ConfigDict(frozen=True)

    kind: str
    """Name of the importer, and of the set in a build: ``uhri``."""
    title: str
    export: str
    """SHA-256 of the export it was read from, as far as it was read."""
    method: str
    """SHA-256 over the tables and the code that read it."""
    complete: bool
    """False when the export ended in the middle."""
    records: int
    handled: int
    quads: int
    as_of: str
    """ISO 8601 day: the latest that the export mentions."""
    digest: str
    """SHA-256 of the statements."""


class SourceSet:
    """A set, opened for reading; raises `SetFault`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.description = _read_description(folder)

    @property
    def name(self) -> str:
        """Its name in a build: one set of a kind is attached at a time."""
        return self.description.kind

    @property
    def statements(self) -> Path:
        """The sorted N-Quads file."""
        return self.folder / STATEMENTS

    def check(self) -> None:
        """Raise `SetFault` unless the statements are those that its description names."""
        message = f"{self.statements} is missing or changed → import the set again"
        try:
            with self.statements.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as cause:
            raise SetFault(message) from cause
        if digest != self.description.digest:
            raise SetFault(message)


def is_set(folder: Path) -> bool:
    """Whether ``folder`` holds a finished set."""
    return (folder / DESCRIPTION).is_file()


def attached_sets(build: Path) -> list[SourceSet]:
    """The sets that builds into ``build`` attach, in the order of their names."""
    folders = sorted((build / SETS).glob(f"*/{DESCRIPTION}"))
    return [SourceSet(path.parent) for path in folders]


def attached_digests(build: Path) -> dict[str, str]:
    """Name → digest of the sets attached to ``build``."""
    return {each.name: each.description.digest for each in attached_sets(build)}


def remember(build: Path, chosen: Iterable[SourceSet]) -> None:
    """Attach ``chosen`` to ``build`` from now on, and no others."""
    wanted = {each.name: each for each in chosen}
    for held in attached_sets(build):
        if held.name not in wanted:
            shutil.rmtree(held.folder)
    for each in wanted.values():
        _attach(build, each)


def _attach(build: Path, source: SourceSet) -> None:
    """Link ``source`` into ``build`` in place of the set of its kind."""
    target = build / SETS / source.name
    if target.resolve() == source.folder.resolve():
        return
    draft = build / SETS / f".{source.name}-{os.getpid()}"
    draft.mkdir(parents=True)
    for name in (STATEMENTS, REPORT, DETAILS, DESCRIPTION):
        _link(source.folder / name, draft / name)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _link(source: Path, target: Path) -> None:
    """Link where both lie on one file system, copy elsewhere: a set is never edited in place."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def _read_description(folder: Path) -> SetDescription:
    path = folder / DESCRIPTION
    remedy = "name a folder that “treatybodies import” wrote"
    try:
        return SetDescription.model_validate_json(path.read_bytes())
    except OSError as cause:
        raise SetFault(f"{folder} is no source set ({cause.strerror}) → {remedy}") from cause
    except ValidationError as cause:
        raise SetFault(f"{path} is of another version → import the set again") from cause
