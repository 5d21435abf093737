"""The head of the page against ``instruments.csv`` and ``sources.csv``."""

from treatybodies.importers.table import Row
from treatybodies.importers.untc.dates import in_words
from treatybodies.importers.untc.desk import Desk, Sign
from treatybodies.importers.untc.disagreements import keep_claim

_DAYS = {"entry_into_force": "entryIntoForce", "registration_date": "registrationDate"}


def compare_head(desk: Desk) -> None:
    """Take up title, dates, registration and counts; an earlier count stays as such."""
    if desk.is_newer:
        _keep_earlier_page(desk)
        desk.say(
            Sign.NEW,
            f"status as at {in_words(desk.page.as_of)}, until now {in_words(desk.before)}: "
            f"{desk.page.signatories} signatories (until now {desk.instrument['signatories']}), "
            f"{desk.page.parties} parties (until now {desk.instrument['parties']})",
        )
    for name, value in _printed(desk).items():
        _compare_cell(desk, desk.instrument, name, value)


def _printed(desk: Desk) -> dict[str, str]:
    page = desk.page
    force, registered = page.entry_into_force, page.registration_date
    return {
        "title": page.title,
        "entry_into_force": force.isoformat() if force else "",
        "registration_date": registered.isoformat() if registered else "",
        "registration_number": page.registration_number,
        "series": page.series,
        "signatories": str(page.signatories),
        "parties": str(page.parties),
        "as_of": page.as_of.isoformat(),
    }


def _compare_cell(desk: Desk, row: Row, name: str, value: str) -> None:
    old = row[name]
    if value in (old, ""):
        return  # what the page does not print stays
    if name in ("signatories", "parties", "as_of"):
        row[name] = value
        if not desk.is_newer:
            desk.say(Sign.CORRECTED, f"{name.replace('_', ' ')}: {value}, until now {old}")
        return
    if name in _DAYS and old and desk.is_newer:
        thing = f"instrument/{desk.path}"
        if not keep_claim(desk, thing, _DAYS[name], old, value):
            return
    row[name] = value
    sign = Sign.CORRECTED if old else Sign.NEW
    desk.say(sign, f"{name.replace('_', ' ')}: {value}" + (f", until now {old}" if old else ""))


def _keep_earlier_page(desk: Desk) -> None:
    """Describe the page as it was until now, with its counts, and the graph as it is now."""
    sources = desk.tables["sources"]
    (now,) = sources.where(graph=desk.page.graph)
    sources.append_after({**now, "graph": desk.earlier}, lambda row: row is now)
    earlier = {
        "instrument": desk.path,
        "signatories": desk.instrument["signatories"],
        "parties": desk.instrument["parties"],
        "as_of": desk.before.isoformat(),
        "source": desk.earlier,
    }
    desk.tables["earlier_counts"].insert(earlier, lambda row: (row["instrument"], row["as_of"]))
    now["as_of"] = desk.page.as_of.isoformat()
    now["title"] = now["title"].replace(in_words(desk.before), in_words(desk.page.as_of))
