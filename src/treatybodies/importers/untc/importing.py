"""From saved pages to changed tables, on one screen; nothing is written unless all is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from treatybodies.errors import ImportRefused
from treatybodies.importers.table import Tables
from treatybodies.importers.untc.decisions import Decisions
from treatybodies.importers.untc.desk import Change, Desk
from treatybodies.importers.untc.instrument import compare_head
from treatybodies.importers.untc.names import PREDECESSORS, Names, unknown_names
from treatybodies.importers.untc.pages import read_page
from treatybodies.importers.untc.participants import check_counts
from treatybodies.importers.untc.participation import compare_participation
from treatybodies.importers.untc.statements import compare_statements, compare_territories
from treatybodies.importers.untc.status import StatusPage
from treatybodies.importers.untc.withdrawals import compare_withdrawals
from treatybodies.importers.writing import write_together
from treatybodies.paths import Garden


@dataclass(frozen=True)
class Compared:
    """A page with what it changes."""

    page: StatusPage
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Import:
    """What some pages change: words for the curator, and files to write."""

    pages: tuple[Compared, ...]
    files: dict[Path, str]
    """File → its new text."""
    read: dict[Path, str]
    """File → the text that it had."""

    def write(self) -> None:
        """Write all files, or none of them."""
        write_together(self.files, self.read)


def import_pages(
    garden: Garden, files: Sequence[Path], given: dict[str, str], as_of: date | None = None
) -> Import:
    """Compare saved status pages with the tables of ``garden``; writes nothing.

    ``given`` are names of participants that the curator explains, with their parties; ``as_of`` is
    the day of a page that does not tell it. Raises `ImportRefused` with every reason of every page.
    """
    tables, decisions = Tables(garden.tables), Decisions(garden.decisions)
    _check_given(given, tables)
    names = Names(tables["parties"], tables["party_names"], tables["treaty_actions"], given)
    faults: list[str] = []
    desks = []
    for page in _read(files, as_of, faults):
        try:
            _check(page, tables, names)
            desks.append(_compare(page, tables, names, decisions))
        except ImportRefused as cause:
            faults.extend(f"{page.file}: {reason}" for reason in cause.reasons)
    if faults:
        raise ImportRefused(faults)
    written = {table.path: table.text for table in tables.changed()}
    if decisions.changed:
        written[decisions.path] = decisions.text
    read = {table.path: table.read for table in tables.changed()} | {decisions.path: decisions.read}
    return Import(tuple(Compared(desk.page, tuple(desk.changes)) for desk in desks), written, read)


def _check_given(given: dict[str, str], tables: Tables) -> None:
    """Refuse names that are explained by a party that is not there."""
    paths = {row["party"] for row in tables["parties"].rows}
    if wrong := [f"{name}={party}" for name, party in given.items() if party not in paths]:
        told = f"{', '.join(wrong)}: no such party"
        raise ImportRefused([f"{told} → write its path as parties.csv does, such as state/CZE"])


def _read(files: Sequence[Path], as_of: date | None, faults: list[str]) -> list[StatusPage]:
    """The pages of all files, the earliest first; what is wrong with others goes to ``faults``."""
    pages = []
    for file in files:
        try:
            pages.append(read_page(file, as_of))
        except ImportRefused as cause:
            faults.extend(f"{file}: {reason}" for reason in cause.reasons)
    return sorted(pages, key=lambda page: (page.as_of, page.reference))


def _check(page: StatusPage, tables: Tables, names: Names) -> None:
    """Refuse a page that does not count up, is older than the tables, or names strangers."""
    check_counts(page)
    rows = tables["instruments"].where(reference=page.reference)
    if not rows:
        raise ImportRefused(
            [
                f"{page.reference} ({page.title}) is no treaty of instruments.csv; its counts are "
                f"right ({page.signatories} signatories, {page.parties} parties) → add its rows to "
                "instruments.csv, treaty_texts.csv and sources.csv first"
            ]
        )
    before = rows[0]["as_of"]
    if page.as_of.isoformat() < before:
        told = f"the page is of {page.as_of.isoformat()}, the tables already follow one of {before}"
        raise ImportRefused([f"{told} → import a later page"])
    printed = [
        *(each.name for each in page.participants),
        *(each.name for each in page.territories),
        *(each.name for each in page.passages if each.name not in PREDECESSORS),
    ]
    if strangers := list(unknown_names(names, printed)):
        raise ImportRefused(
            [f"{stranger} → say --participant “NAME=state/XXX”" for stranger in strangers]
        )


def _compare(page: StatusPage, tables: Tables, names: Names, decisions: Decisions) -> Desk:
    """Bring the tables in memory to what the page says."""
    (ours,) = tables["instruments"].where(reference=page.reference)
    before = date.fromisoformat(ours["as_of"])
    desk = Desk(page, ours, tables, names, decisions, before)
    compare_head(desk)
    compare_participation(desk)
    compare_withdrawals(desk)
    compare_statements(desk)
    compare_territories(desk)
    if desk.faults:
        raise ImportRefused(desk.faults)
    return desk
