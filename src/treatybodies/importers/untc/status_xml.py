"""Status pages in XML, as ``IV-13.en.xml``: the same facts, markup escaped inside the texts.

The form has changed over the years, so elements are found by their names wherever they stand, a
text may lie in the element or in a ``Text`` or ``Labeltext`` below it, and a row may lack the
column of successions. The file does not tell its day.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import etree, html

from treatybodies.errors import ImportRefused, PageDamaged
from treatybodies.importers.untc.dates import (
    find_days,
    looks_like_day,
    parse_day,
    parse_heading_day,
)
from treatybodies.importers.untc.head import parse_counts, parse_head
from treatybodies.importers.untc.participants import Row, read_participants
from treatybodies.importers.untc.status import Part, Passage, Section, StatusPage, Territories

_SECTIONS = (
    (Section.ARTICLES, re.compile("article", re.I)),
    (Section.OBJECTIONS, re.compile("objection", re.I)),
    (Section.NOTIFICATIONS, re.compile("notification", re.I)),
    (Section.DECLARATIONS, re.compile("declaration|reservation", re.I)),
)
_NUMBER = re.compile(r"^\s*(\d+)\s*\.?\s*(?:([a-z])\s*[.)]?\s+)?")
_FILE = re.compile(r"([IVXL]+-\d+(?:-[a-z])?)\.[a-z]{2}\b", re.I)


def read_status_xml(file: Path, data: bytes, as_of: date | None) -> StatusPage:
    """The status page in ``data``; raises `ImportRefused` when it is none, or is damaged."""
    root = _parse(data)
    head = next(root.iter("ExternalData"), None)
    if head is None:
        raise ImportRefused(["the XML has no ExternalData → name the XML source of a status page"])
    day = as_of or _as_of(root)
    if day is None:
        raise ImportRefused(["the XML does not tell its day → say --as-of YYYY-MM-DD"])
    told = parse_head(
        title=_first(head, "Titlesect", "Title"),
        conclusion=_first(head, "Conclusion"),
        force=_first(head, "EIF"),
        registration=_first(head, "Registration"),
        series=_first(head, "TreatyText"),
    )
    signatories, parties = _counts(head)
    headings, rows = _rows(root)
    return StatusPage(
        **vars(told),
        file=file,
        reference=_reference(file, root, head),
        as_of=day,
        signatories=signatories,
        parties=parties,
        participants=read_participants(headings, rows, day),
        passages=tuple(_passages(root)),
        territories=tuple(_territories(root)),
        notes=dict(_notes(root)),
    )


def _parse(data: bytes) -> etree._Element:
    """The document, by its own declaration of encoding; entities of strangers are not fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as cause:
        what = f"the XML is broken or ends before its end ({cause.msg})"
        raise ImportRefused([f"{what} → save the file again, whole"]) from cause
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname  # whatever namespace it may be given
    return root


def _first(element: etree._Element, *names: str) -> str:
    """The words of the first element of one of these names, with those below it."""
    for name in names:
        for found in element.iter(name):
            if words := _words(found):
                return words
    return ""


def _words(element: etree._Element) -> str:
    """The text of an element, its escaped markup undone, without the numbers of end notes."""
    raw = " ".join(str(each) for each in element.xpath(".//text()[not(ancestor::Superscript)]"))
    return " ".join(_markup(raw, drop_marks=True).split())


def _markup(raw: str, *, drop_marks: bool = False) -> str:
    """Words of a text that holds HTML markup as text."""
    if "<" not in raw and "&" not in raw:
        return raw
    fragment = html.fragment_fromstring(raw, create_parent="div")
    for line_break in fragment.iter("br"):
        line_break.tail = " " + (line_break.tail or "")
    marks = "[not(ancestor::sup) and not(ancestor::superscript)]" if drop_marks else ""
    return "".join(str(each) for each in fragment.xpath(f".//text(){marks}"))


def _endnotes(element: etree._Element) -> tuple[str, ...]:
    """The numbers of the end notes that an element refers to."""
    raw = " ".join(str(each) for each in element.xpath(".//text()[not(ancestor::Superscript)]"))
    marks = [str(each) for each in element.xpath(".//Superscript//text()")]
    if "<" in raw:
        fragment = html.fragment_fromstring(raw, create_parent="div")
        marks += [str(each) for each in fragment.xpath(".//sup//text() | .//superscript//text()")]
    return tuple(dict.fromkeys(re.findall(r"\d+", " ".join(marks))))


def _counts(head: etree._Element) -> tuple[int, int]:
    """Signatories and parties, in elements of their own or in a line."""
    signatories, parties = _first(head, "Signatories"), _first(head, "Parties")
    if signatories.isdigit() and parties.isdigit():
        return int(signatories), int(parties)
    return parse_counts(_first(head, "Status"))


def _as_of(root: etree._Element) -> date | None:
    """The day of the file, should it tell one after “status as at”."""
    found = re.search(r"status as at\s*:?\s*([^<]{5,40})", _words(root), re.I)
    days = find_days(found[1]) if found else []
    return days[0] if days else None


