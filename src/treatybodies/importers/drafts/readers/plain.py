"""Plain text in UTF-8 or Windows-1252: a paragraph a line, or wrapped between blank lines."""

import re
from pathlib import Path
from statistics import median

from treatybodies.errors import Fault, InputFaults

NARROW, WIDE = 40, 100


def read_plain(data: bytes, path: Path) -> list[str]:
    """The paragraphs of a text; raises `InputFaults` when it is in no known encoding, or none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # A word processor's “Unicode text”: its first bytes say that it is UTF-16.
        data = data.decode("utf-16", errors="replace").encode()
    if b"\x00" in data[:65536]:
        remedy = "give plain text in UTF-8, HTML, DOCX or PDF"
        raise InputFaults([Fault(path, 0, "the file holds no text", remedy)])
    try:
        text = data.decode(encoding_of(data))
    except UnicodeDecodeError as cause:
        line = data.count(b"\n", 0, cause.start) + 1
        remedy = "save the document as plain text in UTF-8"
        what = "the text is neither UTF-8 nor Windows-1252"
        raise InputFaults([Fault(path, line, what, remedy)]) from cause
    blocks = [block for block in re.split(r"\n[ \t]*\n", re.sub(r"\r\n?", "\n", text)) if block]
    if _is_wrapped(blocks):
        return [block.replace("\n", " ") for block in blocks]
    return text.split("\n")


def encoding_of(data: bytes) -> str:
    """UTF-8, else Windows-1252: what older word processors call plain text."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Control characters stand in no such text: it is then in another old encoding.
        return "ascii" if re.search(rb"[\x01-\x08\x0e-\x1f\x7f]", data) else "cp1252"
    return "utf-8-sig"


def _is_wrapped(blocks: list[str]) -> bool:
    """Whether lines end where the page ends: blocks of several lines of about one length.

    Only then are the lines of a block one paragraph; elsewhere each line is one.
    """
    full = [
        len(line) for block in blocks for line in block.strip("\n").split("\n")[:-1] if line.strip()
    ]
    several = sum("\n" in block.strip("\n") for block in blocks)
    if len(blocks) < 2 or not full or 2 * several < len(blocks) / 2:
        return False
    near = sum(abs(length - median(full)) <= 12 for length in full)
    return NARROW <= median(full) <= WIDE and 5 * near >= 4 * len(full)
