"""The zygote as a process: starting it, having it fork workers, hearing how they ended."""

import asyncio
import contextlib
import json
import socket
import subprocess
from pathlib import Path

from treatybodies.errors import EngineFailed
from treatybodies.settings import Settings
from treatybodies.web.causes import Exit
from treatybodies.web.channel import Channel
from treatybodies.web.loaders import Loaders
from treatybodies.web.spawning import spawn
from treatybodies.web.ticker import Ticker
from treatybodies.web.worker import Assignment
from treatybodies.web.workers import WorkerHandle


class Died(Exception):
    """A worker ended before it was ready."""


class ZygoteHandle:
    """A zygote process; it begins to load the release as soon as this handle is made."""

    def __init__(
        self,
        release: Path,
        prefixes: dict[str, str],
        settings: Settings,
        folder: Path,
        socket_name: str,
        loaders: Loaders | None = None,
    ) -> None:
        """Begin; with ``loaders`` it shares the loaded release with other web processes."""
        self.release = release
        self.prefixes = prefixes
        self.settings = settings
        self.folder = folder
        self._socket = str(folder / socket_name)
        self._ticker = Ticker()
        self._exits: dict[int, asyncio.Future[Exit]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        if loaders is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = spawn("worker", [theirs.fileno()])
        else:
            self._control = loaders.connect(release, settings.in_memory_quads)
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
        self.pid = int(rest)

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
            return WorkerHandle(pid, fences, channel, self._ticker, exited, self.folder)
        except (ConnectionError, ProcessLookupError) as cause:
            channel.close()
            raise Died("it ended before it was ready") from cause
        except BaseException:
            channel.close()
            raise

    def abandon(self) -> None:
        """End the process where `start` was never called."""
        self._control.close()
        self._kill()

    async def stop(self) -> None:
        """End the process, and its workers with it."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
        if hasattr(self, "_listening"):
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await asyncio.to_thread(self._kill)

    def _kill(self) -> None:
        """One that a loader has forked ends with its control socket."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
