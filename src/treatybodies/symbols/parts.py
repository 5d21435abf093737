"""The parts that symbols are made of: how each is written and what it says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from treatybodies.symbols.series import BODIES, COMMITTEES, DATABASE_BODIES, PROTOCOLS


@dataclass(frozen=True)
class Part:
    """A part of a symbol; its name is the name in braces in the forms of the rules."""

    name: str
    pattern: str
    sentence: str = ""
    """What it says; ``{text}`` is the part as printed. Empty where the reader adds its own."""
    group: str = ""
    """The name under which the reader takes it up, where several parts say the same."""


def _any_of(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


_RANGE = r"[1-9]\d?(?:-[1-9]\d?)?"
_STATE = r"(?!ADD|COR|CRP|DEC|GEN|INF|MIS|QPR|REV|FCO|FAI|OAI)[A-Z]{3}(?:-[A-Z]{3})?|EU|UKOT"

PARTS = (
    Part("body", _any_of(BODIES), group="series"),
    Part("committee", _any_of(COMMITTEES), group="series"),
    Part("reporting", _any_of([*COMMITTEES, *PROTOCOLS]), group="series"),
    Part("protocol", _any_of(PROTOCOLS), group="series"),
    Part("database", _any_of(DATABASE_BODIES)),
    Part("state", _STATE),
    Part("state_name", r"[A-Z]{4,20}", group="state"),
    Part("cycles", _RANGE),
    Part("session", r"[1-9]\d{0,2}", "“{text}” is the number of the session."),
    Part("roman_session", r"[IVXL]{1,8}", "“{text}” is the number of the session, in Roman style."),
    Part("meeting", r"[1-9]\d{0,3}", "“{text}” is the number of the meeting."),
    Part("year", r"(?:19|20)\d\d", "“{text}” is the year."),
    Part(
        "short_year",
        r"9\d|0\d|(?:19|20)\d\d",
        "“{text}” is the year of the report.",
        group="report_year",
    ),
    Part("half", r"II?", "“{text}” is the first (I) or second (II) session of that year."),
    Part("number", r"[1-9]\d{0,3}", "“{text}” is the number of the document."),
    Part("series_number", r"(?:R\.)?[1-9]\d{0,2}", "“{text}” is the number of the series."),
    Part("addendum", r"Add\.[1-9]\d{0,2}", "“{text}” is the number of the document in the series."),
    Part("reply", r"Add\.[1-9]\d{0,2}", "“{text}” marks what is added to the document before it."),
    Part("form", r"(?:CRP|Dec|INF|L|Misc|PV|R|WP)\.[1-9]\d{0,2}"),
    Part("decided", r"D|DR|J|JC"),
    Part("communications", r"[1-9]\d{0,4}(?:[-,&][1-9]\d{0,4}){0,9}"),
    Part("case_year", r"(?:19|20)\d\d", "“{text}” is the year in which the case was registered."),
    Part("comment", r"[1-9]\d?", "“{text}” is the number of the general comment."),
    Part("assembly", r"[1-9]\d"),
    Part("supplement", r"\d\d"),
    Part("file", r"[A-Z]{2,5}", "“{text}” is the class of the database in which it is filed."),
    Part("id", r"[1-9]\d{0,6}", "“{text}” is its number in the database; it says nothing else."),
    Part("language", r"[ACEFRS]", "“{text}” is the language of the file."),
    # First reports under the Covenant, by groups of its articles.
    Part("old_reports", r"1978/8|1980/6|1982/3|1984/[67]|1986/[34]|1990/7"),
    Part("tail", r"(?:/(?:Add|Rev|Corr|Amend)\.[1-9]\d{0,2}){0,6}"),
)
_BY_NAME = {part.name: part for part in PARTS}
_BY_GROUP = {part.group or part.name: part for part in PARTS}
SUFFIX = re.compile(r"(Add|Rev|Corr|Amend)\.(\d+)")

# What the letters before the number of a paper say about its circulation.
FORMS = {
    "CRP": "a conference room paper",
    "Dec": "a decision",
    "INF": "an information document",
    "L": "of limited distribution, often a draft",
    "Misc": "a miscellaneous paper",
    "PV": "a verbatim record",
    "R": "of restricted distribution",
    "WP": "a working paper",
}
SUFFIXES = {
    "Add": "addendum",
    "Rev": "revision",
    "Corr": "corrigendum",
    "Amend": "amendment",
}


@cache
def form_pattern(form: str) -> re.Pattern[str]:
    """The pattern of ``form``, such as ``{body}/SR.{meeting}``, with any suffixes after it.

    Every part is bounded and no two neighbours can take the same text, so matching is linear.
    """
    texts = re.split(r"\{(\w+)\}", form + "{tail}")
    pieces = [re.escape(text) if at % 2 == 0 else _group(text) for at, text in enumerate(texts)]
    return re.compile("".join(pieces))


def _group(name: str) -> str:
    part = _BY_NAME[name]
    return f"(?P<{part.group or part.name}>{part.pattern})"


def part_sentence(group: str, text: str) -> str:
    """What the part taken up as ``group`` says; empty where the reader adds its own."""
    return _BY_GROUP[group].sentence.format(text=text)
