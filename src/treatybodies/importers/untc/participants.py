"""The table of participants: rows read strictly, then counted as the depositary counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from treatybodies.errors import ImportRefused, PageDamaged
from treatybodies.importers.untc.columns import SIGNATURES, Column, parse_column, parse_entries
from treatybodies.importers.untc.status import Participant, StatusPage


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file; ``cells`` are those after the participant's name."""

    name: str
    endnotes: tuple[str, ...]
    cells: tuple[str, ...]


def read_participants(
    headings: Sequence[str], rows: Sequence[Row], as_of: date
) -> tuple[Participant, ...]:
    """The participants of all rows; raises `ImportRefused` with every damaged row by its name."""
    columns = [parse_column(heading) for heading in headings]
    faults: list[str] = []
    participants = []
    for number, row in enumerate(rows, start=1):
        try:
            participants.append(_read_row(number, row, columns, as_of))
        except PageDamaged as cause:
            faults.append(f"participants, row {number} ({row.name or 'no name'}): {cause}")
    faults.extend(_repeated(participants))
    if faults:
        raise ImportRefused(faults)
    return tuple(participants)


def _read_row(number: int, row: Row, columns: list[Column], as_of: date) -> Participant:
    if not row.name:
        raise PageDamaged("the name of the participant is missing")
    if len(row.cells) != len(columns):
        raise PageDamaged(f"{len(row.cells)} columns instead of {len(columns)}")
    entries = tuple(
        entry
        for cell, column in zip(row.cells, columns, strict=True)
        for entry in parse_entries(cell, column, as_of)
    )
    if not entries:
        raise PageDamaged("no act in any column")
    return Participant(number, row.name, row.endnotes, entries)


def _repeated(participants: list[Participant]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for each in participants:
        if each.name in seen:
            yield f"participants, row {each.row} ({each.name}): stands in row {seen[each.name]} too"
        seen.setdefault(each.name, each.row)


def count_signatories(participants: Sequence[Participant]) -> int:
    """Participants with a signature, or a succession to one, that is in force."""
    return sum(
        any(entry.in_force and entry.action in SIGNATURES for entry in each.entries)
        for each in participants
    )


def count_parties(participants: Sequence[Participant]) -> int:
    """Participants whose consent to be bound is in force."""
    return sum(
        any(entry.in_force and entry.action not in SIGNATURES for entry in each.entries)
        for each in participants
    )


def check_counts(page: StatusPage) -> None:
    """Raise `ImportRefused` with the difference when the rows do not make the page's own counts."""
    counted = (
        ("signatories", page.signatories, count_signatories(page.participants)),
        ("parties", page.parties, count_parties(page.participants)),
    )
    differences = [
        f"the page counts {own} {what}, its rows make {read} ({read - own:+d})"
        for what, own, read in counted
        if own != read
    ]
    if differences:
        raise ImportRefused(differences)
