"""Reading an export: one JSON array of any length, record by record, in bounded memory.

The standard library's decoder reads one value at a time out of a window of the file. That tells
for every record the byte at which it ends, so that an import can stop there and go on later; a
parser of events would have to read everything before that place again.
"""

import hashlib
import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from os import SEEK_END
from pathlib import Path

from treatybodies.errors import ExportFault, ExportTruncated

WINDOW = 1 << 20
LONGEST_RECORD = 16 << 20
"""Characters after which a record that does not end is held to be damaged."""
NEAR_END = 12
"""Where a cut file ends inside a word such as “false”, the decoder stops before that word."""
_OPEN = re.compile(r"[\s,+\-.0-9eE]*")
"""What may be left where a file is cut behind a value, or inside a number."""
_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Element:
    """One element of the array, whatever it is, and the byte after it (its comma included)."""

    value: object
    end: int


class Export:
    """An export file, read from its beginning or from the end of an element read before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.size = file.seek(0, SEEK_END)
        except OSError as cause:
            message = f"{path} cannot be read ({cause.strerror}) → name the export's JSON file"
            raise ExportFault(message) from cause

    def elements(self, start: int = 0) -> Iterator[Element]:
        """The elements that begin at byte ``start`` or later, in order.

        Raises `ExportFault` where the file is no array of JSON values in UTF-8, `ExportTruncated`
        where it ends before the array does; every element before that place has been yielded.
        """
        window = _Window(self.path, start)
        with window.file:
            if start == 0:
                self._open_array(window)
            while window.skip_blanks() != "]" or window.after_comma:
                yield self._read_element(window)
            self._close_array(window)

    def _open_array(self, window: "_Window") -> None:
        mark = window.skip_blanks()
        if mark == "[":
            window.take(1)
            return
        if not mark:
            raise ExportFault(f"{self.path} is empty → download the export again")
        what = "is one JSON object" if mark == "{" else "is no JSON"
        raise ExportFault(
            f"{self.path} {what}, not the array of records that the Universal Human Rights Index "
            "exports → export all records as JSON"
        )

    def _close_array(self, window: "_Window") -> None:
        window.take(1)
        if window.skip_blanks():
            raise self._fault(window, "something follows the end of the array")

    def _read_element(self, window: "_Window") -> Element:
        """The element at the window's place; it counts only when its comma or bracket is seen."""
        while True:
            try:
                value, end = _DECODER.raw_decode(window.text, window.place)
                mark, after = window.mark_after(end)
                if mark in (",", "]"):
                    window.after_comma = mark == ","
                    window.take_to(after + 1 if mark == "," else after)
                    return Element(value, window.byte)
                if mark:
                    raise self._fault(window, "an element is not followed by a comma")
            except json.JSONDecodeError as cause:
                if not _is_cut(cause):
                    raise self._fault(window, f"the record is damaged ({cause.msg})") from cause
            except (ValueError, RecursionError) as cause:  # a number or a nesting beyond bounds
                raise self._fault(window, f"the record is damaged ({cause})") from cause
            if not window.extend():
                raise ExportTruncated(
                    f"{self.path} ends inside its array, after byte {window.byte:,} → download it "
                    "again; the same command then goes on from here"
                )

    def _fault(self, window: "_Window", what: str) -> ExportFault:
        return ExportFault(
            f"{self.path}, after byte {window.byte:,}: {what} → download the export again"
        )


class Prefix:
    """The digest of the export's beginning, up to a byte that moves on."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._hash = hashlib.sha256()
        self._end = 0

    def digest(self, end: int) -> str:
        """SHA-256 of the first ``end`` bytes, or of all when there are fewer."""
        with self._export.path.open("rb") as file:
            file.seek(self._end)
            while self._end < end and (part := file.read(min(end - self._end, WINDOW))):
                self._hash.update(part)
                self._end += len(part)
        return self._hash.hexdigest()


class _Window:
    """The part of a file that is being decoded: its text, the place in it, and the byte there."""

    def __init__(self, path: Path, start: int) -> None:
        self.path = path
        self.file = path.open("rb")
        self.file.seek(start)
        # A byte-order mark can only stand at the beginning.
        self._decoder = getincrementaldecoder("utf-8")()
        self.text = ""
        self.place = 0
        self.byte = start
        self.after_comma = False
        self._read = start
        if start == 0 and self.file.read(3) == b"\xef\xbb\xbf":
            self.byte = self._read = 3
        elif start == 0:
            self.file.seek(0)

    def extend(self) -> bool:
        """Read on; whether there was anything left."""
        part = self.file.read(WINDOW)
        try:
            more = self._decoder.decode(part, final=not part)
        except UnicodeDecodeError as cause:
            if not part or cause.reason == "unexpected end of data":
                return False
            where = self._read + cause.start
            raise ExportFault(
                f"{self.path} is not UTF-8 near byte {where:,} → export or save it as UTF-8"
            ) from cause
        self._read += len(part)
        self.text = self.text[self.place :] + more
        self.place = 0
        return bool(part)

    def skip_blanks(self) -> str:
        """The next character that is no blank; empty at the end of the file."""
        while True:
            mark, after = self.mark_after(self.place)
            self.take_to(after)
            if mark or not self.extend():
                return mark

    def mark_after(self, place: int) -> tuple[str, int]:
        """The first character from ``place`` on that is no blank, and where it stands."""
        text, end = self.text, len(self.text)
        while place < end and text[place] in _BLANKS:
            place += 1
        return text[place : place + 1], place

    def take(self, count: int) -> None:
        """Move on by ``count`` characters."""
        self.take_to(self.place + count)

    def take_to(self, place: int) -> None:
        """Move on to ``place``, counting bytes."""
        self.byte += len(self.text[self.place : place].encode())
        self.place = place


def _is_cut(cause: json.JSONDecodeError) -> bool:
    """Whether the text may only need to go on, which a damaged one does not."""
    rest = cause.doc[cause.pos : cause.pos + NEAR_END]
    if cause.msg.startswith("Unterminated string"):
        return len(cause.doc) - cause.pos < LONGEST_RECORD
    if cause.pos + len(rest) < len(cause.doc):
        return False
    words = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
    open_escape = cause.msg.startswith("Invalid \\u") and len(rest) < len("\\u0000")
    return open_escape or _OPEN.fullmatch(rest) is not None or rest in _beginnings(words)


@cache
def _beginnings(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word[:end] for word in words for end in range(1, len(word)))
