"""What a draft does not understand: said aloud, so that a curator knows where to read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from treatybodies.importers.drafts.finding import Group
from treatybodies.importers.drafts.marked import Mention, Sentence
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.paragraphs import Kind, Place

# Mentions that a reader expects a statement from.
_TELLING = ("states", "date", "span", "symbol", "general-comment", "person", "office", "pointer")
_EVENTFUL = ("adopt", "elect", "postpone", "decide", "hold", "meet", "publish")
# A capital letter where a State is named, and no known name.
_UNKNOWN_STATE = re.compile(
    r"(?:[Dd]elegations?|[Rr]eports?|[Dd]ialogues?|[Gg]overnments?|situation|issues) "
    r"(?:of|from|with|for|on|in) (?:the )?"
    r"(?P<name>(?:[A-Z][\w’'-]+)(?: (?:of |and )?[A-Z][\w’'-]+)*)"
)
_BESIDE = re.compile(
    r"^(?:,| and|,? and) (?:the )?(?P<name>[A-Z][a-z’'-]{3,}(?: [A-Z][\w’'-]+)*)(?=,| and|\.)"
)
_NO_STATE = re.compile(
    r"^(?:Committee|Convention|Covenant|Chair|Council|States?|Secretary|United|Human|Optional|General"
    r"|Members?|Rapporteur|Office|Division|Special|Working|Subcommittee|Protocol|The|Mr|Ms|Mrs|Dr)\b"
)
LONGEST = 12


@dataclass(frozen=True)
class Note:
    """One thing that a curator should look at, with words that find the place."""

    what: str
    words: str
    near: tuple[str, ...] = ()
    """Known names that resemble an unknown one."""

    def __str__(self) -> str:
        meant = f" (perhaps {', '.join(self.near)})" if self.near else ""
        return f"{self.what}: “{self.words}”{meant}"


def notes_of(
    place: Place,
    sentences: Sequence[Sentence],
    groups: Sequence[tuple[Sentence | None, Group]],
    names: Names,
) -> list[Note]:
    """What no rule used in a place: unknown names, telling sentences, a silent paragraph."""
    notes = [note for sentence in sentences for note in _unknown_names(sentence, names)]
    if place.kind is not Kind.BODY:
        return notes
    for sentence in sentences:
        used = {number for own, group in groups if own is sentence for number in group.used}
        left = [
            mention
            for number, mention in enumerate(sentence.mentions)
            if mention.tag in _TELLING
            and number not in used
            and mention.end > sentence.own
            and not _is_dateline(sentence, mention)
        ]
        if left:
            notes.append(Note(_why(sentence, left), _opening(sentence)))
        elif _is_left(sentence, used):
            notes.append(Note("no rule fits the event", _opening(sentence)))
    if not groups and not notes and not place.text.endswith(":"):
        notes.append(Note("nothing was understood", _opening(sentences[0])))
    return notes


def _is_left(sentence: Sentence, used: set[int]) -> bool:
    """Whether no rule took in an event: all of them, or in other languages than English any."""
    events = {
        number
        for number, mention in enumerate(sentence.mentions)
        if mention.tag in _EVENTFUL and mention.end > sentence.own
    }
    return bool(events) and (not used if sentence.language == "en" else not events <= used)


def _is_dateline(sentence: Sentence, mention: Mention) -> bool:
    """Whether a day only tells when a press release was written: “GENEVA (23 August 2024) –”."""
    return mention.tag == "date" and bool(
        re.fullmatch(r"[A-ZÀ-Þ][\w ./-]{2,40},? ?\(?", sentence.text[: mention.start])
        and re.match(r"\)? ?[–—-]", sentence.text[mention.end :])
    )


def _unknown_names(sentence: Sentence, names: Names) -> Iterator[Note]:
    for mention in sentence.of("symbol"):
        if "unknown" in mention.slots:
            yield Note("unknown document symbol", mention.text)
    taken = [
        (mention.start, mention.end) for mention in sentence.mentions if mention.tag != "report"
    ]
    found = list(_UNKNOWN_STATE.finditer(sentence.text))
    places = [(match["name"], match.start("name")) for match in found]
    for mention in sentence.of("states"):
        beside = _BESIDE.match(sentence.text[mention.end :])
        if beside:
            places.append((beside["name"], mention.end + beside.start("name")))
    for name, start in places:
        if not _NO_STATE.match(name) and all(not low <= start < high for low, high in taken):
            yield Note("unknown name", name, tuple(names.near(name, "state")))


def _why(sentence: Sentence, left: list[Mention]) -> str:
    if sentence.of("postpone"):
        return "something did not take place, or later"
    empty = [mention for mention in left if mention.tag == "pointer"]
    if empty and len(left) == len(empty):
        return f"no rule used the words “{empty[0].text}”"
    shown = ", ".join(dict.fromkeys(mention.text for mention in left if mention.tag != "pointer"))
    words = " ".join(shown.split()[:8])
    return f"no rule used {words}"


def _opening(sentence: Sentence) -> str:
    words = sentence.text[sentence.own :].split()
    return " ".join(words[:LONGEST]) + (" …" if len(words) > LONGEST else "")
