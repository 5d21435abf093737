"""What a reader keeps in mind: whose record it is, of which session, and what came before."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from treatybodies.importers.drafts.known import Known
from treatybodies.importers.drafts.marked import Mention, Sentence
from treatybodies.importers.drafts.numerals import date_term
from treatybodies.symbols import Kind, Symbol

_IN = re.compile(r"\b(?:at|during|in|of|throughout|over|for|closed?|declared|held|opened?)"
                 r"(?: the course of)?(?: the| its| this)?(?: Committee’s)? $"
                 r"|\b(?:à|lors de|pendant|durant|au cours de|en|durante|en el curso de|de)"
                 r"(?: sa| la| cette| su| el)?(?<=\w) $|\bdel $", re.I)  # fmt: skip

# The agenda for a later session is adopted at this one.
_ABOUT = re.compile(
    r"\b(?:agenda|programme of work|schedule|dates?|preparations?) (?:of|for)(?: the| its)? $"
    r"|\b(?:ordre du jour|programme|programa|orden del día)(?: provisoire| provisional)?"
    r" (?:de (?:la|sa)|del|de su) $",
    re.I,
)


@dataclass
class Context:
    """The record under way; the last fields change from sentence to sentence."""

    document: str
    """Its path below ``id/``: ``doc/CMW/C/SR.590``."""
    symbol: Symbol | None
    body: str
    session: str
    """The number of the session; empty when nothing shows it."""
    year: str
    meeting: str = ""
    """The meeting's number, for the record of one meeting."""
    part: str = ""
    """The path of the part of the meeting under the last heading."""
    day: str = ""
    """The day on which the meeting was held or the press release written, where it is shown."""
    reviewed: tuple[tuple[str, ...], ...] = ()
    """The States that were named, sentence by sentence, for words that point back to them."""
    reports: dict[str, str] = field(default_factory=dict)
    """State → path of its report, where the text gives one symbol for it."""
    papers: dict[str, str] = field(default_factory=dict)
    """Kind of paper (agenda, session-report) → path of the symbol that was last given for it."""
    speaker: str = ""
    """The path of the person who spoke last, or ``chair``: “he”, “she”."""
    met_at: tuple[str, str] = ("", "")
    """The number and day of the meeting that was named last: “at the same meeting”."""
    other_body: str = ""
    """The other treaty body that was named last: “the two Committees”."""
    here: str = ""
    """The number of the session with which the paragraph began: “At its 100th session, …”."""
    spans: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Session → its first and last day, where the text has told them."""
    ahead: str = ""
    """The number of the later session that was named last: “at that session”."""
    timetable: frozenset[str] = frozenset()
    """The States for whose review the text gives a day of its own, in a list."""
    announces: bool = False
    """Whether the document's own session is the one that it calls the next."""
    comment: str = ""
    """The number of the general comment that was named last: “the document”."""

    def sitting(self, meeting: str) -> str:
        """A meeting's number as its IRI has it: one committee counts from one every year."""
        by_year = self.body == "cescr" and self.year
        return f"{self.year}/{meeting}" if meeting and by_year else meeting

    @property
    def slots(self) -> dict[str, tuple[str, ...]]:
        """What every rule can use."""
        values = {
            "document": self.document,
            "body": self.body,
            "BODY": self.body.upper(),
            "session": self.session,
            "meeting": self.meeting,
            "sitting": self.sitting(self.meeting),
            "part": self.part,
            "other_body": self.other_body,
        }
        if self.day:
            values["document_day"] = date_term(self.day)
        return {name: (value,) for name, value in values.items() if value}


@dataclass
class Clues:
    """Votes for what the document leaves unsaid in one place and shows in others."""

    sessions: Counter[str] = field(default_factory=Counter)
    bodies: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)


def gather_clues(sentences: Sequence[Sentence], body: str = "") -> Clues:
    """Bodies, sessions and years with weights: an opening or closing says most."""
    clues = Clues()
    for place, sentence in enumerate(sentences):
        early = 3 if place < 12 else 1
        for mention in sentence.of("body"):
            clues.bodies[mention.slots["named_body"][0].removeprefix("body/")] += early
        for mention in sentence.of("session"):
            if mention.slots["of"][0] in ("", f"body/{body}"):
                weight = 6 if _is_own_session(sentence, mention) else early
                clues.sessions[mention.slots["session_number"][0]] += weight
        dateline = (
            20
            if re.match(r"(?:Held|Tenue|Celebrada) |[A-ZÉ]{4,}[^.]{0,30} \(|\d", sentence.text)
            else 1
        )
        for mention in sentence.of("date", "span"):
            for day in mention.slots.get("day", mention.slots.get("first_day", ())):
                clues.years[day[:4]] += dateline
    return clues


def _is_own_session(sentence: Sentence, session: Mention) -> bool:
    """Whether the sentence opens or closes the session, or reports on it."""
    marks = [mention for mention in sentence.of("open", "close") if mention.start < session.start]
    return bool(marks) or (len(sentence.mentions) == 1 and len(sentence.text.split()) < 6)


def best(votes: Counter[str]) -> str:
    """The clue with most votes; empty when there is none, or two have as many."""
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]


def session_number(symbol: Symbol | None, known: Known, clues: Clues) -> str:
    """The session: that of the meeting in the graph, of the symbol, or that the text shows."""
    if symbol and symbol.meeting is not None:
        path = known.session_of(f"meeting/{symbol.bodies[0]}/{symbol.meeting}")
        if path:
            return path.rpartition("/")[2]
    if symbol and symbol.session is not None and symbol.kind is not Kind.SUMMARY_RECORD:
        return str(symbol.session)
    return best(clues.sessions)


def session_of(sentence: Sentence, start: int, end: int, context: Context) -> tuple[str, bool]:
    """The session in which something near ``start`` took place, and whether it lies ahead.

    A session counts when “at”, “during” or “in” stands before it; “following the session” does not.
    One that comes later counts up to ``end``, the end of the clause.
    """
    mentioned = sentence.of("session", "relative-session")
    for mention in sorted(mentioned, key=lambda each: abs(each.start - start)):
        before = sentence.text[: mention.start]
        if mention.start < end and _IN.search(before) and not _ABOUT.search(before):
            number, ahead = number_of(mention, context)
            if number:
                return number, ahead
    return context.here or context.session, False


def session_on(day: str, context: Context) -> str:
    """The number of the session within whose days, as the text has told them, a day lies."""
    inside = [number for number, (first, last) in context.spans.items() if first <= day <= last]
    return inside[0] if len(inside) == 1 else ""


def number_of(mention: Mention, context: Context) -> tuple[str, bool]:
    """The number of a mentioned session of the record's body, and whether it is a later one."""
    if mention.tag == "relative-session":
        step = int(mention.slots["step"][0])
        if step == 1 and context.announces:
            return context.session, True
        number = str(int(context.session) + step) if context.session else ""
        return number, step > 0
    if mention.slots["of"][0] not in ("", f"body/{context.body}"):
        return "", False
    number = mention.slots["session_number"][0]
    return number, bool(context.session) and int(number) > int(context.session)
