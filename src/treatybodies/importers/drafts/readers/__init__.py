"""The paragraphs of a document, whatever its format: plain text, HTML, DOCX or PDF.

The format is read from the first bytes, not from the file's name. Every reader gives one line for
one paragraph, so that a draft, its digests and ``treatybodies verify`` count alike.
"""

from collections.abc import Callable
from pathlib import Path

from treatybodies.errors import Fault, InputFaults
from treatybodies.pipeline.verify import Paragraph, split_paragraphs

LARGEST_FILE = 32 * 2**20
LONGEST_TEXT = 4_000_000
"""Characters; the longest annual reports of a committee have about a million."""


def read_document(path: Path) -> list[Paragraph]:
    """The non-blank paragraphs of a document, in order, normalised.

    Raises `InputFaults` when the file is missing, empty, too large, of no known format, or without
    text (a scanned PDF).
    """
    data = _read_bytes(path)
    text = "\n".join(_reader(path, data)(data, path))
    if len(text) > LONGEST_TEXT:
        what = f"its text has {len(text):,} characters, {LONGEST_TEXT:,} are read at most"
        raise InputFaults([Fault(path, 0, what, "give each document in a file of its own")])
    paragraphs = split_paragraphs(text)
    if not paragraphs:
        raise InputFaults([Fault(path, 0, "the text is empty", "give the document's text")])
    return paragraphs


def remark(path: Path) -> str:
    """What is to be said of how a document was read: that its encoding is an old one; else empty.

    For files that `read_document` has read.
    """
    from treatybodies.importers.drafts.readers.plain import encoding_of, read_plain

    data = _read_bytes(path)
    if _reader(path, data) is not read_plain or encoding_of(data) != "cp1252":
        return ""
    return "the text is no UTF-8: it is read as Windows-1252 → look at its accents and quotes"


Reader = Callable[[bytes, Path], list[str]]


def _reader(path: Path, data: bytes) -> Reader:
    """The reader for the format that the first bytes show; each library loads only when needed."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        from treatybodies.importers.drafts.readers.pdf import read_pdf

        return read_pdf
    if head.startswith(b"pk\x03\x04"):
        from treatybodies.importers.drafts.readers.docx import read_docx

        return read_docx
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        from treatybodies.importers.drafts.readers.html import read_html

        return read_html
    if head.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        remedy = "save it as DOCX, PDF or plain text in UTF-8"
        raise InputFaults([Fault(path, 0, "an old word processor's format is not read", remedy)])
    from treatybodies.importers.drafts.readers.plain import read_plain

    return read_plain


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            what = f"the file has {size // 2**20} MiB, {LARGEST_FILE // 2**20} are read at most"
            raise InputFaults([Fault(path, 0, what, "give one document, without its pictures")])
        return path.read_bytes()
    except OSError as cause:
        what = f"the file cannot be read ({cause.strerror})"
        raise InputFaults([Fault(path, 0, what, "give the path of a file")]) from cause
