"""One query worker, as the web process sees it: what it was given, how long it takes, its end.

Several orders may be on their way to a worker, which saves it and the web process from waking up
for each. It evaluates the first, its head; when that takes longer than a moment, those behind it
are given to others (`Owner.on_slow`).
"""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections import deque
from pathlib import Path
from typing import Protocol

from treatybodies.web.causes import Exit, cause_of, fault_of, no_room, timeout
from treatybodies.web.channel import Channel
from treatybodies.web.orders import LEAST_SECONDS, Order, Result
from treatybodies.web.ticker import Ticker
from treatybodies.web.wire import Outcome, Reply
from treatybodies.web.worker import spool_path

LOG = logging.getLogger(__name__)
MOST_ORDERS = 8
"""So many may be on their way to one worker."""
MOMENT_SECONDS = 0.008
"""A head that takes longer is left by those behind it."""
HEAVY_SECONDS = 0.1
"""A query that uses more processor time gives way to shorter ones."""
SLOW_SECONDS = 0.25
"""So does one that takes longer by the clock: it waits for the disk, or many run beside it."""
NICENESS = 10
LATE_SECONDS = 0.1
"""How long after its deadline an order is ended, whether its worker has died or not."""
_EXIT_SECONDS = 2.0
"""How long the kernel's word on why a worker ended is waited for."""


class Owner(Protocol):
    """Who is told what becomes of a worker's orders."""

    def on_reply(self, worker: "WorkerHandle", order: Order, outcome: Result | Exception) -> None:
        """The head is evaluated."""

    def on_slow(self, worker: "WorkerHandle") -> None:
        """The head takes longer than a moment, and others wait behind it."""

    def on_heavy(self, worker: "WorkerHandle") -> None:
        """The head has used up its `patience`."""

    def on_lost(self, worker: "WorkerHandle") -> None:
        """The worker has ended."""

    def patience(self) -> float:
        """Processor time after which a query is heavy."""
        ...


