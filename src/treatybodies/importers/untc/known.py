"""Which statements of a page our tables have, and which acts are therefore new.

A row of ours stands for as many passages as it counts. First each passage is matched with a row of
the same day and kind; what is left over may have been read otherwise by a curator: then any row of
its day stands for it. Who made two statements on one day, of which we have one, made a new one.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from treatybodies.importers.table import Row
from treatybodies.importers.untc.acts import Act, Reader
from treatybodies.importers.untc.desk import Desk, Sign, in_words_or_undated
from treatybodies.importers.untc.status import Passage, Section
from treatybodies.importers.untc.wording import is_cross_reference

# The tables that hold the acts of each part of a page; some stand where a curator put them.
ACT_TABLES = (
    "declarations",
    "objections",
    "derogations",
    "procedure_acceptances",
    "withdrawals",
    "territories",
)


def new_acts(desk: Desk, reader: Reader) -> list[Act]:
    """The acts that no row of ours stands for, in the order of the page; tells what is unread."""
    ours = [each for each in desk.page.passages if desk.names.party(each.name)]
    rows = _Rows(desk)
    read = [(passage, list(reader.acts(passage))) for passage in ours]
    # What the section on articles lists may stand among the declarations once more.
    matched = [
        [passage.section is not Section.ARTICLES and rows.take(act) for act in acts]
        for passage, acts in read
    ]
    new: list[Act] = []
    for (passage, acts), found in zip(read, matched, strict=True):
        if passage.section is Section.ARTICLES:
            new += _new_acceptances(desk, passage, acts)
        elif any(found):
            new += [act for act, had in zip(acts, found, strict=True) if not had and rows.lack(act)]
        elif passage.parts and not is_cross_reference(passage.whole):
            new += [] if rows.take_other(desk, passage) else _told(desk, passage, acts)
    return new


class _Rows:
    """The rows of one treaty, each as often as it stands for a passage that was not seen yet."""

    def __init__(self, desk: Desk) -> None:
        self._free: Counter[tuple[str, ...]] = Counter()
        self._undated: set[tuple[str, ...]] = set()
        self._days: set[tuple[str, str]] = set()
        for table in ACT_TABLES:
            for row in desk.rows(table):
                key = _key(table, row)
                self._free[key] += int(row.get("passages") or 1)
                self._days.add((row["party"], row["date"]))
                if row.get("date_basis", "stated") != "stated":
                    self._undated.add(key)

    def take(self, act: Act) -> bool:
        """Whether a row of the act's day and kind is left; it is so no more."""
        key = _key(act.table, act.cells)
        if self._free[key] < 1:
            return False
        self._free[key] -= 1
        return True

    def take_other(self, desk: Desk, passage: Passage) -> bool:
        """Whether any row of the passage's day is left; it is so no more."""
        party = desk.names.party(passage.name) or ""
        for key, count in self._free.items():
            if count > 0 and key[1] == party and self._may_be(key, passage):
                self._free[key] -= 1
                return True
        return False

    def _may_be(self, key: tuple[str, ...], passage: Passage) -> bool:
        if passage.day:
            return key[2] == passage.day.isoformat()
        objects = passage.section is Section.OBJECTIONS
        return key in self._undated and objects is (key[0] == "objections")

    def lack(self, act: Act) -> bool:
        """Whether there is no row of the act's party on its day: upon signature, then consent."""
        day = act.cells["date"]
        return bool(day) and (act.cells["party"], day) not in self._days


def _key(table: str, row: Row) -> tuple[str, ...]:
    return (table, row["party"], row["date"], row.get("kind") or row.get("article") or "")


def _new_acceptances(desk: Desk, passage: Passage, acts: list[Act]) -> Iterator[Act]:
    """Acceptances of procedures of which we have none, or that are later than our tables."""
    if passage.parts and not acts and not is_cross_reference(passage.whole):
        yield from _told(desk, passage, acts)
    rows = desk.rows("procedure_acceptances")
    for act in acts:
        same = [row for row in rows if _of(row) == _of(act.cells)]
        later = passage.day is not None and passage.day > desk.before
        if not same or (later and act.cells["date"] not in {row["date"] for row in same}):
            yield act


def _of(row: Row) -> tuple[str, str]:
    return row["party"], row["article"]


def _told(desk: Desk, passage: Passage, acts: list[Act]) -> list[Act]:
    """``acts``; a passage that tells none was not understood."""
    if not acts:
        party = desk.names.party(passage.name) or ""
        day: date | None = passage.day
        what = f"{passage.section.value}: the statement of {desk.called(party)}"
        when = in_words_or_undated(day.isoformat() if day else "")
        desk.say(Sign.NOTICE, f"{what}, {when}, was not understood → add its row by hand")
    return acts
