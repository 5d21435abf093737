"""What the fields of a record hold, freed from how the index prints them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any

FIELDS = (
    "AffectedPersons",
    "AnnotationId",
    "AnnotationType",
    "Body",
    "Countries",
    "DocumentId",
    "PublicationDate",
    "PublicationDateOnUhri",
    "Sdgs",
    "Symbol",
    "Text",
    "Themes",
    "UprCycle",
    "UprPositions",
    "UprRecommendingCountry",
    "UprSession",
)
UNREAD = {
    "Regions": "the graph knows the regions of States",
    "UprRecommendingRegions": "the graph knows the regions of States",
}
CACHED = 100_000
"""Labels, names and days recur: a whole export has some thousands of each."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BULLET = re.compile(r"^(?:[-–•*]+\s+)+")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<\s*(script|style)\b.*?<\s*/\s*\1\s*>|<!--.*?-->", re.I | re.DOTALL)
# A tag begins with a letter: “<5 years” is text.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")
# “12.”, “12 (a)”, “(12)”, and recommendations of a universal periodic review: “133.45”.
_NUMBER = re.compile(
    r"[\[(]?(?:para(?:graph|\.)?\s*)?(\d{1,3}(?:\.\d{1,3}){0,3})"
    r"(?:[.)\]:]|(?=\s*\([a-z]{1,4}\))|(?=\s+[A-Z]))\s*"
)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![\d])")
_SDG = re.compile(
    r"(?:\b(?:SDG|goal|target)\s*)?\b(\d{1,2})(?:\.(\d{1,2}|[a-d]))?\b", re.IGNORECASE
)


class FieldFault(Exception):
    """A field does not hold what it should; the message says which and what."""


@dataclass(frozen=True)
class Passage:
    """The words of a record: their paragraph's number, and what follows it."""

    text: str
    number: str
    """As printed, ``12`` or ``133.45``; empty where none opens the text."""
    words: str


@dataclass(frozen=True)
class Goal:
    """A Sustainable Development Goal, or a target of one."""

    goal: int
    target: str
    """``3`` or ``a``; empty for the goal itself."""
    label: str

    @property
    def code(self) -> str:
        """As the goals' own identifiers have it: ``16``, ``16.3``."""
        return f"{self.goal}.{self.target}" if self.target else str(self.goal)


def read_labels(record: Mapping[str, Any], name: str) -> list[str]:
    """The labels in field ``name``, without the hyphens and blanks the index puts around them."""
    value = record.get(name)
    if value is None:
        return []
    parts = value if isinstance(value, list) else [value]
    found: dict[str, None] = {}
    for part in parts:
        if isinstance(part, int) and not isinstance(part, bool):
            part = str(part)
        if part is None:
            continue
        if not isinstance(part, str):
            raise FieldFault(f"{name} holds {type(part).__name__}, not text")
        lines = part.splitlines() if "\n" in part or "\r" in part else (part,)
        found.update(dict.fromkeys(map(clean_label, lines)))
    return [label for label in found if label]


def read_raw(record: Mapping[str, Any], name: str) -> str:
    """The one text in field ``name`` as it stands; empty where there is none."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldFault(f"{name} holds {type(value).__name__}, not text")
    return value


def read_text(record: Mapping[str, Any], name: str) -> str:
    """The one text in field ``name``, trimmed; empty where there is none."""
    return clean_text(read_raw(record, name))


@lru_cache(maxsize=CACHED)
def clean_label(label: str) -> str:
    """``label`` without the bullet it begins with.

    >>> clean_label(" - CMW ")
    'CMW'
    """
    return _BULLET.sub("", clean_text(unescape(label))).strip("- ")


def clean_text(text: str) -> str:
    """``text`` on one line, without control characters or blanks around it."""
    return " ".join(_CONTROL.sub(" ", text).split())


def read_passage(html: str) -> Passage:
    """The words in ``html``, free of markup, and the number of the paragraph that opens them.

    >>> passage = read_passage("<p>12.&nbsp;The <b>State</b> party &lt;should&gt;</p>")
    >>> passage.number, passage.words
    ('12', 'The State party <should>')
    """
    seen = _TAG.sub("", _BREAK.sub(" ", _UNSEEN.sub(" ", html))) if "<" in html else html
    text = clean_text(unescape(seen))
    found = _NUMBER.match(text)
    if not found:
        return Passage(text, "", text)
    return Passage(text, found[1], text[found.end() :])


def read_date(record: Mapping[str, Any], name: str) -> str:
    """The day in field ``name`` (ISO 8601), its time left out; empty where there is none."""
    value = read_text(record, name)
    try:
        return _parse_day(value) if value else ""
    except ValueError:
        raise FieldFault(f"{name} “{value}” is no day") from None


@lru_cache(maxsize=CACHED)
def _parse_day(value: str) -> str:
    found = _DATE.match(value)
    if not found:
        raise ValueError(value)
    return date(*map(int, found.groups())).isoformat()


@lru_cache(maxsize=CACHED)
def read_goal(label: str) -> Goal | None:
    """The goal or target that ``label`` begins with; None where it names none.

    >>> read_goal("16.3 - Rule of law").code, read_goal("GOAL 8: Decent work").code
    ('16.3', '8')
    """
    found = _SDG.match(label)
    if not found or not 1 <= int(found[1]) <= 17:
        return None
    return Goal(int(found[1]), (found[2] or "").lower(), label)


def read_ordinal(record: Mapping[str, Any], name: str) -> int | None:
    """The first number in field ``name``, as in “3rd cycle”; None where there is none."""
    labels = read_labels(record, name)
    found = re.search(r"\d+", labels[0]) if labels else None
    return int(found[0]) if found else None


def is_identifier(text: str) -> bool:
    """Whether ``text`` is a UUID, which the index prints where a label is missing."""
    return _UUID.fullmatch(text) is not None
