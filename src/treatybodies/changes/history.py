"""What differed from release to release: kept in the build folder, beyond the releases themselves.

::

    build/changes/0007-<old>-<new>/
      summary.json         counts, and the first subjects in words
      changes.rdfp, changes.trig, changes.json   all statements, unless too many differ
      published            there once the new release was in use

An entry is written before the link turns to the new release. One whose build was killed before that
is not shown, and goes with the next build. Its dates are those of the data.
"""

import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from tempfile import mkdtemp

from pydantic import ValidationError

from treatybodies.changes.as_json import write_json
from treatybodies.changes.compare import CHANGES as BASE_IRI
from treatybodies.changes.compare import compare
from treatybodies.changes.sides import side_of
from treatybodies.changes.subjects import read_subjects
from treatybodies.changes.summary import Summary, Tally, summarised
from treatybodies.changes.trig import write_trig
from treatybodies.errors import ReleaseDamaged
from treatybodies.store import CHANGES, RELEASES, Release

DETAILED = 500_000
"""Statements up to which a change is told subject by subject: that takes 30 s on one core."""
SUMMARY, MARK = "summary.json", "published"
PATCH, TRIG, JSON = "changes.rdfp", "changes.trig", "changes.json"


@dataclass(frozen=True)
class Entry:
    """One change of release, as it is kept."""

    folder: Path

    @cached_property
    def summary(self) -> Summary:
        """What to tell of it; raises `ReleaseDamaged`."""
        path = self.folder / SUMMARY
        try:
            return Summary.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as cause:
            message = f"{path} cannot be read → delete {self.folder}: its entry leaves the feed"
            raise ReleaseDamaged(message) from cause

    @property
    def iri(self) -> str:
        """The IRI of the pair of versions."""
        return f"{BASE_IRI}/{self.old}/{self.new}"

    @property
    def old(self) -> str:
        """The version before."""
        return self.folder.name.split("-")[1]

    @property
    def new(self) -> str:
        """The version that took its place."""
        return self.folder.name.split("-")[2]

    @property
    def files(self) -> dict[str, Path]:
        """The files with all statements, by extension; those that are there."""
        found = {name.partition(".")[2]: self.folder / name for name in (TRIG, JSON, PATCH)}
        return {extension: path for extension, path in found.items() if path.exists()}

    @property
    def marked(self) -> bool:
        """Whether the new release is known to have been in use."""
        return (self.folder / MARK).exists()

    def mark(self) -> None:
        """Note that the new release is in use."""
        (self.folder / MARK).touch()


def build_of(release: Release) -> Path | None:
    """The build folder that ``release`` lies in; None for a release that stands alone."""
    parent = release.folder.parent
    return parent.parent if parent.name == RELEASES else None


def read_history(build: Path, served: str) -> list[Entry]:
    """What led to the version ``served``, the newest first, each pair of versions once."""
    entries = [each for each in _entries(build) if each.marked or each.new == served]
    ends = [number for number, each in enumerate(entries) if each.new == served]
    starts = [number for number, each in enumerate(entries) if each.old == served]
    if ends:
        entries = entries[: ends[-1] + 1]
    elif starts:
        entries = entries[: starts[0]]
    latest = {(each.old, each.new): each for each in entries}
    return sorted(latest.values(), key=lambda each: each.folder.name, reverse=True)


def record(build: Path, before: Release, after: Release) -> Entry:
    """Keep what differs between two releases, the second not in use yet; raises `DumpUnreadable`.

    What a killed build left is removed.
    """
    kept = _tidied(build, before.manifest.version)
    number = int(kept[-1].folder.name.split("-")[0]) + 1 if kept else 1
    old, new = side_of(before), side_of(after)
    draft = Path(mkdtemp(prefix=".draft-", dir=build / CHANGES))
    found, tally = compare(old, new, draft / PATCH, DETAILED), Tally()
    detailed = found.total <= DETAILED
    with old.opened() as left, new.opened() as right:
        subjects = tally.watched(read_subjects(found, left, right))
        if detailed:
            write_trig(found, draft / TRIG)
            with (draft / JSON).open("w", encoding="utf-8") as file:
                write_json(found, subjects, file)
        else:
            deque(takewhile(lambda _: not tally.full, subjects), maxlen=0)
            (draft / PATCH).unlink()
    summary = summarised(found, tally, detailed)
    (draft / SUMMARY).write_text(summary.model_dump_json(indent=1) + "\n", encoding="utf-8")
    draft.chmod(0o755)
    return Entry(draft.rename(build / CHANGES / f"{number:04}-{old.version}-{new.version}"))


def _tidied(build: Path, current: str) -> list[Entry]:
    (build / CHANGES).mkdir(exist_ok=True)
    for left in (build / CHANGES).glob(".draft-*"):
        shutil.rmtree(left)
    for entry in _entries(build):
        if not entry.marked and entry.new == current:
            entry.mark()
        elif not entry.marked:
            shutil.rmtree(entry.folder)
    return list(_entries(build))


def _entries(build: Path) -> Iterator[Entry]:
    """All that are kept, in the order in which they were written."""
    yield from (Entry(path) for path in sorted((build / CHANGES).glob("[0-9]*-*-*")))
