"""Slots that follow from others: keys and names of things, who acts, whom words point to."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.days import dated, today
from treatybodies.importers.drafts.marked import Slots
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.papers import comment_in_work, papers
from treatybodies.importers.drafts.sittings import (
    edges,
    meetings,
    planned,
    reviewed_today,
    sessions,
)
from treatybodies.importers.drafts.wording import words_of

# “The Chair said that six organizations had briefed the Committee”: she only tells of it.
_TELLS = re.compile(r"(?:,[^,]{0,90},)? (?:said|noted|recalled|announced|reported|added) that ")
_FIRST = re.compile(r"[Ff]or the first time")


def derive(match: Match, slots: Slots, context: Context, names: Names) -> Slots:
    """What the rule's slots say in other words."""
    found = dict(_things(slots, names))
    found |= dict(sessions(match, context))
    found |= dict(words_of(match))
    found |= dated(slots, context) | today(match.sentence.text, context)
    found |= meetings(match, slots | found, context)
    found |= dict(papers(match, context)) | comment_in_work(match, context)
    found |= reviewed_today(match, found) | dict(edges(match, slots | found))
    found |= planned(match, slots, found, context)
    found |= dict(_pointed(match, slots, context))
    found["plan_key"] = found.get("later_session") or slots.get("day", ())
    if _FIRST.search(match.sentence.text):
        found["first"] = ("true",)
    if _is_by_chair(match, context):
        found["chair_key"] = (f"{context.body}-chair",)
    return found


def _pointed(match: Match, slots: Slots, context: Context) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What was named before, or is named beside: another committee, a comment, a State, a group."""
    if other := context.other_body:
        yield "OTHER", (other.upper(),)
        joint = any("oint" in each.text for each in match.sentence.of("statement"))
        if joint or match.sentence.of("both"):
            yield "joined_body", (other,)
    if context.comment:
        yield "last_comment", (context.comment,)
    # Only where no other State was named is “the Country Rapporteur” that of its review.
    if len(set(context.reviewed)) == 1 and len(context.reviewed[-1]) == 1:
        yield "reviewed_party", context.reviewed[-1]
        yield "reviewed", (context.reviewed[-1][0].rpartition("/")[2].upper(),)
    if groups := slots.get("agent-group", ()):
        words = match.sentence.of("agent-group")[0].text
        yield "group_key", (groups[0].rpartition("/")[2],)
        yield "group_words", (words,)
    symbols = [each for each in match.sentence.of("symbol") if each.start >= match.start]
    yield (
        "symbol_states",
        tuple(
            each.slots["state_of_symbol"][0] for each in symbols if "state_of_symbol" in each.slots
        ),
    )
    if "agent-group/treaty-body-chairs" in groups:
        yield "chairs_met", ("true",)
    if any("expert" in each.text for each in match.sentence.of("agent-group")):
        yield "expert", ("true",)


def _is_by_chair(match: Match, context: Context) -> bool:
    """Whether the Chair acts; a temporary Chair is an officer of the secretariat."""
    actors = [
        each
        for each in match.sentence.of("chair", "temporary-chair", "pronoun", "ours", "person")
        if each.start <= match.start
    ]
    if not actors:
        return False
    if actors[-1].tag == "chair":
        told = _TELLS.match(match.sentence.text[actors[-1].end : match.start])
        return not told
    said = actors[-1].text.strip().lower()
    return context.speaker == "chair" and said in ("he", "she")


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
