"""What lies on the desk while a page is compared: the page, our tables, what changed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property

from treatybodies.importers.table import Key, Row, Tables
from treatybodies.importers.untc.dates import in_words
from treatybodies.importers.untc.decisions import Decisions
from treatybodies.importers.untc.names import Names
from treatybodies.importers.untc.status import Passage, StatusPage

# The tables whose rows are acts, each with the last parts of an act's path after its day.
ACTS = {
    "treaty_actions": ("action",),
    "procedure_acceptances": ("action", "article"),
    "declarations": ("kind",),
    "objections": (),
    "derogations": ("kind",),
    "withdrawals": (),
    "territories": ("kind",),
}
_LAST = {"objections": "objection", "withdrawals": "withdrawal"}


class Sign(Enum):
    """What kind of change a line of the report tells."""

    NEW = "+"
    CORRECTED = "~"
    WITHDRAWN = "-"
    NOTICE = "!"


@dataclass(frozen=True)
class Change:
    """One change in words; a notice changes nothing and asks a curator to look."""

    sign: Sign
    words: str

    def __str__(self) -> str:
        return f"{self.sign.value} {self.words}"


@dataclass
class Desk:
    """The comparison of one page with the tables."""

    page: StatusPage
    instrument: Row
    """The treaty's row of ``instruments.csv``."""
    tables: Tables
    names: Names
    decisions: Decisions
    before: date
    """The day that the tables showed until now."""
    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """``icrmw``"""
        return self.instrument["instrument"]

    @property
    def is_newer(self) -> bool:
        """Whether the page is of a later day than the tables; else a difference is a misreading."""
        return self.page.as_of > self.before

    @property
    def earlier(self) -> str:
        """The graph of what the depositary's page said until now."""
        return f"{self.page.graph}/{self.before.isoformat()}"

    @cached_property
    def passages(self) -> Mapping[str, list[Passage]]:
        """Party → its statements, in the order of the page."""
        found = defaultdict[str, list[Passage]](list)
        for passage in self.page.passages:
            found[self.names.party(passage.name) or ""].append(passage)
        return found

    def say(self, sign: Sign, words: str) -> None:
        """Tell one change."""
        self.changes.append(Change(sign, words))

    def say_unlisted(self, act: str, articles: tuple[str, ...], table: str) -> None:
        """Tell of articles that an act names and that no row has."""
        if articles:
            self.say(
                Sign.NOTICE,
                f"{act}: article {', '.join(articles)} is not in provisions.csv, so not taken up → "
                f"add it there and to the row of {table}.csv, unless it is another treaty's",
            )

    def fault(self, what: str) -> None:
        """Tell something that speaks against taking up the page."""
        self.faults.append(what)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table that are under this treaty."""
        return self.tables[table].where(instrument=self.path)

    def called(self, party: str) -> str:
        """The party's name in English."""
        return self.names.ours[party]


def act_path(table: str, row: Row) -> str:
    """The path under ``id/`` of the act that a row is about."""
    code = row["party"].partition("/")[2].upper()
    day = row["iri_day"] or row["date"] or "undated"
    last = [_LAST[table]] if table in _LAST else [row[name] for name in ACTS[table]]
    return "/".join(["action", row["instrument"], code, day, *last])


def in_words_or_undated(day: str) -> str:
    """An ISO day as the depositary writes it; an empty one in a word."""
    return in_words(date.fromisoformat(day)) if day else "no day"


def order(table: str) -> Key:
    """The order of a table's rows: by treaty, party and day, as they are kept."""
    by_procedure = ("procedure",) if table == "procedure_acceptances" else ()
    last = ("action",) if table == "treaty_actions" else ("kind",)
    names = ("instrument", *by_procedure, "party", "date", *last)
    return lambda row: tuple(row.get(name, "") for name in names)
