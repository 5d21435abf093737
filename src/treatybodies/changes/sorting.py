"""Lines sorted on disk: more of them than memory holds."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

AT_ONCE = 500_000
"""Lines that are sorted in memory at once."""


def sorted_lines(
    lines: Iterable[bytes], key: Callable[[bytes], bytes], at_once: int = AT_ONCE
) -> Iterator[bytes]:
    """``lines`` in the order of ``key``; among equal ones, in the order in which they came.

    Every line ends with a line break. Up to ``at_once`` of them never touch the disk.
    """
    source = iter(lines)
    first = sorted(islice(source, at_once), key=key)
    if len(first) < at_once:
        yield from first
        return
    with TemporaryDirectory(prefix="treatybodies-sort-") as folder, ExitStack() as open_files:
        runs = [_written(Path(folder) / "0", first)]
        del first
        while run := sorted(islice(source, at_once), key=key):
            runs.append(_written(Path(folder) / str(len(runs)), run))
        files = [open_files.enter_context(run.open("rb")) for run in runs]
        yield from heapq.merge(*files, key=key)


def _written(path: Path, lines: list[bytes]) -> Path:
    with path.open("wb") as file:
        file.writelines(lines)
    return path
