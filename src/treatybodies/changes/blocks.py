"""Sorted lines taken by the block: as many at a time as the interpreter's own sorting is good for.

Merging ten million lines one by one takes five times as long.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

BYTES = 1 << 20
AT_ONCE = 500_000
"""Lines that are sorted in memory at once."""
Block = list[bytes]
"""Lines, each with its line break, in the order of their bytes."""


def read_blocks(file: BinaryIO) -> Iterator[Block]:
    """The lines of a sorted file, about a megabyte of them at a time."""
    while block := file.readlines(BYTES):
        yield block


def merge_blocks(sources: Iterable[Iterator[Block]]) -> Iterator[Block]:
    """The blocks of several sources as blocks of all their lines, in order."""
    heads = [head for head in map(_Head, sources) if head.advance()]
    while heads:
        end = min(head.block[-1] for head in heads)
        lines = [line for head in heads for line in head.take(end)]
        lines.sort()
        yield lines
        heads = [head for head in heads if head.advance()]


def distinct(blocks: Iterable[Block]) -> Iterator[Block]:
    """The lines of ``blocks``, each once."""
    last = b""
    for block in blocks:
        lines = list(dict.fromkeys(block))
        if lines[0] == last:
            del lines[0]
        if lines:
            last = lines[-1]
            yield lines


def differences(mine: Iterator[Block], theirs: Iterator[Block]) -> Iterator[tuple[Block, Block]]:
    """What only the one of two sources of distinct lines has, and what only the other, in parts."""
    left, right = _Head(mine), _Head(theirs)
    while heads := [head for head in (left, right) if head.advance()]:
        end = min(head.block[-1] for head in heads)
        here, there = left.take(end), right.take(end)
        if not here or not there:
            yield here, there
        elif here != there:
            common = set(here).intersection(there)
            yield (
                [line for line in here if line not in common],
                [line for line in there if line not in common],
            )


def sort_lines(lines: Iterable[bytes], at_once: int = AT_ONCE) -> Iterator[Block]:
    """``lines`` in any order as blocks in order; up to ``at_once`` of them never touch the disk."""
    source = iter(lines)
    first = sorted(islice(source, at_once))
    if len(first) < at_once:
        yield first
        return
    with TemporaryDirectory(prefix="treatybodies-sort-") as folder, ExitStack() as files:
        runs = [_written(Path(folder) / "0", first)]
        del first
        while run := sorted(islice(source, at_once)):
            runs.append(_written(Path(folder) / str(len(runs)), run))
        del run
        yield from merge_blocks(read_blocks(files.enter_context(run.open("rb"))) for run in runs)


def _written(path: Path, lines: Block) -> Path:
    with path.open("wb") as file:
        file.writelines(lines)
    return path


class _Head:
    """What is next in a source: a block, and the place in it."""

    def __init__(self, source: Iterator[Block]) -> None:
        self._source = source
        self._place = 0
        self.block: Block = []

    def advance(self) -> bool:
        """Go on to the next block when this one is used up; whether any line is left."""
        while self._place == len(self.block):
            found = next(self._source, None)
            if found is None:
                return False
            self.block, self._place = found, 0
        return True

    def take(self, end: bytes) -> Block:
        """The lines up to ``end``; they are taken once."""
        place = bisect_right(self.block, end, self._place)
        taken = self.block[self._place : place]
        self._place = place
        return taken
