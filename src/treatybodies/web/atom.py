"""The changes from release to release as an Atom feed (RFC 4287)."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from treatybodies.changes.compare import CHANGES
from treatybodies.changes.history import Entry
from treatybodies.changes.summary import Told
from treatybodies.web.formats import Format

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
WHOLE = {
    "trig": Format.TRIG.media_type,
    "json": "application/json",
    "rdfp": "application/rdf-patch",
}
"""The files that tell the whole of a change, by extension."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold."""


def feed(entries: Sequence[Entry], base: str, date: str, links: dict[str, str]) -> bytes:
    """The feed of ``entries``, the newest first, as of ``date``; ``links`` lead to its other pages.

    Nothing in it comes from a clock: an entry's date is that of the newer release's data.
    """
    root = Element("feed", xmlns=ATOM)
    _text(root, "id", CHANGES)
    _text(root, "title", "treatybodies: changes of the data")
    _text(root, "updated", _instant(max([date, *(each.summary.new.date for each in entries)])))
    _text(SubElement(root, "author"), "name", "treatybodies")
    _text(root, "rights", "CC BY 4.0")
    address = f"{base}/changes"
    _link(root, "self", f"{address}?format=atom", Format.ATOM.media_type)
    _link(root, "alternate", address, Format.HTML.media_type)
    for relation, url in links.items():
        _link(root, relation, url, Format.ATOM.media_type)
    for entry in entries:
        _entry(root, entry, base)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def title(entry: Entry) -> str:
    """An entry in one line."""
    new, count = entry.summary.new, entry.summary.published
    return (
        f"Release {new.version}, data as of {new.date}: "
        f"{count.added:,} statements added, {count.removed:,} removed"
    )


def _entry(root: Element, entry: Entry, base: str) -> None:
    element = SubElement(root, "entry")
    summary, address = entry.summary, f"{base}/changes/{entry.old}/{entry.new}"
    _text(element, "id", entry.iri)
    _text(element, "title", title(entry))
    _text(element, "updated", _instant(summary.new.date))
    _link(element, "alternate", address, Format.HTML.media_type)
    for extension in entry.files:
        _link(element, "related", f"{address}.{extension}", WHOLE[extension])
    content = SubElement(element, "content", type="xhtml")
    division = SubElement(content, "div", xmlns=XHTML)
    _text(division, "p", _counts(entry))
    if len(summary.told) < summary.subjects:
        _text(division, "p", f"The first {len(summary.told)} of {summary.subjects:,} things:")
    listed = SubElement(division, "ul")
    for each in summary.told:
        _told(listed, each)


WHOLE = {
    "trig": Format.TRIG.media_type,
    "json": "application/json",
    "rdfp": "application/rdf-patch",
}
"""The files that tell the whole, by extension."""


def _counts(entry: Entry) -> str:
    summary = entry.summary
    view, evidence = summary.published, summary.evidence
    return (
        f"From release {summary.old.version}: {summary.subjects:,} things differ. "
        f"Published view: {view.added:,} statements added, {view.removed:,} removed. "
        f"Evidence, in {summary.graphs:,} named graphs: "
        f"{evidence.added:,} added, {evidence.removed:,} removed."
    )


def _told(listed: Element, each: Told) -> None:
    lines = "; ".join(each.lines)
    kind = f" ({each.kind}, {each.state})" if each.kind else f" ({each.state})"
    _text(listed, "li", f"{each.name}{kind}: {lines}")


def _instant(date: str) -> str:
    """The beginning of a day, since a feed wants an instant."""
    return f"{date}T00:00:00Z"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("\ufffd", text)


def _link(parent: Element, relation: str, url: str, media_type: str) -> None:
    SubElement(parent, "link", rel=relation, href=url, type=media_type)
