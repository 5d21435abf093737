"""The places of a document: its paragraphs, headings, notes and lines around them, each named.

Names follow data/records/README.md: ``p5``, ``heading-1``, ``opening-note``, ``rising``, ``note-1``
and, for the lines of a cover page or imprint, ``cover-1``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from treatybodies.pipeline.verify import Paragraph

PATTERNS = Path(__file__).parent / "places.yaml"
LONGEST_HEADING = 28
"""Words."""
ROW = " | "
"""Between the cells of a row."""
TITLE = 5
"""Words that a line on a cover has at least when it is a title."""
_SENTENCE = re.compile(r"(?:\S+ ){7}.*[.:]$")
# Some texts lose the space behind the number: “1.The Chair said”.
_NUMBER = re.compile(r"^(\d{1,3})\.(?:\s+\S|[^\W\d_])")
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


def read_places(
    paragraphs: Sequence[Paragraph], is_entry: Callable[[str], bool] = lambda text: False
) -> list[Place]:
    """The places of a document, in order, each with a name of its own.

    ``is_entry`` tells a line that is no heading, though it looks like one: a State in a list.
    """
    texts = [paragraph.text for paragraph in paragraphs]
    entries = [is_entry(text) for text in texts]
    kinds = list(_kinds(texts, entries))
    leads = list(_leads(texts, kinds, entries))
    names = _names(paragraphs, kinds, leads)
    return [
        Place(name, title, number, kind, paragraph.text, paragraph.digest, lead)
        for paragraph, kind, (name, title, number), lead in zip(
            paragraphs, kinds, names, leads, strict=True
        )
    ]


def _kinds(texts: list[str], entries: list[bool]) -> Iterator[Kind]:
    found = [_kind_by_pattern(text) for text in texts]
    start = _end_of_cover(texts, found)
    contents = Kind.OPENING in found
    # What the contents on the cover list stands above its part, whatever it looks like.
    listed = {_title(text) for text in texts[:start] if contents and len(text.split()) > 1}
    for index, (text, kind) in enumerate(zip(texts, found, strict=True)):
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if index < start and kind is Kind.NOTE:
            yield kind
        elif index < start:
            # Above the date of a press release stands its title, above an opening the contents.
            is_title = kind is None and not contents and _is_heading(text, following)
            yield Kind.HEADING if is_title and len(text.split()) >= TITLE else Kind.COVER
        elif kind and kind is not Kind.COVER:
            yield kind
        elif _title(text) in listed or (
            not _is_listed(index, texts, entries) and _is_heading(text, following)
        ):
            yield Kind.HEADING
        else:
            yield Kind.BODY


def _is_listed(index: int, texts: list[str], entries: list[bool]) -> bool:
    """Whether a State is an entry of a list; its bare name above a paragraph on it is a heading."""
    beside = entries[max(0, index - 1) : index] + entries[index + 1 : index + 2]
    alone = not any(beside) and any(_SENTENCE.search(text) for text in texts[index + 1 : index + 2])
    return entries[index] and not (alone and re.fullmatch(r"[^\d|]+", texts[index]))


def _title(text: str) -> str:
    """A heading without the symbols in brackets that the contents leave out."""
    return re.sub(r" \((?=[A-Z]+/|E/C)[^()]*\)$", "", text)


def _kind_by_pattern(text: str) -> Kind | None:
    for kind, patterns in _patterns().items():
        if any(pattern.search(text) for pattern in patterns):
            return kind
    return None


def _end_of_cover(texts: list[str], found: list[Kind | None]) -> int:
    """How many lines come before the text: those before the opening, or the last cover line."""
    if Kind.OPENING in found:
        opening = found.index(Kind.OPENING)
        return opening if Kind.COVER in found[:opening] else 0
    sentences = (i for i, text in enumerate(texts) if found[i] is None and _SENTENCE.search(text))
    head = found[: min(25, next(sentences, 25))]
    if Kind.COVER not in head[:4]:
        return 0
    return max(index for index, kind in enumerate(head) if kind is Kind.COVER) + 1


def _is_heading(text: str, following: str) -> bool:
    """A short line without an end of sentence, before another that is no entry of a list."""
    if len(text.split()) > LONGEST_HEADING or text.endswith((".", ";", ":", ",", "?", "”")):
        return False
    if _LISTED.match(text) or _NUMBER.match(text) or not following or ROW in text:
        return False
    return text[0].isupper() or bool(re.match(r"[A-Z]?[IVX]*\. |\d", text))


def _names(
    paragraphs: Sequence[Paragraph], kinds: list[Kind], leads: list[str]
) -> list[tuple[str, str, str]]:
    """Name, title and number of each line; a number that the text shows counts, if it is new."""
    counts: Counter[Kind] = Counter()
    names: list[tuple[str, str, str]] = []
    last, parts = 0, 1
    shows_numbers = any(
        _NUMBER.match(paragraph.text)
        for paragraph, kind in zip(paragraphs, kinds, strict=True)
        if kind is Kind.BODY
    )
    before = Kind.COVER
    for paragraph, kind, lead in zip(paragraphs, kinds, leads, strict=True):
        if kind is not Kind.BODY:
            counts[kind] += 1
            names.append(_other_name(kind, counts[kind], paragraph.text))
            before = kind
            continue
        shown = _NUMBER.match(paragraph.text)
        # A line without a number, or an entry of a list, goes on from the paragraph before it.
        goes_on = not shown if shows_numbers else bool(lead) and before is Kind.BODY
        if goes_on or (shown and shows_numbers and int(shown[1]) <= last):
            parts += 1
            number = f"{last}-{parts}"
        else:
            last = int(shown[1]) if shown and shows_numbers else last + 1
            parts, number = 1, f"{last}"
        names.append((f"p{number}", f"paragraph {number}", number))
        before = kind
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


def _leads(texts: list[str], kinds: list[Kind], entries: list[bool]) -> Iterator[str]:
    """For each entry of a list the words before it: a sentence with a colon, or a heading."""
    lead = title = ""
    for text, kind, is_name in zip(texts, kinds, entries, strict=True):
        is_entry = kind is Kind.BODY and bool(_LISTED.match(text) or len(text.split()) <= 12)
        if not is_entry:
            lead = ""
        # The head of a table stands between its title and its rows.
        title = title if is_name or ROW in text else ""
        yield lead or (title if is_name else "")
        if text.endswith(":") and kind is Kind.BODY:
            lead = re.split(r"(?<=[.?!])\s+(?=[A-Z])", text)[-1].rstrip(": ")
        elif kind is Kind.HEADING:
            title = text


@cache
def _patterns() -> dict[Kind, list[re.Pattern[str]]]:
    """The patterns of places.yaml, notes before covers as they stand there."""
    written: dict[str, list[str]] = yaml.safe_load(PATTERNS.read_text(encoding="utf-8"))
    return {Kind(kind): [re.compile(each) for each in lines] for kind, lines in written.items()}
