"""Several web processes behind one port, as many as processors unless ``--web-workers`` says.

Each is a whole service with its own workers and its own cache: its part of what is set for all
(`part_of`). What must be one for the clients is shared: the port, the loaded release (`loader`),
what a client may use (`ledger`) and what is counted (`siblings`). They are forked when everything
is imported, so each costs what it changes. One that dies takes no other along; its connections
are lost, those not yet taken wait for its successor. An answer is evaluated once in each process
before all have it.

The first process only watches: it starts a successor for a process that ends, passes SIGHUP on,
and ends all in good order at SIGINT or SIGTERM.
"""

import contextlib
import logging
import math
import os
import pickle
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from math import ceil
from types import FrameType

from treatybodies.errors import EngineFailed, TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web import sandbox

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
PAUSE_SECONDS = 1.0
"""At least between two starts in the same place: who ends at once would do so again."""
MOST_NEWS = 1 << 20
News = tuple[str, ...] | TreatybodiesError
"""What a process says: of the fences, once it answers, or why it does not start."""
Ready = Callable[[tuple[str, ...]], None]
Serve = Callable[[int, Ready], None]
"""Serves as number 0, 1 … until told to stop; tells of the fences once it answers."""


def part_of(settings: Settings, count: int) -> Settings:
    """What one of ``count`` processes gets: the parts add up to what is set, or a little more.

    The queue is not parted: connections are not dealt out evenly, and a queue of half the length
    turns clients away while the other is empty.
    """
    workers = max(2, ceil(settings.workers / count)) if settings.workers > 1 else 1
    parts = {
        "workers": workers,
        "reserved_workers": min(ceil(settings.reserved_workers / count), workers - 1),
        "connections": ceil(settings.connections / count),
        "cache_mb": settings.cache_mb // count,
        "web_workers": count,
    }
    return settings.model_copy(update=parts)


def run(count: int, serve: Serve, on_ready: Ready) -> None:
    """Run ``serve`` in ``count`` processes; raises `EngineFailed` when one does not start."""
    _Fleet(count, serve).run(on_ready)


class _Fleet:
    def __init__(self, count: int, serve: Serve) -> None:
        self.count = count
        self._serve = serve
        self._children: dict[int, int] = {}
        """The number of each process, by its process number."""
        self._begun = dict.fromkeys(range(count), -math.inf)
        """When the last process of each number was forked."""
        self._stopping = False
        self._ordered = False
        """All have been told to stop; told twice, they stop at once."""
        self._news, self._tell = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def run(self, on_ready: Ready) -> None:
        """Until told to stop; a process that ends is replaced."""
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            for number in range(self.count):
                self._fork(number)
            self._await_start(on_ready)
            while not self._stopping:
                self._reap()
                self._replace()
                for each in self._hear():
                    if isinstance(each, TreatybodiesError):
                        LOG.error("a web process does not start: %s", each)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
            self._news.close()
            self._tell.close()

    def _await_start(self, on_ready: Ready) -> None:
        told: list[News] = []
        while len(told) < self.count and not self._stopping:
            told += self._hear()
            self._reap()
            if (
                any(isinstance(each, TreatybodiesError) for each in told)
                or len(self._children) < self.count
            ):
                break
        if not self._stopping and len(self._children) < self.count:
            told += self._hear()  # what one has said while it ended
        failed = next((each for each in told if isinstance(each, TreatybodiesError)), None)
        if failed or (len(told) < self.count and not self._stopping):
            self._stopping = True
            raise failed or EngineFailed("A web process ended while it started.")
        if not self._stopping:
            on_ready(next(each for each in told if isinstance(each, tuple)))

    def _hear(self) -> list[News]:
        """What a process says, waiting for it for a moment."""
        if not select.select([self._news], [], [], LOOK_SECONDS)[0]:
            return []
        return [pickle.loads(self._news.recv(MOST_NEWS))]

    def _fork(self, number: int) -> None:
        # A signal that comes between the fork and the note of it would never reach the new one.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        self._begun[number] = time.monotonic()
        pid = None if self._stopping else os.fork()
        if pid != 0:
            if pid is not None:
                self._children[pid] = number
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return
        status = 1
        try:
            os.setpgid(0, 0)  # Ctrl-C reaches the first process only, which passes it on once
            sandbox.die_with_parent(signal.SIGTERM)
            for each in _SIGNALS:
                signal.signal(each, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            self._serve(number, self._say)
            status = 0
        except TreatybodiesError as cause:
            self._say(cause)
        except BaseException:
            LOG.exception("a web process has failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _say(self, news: News) -> None:
        self._tell.send(pickle.dumps(news))

    def _reap(self) -> None:
        for pid in list(self._children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            del self._children[pid]
            if not self._stopping:
                LOG.error("web process %d has ended", pid)

    def _replace(self) -> None:
        """Start a successor for each that has ended."""
        for number in set(range(self.count)) - set(self._children.values()):
            if time.monotonic() - self._begun[number] > PAUSE_SECONDS:
                self._fork(number)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGHUP:
            self._stopping = self._ordered = True
            number = signal.SIGTERM
        self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _end_all(self) -> None:
        self._stopping = True
        if not self._ordered:
            self._pass_on(signal.SIGTERM)
        while self._children:
            self._reap()
            self._hear()


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
