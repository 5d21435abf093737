"""Finding the process that has loaded a release, or starting it (see `loader`)."""

import contextlib
import fcntl
import os
import socket
import subprocess
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from treatybodies.web.loader import LOCK
from treatybodies.web.spawning import spawn

CLOSE_SECONDS = 2.0


class Loaders:
    """The loaders of a service; made before its web processes are forked, it is the same in all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # While any process has the other end, the loaders know that they may be wanted.
        self._lifeline, self._held = os.pipe()
        self._started: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        """End those that this process has started: nobody needs them any more."""
        os.close(self._held)
        os.close(self._lifeline)
        for each in self._started:
            try:
                each.wait(CLOSE_SECONDS)  # it ends once its zygotes have cleared up
            except subprocess.TimeoutExpired:
                each.kill()  # while it loads it does not listen
                each.wait()

    def begin(self, release: Path, in_memory_quads: int) -> None:
        """Begin to load ``release``, before anybody connects."""
        with self._locked():
            self._start(self._socket(release, in_memory_quads), release, in_memory_quads)

    def connect(self, release: Path, in_memory_quads: int) -> socket.socket:
        """The control socket of a new zygote over ``release``; raises `OSError`.

        Returns at once: the zygote tells when the release is loaded, or why it is not.
        """
        path = self._socket(release, in_memory_quads)
        with self._locked():
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return _connected(path)
            self._start(path, release, in_memory_quads)
            return _connected(path)

    def _socket(self, release: Path, in_memory_quads: int) -> str:
        name = blake2b(f"{release}\n{in_memory_quads}".encode(), digest_size=5).hexdigest()
        return str(self._folder / name)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self, path: str, release: Path, in_memory_quads: int) -> None:
        """Start a loader with a socket at ``path``, which takes connections from now on."""
        self._started = [each for each in self._started if each.poll() is None]
        Path(path).unlink(missing_ok=True)  # of one that was killed
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(128)
            passed = [listener.fileno(), self._lifeline]
            process = spawn("loader", passed, str(release), str(in_memory_quads))
        self._started.append(process)


def _connected(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection
