"""The parties of an encounter: who stands beside the verb, and on which day each was met."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.context import Context, session_on
from treatybodies.importers.drafts.days import dated, is_within
from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.marked import Mention, Slots
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.names import Names

PARTIES = ("office", "organization", "body", "agent-group", "group")
_END = re.compile(
    r"; |, (?:who|which|where|whose|while|during|to whom)\b| (?:to discuss|in order to|so as to) "
    r"| – "
)
# “The Special Rapporteur briefed the Committee”, “a delegation of the … met with the Committee”.
_GUEST_FIRST = re.compile(
    r"\s*(?:with |before )?(?:the )?"
    r"(?:⟨(?:ours|pronoun)#\d+⟩|members\b(?! of (?:the )?⟨(?:group|body|organization)))"
)
_HELD_WITH = re.compile(
    r"\b(?:[Mm]eetings?|[Dd]iscussions?|[Ee]xchanges?|[Bb]riefings?|[Tt]alks)"
    r"(?: of (?:the )?(?:Sub)?[Cc]ommittee)? with "
)
_DELEGATION = re.compile(
    r"\b(?:(?:delegations?|authorities) (?:of|from)|(?:Permanent Representatives?|Ambassadors?|"
    r"Minister [^,;]{2,60}) of) (?:the )?$"
)
_HOST_OF_NAME = re.compile(r"\b(?:[Oo]ffice|[Bb]ehalf) of (?:the )?$")


def parties(match: Match, verb: Mention | None, context: Context, names: Names) -> Iterator[Slots]:
    """The slots of each party that the sentence says was met; the committee itself is none."""
    if verb is None:
        return
    comes = "by" not in verb.text.split() and _GUEST_FIRST.match(match.after(verb))
    if not comes and not match.is_ours(verb):
        return
    low, high = _before(match, verb) if comes else _region(match, verb)
    persons = match.sentence.of("person")
    seen: set[str] = set()
    last: Mention | None = None
    yield from _delegations(match, low, high)
    for mention in match.sentence.of(*PARTIES):
        slots = _party(mention, context, names)
        if not low <= mention.start < high or slots is None or slots["met_key"][0] in seen:
            continue
        text = match.sentence.text
        if _HOST_OF_NAME.search(text[: mention.start]) or _is_part(text, mention, last):
            continue
        last = mention
        seen.add(slots["met_key"][0])
        day = dated(_day(match, mention, verb, high), context)
        yield slots | _holder(mention, persons, match.sentence.text) | day


def _delegations(match: Match, low: int, high: int) -> Iterator[Slots]:
    """States whose delegations were met, apart from a dialogue on a report."""
    if match.sentence.of("dialogue", "report", "engage"):
        return
    for mention in match.sentence.of("states"):
        before = match.sentence.text[: mention.start]
        if low <= mention.start < high and _DELEGATION.search(before):
            for path in mention.slots["states"]:
                code = path.rpartition("/")[2].upper()
                yield {
                    "met_key": (code,),
                    "met_name": (f"the delegation of {code}",),
                    "met": (f"id/{path}",),
                }


def _is_part(text: str, mention: Mention, before: Mention | None) -> bool:
    """Whether a name tells where the office before it belongs: “Chief … at the Office of …”."""
    return before is not None and bool(
        re.fullmatch(r",? (?:at|of|in|from) (?:the )?", text[before.end : mention.start])
    )


def _before(match: Match, verb: Mention) -> tuple[int, int]:
    """Where guests stand: before the verb, but after “addressing the Committee, …”."""
    if verb.text.lower().startswith("addressing"):
        return verb.end, verb.end + 160
    text, low = match.sentence.text, match.clause[0]
    if re.match(r",? who\b", text[low:]):
        # “the Special Rapporteur …, who had briefed members”: the name before “who”.
        named = [each.start for each in match.sentence.of(*PARTIES) if each.end <= low + 2]
        low = named[-1] if named else low
    return low, verb.start


def _region(match: Match, verb: Mention) -> tuple[int, int]:
    """Where the parties stand: after the verb, or before it in “a meeting with … was held”."""
    text = match.sentence.text
    held = _HELD_WITH.search(text, match.clause[0], verb.start)
    if verb.tag == "hold" and held:
        return held.end(), verb.start
    end = _END.search(text, verb.end)
    verbs = [each.start for each in match.sentence.of(*lexicon().verbs) if each.start > verb.start]
    return verb.end, min([*verbs, end.start() if end else len(text)])


def _party(mention: Mention, context: Context, names: Names) -> Slots | None:
    """Key, name and IRI of a party; None for the committee whose record it is."""
    slot = "named_body" if mention.tag == "body" else mention.tag
    value = mention.slots[slot][0]
    if value == f"body/{context.body}":
        return None
    if mention.tag == "group":
        path = mention.slots["group_path"]
        return {"met_key": (value,), "met_name": (mention.text,), "met": path}
    if mention.tag == "agent-group":
        key = value.rpartition("/")[2]
        return {"met_key": (key,), "met_name": (mention.text,), "met": (f"scheme/{value}",)}
    name = mention.slots.get("office_name", (names.label(value),))
    found: Slots = {
        "met_key": (value.rpartition("/")[2],),
        "met_name": (f"the {name[0]}",),
        "met": (f"id/{value}",),
    }
    return found


def _holder(party: Mention, persons: list[Mention], text: str) -> Slots:
    """The person who is named beside an office."""
    if party.tag != "office":
        return {}
    for person in persons:
        first, second = sorted((party, person), key=lambda each: each.start)
        if re.fullmatch(r",? (?:the )?", text[first.end : second.start]):
            return {"met_person": person.slots["person"][:1]}
    return {}


def _day(match: Match, party: Mention, verb: Mention, high: int) -> Slots:
    """The day told before the verb, else the first one after the party."""
    low = match.clause[0]
    dates = [each for each in match.sentence.of("date") if low <= each.start]
    before = [each for each in dates if each.end <= min(verb.start, party.start)]
    # “A meeting with … took place on 26 August”: the noun has no day of its own.
    end = match.clause[1] if verb.text.strip() == "meeting" else max(high, party.end)
    after = [each for each in dates if party.end <= each.start < end]
    later = [each for each in dates if each.start >= verb.end] if party.end <= verb.start else []
    chosen = (before[-1:] or after or later)[:1]
    return chosen[0].slots if chosen else {}


def session_of_day(slots: Slots, match: Match, context: Context) -> Slots:
    """The session on whose days a party was met; one met between sessions belongs to none."""
    day = next(iter(slots.get("day", ())), "")
    other = session_on(day, context) if day else ""
    if other and not match.sentence.of("session", "relative-session"):
        return {"session": (other,), "within": (other,)}
    session = slots.get("session", ())
    return {"within": session if is_within(day, "".join(session[:1]), context) else ()}
