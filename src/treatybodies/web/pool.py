"""The pool of query workers, as the web process sees it.

Orders wait in a queue in which each client has its turn, who has used least first. Short ones are
packed onto as few workers as there are processors, several on their way to each: to wake a process
takes as long as a short query. One behind a query that turns out longer goes to another worker.

A worker that dies is replaced at once. A query that runs on is heavy: it is reniced so that short
ones pass it, and its worker retires afterwards, since the store's pages it has touched are no
longer shared. Heavy queries never hold the last workers: one that turns heavy while that lane is
full loses its worker, waits for a place in the lane, and runs again there in what is left of its
time. Stopping it in its tracks instead would keep its memory and its worker for as long as it
waits; refusing it would let whoever fills the lane shut out every query of 200 ms.
"""

import asyncio
import logging
import math
import os
import time
from collections import deque
from collections.abc import Callable, Coroutine
from pathlib import Path

from treatybodies.errors import (
    EngineFailed,
    Overloaded,
    QueryMemory,
    QueryTooComplex,
    WorkerCrashed,
)
from treatybodies.settings import Settings
from treatybodies.web.causes import away
from treatybodies.web.clients import Client
from treatybodies.web.folders import Folder
from treatybodies.web.formats import Format
from treatybodies.web.lane import Lane
from treatybodies.web.loaders import Loaders
from treatybodies.web.metrics import Metrics
from treatybodies.web.orders import LEAST_SECONDS, Order, Queue, Result
from treatybodies.web.sandbox import FENCES
from treatybodies.web.statements import Statements, lookup_of
from treatybodies.web.ticker import Ticker
from treatybodies.web.wire import Job
from treatybodies.web.workers import HEAVY_SECONDS, MOST_ORDERS, WorkerHandle
from treatybodies.web.zygote import Died, ZygoteHandle

LOG = logging.getLogger(__name__)
START_SECONDS = 600.0
"""A release that takes longer than this to load is taken for a fault."""
CROWDED_SECONDS = 0.025
"""What stands for `HEAVY_SECONDS` when the lane is full and queries wait for a worker."""
PACKED_SECONDS = 0.001
"""So much work may be on its way to one worker: more would be better done by another one."""
LEAST_COST = 1e-5
WEIGHT = 0.05
"""Of the last query in the running mean of what queries cost."""
FORK_SECONDS = 0.02
"""What another worker costs; whoever leaves an unfinished query pays for it."""
PROCESSORS = os.cpu_count() or 1


