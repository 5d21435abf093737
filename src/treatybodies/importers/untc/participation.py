"""Signatures and consents on the page against ``treaty_actions.csv``."""

from collections.abc import Iterable
from datetime import date

from treatybodies.importers.table import Row
from treatybodies.importers.untc.columns import SIGNATURES
from treatybodies.importers.untc.dates import in_words
from treatybodies.importers.untc.desk import ACTS, Desk, Sign, in_words_or_undated, order
from treatybodies.importers.untc.disagreements import DATED, change_day, retract
from treatybodies.importers.untc.endnotes import denunciation
from treatybodies.importers.untc.status import Entry, Participant

TABLE = "treaty_actions"


def compare_participation(desk: Desk) -> None:
    """Take up new acts, changed days, acts that are gone and parties that have left."""
    shown: set[str] = set()
    for participant in desk.page.participants:
        party = desk.names.party(participant.name)
        assert party, "names are checked before anything is compared"
        if party in shown:
            desk.fault(f"two rows of the page are about {desk.called(party)}")
        shown.add(party)
        _compare(desk, party, participant.entries)
        _compare_marks(desk, party, participant)
        for entry in participant.entries:
            _compare_force(desk, party, participant, entry)
    for party in sorted({row["party"] for row in desk.rows(TABLE)} - shown):
        _compare(desk, party, ())


def _acts(desk: Desk, party: str) -> list[Row]:
    """What the page should show of a party: not what ended before it joined once more."""
    rows = [row for row in desk.rows(TABLE) if row["party"] == party]
    rows = [row for row in rows if row["source"] == desk.page.graph]
    return [row for row in rows if row["action"] != "denunciation"]


def _left(desk: Desk, party: str) -> list[str]:
    """The days on which a party denounced the treaty."""
    rows = [row for row in desk.rows(TABLE) if row["party"] == party]
    return [row["date"] for row in rows if row["action"] == "denunciation"]


def _compare(desk: Desk, party: str, entries: Iterable[Entry]) -> None:
    printed = {(entry.action, entry.day.isoformat()) for entry in entries}
    ours = {(row["action"], row["date"]): row for row in _acts(desk, party)}
    ended = max(_left(desk, party), default="")
    gone = {key: row for key, row in ours.items() if key not in printed and key[1] >= ended}
    come = sorted(printed - ours.keys())
    for action, day in list(come):
        same = [key for key in gone if key[0] == action]
        if len(same) == 1 and len([each for each in come if each[0] == action]) == 1:
            _change_day(desk, gone.pop(same[0]), day)
            come.remove((action, day))
    for action, day in come:
        _add(desk, party, action, day)
    for row in gone.values():
        _remove(desk, row)


def _change_day(desk: Desk, row: Row, day: str) -> None:
    """Change the day of an act, and of every statement that is dated by it."""
    old = row["date"]
    basis = DATED[1] if row["action"] in SIGNATURES else DATED[0]
    change_day(desk, TABLE, row, day)
    if row["date"] != day:
        return  # a decision stands against it
    for table in ACTS:
        if "date_basis" in desk.tables[table].columns:
            for act in desk.rows(table):
                if (act["party"], act["date"], act["date_basis"]) == (row["party"], old, basis):
                    change_day(desk, table, act, day)


def _add(desk: Desk, party: str, action: str, day: str, **cells: str) -> Row:
    row = {
        "party": party,
        "instrument": desk.path,
        "action": action,
        "date": day,
        "source": desk.page.graph,
        **cells,
    }
    words = f"{action.replace('-', ' ')}, {in_words(date.fromisoformat(day))}"
    desk.say(Sign.NEW, f"{desk.called(party)}: {words}")
    return desk.tables[TABLE].insert(row, order(TABLE))


def _remove(desk: Desk, row: Row) -> None:
    if desk.is_newer:
        retract(desk, row)
        return
    day = in_words_or_undated(row["date"])
    desk.fault(
        f"our {row['action']} of {desk.called(row['party'])}, {day}, is not on this page, though "
        "our tables show its very day → compare the row of treaty_actions.csv with the page"
    )


def _compare_marks(desk: Desk, party: str, participant: Participant) -> None:
    """The printed name and the end notes of a participant stand at all its acts."""
    name = desk.names.printed(participant.name, party)
    notes = ";".join(participant.endnotes)
    for row in _acts(desk, party):
        new = (row["action"], row["date"]) in {
            (entry.action, entry.day.isoformat()) for entry in participant.entries
        }
        if new and row["participant"] != name:
            if row["participant"] or not name:
                what = f"printed as “{participant.name}”"
                desk.say(Sign.CORRECTED, f"{desk.called(party)}: {row['action']} {what}")
            row["participant"] = name
        if new and row["endnotes"] != notes:
            row["endnotes"] = notes


def _compare_force(desk: Desk, party: str, participant: Participant, entry: Entry) -> None:
    """Brackets say that an act is no longer in force: the party has left since."""
    left = [day for day in _left(desk, party) if day > entry.day.isoformat()]
    if entry.in_force and left:
        desk.fault(
            f"{desk.called(party)}: the page shows its {entry.action} in force, ours ended it on "
            f"{left[-1]} → compare the denunciation in treaty_actions.csv with the end notes"
        )
    if entry.in_force or left:
        return
    notes = [(each, desk.page.notes.get(each, "")) for each in participant.endnotes]
    told = denunciation(notes, entry.day)
    if told is None:
        desk.fault(
            f"{desk.called(party)}: its {entry.action} stands in brackets, and none of its end "
            "notes tells the day on which it left → add its denunciation to treaty_actions.csv"
        )
        return
    effect = told.effect.isoformat() if told.effect else ""
    _add(
        desk,
        party,
        "denunciation",
        told.day.isoformat(),
        effective=effect,
        participant=desk.names.printed(participant.name, party),
        endnotes=told.note,
    )
