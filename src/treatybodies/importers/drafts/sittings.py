"""Which sessions, meetings and days a sentence means."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.context import Context, number_of, session_of
from treatybodies.importers.drafts.days import TODAY, dated
from treatybodies.importers.drafts.marked import Slots
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.numerals import date_term

_SAME_MEETING = re.compile(r"\b(?:same|that) meeting\b")
_NEXT_MEETING = re.compile(r"\bnext (?:meet|public meeting|meeting)\b")


def sessions(match: Match, context: Context) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The session inside the match, and the one that lies ahead."""
    inside = [each for each in match.mentions if each.tag in ("session", "relative-session")]
    for mention in inside:
        number, ahead = number_of(mention, context)
        if number:
            yield "matched_session", (number,)
            if ahead:
                yield "later_session", (number,)
            if mention.tag == "session":
                yield "own_session_number", mention.slots["session_number"]
    number, ahead = session_of(match.sentence, match.start, match.clause[1], context)
    named = match.sentence.of("session", "relative-session")
    if not inside and number in {number_of(mention, context)[0] for mention in named} - {""}:
        # What a plan foresees can be this very session: “at the present session it would …”.
        yield "later_session", (number,)
    spans = match.sentence.of("span")
    dates = spans if len(spans) == 1 else match.near("date")
    day = dated(dates[0].slots, context) if len(dates) == 1 else {}
    if shown := spans[0].slots.get("start") if len(spans) == 1 else None:
        yield "planned_date", shown
    elif found := day.get("start") or day.get("date"):
        yield "planned_date", found


def planned(match: Match, slots: Slots, found: Slots, context: Context) -> Slots:
    """The session that a plan is for: the later one that is named, else the one under way."""
    ahead = [number_of(each, context) for each in match.sentence.of("session", "relative-session")]
    later = tuple(number for number, is_ahead in ahead if is_ahead)[:1]
    under_way = slots.get("session", ())
    named = found.get("later_session", ()) or ((context.ahead,) if context.ahead else ())
    own: Slots = {} if named else {"this_session": under_way}
    start = context.spans.get(named[0], ("", ""))[0] if named else ""
    if start and "planned_date" not in found:
        own["planned_date"] = (date_term(start),)
    return own | {
        "plan_session": later or under_way,
        "later_session": named,
        "target_session": named or under_way,
    }


def meetings(match: Match, slots: Slots, context: Context) -> Slots:
    """The meeting at which something was done, with its day for “at the same meeting”."""
    named = match.sentence.of("meeting")
    numbers = named[0].slots["meeting_number"] if len(named) == 1 else ()
    found: Slots = {}
    if not numbers and context.met_at[0] and _SAME_MEETING.search(match.sentence.text):
        number, date = context.met_at
        numbers = (number,)
        found = {"date": (date,)} if date and "date" not in slots else {}
    if len(numbers) == 1:
        found |= {"at_meeting": numbers, "at_sitting": (context.sitting(numbers[0]),)}
    if len(numbers) < 5:
        found["at_sittings"] = tuple(context.sitting(number) for number in numbers)
    return found


def reviewed_today(match: Match, found: Slots) -> Slots:
    """The day of the text, when it says that a review was begun or concluded “today”."""
    for verb in match.sentence.of("consider"):
        if TODAY.search(match.sentence.text[max(0, verb.start - 20) : verb.end]):
            return {"reviewed_today": found.get("today", ())}
    return {}


def edges(match: Match, slots: Slots) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A day that begins or ends a session, and whether the sentence tells of the next meeting."""
    inside = match.sentence.text[match.start : match.mentions[-1].end if match.mentions else None]
    if "date" in slots and re.search(r"\b(?:closing|last|final) ", inside):
        yield "last_date", slots["date"]
        yield "edge", ("true",)
    elif "date" in slots and re.search(r"\b(?:opening|first) ", inside):
        yield "first_date", slots["date"]
        yield "edge", ("true",)
    if _NEXT_MEETING.search(match.sentence.text):
        yield "next_meeting", ("true",)
