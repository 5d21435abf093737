"""Words that point back: “all four States parties”, “the two Committees”, “the same meeting”."""

import re
from dataclasses import replace
from itertools import zip_longest

from treatybodies.importers.drafts.context import Context, number_of
from treatybodies.importers.drafts.days import dated
from treatybodies.importers.drafts.marked import Mention, Sentence
from treatybodies.importers.drafts.numerals import cardinal

REMEMBERED = 4
"""Sentences with States before the last that a pointer can mean."""
_PLURAL = re.compile(
    r"(?:all|each|both|those|these|them)\b|on (?:each|them|all|both)|in each"
    r"|(?:ces|chacun|l['’]ensemble|esos|cada uno)\b",
    re.I,
)
_SPEAKER = re.compile(r"(?:\d+\. )?⟨(chair|person)#(\d+)⟩,? ?(?P<chair>(?:the )?⟨chair#\d+⟩)?")


def resolve(sentence: Sentence, context: Context) -> Sentence:
    """``sentence`` with its pointers filled with the States that were named last before them.

    A pointer that counts other States than were named stays empty: the rules then say nothing.
    """
    for mention in sentence.of("body"):
        body = mention.slots["named_body"][0].removeprefix("body/")
        if body != context.body:
            context.other_body = body
    for mention in sentence.of("session", "relative-session"):
        number, ahead = number_of(mention, context)
        if ahead:
            context.ahead = number
    mentions = [
        _filled(mention, _named_before(sentence, mention, context))
        if mention.tag == "pointer"
        else mention
        for mention in sentence.mentions
    ]
    return replace(sentence, mentions=tuple(mentions))


def _filled(pointer: Mention, named: list[tuple[str, ...]]) -> Mention:
    """The pointer with the States that it means: the last named that are as many as it says."""
    counts = [cardinal(count) for count in pointer.slots.get("count", ())]
    for states in reversed(named):
        if counts and any(count != len(states) for count in counts):
            if pointer.text.lower().startswith(
                ("all", "each", "both", "those", "these", "ces", "esos")
            ):
                continue
            return pointer
        if len(states) > 1 or not _PLURAL.match(pointer.text):
            return replace(pointer, slots=pointer.slots | {"states": states})
    return pointer


def _named_before(sentence: Sentence, pointer: Mention, context: Context) -> list[tuple[str, ...]]:
    before = [each.slots["states"] for each in sentence.of("states") if each.end <= pointer.start]
    # “considered Benin, held a dialogue with Egypt and adopted observations on both”.
    together = tuple(dict.fromkeys(state for states in before for state in states))
    return [*context.reviewed, together, *before] if before else list(context.reviewed)


def follow(sentence: Sentence, context: Context) -> None:
    """Keep in mind what the sentence named, for those that come after it."""
    states = sentence.of("states")
    if states and sentence.of("dialogue", "report", "consider", "delegation", "situation"):
        reviewed = dict.fromkeys(path for mention in states for path in mention.slots["states"])
        context.reviewed = (*context.reviewed[-REMEMBERED:], tuple(reviewed))
    _keep_sessions(sentence, context)
    for mention in sentence.of("general-comment"):
        context.comment = mention.slots.get("comment", (context.comment,))[0]
    for mention in sentence.of("symbol"):
        # An agenda is a document of any number: beside its name the symbol is its own.
        named = sentence.of("agenda") and mention.slots.get("class") == ("Document",)
        if mention.slots.get("class") == ("Agenda",) or named:
            context.papers["agenda"] = mention.slots["symbol_path"][0]
        elif sentence.of("session-report") and "state_of_symbol" not in mention.slots:
            context.papers.setdefault("session-report", mention.slots.get("symbol_path", ("",))[0])
    for mention in sentence.of("meeting"):
        days = [dated(each.slots, context).get("date", ("",))[0] for each in sentence.of("date")]
        if len(mention.slots["meeting_number"]) == 1 and len(days) == 1:
            context.met_at = (mention.slots["meeting_number"][0], days[0])
    if spoken := _SPEAKER.match(sentence.marked):
        mention = sentence.mentions[int(spoken[2])]
        person = mention.slots.get("person", ("",))[0]
        context.speaker = "chair" if spoken[1] == "chair" or spoken["chair"] else person


def _keep_sessions(sentence: Sentence, context: Context) -> None:
    """Keep with which session a paragraph begins, and which days belong to which session."""
    told = sentence.of("session", "relative-session", "span")
    for mention, after in zip_longest(told, told[1:]):
        if mention.tag == "span":
            continue
        number, ahead = number_of(mention, context)
        if mention is told[0] and number and not ahead and mention.start < 12:
            context.here = number
        if number and after and after.tag == "span" and "first_day" in after.slots:
            first, last = after.slots["first_day"][0], after.slots["last_day"][0]
            context.spans[number] = (first, last)
