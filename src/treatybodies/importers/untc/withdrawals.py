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
        _add(desk, told, known.known(told.articles))
        what = f"{desk.called(told.party)}: withdrawal, {in_words_or_undated(day)}"
        desk.say_unlisted(what, known.unlisted(told.articles), "withdrawals")


def _add(desk: Desk, told: Told, articles: str) -> None:
    kinds = sorted(each for each in kinds_of_heading(told.words) if each != "notification")
    table, acts = _acts(desk, told, kinds)
    if table == "procedure_acceptances":
        kinds = sorted({act["action"] for act in acts})
    cells = {
        "party": told.party,
        "instrument": desk.path,
        "date": told.day.isoformat(),
        "withdrawn": ";".join(kinds),
        "partial": "true" if told.partial else "",
        "articles": articles,
        "response": ";".join(act_path(table, act).removeprefix("action/") for act in acts),
        "endnote": told.note,
        "source": desk.page.graph,
    }
    desk.tables["withdrawals"].insert(cells, order("withdrawals"))
    what = " and ".join(kinds).replace("-", " ") or "an act"
    on = f" on article {articles.replace(';', ', ')}" if articles else ""
    words = f"withdrew {'part of ' if told.partial else ''}{what}{on}"
    desk.say(
        Sign.WITHDRAWN,
        f"{desk.called(told.party)}: {words}, {in_words_or_undated(told.day.isoformat())}",
    )


def _acts(desk: Desk, told: Told, kinds: list[str]) -> tuple[str, list[Row]]:
    """The acts withdrawn, with their table, where it is clear which of ours are meant.

    An act is linked of which a part remains, or that leaves the page with this withdrawal.
    """
    for table in ("declarations", "procedure_acceptances"):
        rows = [
            row
            for row in desk.rows(table)
            if row["party"] == told.party
            and (row.get("kind") in kinds or row.get("article") in told.articles)
            and "" < row["date"] < told.day.isoformat()
            and (told.partial or not is_shown(desk, table, row))
        ]
        # A State may withdraw its declarations under two articles; of two reservations one stays.
        if len(rows) == 1 or (rows and table == "procedure_acceptances"):
            return table, rows
    return "", []