def _reference(file: Path, root: etree._Element, head: etree._Element) -> str:
    """Chapter and number: from the name of the file, else from its heads."""
    if found := _FILE.match(file.name):
        chapter, _, rest = found[1].partition("-")
        return f"{chapter.upper()}-{rest.lower()}"
    header = re.search(r"CHAPTER\s+([IVXL]+)", _first(root, "Header"))
    number = _NUMBER.match(_first(head, "Titlesect", "Title"))
    if not header or not number:
        raise PageDamaged("the XML does not say which treaty it is about; name it IV-13.en.xml")
    return "-".join(part for part in (header[1], number[1], number[2]) if part)


def _rows(root: etree._Element) -> tuple[list[str], list[Row]]:
    """The headings after the first, and the rows, of the table of participants."""
    tables = root.xpath("//Participants//TGroup")
    if len(tables) != 1:
        raise PageDamaged(f"the XML has {len(tables)} tables of participants instead of one")
    heads = tables[0].xpath("./Thead//Row | ./THead//Row | ./thead//Row")
    rows = tables[0].xpath("./Tbody//Row | ./TBody//Row | ./tbody//Row")
    if not heads or not rows:
        raise PageDamaged("the table of participants has no head or no rows")
    headings = [_words(entry) for entry in heads[0].iterchildren("Entry")]
    return headings[1:], [_row(row, len(headings)) for row in rows]


def _row(row: etree._Element, columns: int) -> Row:
    """One participant; empty columns at the end of a row may be missing."""
    entries = list(row.iterchildren("Entry"))
    if not entries:
        return Row("", (), ())
    cells = [_words(entry) for entry in entries[1:]]
    cells += [""] * (columns - len(entries))
    return Row(_words(entries[0]).rstrip(" ,"), _endnotes(row), tuple(cells))


def _passages(root: etree._Element) -> Iterator[Passage]:
    """Every statement: an element with a participant and a text, in a section by its name."""
    for name in root.iter("Participant"):
        statement = name.getparent()
        section = _section(statement)
        texts = [] if statement is None else [each for each in statement if each.tag == "Text"]
        if section is not None:
            yield from _split(section, name, texts)
        elif texts:
            called = _words(name)
            raise PageDamaged(f"the statement of {called} stands in no section that is known")


def _section(element: etree._Element | None) -> Section | None:
    while element is not None:
        for section, pattern in _SECTIONS:
            if isinstance(element.tag, str) and pattern.search(element.tag):
                return section
        element = element.getparent()
    return None


def _split(
    section: Section, name: etree._Element, texts: list[etree._Element]
) -> Iterator[Passage]:
    """The statements of a participant, one for each day that stands alone on a line."""
    participant, endnotes = _words(name).rstrip(" ,"), _endnotes(name)
    found: list[tuple[date | None, list[str]]] = [(None, [])]
    for line in (line for text in texts for line in _lines(text)):
        if line == participant:
            continue  # the text begins with the name once more
        if (day := parse_heading_day(line)) is not None:
            found.append((day, []))
        elif looks_like_day(line):
            raise PageDamaged(f"{participant}: “{line}” stands over a statement and is no day")
        else:
            found[-1][1].append(line)
    filled = [(day, lines) for day, lines in found if day or lines] or found
    for day, lines in filled:
        yield Passage(section, participant, endnotes, day, tuple(_parts(lines)))


def _lines(text: etree._Element) -> Iterator[str]:
    """The lines of a text: its markup's paragraphs, line breaks and headings end them."""
    raw = "\n".join(str(each) for each in text.xpath(".//text()"))
    broken = re.sub(r"<\s*(?:br|/?p|/?center|/i)\b[^>]*>", "\n", raw, flags=re.I)
    for line in _markup(broken, drop_marks=True).split("\n"):
        if words := " ".join(line.split()):
            yield words


def _parts(lines: list[str]) -> Iterator[Part]:
    """Headings are short lines that end with a colon; what follows is their text."""
    heading, words = "", list[str]()
    for line in lines:
        if len(line) < 160 and line.endswith(":"):
            if heading or words:
                yield Part(heading, " ".join(words))
            heading, words = line, []
        else:
            words.append(line)
    part = Part(heading, " ".join(words))
    if re.search(r"\w", part.heading + part.text):
        yield part


def _territories(root: etree._Element) -> Iterator[Territories]:
    """Rows of the table of territorial applications; a name holds for the rows below it."""
    name = ""
    for table in root.xpath("//*[contains(local-name(), 'Territor')]//TGroup"):
        for number, row in enumerate(
            table.xpath("./Tbody//Row | ./TBody//Row | ./tbody//Row"), start=1
        ):
            cells = [_words(entry) for entry in row.iterchildren("Entry")]
            day = parse_day(cells[1]) if len(cells) == 3 else None
            name = (cells[0] if cells else "").rstrip(" ,") or name
            if not name or day is None:
                raise PageDamaged(f"territories, row {number} ({name}): no participant or no day")
            yield Territories(name, day, cells[2])


def _notes(root: etree._Element) -> Iterator[tuple[str, str]]:
    """End notes: a number in an attribute, in an element, or at the head of the text."""
    for note in root.xpath("//Endnote | //EndNote | //Footnote"):
        number = note.get("number") or note.get("id") or _first(note, "Number", "Index")
        words = _words(note)
        found = re.match(r"(\d+)[\s.]*(.*)", words)
        if number and number.strip().isdigit():
            yield number.strip(), words.removeprefix(number.strip()).strip()
        elif found:
            yield found[1], found[2]
        elif words:
            raise PageDamaged(f"the end note “{words[:60]}” has no number")
