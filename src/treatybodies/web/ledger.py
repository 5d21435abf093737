"""What clients have running and have used, in memory that all web processes of a service share.

Two rows of cells, and each client has one in either, found by a keyed hash of its address (a
count-min sketch, Cormode and Muthukrishnan 2005); what is told of it is the smaller of the two. So
the memory is the same for any number of clients, none is ever forgotten, and a stranger counts on
another's account only if both cells meet. Nothing is locked: running queries are counted for each
process apart, and of two charges in the same microsecond one may be lost.
"""

import mmap
import secrets
from hashlib import blake2b

CELLS = 1 << 16
"""Of each row."""
Cells = tuple[int, int]


class Ledger:
    """The accounts of ``processes`` web processes; one made before a fork is the same in all."""

    def __init__(self, processes: int = 1) -> None:
        self._full_at = memoryview(mmap.mmap(-1, 2 * CELLS * 8)).cast("d")
        self._running = [
            memoryview(mmap.mmap(-1, 2 * CELLS * 2)).cast("H") for _ in range(processes)
        ]
        self._key = secrets.token_bytes(16)

    def cells(self, name: str) -> Cells:
        """Where the client ``name`` has its accounts."""
        digest = blake2b(name.encode(), digest_size=4, key=self._key).digest()
        low, high = int.from_bytes(digest[:2], "big"), int.from_bytes(digest[2:], "big")
        return low, CELLS + high

    def full_at(self, cells: Cells) -> float:
        """When the bucket of a client is full again, by `time.monotonic`."""
        one, other = cells
        return min(self._full_at[one], self._full_at[other])

    def delay(self, cells: Cells, now: float, seconds: float) -> None:
        """Let the bucket be full ``seconds`` later."""
        for cell in cells:
            self._full_at[cell] = max(self._full_at[cell], now) + seconds

    def running(self, cells: Cells) -> int:
        """How many queries of a client run or wait, in all processes."""
        one, other = cells
        counts = self._running
        return min(sum(each[one] for each in counts), sum(each[other] for each in counts))

    def enter(self, process: int, cells: Cells) -> None:
        """One query more."""
        for cell in cells:
            self._running[process][cell] += 1

    def leave(self, process: int, cells: Cells) -> None:
        """One query less."""
        for cell in cells:
            self._running[process][cell] -= 1

    def clear(self, process: int) -> None:
        """Nothing runs in ``process``: it has just begun."""
        counts = self._running[process]
        counts[:] = memoryview(bytes(counts.nbytes)).cast("H")
