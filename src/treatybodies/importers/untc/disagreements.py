"""What the depositary said before and says no more: kept as a claim of its earlier page."""

from treatybodies.importers.table import Row
from treatybodies.importers.untc.dates import in_words
from treatybodies.importers.untc.desk import Desk, Sign, act_path, in_words_or_undated, order

DATED = ("with-consent", "with-signature")


def change_day(desk: Desk, table: str, row: Row, day: str) -> None:
    """Give an act the day that the page prints; what stood there before stays as a claim.

    The act keeps its IRI. On a page of the same day as the tables the old day was our misreading,
    so there is nothing to claim.
    """
    thing, old = act_path(table, row), row["date"]
    if old and desk.is_newer and not keep_claim(desk, thing, "actionDate", old, day):
        return
    words = f"{in_words_or_undated(day)}, until now {in_words_or_undated(old)}"
    desk.say(Sign.CORRECTED, f"{desk.called(row['party'])}: day of {_kind(row, table)}: {words}")
    row["iri_day"] = row["iri_day"] or old or "undated"
    row["date"] = day
    if row["iri_day"] == day:
        row["iri_day"] = ""
    desk.tables[table].place(row, order(table))


def keep_claim(desk: Desk, thing: str, name: str, old: str, new: str) -> bool:
    """Record ``old`` as the earlier page's claim and set it aside; false when a decision forbids.

    A decision may have set aside the very value that the page gives now: it is not ours to change.
    """
    if decision := desk.decisions.sets_aside(thing, name, new):
        desk.fault(
            f"the page gives {thing} the {name} {new}, which {decision} sets aside "
            "→ change that decision in data/decisions.trig first"
        )
        return False
    claims = desk.tables["claims"]
    cells = {"thing": thing, "property": name, "value": old, "source": desk.earlier}
    claims.append_after(cells, lambda row: row["thing"] == thing)
    code = thing.replace("action/", "").replace("instrument/", "").replace("/", "-")
    desk.decisions.set_aside(
        f"{code}-{name}-{old}",
        thing,
        f'tbo:{name} "{old}"^^xsd:date',
        desk.earlier,
        f"The depositary's page of {in_words(desk.page.as_of)} gives {in_words_or_undated(new)}; "
        f"its page of {in_words(desk.before)} gave {in_words_or_undated(old)}.",
    )
    return True


def retract(desk: Desk, row: Row) -> None:
    """Set aside every statement of a treaty action that the page shows no more."""
    thing = act_path("treaty_actions", row)
    row["source"] = desk.earlier
    reason = (
        f"The depositary's page of {in_words(desk.page.as_of)} shows this act no more; "
        f"its page of {in_words(desk.before)} did."
    )
    code = thing.removeprefix("action/").replace("/", "-")
    for name, statement in _statements(row).items():
        desk.decisions.set_aside(f"{code}-{name}", thing, statement, desk.earlier, reason)
    day, who = in_words_or_undated(row["date"]), desk.called(row["party"])
    label = f"{who}, {_kind(row, 'treaty_actions')}, {day} (retracted)"
    desk.decisions.retract(thing, label, reason)
    desk.say(
        Sign.WITHDRAWN,
        f"{who}: {_kind(row, 'treaty_actions')} of {day} is no more on the page",
    )


def _statements(row: Row) -> dict[str, str]:
    """What the mapping of ``treaty_actions.csv`` states of an act."""
    classes = {
        "signature": "Signature",
        "succession-to-signature": "Signature",
        "denunciation": "Denunciation",
    }
    said = {
        "class": f"rdf:type tbo:{classes.get(row['action'], 'ConsentToBeBound')}",
        "party": f"tbo:party <id/{row['party']}>",
        "instrument": f"tbo:onInstrument <id/instrument/{row['instrument']}>",
        "type": f"tbo:actionType <scheme/action-type/{row['action']}>",
        "day": f'tbo:actionDate "{row["date"]}"^^xsd:date',
    }
    if row["participant"]:
        said["participant"] = f'tbo:participantName "{row["participant"]}"'
    for number in filter(None, row["endnotes"].split(";")):
        said[f"endnote-{number}"] = f'tbo:endnote "{number}"'
    return said


def _kind(row: Row, table: str) -> str:
    words = row.get("action") or row.get("kind") or table.rstrip("s")
    article = f" under article {row['article']}" if row.get("article") else ""
    return words.replace("-", " ") + article
