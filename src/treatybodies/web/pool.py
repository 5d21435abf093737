"""The pool of query workers, as the web process sees it.

A worker that dies is replaced at once, a query that runs on is reniced so that short ones pass it,
and its worker retires afterwards: the store's pages it has touched are no longer shared.
"""

import asyncio
import contextlib
import logging
import math
import shutil
import tempfile
from collections import deque
from collections.abc import Coroutine
from pathlib import Path

from treatybodies.errors import (
    EngineAway,
    EngineFailed,
    Overloaded,
    QueryMemory,
    WorkerCrashed,
)
from treatybodies.settings import Settings
from treatybodies.web.processes import Died, Result, WorkerHandle, ZygoteHandle
from treatybodies.web.wire import Job

LOG = logging.getLogger(__name__)
START_SECONDS = 600.0
"""A release that takes longer than this to load is taken for a fault."""


class Pool:
    """``settings.workers`` workers and a bounded queue of queries that wait for one."""

    def __init__(self, release: Path, prefixes: dict[str, str], settings: Settings) -> None:
        self.release = release
        self.prefixes = prefixes
        self.settings = settings
        self.zygote: ZygoteHandle | None = None
        self._folder: Path | None = None
        self._launched: ZygoteHandle | None = None
        self._idle: list[WorkerHandle] = []
        self._busy: set[WorkerHandle] = set()
        self._waiting: deque[asyncio.Future[WorkerHandle]] = deque()
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

    async def evaluate(self, job: Job) -> Result:
        """The whole result of ``job``; raises `QueryStopped`, `QueryMalformed` or `QueryFailed`.

        Cancelling the call ends the query.
        """
        worker = await self._take()
        zygote = self.zygote
        self._busy.add(worker)
        try:
            return await worker.evaluate(job)
        except (QueryMemory, WorkerCrashed):
            if self.zygote is zygote:
                raise
            raise _away() from None  # the worker died with its zygote, not of its query
        finally:
            self._busy.discard(worker)
            self._give_back(worker)

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
