"""Declarations, reservations, objections and notifications on the page against our tables.

What tells one act from another is who made it, in which part of the page and on which day. The kind
and the articles of an act are a reading of its words: a row that stands keeps its own.
"""

from collections.abc import Iterator

from treatybodies.importers.table import Row
from treatybodies.importers.untc.acts import Act, Reader, treaty
from treatybodies.importers.untc.desk import Desk, Sign, in_words_or_undated, order
from treatybodies.importers.untc.disagreements import change_day
from treatybodies.importers.untc.known import new_acts
from treatybodies.importers.untc.procedures import compare_listed
from treatybodies.importers.untc.status import Section
from treatybodies.importers.untc.territories import split_territories
from treatybodies.importers.untc.wording import in_order

_READ = {
    "declarations": (Section.DECLARATIONS, Section.NOTIFICATIONS),
    "objections": (Section.OBJECTIONS,),
    "derogations": (Section.NOTIFICATIONS, Section.OBJECTIONS),
    "procedure_acceptances": (Section.ARTICLES, Section.DECLARATIONS, Section.NOTIFICATIONS),
}


def compare_statements(desk: Desk) -> None:
    """Take up statements that the tables do not have, and tell which ones the page has no more."""
    reader = Reader(desk.page, treaty(desk.tables, desk.path), desk.names, desk.tables)
    new = new_acts(desk, reader)
    compare_listed(desk, reader, new)
    gone = list(_gone(desk))
    for act in new:
        same = [row for table, row in gone if table == act.table and _alike(row, act.cells)]
        others = [
            other for other in new if other.table == act.table and _alike(other.cells, act.cells)
        ]
        if len(same) == 1 and len(others) == 1:
            change_day(desk, act.table, same[0], act.cells["date"])
            if act.cells["date_basis"]:
                same[0]["date_basis"] = act.cells["date_basis"]
            gone = [(table, row) for table, row in gone if row is not same[0]]
        else:
            _add(desk, act)
    for table, row in gone:
        _tell_gone(desk, table, row)


def _alike(row: Row, other: Row) -> bool:
    """Whether two acts differ by their day only."""
    names = ("party", "article", "kind", "against")
    return all(row.get(name, "") == other.get(name, "") for name in names)


def _gone(desk: Desk) -> Iterator[tuple[str, Row]]:
    """Acts of ours whose words the page has no more, and which nobody withdrew."""
    for table in _READ:
        for row in desk.rows(table):
            if row["source"] == desk.page.graph and not is_shown(desk, table, row):
                yield table, row


def is_shown(desk: Desk, table: str, row: Row) -> bool:
    """Whether a statement of the party is of the act's day, or has none as the act's is implied."""
    passages = [each for each in desk.passages[row["party"]] if each.section in _READ[table]]
    if row["date_basis"] != "stated":
        listed = Section.ARTICLES
        return any(each.day is None and (each.parts or each.section is listed) for each in passages)
    words = in_words_or_undated(row["date"]).casefold()
    return any(
        (each.day and each.day.isoformat() == row["date"]) or words in each.whole.casefold()
        for each in passages
    )


def _add(desk: Desk, act: Act) -> None:
    table = desk.tables[act.table]
    same = [row for row in desk.rows(act.table) if Act(act.table, row).key == act.key]
    if same:
        _join(desk, same[0], act)
    else:
        table.insert(act.cells, order(act.table))
        desk.say(Sign.NEW, _in_words(desk, act))
    if act.cells.get("against") == "":
        what = f"{_in_words(desk, act)}: whom it is against was not read"
        desk.say(Sign.NOTICE, f"{what} → write it in the row of objections.csv")
    desk.say_unlisted(_in_words(desk, act), act.unlisted, act.table)


_LISTS = ("against", "articles", "response", "notifications")


def _join(desk: Desk, row: Row, act: Act) -> None:
    """Count a further statement of the same party, day and kind in the row that stands."""
    row["passages"] = str(int(row.get("passages") or 1) + 1)
    for name in _LISTS:
        if given := act.cells.get(name):
            cells = dict.fromkeys([*filter(None, row[name].split(";")), *given.split(";")])
            numbers = all(each.isdigit() for each in cells)
            row[name] = ";".join(in_order(cells) if numbers else sorted(cells))
    desk.say(Sign.NEW, f"{_in_words(desk, act)}, is one more of that day: {row['passages']}")


def _in_words(desk: Desk, act: Act) -> str:
    kind = act.cells.get("kind") or act.cells.get("action") or "objection"
    parts = [kind.replace("-", " ")]
    if against := act.cells.get("against"):
        parts.append("to " + ", ".join(desk.called(each) for each in against.split(";")))
    if articles := act.cells.get("articles") or act.cells.get("article"):
        parts.append(f"article {articles.replace(';', ', ')}")
    parts.append(in_words_or_undated(act.cells["date"]))
    return f"{desk.called(act.cells['party'])}: {', '.join(parts)}"


def _tell_gone(desk: Desk, table: str, row: Row) -> None:
    told = [
        each
        for each in desk.rows("withdrawals")
        if each["party"] == row["party"] and each["date"] > row["date"]
    ]
    if told:
        return
    kind = (row.get("kind") or row.get("action") or "objection").replace("-", " ")
    desk.say(
        Sign.NOTICE,
        f"{desk.called(row['party'])}: {kind}, {in_words_or_undated(row['date'])}, is no more on "
        f"the page, and no end note tells of its withdrawal; the row of {table}.csv stays",
    )


def compare_territories(desk: Desk) -> None:
    """Take up extensions to territories that the tables do not have."""
    known = {
        name for row in desk.tables["territories"].rows for name in row["territories"].split(";")
    }
    for extended in desk.page.territories:
        party = desk.names.party(extended.name)
        assert party, "names are checked before anything is compared"
        day = extended.day.isoformat()
        if any((row["party"], row["date"]) == (party, day) for row in desk.rows("territories")):
            continue
        names = ";".join(split_territories(extended.territories, known))
        cells = {
            "party": party,
            "instrument": desk.path,
            "kind": "territorial-application",
            "date": day,
            "date_basis": "stated",
            "territories": names,
            "source": desk.page.graph,
        }
        desk.tables["territories"].insert(cells, order("territories"))
        words = f"extended to {names.replace(';', ', ')}, {in_words_or_undated(day)}"
        desk.say(Sign.NEW, f"{desk.called(party)}: {words}")
