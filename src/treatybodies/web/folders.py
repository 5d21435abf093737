"""Folders among the temporary files: for sockets, and for results on their way."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

from treatybodies.errors import EngineFailed

PREFIX = "treatybodies-"
ALIVE = "alive"
"""In each folder: locked while a process lives that needs it."""
YOUNG_SECONDS = 60.0
LONGEST = 107 - len("/99999.socket")
"""In bytes: a socket's path has at most 107 (unix(7))."""


class Folder:
    """A new folder, only ours; it lives as long as this process, or one that it forks, at most."""

    def __init__(self) -> None:
        """Make it; raises `EngineFailed` where no socket in it can have a name."""
        _clear_away(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))  # mode 0700
        if len(os.fsencode(self.path)) > LONGEST:
            self.path.rmdir()
            raise EngineFailed(
                f"The name of the folder for temporary files, {tempfile.gettempdir()}, is too "
                "long for a socket in it → set TMPDIR to a shorter one."
            )
        self._alive = os.open(self.path / ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._alive, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Remove it with all that is in it; harmless a second time."""
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._alive)
        self._alive = -1


def _clear_away(among: Path) -> None:
    """Remove what is left of processes that were killed, all of a service at once."""
    for alive in among.glob(f"{PREFIX}*/{ALIVE}"):
        with contextlib.suppress(OSError), alive.open("r+b") as file:
            if time.time() - alive.stat().st_mtime < YOUNG_SECONDS:
                continue  # its owner may be about to lock it
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(alive.parent, ignore_errors=True)
