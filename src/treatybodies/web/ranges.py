"""The Range header (RFC 9110, section 14): which parts of a body a client asks for."""

import re
from collections.abc import Iterator

from treatybodies.errors import RangeUnsatisfiable

MOST_RANGES = 16
_RANGE = re.compile(r"(\d{0,18})-(\d{0,18})")
Range = tuple[int, int]
"""First byte, and the byte after the last."""


def parse_ranges(header: str, size: int) -> list[Range]:
    """The parts of a body of ``size`` bytes that ``header`` asks for; empty for the whole.

    A header that is not sound counts as none, as does one that asks for another unit, for more
    parts than anybody needs, or for as much as the whole. Parts that touch are made one. Raises
    `RangeUnsatisfiable` when none of the parts is there.

    >>> parse_ranges("bytes=0-99", 1000), parse_ranges("bytes=-100", 1000)
    ([(0, 100)], [(900, 1000)])
    >>> parse_ranges("bytes=0-9,5-19,990-", 1000), parse_ranges("rows=1-2", 1000)
    ([(0, 20), (990, 1000)], [])
    """
    unit, _, given = header.partition("=")
    elements = [each.strip() for each in given.split(",") if each.strip()]
    found = [_RANGE.fullmatch(each) for each in elements]
    if unit.strip().lower() != "bytes" or not 0 < len(elements) <= MOST_RANGES:
        return []
    pairs = [(match[1], match[2]) for match in found if match and match[0] != "-"]
    if len(pairs) < len(found) or any(_is_backwards(*pair) for pair in pairs):
        return []
    wanted = [part for pair in pairs if (part := _part(*pair, size))]
    if not wanted:
        message = f"the file has {size} bytes, the range lies outside → ask for bytes within it"
        raise RangeUnsatisfiable(message, size)
    parts = list(_merged(sorted(wanted)))
    return [] if parts == [(0, size)] and len(elements) > 1 else parts


def _is_backwards(first: str, last: str) -> bool:
    return bool(first and last) and int(first) > int(last)


def _part(first: str, last: str, size: int) -> Range | None:
    """The part as far as it is there."""
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(int(last) + 1, size) if last else size
    return (begin, end) if begin < end else None


def _merged(parts: list[Range]) -> Iterator[Range]:
    begin, end = parts[0]
    for first, last in parts[1:]:
        if first > end:
            yield begin, end
            begin, end = first, last
        end = max(end, last)
    yield begin, end
