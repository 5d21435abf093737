"""The pool of query workers, as the web process sees it.

A worker that dies is replaced at once. A query that runs on is heavy: it is reniced so that short
ones pass it, and its worker retires afterwards, since the store's pages it has touched are no
longer shared. Heavy queries never hold the last workers: one that turns heavy while that lane is
full loses its worker, waits for a place in the lane, and runs again there in what is left of its
time. Stopping it in its tracks instead would keep its memory and its worker for as long as it
waits; refusing it would let whoever fills the lane shut out every query of 200 ms.
"""

import asyncio
import contextlib
import logging
import math
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

from treatybodies.errors import (
    EngineAway,
    EngineFailed,
    Overloaded,
    QueryMemory,
    QueryTooComplex,
    WorkerCrashed,
)
from treatybodies.settings import Settings
from treatybodies.web.lane import Lane
from treatybodies.web.metrics import Metrics
from treatybodies.web.processes import (
    HEAVY_SECONDS,
    Demoted,
    Died,
    Result,
    WorkerHandle,
    ZygoteHandle,
)
from treatybodies.web.sandbox import FENCES
from treatybodies.web.wire import Job

LOG = logging.getLogger(__name__)
START_SECONDS = 600.0
"""A release that takes longer than this to load is taken for a fault."""
CROWDED_SECONDS = 0.025
"""What stands for `HEAVY_SECONDS` when the lane is full and queries wait for a worker."""
LEAST_SECONDS = 0.1
"""A query that has waited until less than this is left of its time is not begun."""


