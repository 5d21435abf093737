"""A status page as the depositary prints it: what it says of one treaty on one day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path


class Section(Enum):
    """The parts of a page in which States' statements stand."""

    DECLARATIONS = "Declarations and Reservations"
    OBJECTIONS = "Objections"
    ARTICLES = "Declarations under articles"
    NOTIFICATIONS = "Notifications"


@dataclass(frozen=True)
class Entry:
    """One act in a participant's row; in brackets it is no longer in force."""

    action: str
    """Code of the kind of act, as in ``treaty_actions.csv``."""
    day: date
    in_force: bool = True


@dataclass(frozen=True)
class Participant:
    """One row of the table of participants."""

    row: int
    """Counted from 1, without the head."""
    name: str
    endnotes: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Part:
    """What a statement says under one of its headings; the heading may be empty."""

    heading: str
    text: str


@dataclass(frozen=True)
class Passage:
    """A participant's statement of one day; without a day it came with the consent or signature."""

    section: Section
    name: str
    endnotes: tuple[str, ...]
    day: date | None
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All its texts, without headings."""
        return " ".join(part.text for part in self.parts)

    @property
    def whole(self) -> str:
        """Headings and texts."""
        return " ".join(f"{part.heading} {part.text}".strip() for part in self.parts)


@dataclass(frozen=True)
class Territories:
    """Territories to which a participant extended the treaty."""

    name: str
    day: date
    territories: str
    """The list as printed."""


@dataclass(frozen=True)
class Head:
    """What the head of a page says of the treaty."""

    title: str
    place: str
    concluded: date
    entry_into_force: date | None
    registration_date: date | None
    registration_number: str
    series: str


@dataclass(frozen=True)
class StatusPage(Head):
    """What one page says; days are whole days, texts are as printed."""

    file: Path
    reference: str
    """Chapter and number, as ``IV-13`` or ``IV-3-a``."""
    as_of: date
    signatories: int
    parties: int
    participants: tuple[Participant, ...]
    passages: tuple[Passage, ...]
    territories: tuple[Territories, ...]
    notes: dict[str, str]
    """End notes: number → text."""

    @property
    def graph(self) -> str:
        """The named graph of its statements, as in ``sources.csv``."""
        return f"untc/{self.reference}"

    def entries(self) -> Iterator[tuple[Participant, Entry]]:
        """Every act with its participant, in the order of the page."""
        for participant in self.participants:
            for entry in participant.entries:
                yield participant, entry
