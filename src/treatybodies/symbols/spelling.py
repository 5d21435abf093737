"""The spelling of symbols: what people type and printers set, made one."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 120
"""Characters; the longest symbols seen have about forty."""

JOINT = "–"
"""What joins the two symbols of a joint document: an en dash, as in CMW/C/GC/3–CRC/C/GC/22."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"), "-")
_OPENING = " \"'“”‘’«»([{<*"
_CLOSING = " \"'“”‘’«»]}>*.,;:!?"

_INTRODUCTION = re.compile(
    r"(?:(?:UNITED NATIONS |U\.? ?N\.? )?DOC(?:UMENT|S)?\.? ?|SYMBOL ?:? )(?:NO\. )?", re.I
)
_PORTION = re.compile(
    r"[ /]?\(?\b(VOL|PART)\.? ?([IVX]{1,4}|\d{1,2})\)?$"
    r"|[ /]\(?(FINDINGS|RECOMMENDATIONS)\)?$",
    re.I,
)
# Where a citation goes on after the symbol: “A/54/18, annex V”, “HRI/GEN/1/Rev.9 p. 173”.
_LOCATOR = re.compile(
    r"(?:, ?| )"
    r"((?:ANNEX(?:ES)?|APPENDIX|AT|CHAP(?:TERS?)?|PARA(?:GRAPH)?S?|PAGES?|PP?|SECT(?:ION)?)\b.*)$",
    re.I,
)
_NEAR_MARKS = re.compile(r" ?([/\-,&.]) ?")
_WORDS = ("Add", "Amend", "Concl", "Corr", "CRP", "Dec", "INF", "Misc", "Rev", "SR", "WP")
_MARKED = re.compile(rf"(?<=/)({'|'.join(_WORDS)})(?:[. ]?)(?=\d)", re.I)
_PREFIX = r"(?:CCPR|CERD|CEDAW|CAT|CRC|CMW|CRPD|CED|HRI|INT|A|E)/"
_SEAM = re.compile(rf"-(?={_PREFIX})")


@dataclass(frozen=True)
class Spelling:
    """A text taken apart: the symbols it joins, a portion of a document, a place in it."""

    symbols: tuple[str, ...]
    portion: str | None = None
    """“Vol. I”, “Part II”, “Findings”: printed in brackets after the symbol."""
    locator: str | None = None
    """Page, paragraph or annex that a citation adds; no part of the symbol."""


def read_spelling(text: str) -> Spelling:
    """``text`` in the case, dashes and spacing of symbols; no check that it is one."""
    plain = " ".join(_plain_characters(text).split())
    plain = _INTRODUCTION.sub("", plain.lstrip(_OPENING), count=1).lstrip(_OPENING)
    plain, locator = _cut(_LOCATOR, _without_end(plain))
    plain, portion = _cut(_PORTION, _without_end(plain))
    core = _NEAR_MARKS.sub(r"\1", _without_end(plain)).upper()
    core = _MARKED.sub(lambda match: _word(match[1]) + ".", core)
    return Spelling(tuple(_SEAM.split(core)), _portion(portion), locator[1] if locator else None)


def _plain_characters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    return folded.translate(_INVISIBLE).translate(_DASHES)


def _without_end(text: str) -> str:
    """Trailing punctuation goes; a bracket that closes one inside the text stays."""
    while text and (text[-1] in _CLOSING or (text[-1] == ")" and _closes_nothing(text))):
        text = text[:-1]
    return text


def _closes_nothing(text: str) -> bool:
    return text.count(")") > text.count("(")


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, re.Match[str] | None]:
    found = pattern.search(text)
    return (text[: found.start()], found) if found else (text, None)


def _word(printed: str) -> str:
    return next(word for word in _WORDS if word.upper() == printed.upper())


def _portion(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    if found[3]:
        return found[3].capitalize()
    name = "Vol." if found[1].upper() == "VOL" else "Part"
    return f"{name} {found[2].upper()}"