class Pool:
    """``settings.workers`` workers and a bounded queue of queries that wait for one."""

    def __init__(
        self,
        release: Path,
        prefixes: dict[str, str],
        settings: Settings,
        metrics: Metrics | None = None,
        loaders: Loaders | None = None,
    ) -> None:
        self.release = release
        self.prefixes = prefixes
        self.settings = settings
        self.metrics = metrics or Metrics()
        self.fences: tuple[str, ...] = ()
        """What the kernel keeps the workers from; known once they are there."""
        self.statements: Statements | None = None
        """What answers without a worker; there while the pool runs."""
        self.zygote: ZygoteHandle | None = None
        self._loaders = loaders
        self._folder: Folder | None = None
        self._launched: ZygoteHandle | None = None
        self.lane = Lane(max(1, settings.workers - settings.reserved_workers))
        self._idle: list[WorkerHandle] = []
        self._busy: set[WorkerHandle] = set()
        self._heavy: set[WorkerHandle] = set()
        """The busy workers that hold a place in the lane."""
        self._at_once = max(1, PROCESSORS // max(1, settings.web_workers))
        """So many workers get short queries before more of them are woken."""
        self._waiting = Queue()
        self._waiting_in_lane: deque[Order] = deque()
        """They have a place in the lane, and no worker yet."""
        self._cost = PACKED_SECONDS
        """What a query costs of late, in seconds of processor time."""
        self._ticker = Ticker()
        self._dispatching = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._generation = 0
        self._stopping = False

    def launch(self) -> None:
        """Begin to load the release in a process of its own, before there is an event loop.

        Raises `EngineFailed` where a socket cannot have a name among the temporary files.
        """
        if self._launched is None:
            self._folder = Folder()
            self._launched = self._zygote()

    def abandon(self) -> None:
        """Undo `launch` where `start` was never called; harmless otherwise."""
        if self._launched is not None:
            self._launched.abandon()
            self._remove_folder()

    async def start(self) -> None:
        """Load the release and fork the workers; raises `EngineFailed`."""
        self.launch()
        try:
            self.zygote = await self._start_zygote()
            self.statements = await asyncio.to_thread(Statements, self.release)
        except BaseException:
            if self.zygote is not None:
                await self.zygote.stop()
            self._remove_folder()
            raise
        self._in_background(self._keep_zygote())
        await self._replace()
        self.fences = self._idle[0].fences
        for _ in range(1, self.settings.workers):  # queries are answered meanwhile
            self._in_background(self._replace())
        if missing := [each for each in FENCES if each not in self.fences]:
            LOG.warning("this system does not fence query workers in by: %s", ", ".join(missing))

    async def stop(self) -> None:
        """End every process and remove every file the pool has made."""
        self._stopping = True
        self.statements = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in [*self._idle, *self._busy]:
            worker.discard()
            for order in worker.orders:
                order.end(away())
        self._ticker.remove(self._expire)
        for order in [*self._waiting, *self._waiting_in_lane]:
            order.end(away())
        if self.zygote is not None:
            await self.zygote.stop()
        self._remove_folder()

    @property
    def load(self) -> dict[str, int]:
        """How many workers and queries are in which state."""
        return {
            "idle": len(self._idle),
            "busy": len(self._busy),
            "heavy": len(self._heavy),
            "waiting": len(self._waiting),
            "waiting-heavy": self.lane.waiting + len(self._waiting_in_lane),
        }

    async def evaluate(
        self,
        job: Job,
        charge: Callable[[float], None] | None = None,
        client: Client | None = None,
    ) -> Result:
        """The whole result of ``job``; raises `QueryStopped`, `QueryMalformed` or `QueryFailed`.

        Cancelling the call ends the query. ``charge`` is told the processor time it has cost.
        """
        if (found := self._look_up(job, charge)) is not None:
            return found
        ended: asyncio.Future[Result | Exception] = asyncio.get_running_loop().create_future()
        order = Order(job, lambda outcome: _settle(ended, outcome), client, charge)
        self.submit(order)
        try:
            outcome = await ended
        except asyncio.CancelledError:
            self.cancel(order)
            if not ended.cancelled() and isinstance(result := ended.result(), Result):
                result.close()
            raise
        if isinstance(outcome, Exception):
            try:
                raise outcome
            finally:
                del outcome, ended  # a fault holds its frames: they must not hold the fault
        return outcome

    def _look_up(self, job: Job, charge: Callable[[float], None] | None) -> Result | None:
        """The result of a query of one triple pattern, which needs no worker."""
        of_a_dataset = job.default_graphs is not None or job.named_graphs is not None
        if self.statements is None or of_a_dataset or job.quads:
            return None
        lookup = lookup_of(job.query)
        return lookup and self.statements.result(lookup, Format[job.format], charge)

    def submit(self, order: Order) -> None:
        """Take ``order``, which is told how it ended; raises `EngineAway` or `Overloaded`."""
        if self.zygote is None:
            raise away()
        there = len(self._waiting) + sum(len(worker.orders) for worker in self._busy)
        if there >= self.settings.workers + self.settings.queue_length:
            raise self._overloaded()
        order.since = time.monotonic()
        self._waiting.add(order)
        self._dispatch_soon()

    def cancel(self, order: Order) -> None:
        """Nobody waits for ``order`` any more."""
        if order.ended:
            return
        order.give_up()
        if order.task is not None:
            order.task.cancel()
        worker = order.worker
        if worker is not None and worker.orders and worker.orders[0] is order:
            worker.kill()
            if order.charge is not None:
                order.charge(FORK_SECONDS)
        elif order in self._waiting_in_lane:
            self._waiting_in_lane.remove(order)
            self.lane.leave()
        else:
            self._waiting.discard(order)

    def on_reply(self, worker: WorkerHandle, order: Order, outcome: Result | Exception) -> None:
        """Part of `workers.Owner`: an order is evaluated."""
        if order.worker is not worker:
            self._waiting.discard(order)  # it had left this worker, and is answered all the same
        order.end(outcome)
        self.metrics.cpu.inc(worker.cost)
        self._cost += (max(worker.cost, LEAST_COST) - self._cost) * WEIGHT
        self._leave_lane(worker)
        if worker.retiring:
            self._take_back(worker)
            self._renew(worker)
        elif not worker.orders:
            self._offer(worker)
        if self._waiting:
            self._dispatch_soon()

    def on_slow(self, worker: WorkerHandle) -> None:
        """Part of `workers.Owner`: others than its head go to other workers."""
        self._take_back(worker, 1)

    def on_heavy(self, worker: WorkerHandle) -> None:
        """Part of `workers.Owner`: the head takes a place in the lane, or loses its worker."""
        if worker in self._heavy:
            return
        self.metrics.heavy.inc()
        if self.lane.enter_at_once():
            self._heavy.add(worker)
            worker.give_way()
        else:
            worker.demote()

    def on_lost(self, worker: WorkerHandle) -> None:
        """Part of `workers.Owner`: the worker has died, as a rule of its head."""
        if worker not in self._busy:
            return  # an idle one is found out when it is wanted
        head = worker.orders[0]
        if head.worker is worker:
            self._take_back(worker, 1)
            head.task = self._in_background(self._bury(worker, head, self.zygote))
            head.task.add_done_callback(lambda task: _buried(head, task))
        else:
            self._take_back(worker)
        self._leave_lane(worker)
        self._renew(worker)

    def patience(self) -> float:
        """Processor time after which a query is heavy: less when short ones wait behind it."""
        crowded = self._waiting and self.lane.taken >= self.lane.places
        return CROWDED_SECONDS if crowded else HEAVY_SECONDS

    async def _bury(self, worker: WorkerHandle, head: Order, zygote: ZygoteHandle | None) -> None:
        """Tell the head of a dead worker why, or run it again in the lane."""
        cause = await worker.cause_of_death(head)
        self.metrics.cpu.inc(worker.cost)
        if head.ended:
            return
        if worker.demoted:
            self.metrics.demoted.inc()
            await self._run_in_lane(head)
            return
        if isinstance(cause, QueryMemory | QueryTooComplex | WorkerCrashed) and (
            zygote is None or self.zygote is not zygote
        ):
            cause = away()  # the worker died with its zygote, not of its query
        head.end(cause)

    async def _run_in_lane(self, order: Order) -> None:
        """Run ``order`` again in the lane of heavy queries, in what is left of its time."""
        end = order.since + order.job.seconds
        if self.lane.waiting >= self.settings.queue_length:
            order.end(self._overloaded())
            return
        try:
            await self.lane.enter(end - time.monotonic() - LEAST_SECONDS)
        except TimeoutError:
            order.end(self._overloaded())
            return
        order.worker = None
        self._waiting_in_lane.append(order)
        self._dispatch_soon()

    def _take_back(self, worker: WorkerHandle, first: int = 0) -> None:
        """Let the orders of ``worker`` from ``first`` on wait again, before all others."""
        kept = list(worker.orders)[:first]
        for order in reversed([each for each in worker.mine if each not in kept]):
            order.worker = None
            self._waiting.put_back(order)
        self._dispatch_soon()

    def _leave_lane(self, worker: WorkerHandle) -> None:
        if worker in self._heavy:
            self._heavy.discard(worker)
            self.lane.leave()

    def _dispatch_soon(self) -> None:
        """Once for all that comes and goes in this turn of the event loop."""
        if not self._dispatching:
            self._dispatching = True
            asyncio.get_running_loop().call_soon(self._dispatch)

    def _dispatch(self) -> None:
        """Give to workers what waits, as far as they take it."""
        self._dispatching = False
        given: set[WorkerHandle] = set()
        while self._waiting_in_lane and (alone := self._next_idle()):
            self._heavy.add(alone)
            alone.give(self._waiting_in_lane.popleft(), self)
            alone.give_way()
            given.add(alone)
        while self._waiting and (worker := self._choose()):
            worker.give(self._waiting.take(), self)
            given.add(worker)
        for worker in given:
            worker.send()
        if self._waiting:
            self._ticker.add(self._expire)

    def _choose(self) -> WorkerHandle | None:
        """Who gets the next order: one of the few that are awake, else one that is idle."""
        most = max(1, min(MOST_ORDERS, int(PACKED_SECONDS / self._cost)))
        awake = [
            worker for worker in self._busy if worker.takes_more(most) and worker not in self._heavy
        ]
        if len(awake) < self._at_once and (idle := self._next_idle()):
            return idle
        return min(awake, key=lambda worker: len(worker.orders), default=None)

    def _next_idle(self) -> WorkerHandle | None:
        while self._idle:
            worker = self._idle.pop()
            if not worker.gone:
                self._busy.add(worker)
                return worker
            self._renew(worker)
        return None

    def _expire(self, now: float) -> None:
        """Turn away who has waited for too long."""
        if not self._waiting:
            self._ticker.remove(self._expire)
            return
        late = [each for each in self._waiting if now - each.since > self.settings.query_seconds]
        for order in late:
            self._waiting.discard(order)
            order.end(self._overloaded())

    def _overloaded(self) -> Overloaded:
        return Overloaded(
            "Too many queries are waiting → ask again later, one query at a time.",
            retry_after=max(1, math.ceil(self.settings.query_seconds / 2)),
        )

    def _offer(self, worker: WorkerHandle) -> None:
        """``worker`` has nothing to do."""
        self._busy.discard(worker)
        if self._stopping:
            worker.discard()
            return
        self._idle.append(worker)
        if self._waiting or self._waiting_in_lane:
            self._dispatch_soon()

    def _renew(self, worker: WorkerHandle) -> None:
        self._busy.discard(worker)
        self.metrics.renewed.inc()
        worker.discard()
        self._in_background(self._replace())

    async def _replace(self) -> None:
        """Fork one more worker, however often that takes."""
        pause = 0.05
        while not self._stopping:
            try:
                if self.zygote is not None:
                    self._offer(await self.zygote.fork())
                    return
            except (OSError, Died) as cause:
                LOG.warning("no worker could be forked (%s)", cause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _remove_folder(self) -> None:
        if self._folder is not None:
            self._folder.remove()

    async def _start_zygote(self) -> ZygoteHandle:
        zygote, self._launched = self._launched or self._zygote(), None
        async with asyncio.timeout(START_SECONDS):
            await zygote.start()
        return zygote

    def _zygote(self) -> ZygoteHandle:
        assert self._folder is not None
        self._generation += 1
        name = f"{self._generation}.socket"
        return ZygoteHandle(
            self.release, self.prefixes, self.settings, self._folder.path, name, self._loaders
        )

    async def _keep_zygote(self) -> None:
        """Restart the zygote whenever it ends; its workers end with it."""
        pause = 0.1
        while self.zygote is not None:
            await self.zygote.ended()
            LOG.error("the query engine has ended; it is restarted")
            self.metrics.restarts.inc()
            dead, self.zygote = self.zygote, None
            await dead.stop()
            while self.zygote is None:
                try:
                    self.zygote = await self._start_zygote()
                except (EngineFailed, TimeoutError) as cause:
                    LOG.error("the query engine does not start: %s", cause)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 5.0)
            self._renew_all()

    def _renew_all(self) -> None:
        idle, self._idle = self._idle, []
        for worker in idle:
            self._renew(worker)

    def _in_background(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _buried(order: Order, task: asyncio.Task[None]) -> None:
    if task.cancelled():
        order.end(away())
    order.task = None
    if order.ended:
        order.worker = None  # which holds the order: no cycle stays


def _settle(ended: asyncio.Future[Result | Exception], outcome: Result | Exception) -> None:
    if not ended.done():
        ended.set_result(outcome)
    elif isinstance(outcome, Result):
        outcome.close()
