"""Temporary folders, and what is left of processes that were killed."""

import os
import signal
import time
from pathlib import Path

import pytest

from treatybodies.web.folders import ALIVE, YOUNG_SECONDS, Folder


def made_by_a_process(end: signal.Signals | None) -> tuple[Path, int]:
    """A folder of another process, which ``end`` has ended; its number."""
    news, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(tell, str(Folder().path).encode())
        time.sleep(600)
    path = Path(os.read(news, 4096).decode())
    for each in (news, tell):
        os.close(each)
    long_ago = time.time() - YOUNG_SECONDS - 1
    os.utime(path / ALIVE, (long_ago, long_ago))
    if end is not None:
        os.kill(pid, end)
        os.waitpid(pid, 0)
    return path, pid


def test_a_killed_processs_folder_goes_with_the_next_start(temporary: Path) -> None:
    (temporary / "treatybodies-of-somebody-else").mkdir()
    dead, _ = made_by_a_process(signal.SIGKILL)
    living, pid = made_by_a_process(None)
    try:
        mine = Folder()
        assert not dead.exists()
        assert living.exists()
        assert (temporary / "treatybodies-of-somebody-else").exists()
        mine.remove()
        mine.remove()
        assert not mine.path.exists()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_one_that_was_just_made_stays(temporary: Path) -> None:
    path, _ = made_by_a_process(signal.SIGKILL)
    os.utime(path / ALIVE)
    Folder().remove()
    assert path.exists()


@pytest.mark.parametrize("left", ["file", "folder"])
def test_what_cannot_be_removed_keeps_nobody_from_starting(temporary: Path, left: str) -> None:
    stale = temporary / "treatybodies-x"
    if left == "folder":
        (stale / ALIVE).mkdir(parents=True)
    else:
        stale.touch()
    Folder().remove()
