"""Status pages in HTML, as a browser saves ``ViewDetails.aspx`` of treaties.un.org."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import etree, html
from lxml.html import HtmlElement

from treatybodies.errors import ImportRefused, PageDamaged
from treatybodies.importers.untc.dates import (
    looks_like_day,
    parse_day,
    parse_heading_day,
)
from treatybodies.importers.untc.head import parse_counts, parse_head
from treatybodies.importers.untc.participants import Row, read_participants
from treatybodies.importers.untc.status import Part, Passage, Section, StatusPage, Territories

# The ends of the ids that the depositary's templates give; a page may lack some.
_TABLES = {
    Section.DECLARATIONS: "dgDec",
    Section.OBJECTIONS: "dgObj",
    Section.ARTICLES: "dgDecUnderArticle",
    Section.NOTIFICATIONS: "dgNotifications",
}
# A text may hold a table of its own: only the outer cells are statements and notes.
_CELLS = "./tr/td | ./tbody/tr/td"
_REFERENCE = re.compile(r"mtdsg_no=([IVXL]+-\d+(?:-[a-z])?)\b", re.IGNORECASE)


def read_viewdetails(file: Path, text: str) -> StatusPage:
    """The status page in ``text``; raises `ImportRefused` when it is none, or is damaged."""
    root = _parse(text)
    _check_kind(root, text)
    for line_break in root.iter("br"):
        line_break.tail = " " + (line_break.tail or "")
    as_of = _as_of(root)
    head = parse_head(
        title=_words(_one(root, "rptTreaty_ctl00_tcTreaty")),
        conclusion=_words(_one(root, "rptTreaty_ctl00_tcText")),
        force=_optional(root, "rptEIF_ctl00_tcText"),
        registration=_optional(root, "rptRegistration_ctl00_tcText"),
        series=_optional(root, "rptText_ctl00_tcText"),
    )
    signatories, parties = parse_counts(_words(_one(root, "rptStatus_ctl00_tcText")))
    headings, rows = _read_rows(_one(root, "tblgrid"))
    return StatusPage(
        **vars(head),
        file=file,
        reference=_reference(root),
        as_of=as_of,
        signatories=signatories,
        parties=parties,
        participants=read_participants(headings, rows, as_of),
        passages=tuple(_read_passages(root)),
        territories=tuple(_read_territories(root)),
        notes=dict(_read_notes(root)),
    )


def _parse(text: str) -> HtmlElement:
    """The page as a tree; an XML declaration before it is dropped, as `text` is decoded."""
    try:
        return html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, ValueError) as cause:
        raise ImportRefused([f"the file is no HTML ({cause}) → save the page again"]) from cause


def _check_kind(root: HtmlElement, text: str) -> None:
    """Refuse what is no whole English status page, saying what it seems to be."""
    title = " ".join(root.xpath("string(//title)").split()) or "no title"
    if not _find(root, "tblgrid") or not _find(root, "rptStatus_ctl00_tcText"):
        what = f"this is no status page of a treaty (its title: “{title}”)"
        if _find(root, "div3"):
            what = "the page ends before its table of participants"
        raise ImportRefused([f"{what} → save the page ViewDetails.aspx of the treaty as HTML"])
    if "STATUS AS AT" not in _words(_one(root, "div3")).upper():
        raise ImportRefused(["the page is not in English → save the one with clang=_en"])
    if "</html>" not in text[-2000:].casefold():
        raise ImportRefused(["the file ends before the page does → save the page again, whole"])


def _find(root: HtmlElement, name: str) -> list[HtmlElement]:
    found: list[HtmlElement] = root.xpath(
        "//*[substring(@id, string-length(@id) - string-length($end) + 1) = $end]",
        end=f"ContentPlaceHolderInnerPage_{name}",
    )
    return found


def _one(root: HtmlElement, name: str) -> HtmlElement:
    found = _find(root, name)
    if len(found) != 1:
        raise PageDamaged(f"the page has {len(found)} parts “{name}” instead of one")
    return found[0]


def _optional(root: HtmlElement, name: str) -> str:
    """The words of a part that a page may lack."""
    found = _find(root, name)
    return _words(found[0]) if found else ""


def _words(element: HtmlElement) -> str:
    """The text of an element without the numbers of end notes, its white space put in order."""
    kept = "".join(element.xpath(".//text()[not(ancestor::sup) and not(ancestor::superscript)]"))
    return " ".join(kept.split())


def _endnotes(element: HtmlElement) -> tuple[str, ...]:
    marks = " ".join(element.xpath(".//sup//text() | .//superscript//text()"))
    return tuple(dict.fromkeys(re.findall(r"\d+", marks)))


def _as_of(root: HtmlElement) -> date:
    found = re.search(r"(\d{2})-(\d{2})-(\d{4})", _words(_one(root, "div3")))
    try:
        # The page gives day, month, year.
        return date(int(found[3]), int(found[2]), int(found[1]))  # type: ignore[index]
    except (TypeError, ValueError) as cause:
        raise PageDamaged("the day after “STATUS AS AT” cannot be read") from cause


def _reference(root: HtmlElement) -> str:
    """Chapter and number; the page's own form and its link to the XML name them."""
    places = root.xpath("//form/@action | //a[contains(@id, 'langSwitch')]/@href")
    found = {match[1] for place in places if (match := _REFERENCE.search(str(place)))}
    if len(found) != 1:
        raise PageDamaged("the page does not say which treaty it is about (mtdsg_no)")
    chapter, _, rest = found.pop().partition("-")
    return f"{chapter.upper()}-{rest.lower()}"


