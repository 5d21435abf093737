"""What the columns and markers of the table of participants mean.

A heading such as ``Ratification, Acceptance(A), Accession(a), Succession(d)`` names the act of an
entry without a marker and that of each marker; markers tell upper from lower case.
"""

import re
from dataclasses import dataclass
from datetime import date

from treatybodies.errors import PageDamaged
from treatybodies.importers.untc.dates import parse_day
from treatybodies.importers.untc.status import Entry

ACTIONS = {
    "signature": "signature",
    "succession to signature": "succession-to-signature",
    "ratification": "ratification",
    "accession": "accession",
    "acceptance": "acceptance",
    "approval": "approval",
    "formal confirmation": "formal-confirmation",
    "succession": "succession",
}
SIGNATURES = frozenset({"signature", "succession-to-signature"})

_WORD = re.compile(r"([^(),]+?)\s*(?:\(\s*([A-Za-z]{1,2})\s*\))?\s*(?:,|/|\bor\b|$)")
_ENTRY = re.compile(
    r"(?P<open>\[)?\s*(?P<day>\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{4})\s*(?P<marker>[A-Za-z]{1,2})?\s*"
    r"(?P<close>\])?\s*"
)


@dataclass(frozen=True)
class Column:
    """One column of acts: its heading, and marker → action; the empty marker is the default."""

    heading: str
    actions: dict[str, str]


def parse_column(heading: str) -> Column:
    """The column under ``heading``; raises `PageDamaged` for a word it does not know."""
    words = re.sub(r"[\d,\s]+$", "", heading)
    actions: dict[str, str] = {}
    for match in _WORD.finditer(words):
        name, marker = " ".join(match[1].split()).casefold(), match[2] or ""
        if name not in ACTIONS:
            known = ", ".join(ACTIONS)
            raise PageDamaged(f"the column “{heading}” has the act “{name}”; known are {known}")
        if marker in actions:
            raise PageDamaged(f"the column “{heading}” gives two acts for one marker")
        actions[marker] = ACTIONS[name]
    if not actions:
        raise PageDamaged("a column of the participants has no heading")
    return Column(heading, actions)


def parse_entries(cell: str, column: Column, as_of: date) -> tuple[Entry, ...]:
    """The acts in a cell; raises `PageDamaged` unless every character of it is understood."""
    entries, place = [], 0
    text = cell.strip()
    while place < len(text):
        match = _ENTRY.match(text, place)
        if match is None:
            raise PageDamaged(f"“{text}” is no date with a marker")
        entries.append(_entry(match, column, as_of))
        place = match.end()
    return tuple(entries)


def _entry(match: re.Match[str], column: Column, as_of: date) -> Entry:
    text = match[0].strip()
    if bool(match["open"]) != bool(match["close"]):
        raise PageDamaged(f"“{text}” has one bracket only")
    marker = match["marker"] or ""
    if marker not in column.actions:
        raise PageDamaged(f"“{text}” has a marker that the column “{column.heading}” does not give")
    day = parse_day(match["day"])
    if day is None:
        raise PageDamaged(f"“{match['day']}” is no day of the calendar")
    if day > as_of:
        raise PageDamaged(f"“{text}” is later than the page, {as_of.isoformat()}")
    return Entry(column.actions[marker], day, in_force=not match["open"])
