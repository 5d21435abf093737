"""What is handed to the pool: a job, whom to tell how it ended, and whose turn it is."""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from treatybodies.web.clients import Client
from treatybodies.web.wire import Job

if TYPE_CHECKING:
    from treatybodies.web.workers import WorkerHandle


LEAST_SECONDS = 0.1
"""What a query has at least, however long it has waited; in the lane none is begun with less."""
UNNOTICED_SECONDS = 0.05
"""A wait that takes nothing of it."""


@dataclass(slots=True)
class Result:
    """A complete result: in ``body`` when small, else in the unlinked file ``spool``."""

    length: int
    body: bytes = b""
    spool: BinaryIO | None = None

    def read(self) -> bytes:
        """All of it."""
        if self.spool is None:
            return self.body
        with self.spool:
            return self.spool.read()

    def close(self) -> None:
        """Give the spool file's space back."""
        if self.spool is not None:
            self.spool.close()


@dataclass(eq=False, slots=True)
class Order:
    """A job on its way through the pool; ``tell`` is called once, with a result or its fault."""

    job: Job
    tell: Callable[[Result | Exception], None]
    client: Client | None = None
    """Whose turn it takes while orders wait; see `Queue`."""
    charge: Callable[[float], None] | None = None
    """Told the processor time it has cost, in seconds."""
    since: float = 0.0
    """When it was handed in, by `time.monotonic`."""
    worker: "WorkerHandle | None" = None
    """Who has it now."""
    ended: bool = False
    task: "asyncio.Task[None] | None" = None
    """What has it wait for a place in the lane."""

    def job_from(self, now: float) -> Job:
        """The job with what is left of its time: a client counts from its request on."""
        waited = now - self.since
        if waited < UNNOTICED_SECONDS:
            return self.job
        return self.job._replace(seconds=max(self.job.seconds - waited, LEAST_SECONDS))

    def end(self, outcome: Result | Exception) -> None:
        """Tell how it ended; a result that nobody waits for any more is given up."""
        if not self.ended:
            tell = self.tell
            self.give_up()
            tell(outcome)
        elif isinstance(outcome, Result):
            outcome.close()

    def give_up(self) -> None:
        """Nobody waits for it any more."""
        self.ended = True
        self.tell = _told  # who was to be told often holds the order: no cycle stays


def _told(_: Result | Exception) -> None:
    """Nobody is told twice."""


class Queue:
    """Orders that wait, each client's in their order, the clients in turn.

    The turn is that of the client that has used the least of its processor time, and between equals
    of the one that has waited longest. So neither a hundred orders of one client nor a hundred
    clients with heavy ones delay a client that has hardly asked anything.
    """

    def __init__(self) -> None:
        self._by_client: OrderedDict[Client | None, deque[Order]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Order]:
        return (order for orders in self._by_client.values() for order in orders)

    def add(self, order: Order) -> None:
        """Put ``order`` behind the others of its client."""
        self._by_client.setdefault(order.client, deque()).append(order)
        self._length += 1

    def put_back(self, order: Order) -> None:
        """Put ``order`` before the others of its client and its equals: its turn was in vain."""
        self._by_client.setdefault(order.client, deque()).appendleft(order)
        self._by_client.move_to_end(order.client, last=False)
        self._length += 1

    def take(self) -> Order:
        """The next order; its client's others stand behind those of its equals."""
        client = max(self._by_client, key=_left)
        orders = self._by_client[client]
        order = orders.popleft()
        self._length -= 1
        if orders:
            self._by_client.move_to_end(client)
        else:
            del self._by_client[client]
        return order

    def discard(self, order: Order) -> None:
        """Take ``order`` out, if it waits here."""
        orders = self._by_client.get(order.client, deque())
        if order in orders:
            orders.remove(order)
            self._length -= 1
            if not orders:
                del self._by_client[order.client]


def _left(client: Client | None) -> float:
    """The processor time that ``client`` may still use."""
    return math.inf if client is None else client.seconds
