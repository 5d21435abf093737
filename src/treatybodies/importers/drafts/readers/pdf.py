"""PDF files with a text layer: lines joined to paragraphs, running heads left out."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from treatybodies.errors import Fault, InputFaults

LONGEST_DOCUMENT = 600
"""Pages."""
_OPENS_PARAGRAPH = re.compile(
    r"\d{1,3}\.\s+\S|\([a-z]{1,3}\)\s|[•*–]\s|The meeting (rose|was called)"
)
_FOLIO = re.compile(
    r"(GE\.\d\d-\d+.*|(page )?\d{1,4}(/\d+)?|\d+ GE\.\d\d-\d+|GE\.\d\d-\d+ \d+)", re.I
)


def read_pdf(data: bytes, path: Path) -> list[str]:
    """The paragraphs of a PDF; raises `InputFaults` when it is locked, damaged or only scanned."""
    # pypdf logs each oddity of a file that it can read all the same.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(BytesIO(data))
        # Many are only kept from being changed: these open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputFaults(
                [Fault(path, 0, "the PDF opens with a password only", "save it without")]
            )
        if len(reader.pages) > LONGEST_DOCUMENT:
            what = f"the PDF has {len(reader.pages)} pages, {LONGEST_DOCUMENT} are read at most"
            raise InputFaults([Fault(path, 0, what, "give one document")])
        pages = [page.extract_text().splitlines() for page in reader.pages]
    except DependencyError as cause:
        remedy = "save it without a password"
        raise InputFaults([Fault(path, 0, f"the PDF is encrypted ({cause})", remedy)]) from cause
    except (PyPdfError, ValueError, KeyError, RecursionError) as cause:
        remedy = "save it again as PDF, or as plain text in UTF-8"
        raise InputFaults([Fault(path, 0, f"the PDF is damaged ({cause})", remedy)]) from cause
    if not any(line.strip() for page in pages for line in page):
        remedy = "run text recognition on it, or give another format"
        raise InputFaults([Fault(path, 0, "the PDF is a picture without text", remedy)])
    return list(join_lines(_without_running_heads(pages)))


def join_lines(lines: list[str]) -> Iterator[str]:
    """Paragraphs of lines that a page cut: joined while a line is full and ends no sentence."""
    width = max((len(line) for line in lines), default=0)
    paragraph = ""
    for line in (line.strip() for line in lines):
        previous_is_short = len(paragraph.rpartition("\n")[2]) < 0.6 * width
        if paragraph and (not line or _OPENS_PARAGRAPH.match(line) or previous_is_short):
            yield paragraph.replace("\n", " ")
            paragraph = ""
        paragraph = f"{paragraph}\n{line}" if paragraph else line
    if paragraph:
        yield paragraph.replace("\n", " ")


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """All lines but page numbers and those that open or end most pages."""
    edges = Counter(
        line.strip() for page in pages for line in dict.fromkeys([*page[:2], *page[-2:]])
    )
    repeated = {line for line, count in edges.items() if count > 2 and 2 * count > len(pages)}
    return [
        line
        for page in pages
        for line in page
        if line.strip() not in repeated and not _FOLIO.fullmatch(line.strip())
    ]
