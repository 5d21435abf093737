"""Elements of an export, read in a process beside this one, which states what was read before.

::

    export ─▶ elements ─▶ batches ─▶ python -m treatybodies.importers.uhri.beside ─▶ in their order

The process gets the tables, then a batch at a time, as pickles. It ends with its input.
"""

import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import islice
from typing import BinaryIO

from treatybodies.errors import ExportFault, ImportStopped
from treatybodies.importers.uhri.exports import Element, Export
from treatybodies.importers.uhri.reading import Found, read_element
from treatybodies.importers.uhri.tables import Tables

WORTH = 16 << 20
"""Bytes to be read for which a process, which takes half a second to start, is worth while."""
BATCH = 250
"""Elements that are read together: about a third of a megabyte."""
AHEAD = 4
"""Batches that are read, or wait for it, at the same time."""
Read = tuple[int, Found]
"""The byte after an element, and what it holds."""


def read_all(export: Export, start: int, tables: Tables) -> Generator[Read]:
    """Each element from byte ``start`` on, in order.

    Raises what `Export.elements` raises, every element before that place having been given, and
    `ImportStopped` when the process ends early.
    """
    elements = export.elements(start)
    if export.size - start < WORTH:
        for each in elements:
            yield each.end, read_element(each.value, tables)
    else:
        yield from _read_beside(elements, tables)


def _read_beside(elements: Iterator[Element], tables: Tables) -> Iterator[Read]:
    faults: list[ExportFault] = []
    with closing(_Reader(tables)) as reader:
        waiting: deque[Future[list[Read]]] = deque()
        for batch in _batches(elements, faults):
            waiting.append(reader.submit(batch))
            if len(waiting) == AHEAD:
                yield from waiting.popleft().result()
        for each in waiting:
            yield from each.result()
    for fault in faults:
        raise fault


def _batches(elements: Iterator[Element], faults: list[ExportFault]) -> Iterator[list[Element]]:
    """Some elements at a time; the fault at which they end goes to ``faults``."""
    while not faults:
        batch: list[Element] = []
        try:
            # As a loop: what came before a fault is kept.
            for each in islice(elements, BATCH):
                batch.append(each)
        except ExportFault as cause:
            faults.append(cause)
        if not batch:
            return
        yield batch


class _Reader:
    """The process, and a thread that hands it one batch after the other."""

    def __init__(self, tables: Tables) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._hand, tables)

    def submit(self, batch: list[Element]) -> "Future[list[Read]]":
        """What the elements of ``batch`` hold, once they are read."""
        return self._thread.submit(self._read, batch)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._thread.shutdown(cancel_futures=True)
        for each in (self._process.stdin, self._process.stdout):
            assert each is not None
            with suppress(BrokenPipeError):  # a batch that was half handed over
                each.close()
        self._process.wait()

    def _read(self, batch: list[Element]) -> list[Read]:
        assert self._process.stdout is not None
        try:
            self._hand([each.value for each in batch])
            found: list[Found] = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as cause:
            status = self._process.wait()
            raise ImportStopped(
                f"the process that reads the records ended with status {status} → import again: "
                "what was kept is gone on from"
            ) from cause
        return [(each.end, one) for each, one in zip(batch, found, strict=True)]

    def _hand(self, what: object) -> None:
        assert self._process.stdin is not None
        pickle.dump(what, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()


def _answer(batches: BinaryIO, answers: BinaryIO) -> None:
    """Read what comes until no more does."""
    with suppress(EOFError):
        tables: Tables = pickle.load(batches)
        while True:
            values: Iterable[object] = pickle.load(batches)
            found = [read_element(each, tables) for each in values]
            pickle.dump(found, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    _answer(sys.stdin.buffer, sys.stdout.buffer)
