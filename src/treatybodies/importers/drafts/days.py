"""Days that a sentence tells in part: without a year, or as “today” and “at the same meeting”."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.marked import Sentence, Slots
from treatybodies.importers.drafts.numerals import MONTHS, date_term, day
from treatybodies.importers.drafts.paragraphs import Place
from treatybodies.importers.drafts.romance import FRENCH_MONTHS, SPANISH_MONTHS, english_month

_MONTH = "|".join((*MONTHS, *FRENCH_MONTHS, *SPANISH_MONTHS))
_DAY = rf"(?P<day>\d{{1,2}})(?:er|[º°])?(?: de)? (?P<month>(?i:{_MONTH}))(?: de)? (?P<year>\d{{4}})"
_HELD = re.compile(rf"^(?i:Held|Tenue|Celebrada) .*?\b{_DAY}")
_DATELINE = re.compile(rf"^(?:[A-ZÀ-Þ][\w ./-]{{2,40}},? ?\(?)?{_DAY}(?:\)|$| ?[–—-])")
_ISSUED = re.compile(r"^(?:Distr\b|General$|Original\b)")
TODAY = re.compile(
    r"\b(?:today|(?:earlier )?this (?:morning|afternoon|evening|week)|on the closing day)\b"
)


def document_day(places: Sequence[Place]) -> str:
    """The day on which a meeting was held or a press release written; empty when none is shown.

    The day under “Distr.” is that of printing.
    """
    for place in places[:15]:
        held = _HELD.search(place.text)
        if held:
            return _day(held)
    if any(_ISSUED.match(place.text) for place in places[:15]):
        return ""
    for place in places[:15]:
        dated = _DATELINE.match(place.text)
        if dated:
            return _day(dated)
    return ""


def _day(found: re.Match[str]) -> str:
    month = found["month"]
    return day(found["day"], month if month in MONTHS else english_month(month), found["year"])


def dated(slots: Slots, context: Context) -> Slots:
    """Days as terms; a day without a year gets the year of the document."""
    if "date" in slots:
        return {name: slots[name] for name in ("date", "day") if name in slots}
    if "yearless" in slots and context.year:
        number, month = slots["yearless"]
        value = day(number, month, context.year)
        return {"date": (date_term(value),), "day": (value,)}
    if "yearless-span" in slots and context.year:
        day1, month1, day2, month2 = slots["yearless-span"]
        first, last = (day(n, m, context.year) for n, m in ((day1, month1), (day2, month2)))
        return {"start": (date_term(first),), "end": (date_term(last),), "first_day": (first,)}
    return {}


def today(text: str, context: Context) -> Slots:
    """The slot ``today`` of a sentence that speaks of the day on which it was written."""
    if context.day and TODAY.search(text):
        return {"today": (date_term(context.day),)}
    return {}


def is_long_ago(dates: tuple[str, ...], context: Context) -> bool:
    """Whether a date lies years before the document, or in an earlier year told without a day."""
    found = re.match(r'"(\d{4})(-\d\d-\d\d)?', dates[0]) if dates else None
    if found is None or not context.year:
        return False
    years = int(context.year) - int(found[1])
    return years > 1 or (years == 1 and not found[2])


SOONEST = 21
"""Days from the announcement of a session to its beginning; the one after it is months away."""


def announces_its_session(sentences: Sequence[Sentence], context: Context) -> bool:
    """Whether a press release, written days before its own session, calls that the next."""
    if len(context.day) != 10 or context.meeting:
        return False
    for sentence in sentences:
        ahead = any(each.slots["step"] == ("1",) for each in sentence.of("relative-session"))
        for span in sentence.of("span") if ahead else ():
            first = {**span.slots, **dated(span.slots, context)}.get("first_day", ("",))[0]
            days = date.fromisoformat(first) - date.fromisoformat(context.day) if first else None
            if days and 0 < days.days <= SOONEST:
                return True
    return False


def timetable(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The States that open an entry of a list with a day right after them."""
    return frozenset(
        path
        for sentence in sentences
        for state, after in pairwise(sentence.mentions)
        if state.tag == "states" and after.tag in ("date", "span")
        and state.start <= sentence.own + 5 and after.start - state.end <= 5
        for path in state.slots["states"]
    )  # fmt: skip


LONGEST_SESSION = 35
"""Days; sessions last two to five weeks."""


def is_within(day: str, session: str, context: Context) -> bool:
    """Whether a day can lie in a session: by its days, else by those of the document."""
    if len(day) < 10:
        return not (len(day) == 7 and context.day and day < context.day[:7])
    if session in context.spans:
        first, last = context.spans[session]
        return first <= day <= last
    if not context.day:
        return True
    return abs((date.fromisoformat(day) - date.fromisoformat(context.day)).days) <= LONGEST_SESSION
