"""The whole way from the curators' files to a release, on one screen.

::

    tables, records, vocabularies ─▶ published view (decisions applied) ─▶ derived
                                      ─▶ described (by itself) ─▶ checked ─▶ release

Decisions are applied before derivation, so a date that is set aside never starts a status period.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, Store

from treatybodies.errors import BuildRefused, Fault, InputFaults
from treatybodies.paths import Garden
from treatybodies.pipeline.attaching import write_attached
from treatybodies.pipeline.checks import Finding, run_checks
from treatybodies.pipeline.decide import publish
from treatybodies.pipeline.derive import derive
from treatybodies.pipeline.describe import describe
from treatybodies.pipeline.inputs import inputs_digest
from treatybodies.pipeline.records import read_records, read_vocabularies
from treatybodies.pipeline.release import build_lock, find_curated, use, write_release
from treatybodies.pipeline.sets import SourceSet, attached_sets, remember
from treatybodies.pipeline.shacl import ShaclReport, validate_published
from treatybodies.pipeline.tables import read_tables
from treatybodies.store import Release

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """A graph with what its checks found."""

    store: Store
    report: ShaclReport
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> list[str]:
        """Everything that keeps the graph from being published, in words."""
        found = [str(finding) for finding in self.findings if finding.violation]
        return [f"SHACL {line}" for line in self.report.violations] + found


def build(
    garden: Garden, folder: Path, progress: Progress, sets: Sequence[SourceSet] | None = None
) -> Release:
    """Build a release of ``garden`` with ``sets`` into ``folder``, and use it.

    ``sets`` stay attached to ``folder``; where none are given, those attached before are taken.
    Raises `InputFaults` or `BuildRefused`, each with all that is wrong, or `SetFault`; the release
    in use and the sets attached then stay as they are.
    """
    with build_lock(folder):
        before = attached_sets(folder)
        chosen = before if sets is None else list(sets)
        for each in chosen:
            each.check()
        # What is built anew for sets, or without them, needs no second look at curated data.
        found = find_curated(folder, inputs_digest(garden)) if chosen or before else None
        curated = release = found or _build_curated(garden, folder, progress)
        if chosen:
            release = write_attached(folder, curated, chosen, garden, progress)
        remember(folder, chosen)
        use(folder, release, curated)
        return release


def _build_curated(garden: Garden, folder: Path, progress: Progress) -> Release:
    inputs = inputs_digest(garden)
    checked = check(garden, progress)
    if checked.problems:
        raise BuildRefused(checked.problems)
    progress("writing the release")
    return write_release(folder, checked.store, checked.report, inputs, garden)


def check(garden: Garden, progress: Progress) -> Checked:
    """Assemble the graph of ``garden`` and run every check over it; nothing is written."""
    store = assemble(garden, progress)
    progress("running the check queries")
    findings = tuple(run_checks(store, garden))
    progress("validating with SHACL")
    return Checked(store, validate_published(store, garden), findings)


def assemble(garden: Garden, progress: Progress) -> Store:
    """The graph of ``garden``: source graphs, decided published view, what rules make of these."""
    progress("reading tables, records and vocabularies")
    quads = _read_everything(garden)
    progress(f"publishing {len(quads)} statements")
    store = Store()
    publish(store, quads)
    derive(store, garden, lambda summary: progress(f"deriving: {summary}"))
    describe(store, garden, lambda summary: progress(f"describing: {summary}"))
    return store


def _read_everything(garden: Garden) -> list[Quad]:
    """All quads of all inputs; the faults of all of them are raised together."""
    faults: list[Fault] = []
    readers = (read_tables, read_records, read_vocabularies)
    quads = list(chain.from_iterable(_collect(reader(garden), faults) for reader in readers))
    if faults:
        raise InputFaults(faults)
    return quads


def _collect(quads: Iterator[Quad], faults: list[Fault]) -> Iterator[Quad]:
    try:
        yield from quads
    except InputFaults as cause:
        faults.extend(cause.faults)
