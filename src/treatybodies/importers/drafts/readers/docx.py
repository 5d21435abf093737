"""Word documents (Office Open XML): paragraphs and table rows in order, then the footnotes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml import etree

from treatybodies.errors import Fault, InputFaults

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes, path: Path) -> list[str]:
    """The paragraphs of a document, its footnotes last, each with a star before it."""
    try:
        document = docx.Document(BytesIO(data))
    except (BadZipFile, KeyError, ValueError, OpcError, etree.XMLSyntaxError) as cause:
        remedy = "save it again as DOCX, or as plain text in UTF-8"
        raise InputFaults([Fault(path, 0, f"it is no DOCX ({cause})", remedy)]) from cause
    return [*_paragraphs(document), *_footnotes(document)]


def _paragraphs(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # A merged cell stands in a row once for each column it covers.
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)
                # A row says one thing: a State, and the symbol beside it.
                yield " | ".join(cell for cell in cells if cell)
        else:
            yield block.text.replace("\n", " ")


def _footnotes(document: Document) -> Iterator[str]:
    """Footnotes have a part of their own, which python-docx leaves unread."""
    for part in document.part.package.iter_parts():
        if str(part.partname) != "/word/footnotes.xml":
            continue
        for note in etree.fromstring(part.blob).findall(f"{WORD}footnote"):
            # The separators between text and notes are notes with a type.
            if note.get(f"{WORD}type") is None:
                text = "".join(run.text or "" for run in note.iter(f"{WORD}t"))
                yield f"* {text.strip().lstrip('* ')}"
