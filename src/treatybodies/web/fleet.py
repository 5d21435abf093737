"""Several web processes behind one port: ``--web-workers N``.

The processes are forked before anything is loaded and accept from the same listening socket. Each
is a whole service: it has its own pool of query workers, with its own copy of a release held in
memory, and its own cache, and each gets its part of what is set for all (`part_of`). Nothing is
shared, so nothing has to be kept in step, and one that dies takes no other along. The price is
memory for each copy, and that an answer is evaluated once in each process before all have it.
Counters in ``/metrics`` and limits of one client hold for one process.

The first process only watches: it starts a successor for a process that ends, passes SIGHUP on,
and ends all in good order at SIGINT or SIGTERM.
"""

import contextlib
import json
import logging
import os
import select
import signal
import sys
from collections.abc import Callable
from math import ceil
from types import FrameType

from treatybodies.errors import EngineFailed, TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web import sandbox

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
Ready = Callable[[tuple[str, ...]], None]


def part_of(settings: Settings) -> Settings:
    """What one of the processes gets: the parts add up to what is set, or a little more.

    The queue is not parted: the kernel does not deal connections out evenly, and a queue of half
    the length turns clients away while the other is empty.
    """
    count = settings.web_workers
    workers = max(2, ceil(settings.workers / count)) if settings.workers > 1 else 1
    parts = {
        "workers": workers,
        "reserved_workers": min(ceil(settings.reserved_workers / count), workers - 1),
        "connections": ceil(settings.connections / count),
        "cache_mb": settings.cache_mb // count,
        "web_workers": 1,
    }
    return settings.model_copy(update=parts)


def run(count: int, serve: Callable[[Ready], None], on_ready: Ready) -> None:
    """Run ``serve`` in ``count`` processes; raises `EngineFailed` when one does not start."""
    _Fleet(count, serve).run(on_ready)


class _Fleet:
    def __init__(self, count: int, serve: Callable[[Ready], None]) -> None:
        self.count = count
        self._serve = serve
        self._children: set[int] = set()
        self._stopping = False
        self._news, self._tell = os.pipe()

    def run(self, on_ready: Ready) -> None:
        """Until told to stop, or until no process can be started."""
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            for _ in range(self.count):
                self._fork()
            self._await_start(on_ready)
            while self._children:
                self._reap()
                select.select([], [], [], LOOK_SECONDS)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._news)
            os.close(self._tell)

    def _await_start(self, on_ready: Ready) -> None:
        news = b""
        while news.count(b"\n") < self.count and not self._stopping:
            if select.select([self._news], [], [], LOOK_SECONDS)[0]:
                news += os.read(self._news, 65536)
            if b'"failed"' in news or self._reap() < self.count:
                break
        told = [json.loads(line) for line in news.splitlines()]
        failed = next((each["failed"] for each in told if "failed" in each), None)
        if failed or (len(told) < self.count and not self._stopping):
            self._stopping = True
            raise EngineFailed(failed or "A web process ended while it started.")
        if not self._stopping:
            on_ready(tuple(told[0]["fences"]))

    def _fork(self) -> None:
        # A signal that comes between the fork and the note of it would never reach the new one.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = None if self._stopping else os.fork()
        if pid != 0:
            if pid is not None:
                self._children.add(pid)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return
        status = 1
        try:
            os.setpgid(0, 0)  # Ctrl-C reaches the first process only, which passes it on once
            sandbox.die_with_parent(signal.SIGTERM)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            self._serve(lambda fences: self._say({"fences": fences}))
            status = 0
        except TreatybodiesError as cause:
            self._say({"failed": str(cause)})
        except BaseException:
            LOG.exception("a web process has failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _say(self, news: dict[str, object]) -> None:
        os.write(self._tell, json.dumps(news).encode() + b"\n")  # short, so written in one go

    def _reap(self) -> int:
        """Start a successor for each process that has ended after the start; how many run."""
        for pid in list(self._children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            self._children.discard(pid)
            if not self._stopping:
                LOG.error("web process %d has ended", pid)
        running = len(self._children)
        for _ in range(running, self.count if running and not self._stopping else 0):
            self._fork()
        return running

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGHUP:
            self._stopping = True
            number = signal.SIGTERM
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _end_all(self) -> None:
        self._stopping = True
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        while self._children:
            self._reap()
            select.select([], [], [], LOOK_SECONDS)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
