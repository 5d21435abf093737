"""The places of a document: its paragraphs, headings, notes and lines around them, each named.

Names follow data/records/README.md: ``p5``, ``heading-1``, ``opening-note``, ``rising``, ``note-1``
and, for the lines of a cover page or imprint, ``cover-1``.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from treatybodies.pipeline.verify import Paragraph

PATTERNS = Path(__file__).parent / "places.yaml"
LONGEST_HEADING = 28
"""Words."""
_NUMBER = re.compile(r"^(\d{1,3})\.\s+\S")
_LISTED = re.compile(r"^(?:\([a-z]{1,4}\)|[•*–—-]|\d{1,3}\))\s+")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class Kind(StrEnum):
    """What a line of a document is."""

    BODY = "body"
    HEADING = "heading"
    OPENING = "opening"
    RISING = "rising"
    NOTE = "note"
    IMPRINT = "imprint"
    COVER = "cover"


@dataclass(frozen=True)
class Place:
    """One line of a document: its name, what it is called in words, and its text."""

    name: str
    title: str
    number: str
    """As ``tbo:paragraphNumber``."""
    kind: Kind
    text: str
    digest: str
    lead: str = ""
    """For an entry of a list: the words before the list, which it continues."""


def read_places(paragraphs: Sequence[Paragraph]) -> list[Place]:
    """The places of a document, in order, each with a name of its own."""
    kinds = list(_kinds([paragraph.text for paragraph in paragraphs]))
    names = _names(paragraphs, kinds)
    leads = _leads(paragraphs, kinds)
    return [
        Place(name, title, number, kind, paragraph.text, paragraph.digest, lead)
        for paragraph, kind, (name, title, number), lead in zip(
            paragraphs, kinds, names, leads, strict=True
        )
    ]


def _kinds(texts: list[str]) -> Iterator[Kind]:
    found = [_kind_by_pattern(text) for text in texts]
    start = _end_of_cover(found)
    for index, (text, kind) in enumerate(zip(texts, found, strict=True)):
        if index < start:
            yield Kind.COVER
        elif kind and kind is not Kind.COVER:
            yield kind
        elif _is_heading(text, texts[index + 1] if index + 1 < len(texts) else ""):
            yield Kind.HEADING
        else:
            yield Kind.BODY


def _kind_by_pattern(text: str) -> Kind | None:
    for kind, patterns in _patterns().items():
        if any(pattern.search(text) for pattern in patterns):
            return kind
    return None


def _end_of_cover(found: list[Kind | None]) -> int:
    """How many lines come before the text: those before the opening, or the last cover line."""
    if Kind.OPENING in found:
        opening = found.index(Kind.OPENING)
        return opening if Kind.COVER in found[:opening] else 0
    head = found[:25]
    if Kind.COVER not in head[:4]:
        return 0
    return max(index for index, kind in enumerate(head) if kind is Kind.COVER) + 1


def _is_heading(text: str, following: str) -> bool:
    """A short line without an end of sentence, before another that is no entry of a list."""
    if len(text.split()) > LONGEST_HEADING or text.endswith((".", ";", ":", ",", "?", "”")):
        return False
    if _LISTED.match(text) or _NUMBER.match(text) or not following:
        return False
    return text[0].isupper() or bool(re.match(r"[A-Z]?[IVX]*\. |\d", text))


def _names(paragraphs: Sequence[Paragraph], kinds: list[Kind]) -> list[tuple[str, str, str]]:
    """Name, title and number of each line; a number that the text shows counts, if it is new."""
    counts: Counter[Kind] = Counter()
    names: list[tuple[str, str, str]] = []
    last, parts = 0, 1
    shows_numbers = any(
        _NUMBER.match(paragraph.text)
        for paragraph, kind in zip(paragraphs, kinds, strict=True)
        if kind is Kind.BODY
    )
    for paragraph, kind in zip(paragraphs, kinds, strict=True):
        counts[kind] += 1
        if kind is not Kind.BODY:
            names.append(_other_name(kind, counts[kind], paragraph.text))
            continue
        shown = _NUMBER.match(paragraph.text)
        if not shows_numbers:
            number = f"{counts[kind]}"
        elif shown and int(shown[1]) > last:
            last, parts, number = int(shown[1]), 1, shown[1]
        else:
            # A line without a number goes on from the paragraph before it.
            parts += 1
            number = f"{last}-{parts}"
        names.append((f"p{number}", f"paragraph {number}", number))
    return names


def _other_name(kind: Kind, count: int, text: str) -> tuple[str, str, str]:
    numbered = f"{kind}-{count}"
    match kind:
        case Kind.HEADING:
            title = f"{_ORDINALS[count - 1]} heading" if count < 10 else f"heading {count}"
            return numbered, title, numbered
        case Kind.NOTE:
            mark = re.match(r"[*†‡§]+|\[\d+\]", text)
            return numbered, f"footnote {mark[0] if mark else count}", numbered
        case Kind.OPENING:
            name = "opening-note" if count == 1 else f"opening-note-{count}"
            return name, "opening note" + (f" {count}" if count > 1 else ""), name
        case Kind.RISING:
            name = "rising" if count == 1 else f"rising-{count}"
            return name, "closing note" + (f" {count}" if count > 1 else ""), name
        case _:
            return numbered, f"line {count} outside the text", numbered


def _leads(paragraphs: Sequence[Paragraph], kinds: list[Kind]) -> Iterator[str]:
    """For each entry of a list the last sentence before it, which ends in a colon."""
    lead = ""
    for paragraph, kind in zip(paragraphs, kinds, strict=True):
        text = paragraph.text
        is_entry = kind is Kind.BODY and (_LISTED.match(text) or len(text.split()) <= 12)
        if lead and not is_entry:
            lead = ""
        yield lead
        if text.endswith(":") and kind is Kind.BODY:
            lead = re.split(r"(?<=[.?!])\s+(?=[A-Z])", text)[-1].rstrip(": ")


@cache
def _patterns() -> dict[Kind, list[re.Pattern[str]]]:
    """The patterns of places.yaml, notes before covers as they stand there."""
    written: dict[str, list[str]] = yaml.safe_load(PATTERNS.read_text(encoding="utf-8"))
    return {Kind(kind): [re.compile(each) for each in lines] for kind, lines in written.items()}
