"""The process that loads a release once, for the zygotes of all web processes.

``python -m treatybodies.web.loader LISTENER LIFELINE RELEASE QUADS`` is started by `loaders`. It
forks a zygote for every connection to its socket, file LISTENER, which then is the zygote's control
socket (see `worker`). It ends when no web process is left, which it learns from LIFELINE, the end
of a pipe, and when it has had no zygote for `LINGER_SECONDS`: its release is no longer in use.
"""

import contextlib
import fcntl
import gc
import os
import select
import shutil
import socket
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from treatybodies.errors import TreatybodiesError
from treatybodies.store import Release
from treatybodies.web import sandbox
from treatybodies.web.forking import Forking
from treatybodies.web.worker import load, run_zygote

LINGER_SECONDS = 10.0
LOCK = "lock"
"""Beside the sockets: held by who looks for a loader, and by a loader that ends."""


def main(listener: str, lifeline: str, release: str, in_memory_quads: str) -> None:
    """Run until nobody needs the release any more."""
    sandbox.heed_no_orders()
    isolated = sandbox.leave_network()
    loader = Loader(socket.socket(fileno=int(listener)), int(lifeline), isolated)
    loader.load(Path(release), int(in_memory_quads))
    loader.run()


class Loader:
    """Holds a loaded release, or why there is none, and forks a zygote for every connection."""

    def __init__(self, listener: socket.socket, lifeline: int, isolated: bool) -> None:
        self.listener = listener
        self.lifeline = lifeline
        self.isolated = isolated
        self._store: ox.Store | None = None
        self._failure: TreatybodiesError | OSError | None = None
        self._zygotes = 0
        self._since = time.monotonic()

    def load(self, release: Path, in_memory_quads: int) -> None:
        """Load ``release``; the zygotes tell what kept it from loading."""
        try:
            self._store = load(Release(release), in_memory_quads)
        except (TreatybodiesError, OSError) as cause:
            self._failure = cause
        self._since = time.monotonic()
        gc.collect()
        gc.freeze()

    def run(self) -> None:
        """Fork and reap."""
        forking = Forking(self.listener)
        awaited: list[socket.socket | int] = [self.listener, self.lifeline, forking.wake]
        while not self._is_done(self.lifeline not in awaited):
            pause = None if self._zygotes else self._linger
            ready, _, _ = select.select(awaited, [], [], pause)
            if self.lifeline in ready:  # its zygotes end of themselves, and clear up
                awaited.remove(self.lifeline)
            if forking.wake in ready:
                forking.wake.recv(4096)
                self._reap()
            if self.listener in ready:
                self._zygotes += forking.fork(self._become_zygote)

    @property
    def _linger(self) -> float:
        return LINGER_SECONDS if self._failure is None else 0.0

    def _is_done(self, alone: bool) -> bool:
        if self._zygotes or not (alone or time.monotonic() - self._since >= self._linger):
            return False
        if self._is_wanted:
            return False
        if alone:  # who would have cleared it up may have been killed
            shutil.rmtree(self._folder, ignore_errors=True)
        return alone or self._close()

    @property
    def _folder(self) -> Path:
        """That of the whole service."""
        return Path(self.listener.getsockname()).parent

    def _close(self) -> bool:
        """Give the socket up, unless somebody has come in this moment."""
        with contextlib.suppress(OSError), (self._folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # who looks for a loader connects under it
            if self._is_wanted:
                return False
            Path(self.listener.getsockname()).unlink()
        return True

    @property
    def _is_wanted(self) -> bool:
        """Whether somebody has connected; one who died since has left a folder to be removed."""
        return bool(select.select([self.listener], [], [], 0)[0])

    def _become_zygote(self, control: socket.socket) -> None:
        os.close(self.lifeline)
        run_zygote(control, self.isolated, self._loaded)

    def _loaded(self, *_: object) -> ox.Store | None:
        if self._failure is not None:
            raise self._failure
        return self._store

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                self._zygotes -= 1
                self._since = time.monotonic()


if __name__ == "__main__":
    main(*sys.argv[1:])
