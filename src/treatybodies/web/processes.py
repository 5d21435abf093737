"""The zygote and its workers as processes: starting them, asking them, telling how they died."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from treatybodies.errors import (
    EngineFailed,
    Overloaded,
    QueryFailed,
    QueryMemory,
    QueryStopped,
    QueryTimeout,
    QueryTooComplex,
    ResultTooLarge,
    StoreUnreadable,
    WorkerCrashed,
)
from treatybodies.settings import Settings
from treatybodies.web.channel import Channel
from treatybodies.web.places import malformed
from treatybodies.web.ticker import Ticker
from treatybodies.web.wire import Job, Outcome, Reply
from treatybodies.web.worker import Assignment, spool_path

LOG = logging.getLogger(__name__)
HEAVY_SECONDS = 0.1
"""A query that uses more processor time gives way to shorter ones."""
SLOW_SECONDS = 0.25
"""So does one that takes longer by the clock: it waits for the disk, or many run beside it."""
NICENESS = 10
GRACE_SECONDS = 5.0
"""How long after its deadline a worker is taken to have escaped the kernel's timer."""


class Died(Exception):
    """A worker ended before it was ready."""


class Demoted(Exception):
    """A query turned out heavy while the lane for heavy ones was full: its worker was ended."""


@dataclass(frozen=True)
class Exit:
    """How a worker ended: its status (negative: a signal), the processor time it had used."""

    status: int
    used: float


@dataclass
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


class ZygoteHandle:
    """A zygote process; it begins to load the release as soon as this handle is made."""

    def __init__(
        self,
        release: Path,
        prefixes: dict[str, str],
        settings: Settings,
        folder: Path,
        socket_name: str,
    ) -> None:
        self.release = release
        self.prefixes = prefixes
        self.settings = settings
        self.folder = folder
        self._socket = str(folder / socket_name)
        self._ticker = Ticker()
        self._exits: dict[int, asyncio.Future[Exit]] = {}
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _spawn(theirs)
        self._control.sendall(self._assignment().encode())

    async def start(self) -> None:
        """Wait until the release is loaded; raises `EngineFailed`."""
        self._control.setblocking(False)
        self._reader, self._writer = await asyncio.open_connection(sock=self._control)
        try:
            await self._ready()
        except BaseException:
            await self.stop()
            raise
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    def _assignment(self) -> Assignment:
        return Assignment(
            release=str(self.release),
            in_memory_quads=self.settings.in_memory_quads,
            folder=str(self.folder),
            socket=self._socket,
            memory_mb=self.settings.query_memory_mb,
            result_mb=self.settings.result_mb,
            cpu_seconds=self.settings.query_cpu_seconds,
            base=self.settings.base_iri,
            prefixes=self.prefixes,
        )

    async def _ready(self) -> None:
        word, _, rest = (await self._reader.readline()).decode().strip().partition(" ")
        if word != "ready":
            raise EngineFailed(rest or "The query engine ended while loading the release.")

    async def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while line := await self._reader.readline():
                _, pid, status, used = line.split()
                if (exited := self._exits.pop(int(pid), None)) and not exited.done():
                    exited.set_result(Exit(int(status), float(used)))

    async def ended(self) -> None:
        """Return when the process has gone."""
        await asyncio.wait([self._listening])

    async def fork(self) -> "WorkerHandle":
        """A new worker; raises `OSError` or `Died`."""
        channel = await Channel.open(self._socket)
        try:
            hello = json.loads(await channel.receive())
            pid, fences = hello["pid"], tuple(hello["fences"])
            exited: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
            self._exits[pid] = exited
            spool = spool_path(str(self.folder), pid)
            return WorkerHandle(pid, fences, channel, self._ticker, exited, spool)
        except (ConnectionError, ProcessLookupError) as cause:
            channel.close()
            raise Died("it ended before it was ready") from cause
        except BaseException:
            channel.close()
            raise

    def abandon(self) -> None:
        """End the process where `start` was never called."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    async def stop(self) -> None:
        """End the process, and its workers with it."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
        if hasattr(self, "_listening"):
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        self._process.kill()
        await asyncio.to_thread(self._process.wait)


def _spawn(control: socket.socket) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C reaches the web process only, which stops in good order. Not a
    # session: the kernel's autogroups weigh sessions alike, which makes niceness count for nothing
    # between them (sched(7)).
    return subprocess.Popen(
        [sys.executable, "-m", "treatybodies.web.worker", str(control.fileno())],
        stdin=subprocess.DEVNULL,
        pass_fds=[control.fileno()],
        process_group=0,
    )


@dataclass
class _Watched:
    """The query under way: since when it runs, how long it may, whom to tell that it is heavy."""

    since: float
    seconds: float
    on_heavy: Callable[["WorkerHandle"], None]
    patience: Callable[[], float]
    heavy: bool = False


