"""The lines of a sorted N-Quads file, plain or compressed; each is checked as far as order goes."""

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast
from zlib import error as ZlibError

from treatybodies.compression import zstd
from treatybodies.errors import DumpUnreadable

ENDINGS = (".nq", ".nq.gz", ".nq.zst")
_SORT = "sort it: LC_ALL=C sort -u"


@dataclass(frozen=True)
class Line:
    """One statement, with its line break, and the number of its line from 1 on."""

    text: bytes
    number: int


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of ``path`` in ascending order, repeated ones once; raises `DumpUnreadable`."""
    before = b""
    for number, text in enumerate(_raw_lines(path), start=1):
        if text == before:
            continue
        if not text.endswith(b" .\n"):
            raise _unreadable(path, number, "is no whole N-Quads statement", "name a whole dump")
        if text < before:
            raise _unreadable(path, number, "is out of order", _SORT)
        before = text
        yield Line(text, number)


def _raw_lines(path: Path) -> Iterator[bytes]:
    try:
        with open_packed(path) as file:
            yield from file
    except (OSError, EOFError, ZlibError, zstd.ZstdError) as cause:
        raise DumpUnreadable(f"{path} cannot be read ({cause}) → name a whole dump") from cause


def open_packed(path: Path) -> BinaryIO:
    """``path`` for reading, unpacked when its name ends in .gz or .zst."""
    if path.suffix == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    if path.suffix == ".zst":
        return cast(BinaryIO, io.BufferedReader(zstd.open(path, "rb")))
    return path.open("rb")


def _unreadable(path: Path, number: int, what: str, remedy: str) -> DumpUnreadable:
    return DumpUnreadable(f"{path}, line {number}: {what} → {remedy}")