class Pool:
    """``settings.workers`` workers and a bounded queue of queries that wait for one."""

    def __init__(
        self,
        release: Path,
        prefixes: dict[str, str],
        settings: Settings,
        metrics: Metrics | None = None,
    ) -> None:
        self.release = release
        self.prefixes = prefixes
        self.settings = settings
        self.metrics = metrics or Metrics()
        self.fences: tuple[str, ...] = ()
        """What the kernel keeps the workers from; known once they are there."""
        self.zygote: ZygoteHandle | None = None
        self._folder: Path | None = None
        self._launched: ZygoteHandle | None = None
        self._idle: list[WorkerHandle] = []
        self._busy: set[WorkerHandle] = set()
        self._waiting: deque[asyncio.Future[WorkerHandle]] = deque()
        self.lane = Lane(max(1, settings.workers - settings.reserved_workers))
        self._heavy: set[WorkerHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._generation = 0
        self._stopping = False

    def launch(self) -> None:
        """Begin to load the release in a process of its own, before there is an event loop."""
        if self._launched is None:
            self._folder = Path(tempfile.mkdtemp(prefix="treatybodies-"))  # mode 0700
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
        except BaseException:
            self._remove_folder()
            raise
        self._in_background(self._keep_zygote())
        await asyncio.gather(*(self._replace() for _ in range(self.settings.workers)))
        self.fences = self._idle[0].fences
        if missing := [each for each in FENCES if each not in self.fences]:
            LOG.warning("this system does not fence query workers in by: %s", ", ".join(missing))

    async def stop(self) -> None:
        """End every process and remove every file the pool has made."""
        self._stopping = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in [*self._idle, *self._busy]:
            worker.discard()
        for waiter in self._waiting:
            waiter.cancel()
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
            "waiting-heavy": self.lane.waiting,
        }

    async def evaluate(self, job: Job, charge: Callable[[float], None] | None = None) -> Result:
        """The whole result of ``job``; raises `QueryStopped`, `QueryMalformed` or `QueryFailed`.

        Cancelling the call ends the query. ``charge`` is told the processor time it has cost.
        """
        worker = await self._take()
        started = time.monotonic()
        try:
            return await self._run(worker, job, charge)
        except Demoted:
            self.metrics.demoted.inc()
        return await self._run_heavy(job, started + job.seconds, charge)

    async def _run_heavy(
        self, job: Job, end: float, charge: Callable[[float], None] | None
    ) -> Result:
        """Run ``job`` again in the lane of heavy queries, in what is left of its time."""
        if self.lane.waiting >= self.settings.queue_length:
            raise self._overloaded()
        try:
            await self.lane.enter(end - time.monotonic() - LEAST_SECONDS)
        except TimeoutError:
            raise self._overloaded() from None
        try:
            worker = await self._take()
            self._heavy.add(worker)
            worker.give_way()
            left = replace(job, seconds=max(end - time.monotonic(), LEAST_SECONDS))
            return await self._run(worker, left, charge)
        finally:
            self.lane.leave()

    async def _run(
        self, worker: WorkerHandle, job: Job, charge: Callable[[float], None] | None
    ) -> Result:
        zygote, in_lane = self.zygote, worker in self._heavy
        self._busy.add(worker)
        try:
            return await worker.evaluate(job, self._turn_heavy, self._patience)
        except (QueryMemory, QueryTooComplex, WorkerCrashed):
            if self.zygote is zygote:
                raise
            raise _away() from None  # the worker died with its zygote, not of its query
        finally:
            self._busy.discard(worker)
            if worker in self._heavy and not in_lane:
                self.lane.leave()
            self._heavy.discard(worker)
            self.metrics.cpu.inc(worker.spent)
            if charge is not None:
                charge(worker.spent)
            self._give_back(worker)

    def _patience(self) -> float:
        """Processor time after which a query is heavy: less when short ones wait behind it."""
        crowded = self._waiting and self.lane.taken >= self.lane.places
        return CROWDED_SECONDS if crowded else HEAVY_SECONDS

    def _turn_heavy(self, worker: WorkerHandle) -> None:
        if worker in self._heavy:
            return
        self.metrics.heavy.inc()
        if self.lane.enter_at_once():
            self._heavy.add(worker)
            worker.give_way()
        else:
            worker.demote()

    async def _take(self) -> WorkerHandle:
        while self._idle:
            worker = self._idle.pop()
            if not worker.gone:
                return worker
            self._renew(worker)
        if self.zygote is None:
            raise _away()
        if len(self._waiting) >= self.settings.queue_length:
            raise self._overloaded()
        return await self._wait()

    async def _wait(self) -> WorkerHandle:
        waiter: asyncio.Future[WorkerHandle] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self.settings.query_seconds):
                return await waiter
        except BaseException as cause:
            # Ended in the very moment a worker was handed over: it must not get lost.
            if waiter.done() and not waiter.cancelled():
                self._give_back(waiter.result())
            if isinstance(cause, TimeoutError):
                raise self._overloaded() from None
            raise
        finally:
            with contextlib.suppress(ValueError):
                self._waiting.remove(waiter)

    def _overloaded(self) -> Overloaded:
        return Overloaded(
            "Too many queries are waiting → ask again later, one query at a time.",
            retry_after=max(1, math.ceil(self.settings.query_seconds / 2)),
        )

    def _give_back(self, worker: WorkerHandle) -> None:
        if self._stopping:
            worker.discard()
        elif worker.gone or worker.retiring:
            self._renew(worker)
        else:
            self._offer(worker)

    def _offer(self, worker: WorkerHandle) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def _renew(self, worker: WorkerHandle) -> None:
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
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _start_zygote(self) -> ZygoteHandle:
        zygote, self._launched = self._launched or self._zygote(), None
        async with asyncio.timeout(START_SECONDS):
            await zygote.start()
        return zygote

    def _zygote(self) -> ZygoteHandle:
        assert self._folder is not None
        self._generation += 1
        name = f"{self._generation}.socket"
        return ZygoteHandle(self.release, self.prefixes, self.settings, self._folder, name)

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

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _away() -> EngineAway:
    return EngineAway("The query engine is being restarted → ask again in a few seconds.")
