"""Removing a folder that a library is not done with."""

import shutil
import time
from pathlib import Path

SECONDS = 5.0
PAUSE_SECONDS = 0.001


def remove(folder: Path) -> None:
    """Remove ``folder``, though another thread may still make or remove files in it.

    RocksDB and Tantivy have threads that do so after their last caller is done. Raises `OSError`
    when something is left after some seconds; harmless where there is no such folder.
    """
    end = time.monotonic() + SECONDS
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=time.monotonic() < end)
        time.sleep(PAUSE_SECONDS)
