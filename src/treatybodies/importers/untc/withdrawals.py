"""Withdrawals that the page's end notes tell, against ``withdrawals.csv``."""

from treatybodies.importers.table import Row
from treatybodies.importers.untc.acts import treaty
from treatybodies.importers.untc.desk import Desk, Sign, act_path, in_words_or_undated, order
from treatybodies.importers.untc.endnotes import Told, withdrawals
from treatybodies.importers.untc.statements import is_shown
from treatybodies.importers.untc.wording import kinds_of_heading


def compare_withdrawals(desk: Desk) -> None:
    """Take up withdrawals that the tables do not have, and note numbers that moved."""
    known = treaty(desk.tables, desk.path)
    for told in withdrawals(desk.page.notes, desk.names):
        day = told.day.isoformat()
        rows = [row for row in desk.rows("withdrawals") if row["party"] == told.party]
        same = [row for row in rows if row["date"] == day]
        if same:
            if len(same) == 1 and same[0]["endnote"]:
                same[0]["endnote"] = told.note
            continue
        articles = known.known(iter(told.articles))
        _add(desk, told, articles)


def _add(desk: Desk, told: Told, articles: str) -> None:
    kinds = [each for each in kinds_of_heading(told.words) if each != "notification"]
    act = _act(desk, told, kinds)
    # An act is linked when a part of it remains, or when it leaves the page with this withdrawal.
    if act and not told.partial and is_shown(desk, "declarations", act):
        act = None
    cells = {
        "party": told.party,
        "instrument": desk.path,
        "date": told.day.isoformat(),
        "withdrawn": ";".join(sorted(kinds)),
        "partial": "true" if told.partial else "",
        "articles": articles,
        "response": act_path("declarations", act).removeprefix("action/") if act else "",
        "endnote": told.note,
        "source": desk.page.graph,
    }
    desk.tables["withdrawals"].insert(cells, order("withdrawals"))
    what = " and ".join(kinds) or "an act"
    on = f" on article {articles.replace(';', ', ')}" if articles else ""
    words = f"withdrew {'part of ' if told.partial else ''}{what}{on}"
    desk.say(
        Sign.WITHDRAWN,
        f"{desk.called(told.party)}: {words}, {in_words_or_undated(told.day.isoformat())}",
    )


def _act(desk: Desk, told: Told, kinds: list[str]) -> Row | None:
    """The act withdrawn, where exactly one of ours can be meant."""
    rows = [
        row
        for row in desk.rows("declarations")
        if row["party"] == told.party
        and row["kind"] in kinds
        and row["date"]
        and row["date"] < told.day.isoformat()
    ]
    return rows[0] if len(rows) == 1 else None