class WorkerHandle:
    """One worker process; it evaluates one job at a time."""

    def __init__(
        self,
        pid: int,
        fences: tuple[str, ...],
        channel: Channel,
        ticker: Ticker,
        exited: asyncio.Future[Exit],
        spool: Path,
    ) -> None:
        self.pid = pid
        self.fences = fences
        """What the kernel keeps it from; see `sandbox`."""
        self.retiring = False
        """After a heavy query, or when its connection is in an unknown state."""
        self.spent = 0.0
        """Processor time of the last job, in seconds; the clock's where the kernel told none."""
        self._used = 0.0
        self._demoted = False
        self._watched = _Watched(0.0, 0.0, lambda _: None, lambda: HEAVY_SECONDS)
        self._ticker = ticker
        self._channel = channel
        self._exited = exited
        self._spool = spool
        # A handle on the process: its number may be another's by the time it is signalled.
        self._process = os.pidfd_open(pid)

    @property
    def gone(self) -> bool:
        """Whether its side of the connection is closed."""
        return self._channel.closed

    async def evaluate(
        self,
        job: Job,
        on_heavy: Callable[["WorkerHandle"], None],
        patience: Callable[[], float] = lambda: HEAVY_SECONDS,
    ) -> Result:
        """The result of ``job``; however the call ends, the worker is usable, retiring or gone.

        ``on_heavy`` is called when the query has used up ``patience``, in seconds of processor
        time, or `SLOW_SECONDS`; when that calls `demote`, `Demoted` is raised.
        """
        started = time.monotonic()
        self._watched = _Watched(started, job.seconds, on_heavy, patience)
        self._ticker.add(self._look)
        try:
            return await self._ask(job)
        except ConnectionError:
            self.retiring = True
            self.spent = time.monotonic() - started
            if self.spent > job.seconds + GRACE_SECONDS:
                raise _timeout(job.seconds) from None
            raise await self._cause_of_death(job, self.spent) from None
        except asyncio.CancelledError:
            self.spent = time.monotonic() - started
            self._kill()
            raise
        finally:
            self._ticker.remove(self._look)

    async def _ask(self, job: Job) -> Result:
        self._channel.send(job.encode())
        reply = Reply.decode(await self._channel.receive())
        self.spent, self._used = reply.used - self._used, reply.used
        if reply.outcome is Outcome.INLINE:
            return Result(reply.length, body=await self._channel.receive())
        if reply.outcome is Outcome.SPOOLED:
            spool = self._spool.open("rb")
            self._spool.unlink()
            return Result(reply.length, spool=spool)
        if reply.outcome in (Outcome.MEMORY, Outcome.TOO_LARGE):
            self.retiring = True
        raise fault_of(reply, job)

    async def _cause_of_death(self, job: Job, ran: float) -> Exception:
        try:
            async with asyncio.timeout(2.0):
                ended = await asyncio.shield(self._exited)
        except TimeoutError:
            ended = Exit(0, self._used + ran)
        self.spent = ended.used - self._used
        if self._demoted:
            return Demoted()
        LOG.warning(
            "query worker %d ended after %.1f s with status %d", self.pid, ran, ended.status
        )
        return cause_of(ended.status, job)

    def _look(self, now: float) -> None:
        """Tell when the query turns out heavy: by processor time, or by the clock on a busy disk.

        Beside other work a short query may take long by the clock; that is not its fault.
        """
        watched = self._watched
        ran = now - watched.since
        patience = watched.patience()
        if ran < patience:
            return
        if watched.heavy:
            # The kernel's timer ends it long before; this is for one that has escaped that.
            if ran > watched.seconds + GRACE_SECONDS:
                self._kill()
            return
        used = _processor_time(self.pid) - self._used
        if used >= patience or ran >= SLOW_SECONDS:
            self.retiring = watched.heavy = True
            watched.on_heavy(self)

    def give_way(self) -> None:
        """Let every short query pass."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)

    def demote(self) -> None:
        """End the process; `evaluate` then raises `Demoted`."""
        self._demoted = True
        self._kill()

    def _kill(self) -> None:
        self.retiring = True
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def discard(self) -> None:
        """End the process and forget its files; harmless when called twice."""
        if self._process < 0:
            return
        self._kill()
        os.close(self._process)
        self._process = -1
        self._channel.close()
        self._spool.unlink(missing_ok=True)


def fault_of(reply: Reply, job: Job) -> Exception:
    """The exception for a reply that tells of no result."""
    match reply.outcome:
        case Outcome.SYNTAX:
            return malformed(job.query, reply.message)
        case Outcome.EVALUATION:
            return QueryFailed(f"{reply.message} → rewrite this part of the query.")
        case Outcome.TOO_LARGE:
            return ResultTooLarge(
                "The result is larger than allowed → use LIMIT and OFFSET, or load the dump."
            )
        case Outcome.MEMORY:
            return _memory()
    if "os error 28" in reply.message:  # ENOSPC
        return Overloaded("There is no room for results now → ask again later.", retry_after=10)
    LOG.error("a query worker cannot read its store or write its result: %s", reply.message)
    return StoreUnreadable("The store cannot be read → the fault is the service's: report it.")


def cause_of(status: int, job: Job) -> QueryStopped | QueryTooComplex:
    """Why a worker with this exit status died: a negative status is the signal that ended it."""
    if -status == signal.SIGALRM:
        return _timeout(job.seconds)
    if -status in (signal.SIGPROF, signal.SIGXCPU):
        return QueryTimeout(
            "The query used more processor time than allowed → bind more of it, or ask for less."
        )
    if -status in (signal.SIGSEGV, signal.SIGBUS):  # the engine's recursion has met the stack's end
        return QueryTooComplex("The query is nested too deep for the engine → flatten it.")
    # Rust aborts when it cannot allocate; the kernel's own memory killer sends SIGKILL.
    if -status in (signal.SIGABRT, signal.SIGKILL):
        return _memory()
    return WorkerCrashed("The query crashed the engine → rewrite it, simpler, and report it.")


def _timeout(seconds: float) -> QueryTimeout:
    return QueryTimeout(
        f"The query ran longer than {seconds:g} s → bind more of it, or use LIMIT without ORDER BY."
    )


def _memory() -> QueryMemory:
    return QueryMemory(
        "The query needed more memory than allowed → bind more of it, or group and sort less."
    )


def _processor_time(pid: int) -> float:
    """What the process ``pid`` has used, in seconds."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # its clock's number: clock_getcpuclockid(3)
    except OSError:
        return 0.0
