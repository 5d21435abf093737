"""Several web processes behind one port."""

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from treatybodies.errors import EngineFailed
from treatybodies.settings import Settings
from treatybodies.web.fleet import Ready, part_of, run

SECONDS = 60.0


def test_the_parts_add_up() -> None:
    settings = Settings.model_validate({"workers": 8, "cache_mb": 100})
    part = part_of(settings, 3)
    assert part.web_workers == 3
    assert part.workers == 3
    assert part.reserved_workers < part.workers
    assert part.cache_mb * 3 <= settings.cache_mb
    assert part.query_seconds == settings.query_seconds
    assert part.queue_length == settings.queue_length


def answer_with_pid(listener: socket.socket, folder: Path) -> None:
    """Stand in for a service: write the process's number to a file for each connection."""
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            (folder / str(os.getpid())).touch()
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[str, int, Path]]:
    """URL of a fleet of two, the number of the process that watches, where they leave theirs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve(_: int, tell: Ready) -> None:
            tell(())
            answer_with_pid(listener, tmp_path)

        watcher = os.fork()
        if watcher == 0:
            try:
                run(2, serve, lambda _: None)
            finally:
                os._exit(0)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", watcher, tmp_path
        os.kill(watcher, signal.SIGTERM)
        os.waitpid(watcher, 0)


def test_one_that_ends_is_replaced_and_all_end_together(fleet: tuple[str, int, Path]) -> None:
    url, _, folder = fleet
    first = _pids(url, folder)
    os.kill(first.pop(), signal.SIGKILL)
    successors = _pids(url, folder, first)
    assert len(successors) == 2


def test_a_signal_while_it_forks_reaches_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fork = os.fork

    def interrupted() -> int:
        pid = fork()
        if pid:
            os.kill(os.getpid(), signal.SIGTERM)
        return pid

    watcher = fork()
    if watcher == 0:
        try:
            monkeypatch.setattr("os.fork", interrupted)
            run(2, lambda *_: time.sleep(SECONDS * 10), lambda _: None)
        finally:
            os._exit(0)
    end = time.monotonic() + SECONDS
    while os.waitpid(watcher, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(watcher, signal.SIGKILL)  # its children end with it
            pytest.fail("it waits for a process that does not know it is to end")
        time.sleep(0.05)


def test_one_that_does_not_start_says_why() -> None:
    def fail(*_: object) -> None:
        raise EngineFailed("no store → build one")

    with pytest.raises(EngineFailed, match="no store"):
        run(2, fail, lambda _: None)


def _pids(url: str, folder: Path, known: set[int] | None = None) -> set[int]:
    """The numbers of two processes that answer; ``known`` are among those that may."""
    for each in folder.glob("[0-9]*"):
        each.unlink()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with suppress(OSError):  # the connection that the killed one had accepted
            urllib.request.urlopen(url, timeout=SECONDS).close()
        found = {int(each.name) for each in folder.glob("[0-9]*")} | (known or set())
        if len(found) >= 2:
            return found
    raise AssertionError("one process answers everything")