class WorkerHandle:
    """One worker process; it evaluates its orders one after the other."""

    def __init__(
        self,
        pid: int,
        fences: tuple[str, ...],
        channel: Channel,
        ticker: Ticker,
        exited: asyncio.Future[Exit],
        folder: Path,
    ) -> None:
        self.pid = pid
        self.fences = fences
        """What the kernel keeps it from; see `sandbox`."""
        self.orders: deque[Order] = deque()
        """The first is being evaluated. Some may have ended, or moved to another worker, since."""
        self.retiring = False
        """After a heavy query, or when it is in an unknown state."""
        self.slow = False
        """Its head takes longer than a moment."""
        self.heavy = False
        """Its head has used up its patience."""
        self.demoted = False
        """It was ended because of that, and the head is to run again."""
        self.cost = 0.0
        """Processor time of the order that ended last, in seconds."""
        self._owner: Owner | None = None
        self._since = 0.0
        self._used = 0.0
        self._answered = 0
        self._unsent: list[bytes] = []
        self._ticker = ticker
        self._channel = channel
        self._exited = exited
        self._folder = str(folder)
        channel.on_frame, channel.on_end = self._on_frame, self._on_end
        # A handle on the process: its number may be another's by the time it is signalled.
        self._process = os.pidfd_open(pid)

    @property
    def gone(self) -> bool:
        """Whether its side of the connection is closed."""
        return self._channel.closed

    def takes_more(self, most: int) -> bool:
        """Whether another order may be put behind its head: up to ``most`` with that."""
        full = len(self.orders) >= most
        return not (full or self.slow or self.retiring or self._channel.closed)

    @property
    def mine(self) -> list[Order]:
        """Its orders that nobody else has and that somebody waits for."""
        return [each for each in self.orders if each.worker is self and not each.ended]

    def give(self, order: Order, owner: Owner) -> None:
        """Put ``order`` behind the others; it goes off with the next `send`."""
        now = time.monotonic()
        if not self.orders:
            self._owner, self._since = owner, now
            self._ticker.add(self._look)
        order.worker = self
        self.orders.append(order)
        self._unsent.append(order.job_from(now).encode())

    def send(self) -> None:
        """Send what was given."""
        self._channel.send(b"".join(self._unsent))
        self._unsent.clear()

    def spent(self) -> float:
        """Processor time of the head so far, in seconds."""
        return max(0.0, _processor_time(self.pid) - self._used)

    async def cause_of_death(self, order: Order) -> Exception:
        """Why it has ended while it evaluated ``order``; charges for it."""
        now = time.monotonic()
        ran, late = now - self._since, now >= order.since + order.job.seconds
        try:
            async with asyncio.timeout(LATE_SECONDS if late else _EXIT_SECONDS):
                ended = await asyncio.shield(self._exited)
        except TimeoutError:
            ended = Exit(0, self._used + ran)
        self._charge(order, ended.used)
        if late and ended.status == 0:
            return timeout(order.job.seconds)
        if not self.demoted:
            LOG.warning(
                "query worker %d ended after %.1f s with status %d", self.pid, ran, ended.status
            )
        return cause_of(ended.status, order.job)

    def give_way(self) -> None:
        """Let every short query pass."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)

    def demote(self) -> None:
        """End it; its head is to run again elsewhere."""
        self.demoted = True
        self.kill()

    def kill(self) -> None:
        """End it."""
        self.retiring = True
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def discard(self) -> None:
        """End it and forget its files; harmless when called twice."""
        if self._process < 0:
            return
        self.kill()
        os.close(self._process)
        self._process = -1
        self._ticker.remove(self._look)
        self._channel.on_end = lambda: None
        self._channel.close()
        self._remove_spool()

    def _on_frame(self, payload: bytes) -> None:
        reply = Reply.decode(payload)
        order = self.orders.popleft()
        self._charge(order, reply.used)
        outcome = self._outcome(order, reply)
        self._answered += 1
        self.slow = self.heavy = False
        if self.orders:
            self._since = time.monotonic()
        else:
            self._ticker.remove(self._look)
        assert self._owner is not None
        self._owner.on_reply(self, order, outcome)

    def _charge(self, order: Order, used: float) -> None:
        self.cost, self._used = max(0.0, used - self._used), used
        if order.charge is not None:
            order.charge(self.cost)

    def _outcome(self, order: Order, reply: Reply) -> Result | Exception:
        if reply.outcome is Outcome.INLINE:
            return Result(reply.length, reply.rest)
        if reply.outcome is Outcome.SPOOLED:
            return self._spooled(reply.length)
        self._remove_spool()
        if reply.outcome in (Outcome.MEMORY, Outcome.TOO_LARGE):
            self.retiring = True
        return fault_of(reply, order.job)

    def _spooled(self, length: int) -> Result | Exception:
        name = spool_path(self._folder, self.pid, self._answered)
        try:
            # Never through a link, whoever may have put one there.
            spool = os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except OSError as cause:  # whoever waits must hear of it
            LOG.error("a result cannot be read: %s", cause)
            return no_room()
        finally:
            self._remove_spool()
        return Result(length, spool=spool)

    def _remove_spool(self) -> None:
        """Forget what the head has written."""
        Path(spool_path(self._folder, self.pid, self._answered)).unlink(missing_ok=True)

    def _on_end(self) -> None:
        self._ticker.remove(self._look)
        if self._owner is not None:
            self._owner.on_lost(self)

    def _look(self, now: float) -> None:
        """Tell when the head turns out slow or heavy.

        Heavy goes by processor time: beside other work a short query may take long by the clock,
        and that is not its fault. On a busy disk it goes by the clock.
        """
        ran = now - self._since
        if ran < MOMENT_SECONDS or self._owner is None:
            return
        head = self.orders[0]
        if head.worker is not self or head.ended:
            if ran >= HEAVY_SECONDS:  # nobody waits for it; a new worker costs some of that time
                self.kill()
        elif self.heavy:
            # The kernel's timer ends it before. On a busy machine it dies late, and one may have
            # escaped: whoever waits is told now.
            begun = self._since + LEAST_SECONDS
            if now > max(head.since + head.job.seconds, begun) + LATE_SECONDS:
                self.kill()
                head.end(timeout(head.job.seconds))
        else:
            self._judge(ran, self._owner)

    def _judge(self, ran: float, owner: Owner) -> None:
        if not self.slow:
            self.slow = True
            if len(self.orders) > 1:
                owner.on_slow(self)
        patience = owner.patience()
        if ran >= patience and (self.spent() >= patience or ran >= SLOW_SECONDS):
            self.retiring = self.heavy = True
            owner.on_heavy(self)


def _processor_time(pid: int) -> float:
    """What the process ``pid`` has used, in seconds."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # its clock's number: clock_getcpuclockid(3)
    except OSError:
        return 0.0
