"""An import from beginning to end; what is interrupted goes on where it stopped.

Every `RECORDS_A_RUN` records, the lines they gave are written as a sorted run beside what is needed
to go on. A run counts once ``progress.json`` names it, so a killed import loses one run at most.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from treatybodies.errors import BuildBusy, ExportTruncated, SetFault
from treatybodies.importers.runs import merge_runs, write_run
from treatybodies.importers.uhri import fields, sources
from treatybodies.importers.uhri.exports import Element, Export, Prefix
from treatybodies.importers.uhri.outcomes import Duplicate, Outcome, Refusal, Tally, detail_line
from treatybodies.importers.uhri.reading import read_record
from treatybodies.importers.uhri.statements import Writer
from treatybodies.importers.uhri.tables import Tables, read_tables
from treatybodies.importers.uhri.vocabulary import Vocabulary
from treatybodies.paths import Garden
from treatybodies.pipeline import sets
from treatybodies.pipeline.sets import SetDescription, SourceSet

RECORDS_A_RUN = 20_000
WORK = ".work"
LOCK = ".lock"
PROGRESS = "progress.json"
KIND = "uhri"

OnProgress = Callable[[int, int, int], None]
"""Called with the bytes and the records read so far, and the bytes there are."""


@dataclass
class State:
    """What an import knows between two runs."""

    end: int = 0
    """Byte after the last record that was read."""
    prefix: str = ""
    """SHA-256 of the export up to there."""
    runs: int = 0
    tally: Tally = field(default_factory=Tally)
    days: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    bodies: set[str] = field(default_factory=set)
    latest: str = ""


@dataclass(frozen=True)
class Imported:
    """What an import ended with."""

    set: SourceSet
    tally: Tally
    changed: bool
    """False when the set held the same export already."""
    went_on: bool
    """Whether it went on from an earlier one."""
    truncated: str = ""
    """Where the export ends in the middle, in words; empty when it was whole."""


def import_export(
    path: Path, target: Path, garden: Garden, on_progress: OnProgress = lambda *_: None
) -> Imported:
    """Read the export at ``path`` into the set ``target``.

    A truncated export gives a set of what was read; `Imported.truncated` then says where it ends.
    Raises `ExportFault` when it is no export or damaged, `SetFault` when ``target`` is no set.
    """
    export, tables = Export(path), read_tables(garden)
    with _claim(target):
        if sets.is_set(target) and _holds(SourceSet(target), export, tables):
            tally = Tally.from_json(json.loads((target / sets.REPORT).read_text("utf-8")))
            return Imported(SourceSet(target), tally, changed=False, went_on=False)
        run = _Run(export, tables, target / WORK)
        went_on = run.resume()
        truncated = run.read(on_progress)
        description = run.finish(target, complete=not truncated)
        if description.complete:
            shutil.rmtree(target / WORK)
        return Imported(SourceSet(target), run.state.tally, True, went_on, truncated)


def method(tables: Tables) -> str:
    """What decides how a record is read: the tables and this package's code."""
    whole = hashlib.sha256(tables.digest.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _holds(held: SourceSet, export: Export, tables: Tables) -> bool:
    """Whether the set was read from this export, whole, in the way it would be read now."""
    said = held.description
    same_way = said.complete and said.method == method(tables)
    alike = same_way and said.export == Prefix(export).digest(export.size)
    return alike and _is_sound(held)


def _is_sound(held: SourceSet) -> bool:
    try:
        held.check()
    except SetFault:
        return False
    return True


class _Run:
    """One import under way."""

    def __init__(self, export: Export, tables: Tables, work: Path) -> None:
        self.export = export
        self.tables = tables
        self.work = work
        self._prefix = Prefix(export)
        self.method = method(tables)
        self.state = State()
        self.seen: dict[str, str] = {}
        """AnnotationId → digest of its record."""
        self._lines: list[str] = []
        self._ids: list[str] = []
        self._details: list[str] = []
        self._make_writer()

    def resume(self) -> bool:
        """Take up an earlier import of this export, read in the same way; whether there is one."""
        kept = _read_kept(self.work / PROGRESS)
        if kept is None or kept["method"] != self.method or not self._begins_alike(kept):
            shutil.rmtree(self.work, ignore_errors=True)
            self.work.mkdir(parents=True)
            return False
        tally = Tally.from_json(kept["tally"])
        rest = {name: kept[name] for name in ("end", "prefix", "runs", "days", "parties", "labels")}
        self.state = State(**rest, tally=tally, bodies=set(kept["bodies"]), latest=kept["latest"])
        for path in self._files("ids"):
            for line in path.read_text("utf-8").splitlines():
                name, _, digest = line.partition(" ")
                self.seen[name] = digest
        self._make_writer()
        return True

    def read(self, on_progress: OnProgress) -> str:
        """Read to the end; where the export ends in the middle, in words."""
        state = self.state
        try:
            for element in self.export.elements(state.end):
                self._take(element)
                state.end = element.end
                if state.tally.read % RECORDS_A_RUN == 0:
                    self._keep()
                if state.tally.read % 1_000 == 0:
                    on_progress(state.end, state.tally.read, self.export.size)
        except ExportTruncated as cause:
            self._keep()
            return str(cause)
        self._keep()
        on_progress(state.end, state.tally.read, self.export.size)
        return ""

    def finish(self, target: Path, complete: bool) -> SetDescription:
        """Write the set from the runs."""
        state = self.state
        last = self.work / "last.nq"
        described = sources.describe(state.days.keys() | state.parties.keys(), self._source())
        vocabulary = self.writer.vocabulary.state(self.tables, sources.WHOLE)
        bodies = sources.describe_bodies(sorted(state.bodies), self.tables)
        write_run([*described, *vocabulary, *bodies], last)
        merged = merge_runs([*self._files("nq"), last], self.work / sets.STATEMENTS)
        description = SetDescription(
            kind=KIND,
            title=sources.TITLE,
            export=self._prefix.digest(self.export.size) if complete else state.prefix,
            method=self.method,
            complete=complete,
            records=state.tally.read,
            handled=state.tally.outcomes[Outcome.HANDLED],
            quads=merged.lines,
            as_of=state.latest,
            digest=merged.digest,
        )
        self._write_set(target, description)
        return description

    def _write_set(self, target: Path, description: SetDescription) -> None:
        """Replace the set's files; the description goes first and comes back last."""
        (target / sets.DESCRIPTION).unlink(missing_ok=True)
        (self.work / sets.STATEMENTS).replace(target / sets.STATEMENTS)
        report = {"export": self.export.path.name, "complete": description.complete}
        report |= self.state.tally.to_json()
        text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
        (target / sets.REPORT).write_bytes(text.encode("utf-8", "replace"))
        with (target / sets.DETAILS).open("wb") as file:
            file.writelines(path.read_bytes() for path in self._files("details"))
        text = description.model_dump_json(indent=2) + "\n"
        (target / sets.DESCRIPTION).write_text(text, "utf-8")

    def _take(self, element: Element) -> None:
        """Account for one element: its lines, or why it gives none."""
        tally, record = self.state.tally, element.value
        number = tally.read + 1
        identifier = record.get("AnnotationId") if isinstance(record, dict) else None
        try:
            self._state(record)
        except Duplicate as cause:
            tally.ignored(str(cause))
            self._details.append(detail_line(number, identifier, Outcome.IGNORED, str(cause)))
        except Refusal as cause:
            tally.reported(cause)
            self._details.append(detail_line(number, identifier, Outcome.REPORTED, str(cause)))
        else:
            tally.handled()

    def _state(self, record: object) -> None:
        if not isinstance(record, dict):
            raise Refusal("no object", type(record).__name__)
        tally = self.state.tally
        reading = read_record(record, self.tables, tally)
        path = f"id/position/uhri/{self._name(reading.identifier, record)}"
        self._lines += self.writer.state(reading, path, tally)
        self.state.bodies.add(reading.body)
        self.state.latest = max(self.state.latest, _day(record), reading.published)

    def _name(self, identifier: str, record: dict[str, object]) -> str:
        """What names the record: its identifier, unless another record bears it already."""
        content = repr(sorted(record.items())).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        name = identifier
        if identifier in self.seen and self.seen[identifier] != digest:
            self.state.tally.remark("AnnotationId of another record: named by its content too")
            name = f"{identifier}-{digest}"
        if name in self.seen:
            raise Duplicate("the same record came before")
        self.seen[name] = digest
        self._ids.append(f"{name} {digest}\n")
        return name

    def _keep(self) -> None:
        """Write what was read since the last run, then name it in the progress file."""
        state = self.state
        number = f"{state.runs + 1:04}"
        write_run(self._lines, self.work / f"{number}.nq")
        (self.work / f"{number}.ids").write_text("".join(self._ids), "utf-8")
        # What JSON escapes of half a character leave behind cannot be written.
        details = "".join(self._details).encode("utf-8", "replace")
        (self.work / f"{number}.details").write_bytes(details)
        state.runs += 1
        state.prefix = self._prefix.digest(state.end)
        kept = {**vars(state), "bodies": sorted(state.bodies), "tally": state.tally.to_json()}
        draft = self.work / f"{PROGRESS}.part"
        draft.write_text(json.dumps({**kept, "method": self.method}), "utf-8")
        draft.replace(self.work / PROGRESS)
        self._lines, self._ids, self._details = [], [], []

    def _begins_alike(self, kept: dict[str, object]) -> bool:
        end = int(str(kept["end"]))
        prefix = Prefix(self.export)
        if self.export.size < end or prefix.digest(end) != kept["prefix"]:
            return False
        self._prefix = prefix
        return True

    def _files(self, suffix: str) -> Iterator[Path]:
        for number in range(1, self.state.runs + 1):
            yield self.work / f"{number:04}.{suffix}"

    def _make_writer(self) -> None:
        state = self.state
        self.writer = Writer(Vocabulary(state.labels), state.days, state.parties)

    def _source(self) -> sources.Source:
        return sources.Source(self.state.prefix, self.state.latest)


@contextmanager
def _claim(target: Path) -> Iterator[None]:
    """Hold the folder ``target`` alone; raises `SetFault` when it is something else than a set."""
    if target.exists() and not target.is_dir():
        raise SetFault(f"{target} is a file → name a folder for the set")
    known = sets.is_set(target) or (target / WORK).is_dir()
    if target.is_dir() and not known and {each.name for each in target.iterdir()} - {LOCK}:
        raise SetFault(f"{target} holds something else → name a new folder for the set")
    target.mkdir(parents=True, exist_ok=True)
    with (target / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            message = f"{target} is being written by another import → wait for it, or stop it"
            raise BuildBusy(message) from cause
        yield


def _read_kept(path: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None


def _day(record: dict[str, object]) -> str:
    try:
        return fields.read_date(record, "PublicationDateOnUhri")
    except fields.FieldFault:
        return ""