def _read_rows(table: HtmlElement) -> tuple[list[str], list[Row]]:
    """The headings after the first, and the rows, of the table of participants."""
    head, *rows = table.xpath("./tr | ./tbody/tr | ./thead/tr")
    headings = [_words(cell) for cell in head.xpath("./td | ./th")]
    if not headings or not headings[0].startswith("Participant"):
        raise PageDamaged("the table of participants does not begin with its head")
    return headings[1:], [_read_row(row) for row in rows]


def _read_row(row: HtmlElement) -> Row:
    cells = row.xpath("./td | ./th")
    if not cells:
        return Row("", (), ())
    return Row(_name(cells[0]), _endnotes(row), tuple(_words(cell) for cell in cells[1:]))


def _name(element: HtmlElement) -> str:
    return _words(element).rstrip(" ,")


def _read_passages(root: HtmlElement) -> Iterator[Passage]:
    for section, table in _TABLES.items():
        for cell in (each for found in _find(root, table) for each in found.xpath(_CELLS)):
            names = cell.xpath("./div[contains(@id, '_divParticipant')]")
            texts = cell.xpath(
                "./div[contains(@id, '_divText') or contains(@id, '_divNotificationText')]"
            )
            if len(names) != 1 or len(texts) != 1:
                raise PageDamaged(f"{section.value}: a statement lacks its participant or its text")
            try:
                yield from _split(section, names[0], texts[0])
            except PageDamaged as cause:
                raise PageDamaged(f"{section.value}, {_name(names[0])}: {cause}") from cause


def _split(section: Section, name: HtmlElement, text: HtmlElement) -> Iterator[Passage]:
    """The statements of one participant, one for each day that stands over a text.

    A participant listed without any text yields one statement without parts.
    """
    if not _name(name):
        # The page has a last statement that is but a State's name, in the place of its text.
        yield Passage(section, _words(text), (), None, ())
        return
    statements = [_Statement(None)]
    for kind, content in _lines(text):
        if kind == "day":
            statements.append(_Statement(parse_heading_day(content)))
        elif kind == "heading":
            statements[-1].parts.append([content])
        else:
            statements[-1].parts[-1].append(content)
    filled = [each for each in statements if each.day or each.filled()] or statements
    for each in filled:
        yield Passage(section, _name(name), _endnotes(name), each.day, tuple(each.filled()))


class _Statement:
    """A statement while it is being read: each part is its heading and then its words."""

    def __init__(self, day: date | None) -> None:
        self.day = day
        self.parts: list[list[str]] = [[""]]

    def filled(self) -> list[Part]:
        """The parts that have a heading or words."""
        parts = [Part(heading, _joined(words)) for heading, *words in self.parts]
        # Dots alone stand for a text that was withdrawn.
        return [part for part in parts if re.search(r"\w", part.heading + part.text)]


def _joined(words: list[str]) -> str:
    return " ".join(" ".join(words).split())


def _lines(text: HtmlElement) -> Iterator[tuple[str, str]]:
    """Days, headings and words of a text, in their order."""
    yield "words", text.text or ""
    for child in text:
        content = _words(child) if isinstance(child.tag, str) else ""
        if child.get("class") == "invisible":
            pass  # the participant's name once more
        elif _aligned(child) == "right" and parse_heading_day(content):
            yield "day", content
        elif _aligned(child) == "right" and looks_like_day(content):
            raise PageDamaged(f"“{content}” stands over a statement and is no day")
        elif _aligned(child) == "left" and child.find("i") is not None:
            yield "heading", content
        else:
            yield "words", content
        yield "words", child.tail or ""


def _aligned(element: HtmlElement) -> str:
    return (element.get("align") or "").strip().casefold()


def _read_territories(root: HtmlElement) -> Iterator[Territories]:
    name = ""
    rows = [row for table in _find(root, "tblDec") for row in table.xpath(".//tr")]
    for number, row in enumerate(rows[1:], start=1):
        cells = row.xpath("./td")
        if len(cells) != 3:
            raise PageDamaged(f"territories, row {number}: {len(cells)} columns instead of 3")
        name = _name(cells[0]) or name
        day = parse_day(_words(cells[1]))
        if not name or day is None:
            raise PageDamaged(f"territories, row {number} ({name}): no participant or no day")
        yield Territories(name, day, _words(cells[2]))


def _read_notes(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for note in (each for found in _find(root, "dgNotesAll") for each in found.xpath(_CELLS)):
        words = " ".join(note.text_content().split())
        found = re.match(r"(\d+)\s*(.*)", words)
        if words and not found:
            raise PageDamaged(f"the end note “{words[:60]}” has no number")
        if found:
            yield found[1], found[2]
