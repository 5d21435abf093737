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
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from treatybodies.errors import (
    EngineFailed,
    QueryFailed,
    QueryMalformed,
    QueryMemory,
    QueryStopped,
    QueryTimeout,
    ResultTooLarge,
    WorkerCrashed,
)
from treatybodies.settings import Settings
from treatybodies.web import wire
from treatybodies.web.wire import Job, Outcome, Reply
from treatybodies.web.worker import Assignment, spool_path

LOG = logging.getLogger(__name__)
HEAVY_SECONDS = 0.1
"""A query that runs longer gives way to shorter ones."""
NICENESS = 10
GRACE_SECONDS = 5.0
"""How long after its deadline a worker is taken to have escaped the kernel's timer."""


class Died(Exception):
    """A worker ended before it was ready."""


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
        self._exits: dict[int, asyncio.Future[int]] = {}
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
            prefixes=self.prefixes,
        )

    async def _ready(self) -> None:
        word, _, rest = (await self._reader.readline()).decode().strip().partition(" ")
        if word != "ready":
            raise EngineFailed(rest or "The query engine ended while loading the release.")
        LOG.info("query engine ready, its workers are %s", rest)

    async def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while line := await self._reader.readline():
                _, pid, status = line.split()
                if (exited := self._exits.pop(int(pid), None)) and not exited.done():
                    exited.set_result(int(status))

    async def ended(self) -> None:
        """Return when the process has gone."""
        await asyncio.wait([self._listening])

    async def fork(self) -> "WorkerHandle":
        """A new worker; raises `OSError` or `Died`."""
        reader, writer = await asyncio.open_unix_connection(self._socket, limit=1 << 20)
        try:
            pid = int(await wire.read(reader))
            exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._exits[pid] = exited
            return WorkerHandle(pid, reader, writer, exited, spool_path(str(self.folder), pid))
        except (asyncio.IncompleteReadError, ConnectionError, ProcessLookupError) as cause:
            writer.close()
            raise Died("it ended before it was ready") from cause
        except BaseException:
            writer.close()
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
    # A session of its own: Ctrl-C reaches the web process only, which stops in good order.
    return subprocess.Popen(
        [sys.executable, "-m", "treatybodies.web.worker", str(control.fileno())],
        stdin=subprocess.DEVNULL,
        pass_fds=[control.fileno()],
        start_new_session=True,
    )


class WorkerHandle:
    """One worker process; it evaluates one job at a time."""

    def __init__(
        self,
        pid: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        exited: asyncio.Future[int],
        spool: Path,
    ) -> None:
        self.pid = pid
        self.retiring = False
        """After a heavy query, or when its connection is in an unknown state."""
        self._reader = reader
        self._writer = writer
        self._exited = exited
        self._spool = spool
        # A handle on the process: its number may be another's by the time it is signalled.
        self._process = os.pidfd_open(pid)

    @property
    def gone(self) -> bool:
        """Whether its side of the connection is closed."""
        return self._reader.at_eof() or self._writer.is_closing()

    async def evaluate(self, job: Job) -> Result:
        """The result of ``job``; however the call ends, the worker is usable, retiring or gone."""
        heavy = asyncio.get_running_loop().call_later(HEAVY_SECONDS, self._give_way)
        started = time.monotonic()
        try:
            async with asyncio.timeout(job.seconds + GRACE_SECONDS):
                return await self._ask(job)
        except TimeoutError:
            self._kill()
            raise _timeout(job.seconds) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            self.retiring = True
            raise await self._cause_of_death(job, time.monotonic() - started) from None
        except asyncio.CancelledError:
            self._kill()
            raise
        finally:
            heavy.cancel()

    async def _ask(self, job: Job) -> Result:
        self._writer.write(job.encode())
        await self._writer.drain()
        reply = Reply.decode(await wire.read(self._reader))
        if reply.outcome is Outcome.INLINE:
            return Result(reply.length, body=await wire.read(self._reader))
        if reply.outcome is Outcome.SPOOLED:
            spool = self._spool.open("rb")
            self._spool.unlink()
            return Result(reply.length, spool=spool)
        if reply.outcome in (Outcome.MEMORY, Outcome.TOO_LARGE):
            self.retiring = True
        raise fault_of(reply)

    async def _cause_of_death(self, job: Job, ran: float) -> QueryStopped:
        try:
            async with asyncio.timeout(2.0):
                status = await asyncio.shield(self._exited)
        except TimeoutError:
            status = 0
        LOG.warning("query worker %d ended after %.1f s with status %d", self.pid, ran, status)
        return cause_of(status, job.seconds)

    def _give_way(self) -> None:
        self.retiring = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)

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
        self._writer.close()
        self._spool.unlink(missing_ok=True)


def fault_of(reply: Reply) -> Exception:
    """The exception for a reply that tells of no result."""
    match reply.outcome:
        case Outcome.SYNTAX:
            return QueryMalformed(reply.message)
        case Outcome.EVALUATION:
            return QueryFailed(f"{reply.message} → rewrite this part of the query.")
        case Outcome.TOO_LARGE:
            return ResultTooLarge(
                "The result is larger than allowed → use LIMIT and OFFSET, or load the dump."
            )
        case Outcome.MEMORY:
            return _memory()
    return WorkerCrashed(f"The store cannot be read ({json.dumps(reply.message)}) → report it.")


def cause_of(status: int, seconds: float) -> QueryStopped:
    """Why a worker with this exit status died: a negative status is the signal that ended it."""
    if -status in (signal.SIGALRM, signal.SIGXCPU):
        return _timeout(seconds)
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
