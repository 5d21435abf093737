"""Slots that follow from others: keys and names of things, topics, roles, later sessions."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.context import Context, number_of, session_of
from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.numerals import date_term, day
from treatybodies.importers.drafts.slugs import slug

Slots = dict[str, tuple[str, ...]]
_TOPIC = re.compile(
    r"^(?: (?!with\b|by\b)[\w-]+){0,3}? (?:on|about|concerning|marking|to mark|regarding) "
    r"(?P<topic>[^,.;()]+)"
)
_OCCASION = re.compile(r"\b(?:International|World) [A-Z][\w’ -]{3,40}? Day\b")
_FIRST = re.compile(r"[Ff]or the first time")


def derive(match: Match, slots: Slots, context: Context, names: Names) -> Slots:
    """What the rule's slots say in other words."""
    found = dict(_things(slots, names))
    found |= dict(_sessions(match, context))
    found |= dict(_words(match))
    found |= _dates(match, slots, context)
    if context.other_body:
        found["OTHER"] = (context.other_body.upper(),)
    if context.comment:
        found["last_comment"] = (context.comment,)
    if context.ahead and "later_session" not in found:
        found["later_session"] = (context.ahead,)
    found |= _general_comment(match, context)
    dates = slots.get("day", ())
    found["plan_key"] = found.get("later_session", dates)
    if match.sentence.of("both") and context.other_body:
        found["joined_body"] = (context.other_body,)
    groups = slots.get("agent-group", ())
    if groups:
        found["group_key"] = (groups[0].rpartition("/")[2],)
        found["group_words"] = (match.sentence.of("agent-group")[0].text,)
        found |= {"expert": ("true",)} if "expert" in found["group_words"][0] else {}
    if _FIRST.search(match.sentence.text):
        found["first"] = ("true",)
    # A temporary Chair is an officer of the secretariat.
    if any("Temporary" not in mention.text for mention in match.sentence.of("chair")):
        found["chair_key"] = (f"{context.body}-chair",)
    return found


def _things(slots: Slots, names: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Key and name of each thing that has a path."""
    for tag in ("organization", "instrument", "office", "person"):
        paths = slots.get(tag, ())
        if paths and "/" in paths[0]:
            key = paths[0].rpartition("/")[2]
            yield f"{tag}_key", (key,)
            # Offices and persons that no list has carry the name they were read with.
            yield f"{tag}_name", slots.get(f"{tag}_name", (names.label(paths[0]),))
    if "office" in slots:
        yield "office_label", slots.get("office_name", (names.label(slots["office"][0]),))
    if "office" in slots and "person" in slots:
        keys = (slots["office"][0], slots["person"][0])
        yield "office_holding", ("/".join(key.rpartition("/")[2] for key in keys),)
    for tag in ("organization", "named_body"):
        if "/" in next(iter(slots.get(tag, ())), ""):
            path = slots[tag][0]
            yield "met", (path,)
            yield "met_key", (path.rpartition("/")[2],)
            yield "met_name", (f"the {names.label(path)}",)


def _sessions(match: Match, context: Context) -> Iterator[tuple[str, tuple[str, ...]]]:
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
    if len(spans) == 1 and "start" in spans[0].slots:
        yield "planned_date", spans[0].slots["start"]
    elif len(dates := match.near("date")) == 1 and "date" in dates[0].slots:
        yield "planned_date", dates[0].slots["date"]


def _words(match: Match) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Topic, decision, role and kind of plan, in the words after the match."""
    text = match.sentence.text
    after = text[match.mentions[-1].end if match.mentions else match.start :]
    topic = _TOPIC.match(after)
    if topic:
        words = " ".join(topic["topic"].split()[:10])
        yield "topic", (slug(re.sub(r"\b(?:the|of|and|in|on|for|a|its|their)\b", " ", words), 5),)
        yield "topic_words", (words,)
    decision = re.match(r"\s*(?:unanimously )?(?:to |that |on )?(?P<words>[^.;]+)", after)
    if decision and len(decision["words"].split()) > 1:
        words = " ".join(decision["words"].split()[:9])
        yield "decision", (slug(words, 6),)
        yield "decision_words", (words,)
    roles = {
        role: found.start()
        for role, pattern in lexicon().roles.items()
        if (found := pattern.search(after[:80]))
    }
    if roles:
        yield "role", (min(roles, key=roles.__getitem__),)
    meetings = match.sentence.of("meeting")
    if len(meetings) == 1 and len(meetings[0].slots["meeting_number"]) == 1:
        yield "at_meeting", meetings[0].slots["meeting_number"]
    numbers = [mention.slots["cycle"] for mention in match.mentions if mention.tag == "report"]
    if len(numbers) == 1 and len(numbers[0]) == 1:
        yield "cycle_number", numbers[0]
    occasion = _OCCASION.search(text)
    if occasion:
        yield "occasion", (occasion[0],)
    before = re.search(
        r"\b(?:[Ff]ollowing|[Ss]ince|[Aa]fter) (?:the |its )?$", text[: _session_start(match)]
    )
    if before and match.sentence.of("session"):
        yield "after_session", match.sentence.of("session")[0].slots["session_number"][:1]
    if match.sentence.of("ceremony"):
        yield "plan", ("ceremony",)
    elif match.sentence.of("publish"):
        yield "plan", ("publication",)
    elif match.sentence.of("adopt"):
        yield "plan", ("adoption",)


def _session_start(match: Match) -> int:
    sessions = match.sentence.of("session")
    return sessions[0].start if sessions else 0


def _general_comment(match: Match, context: Context) -> Slots:
    """Who writes a general comment that has no number yet, or is called a draft."""
    for mention in match.mentions:
        if mention.tag == "general-comment" and (
            "draft" in mention.slots or "comment" not in mention.slots
        ):
            joint = "joint" in mention.slots and context.other_body
            creators = (context.body, context.other_body) if joint else (context.body,)
            if not joint and "draft" not in mention.slots:
                return {}
            return {
                "unfinished": ("true",),
                "creators": creators,
                "creators_key": ("-".join(sorted(creators)),),
                "CREATORS": (" and ".join(each.upper() for each in creators),),
            }
    return {}


def _dates(match: Match, slots: Slots, context: Context) -> Slots:
    """A day without a year gets the year of the document."""
    if "yearless" in slots and context.year:
        number, month = slots["yearless"]
        value = day(number, month, context.year)
        return {"date": (date_term(value),), "day": (value,)}
    if "yearless-span" in slots and context.year:
        day1, month1, day2, month2 = slots["yearless-span"]
        first, last = (day(n, m, context.year) for n, m in ((day1, month1), (day2, month2)))
        return {"start": (date_term(first),), "end": (date_term(last),)}
    return {}
