"""One process loads a release for several zygotes."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from treatybodies.store import Release
from treatybodies.web import wire
from treatybodies.web.loader import LOCK
from treatybodies.web.loaders import Loaders
from treatybodies.web.worker import Assignment

SECONDS = 60.0


@pytest.fixture
def loaders(tmp_path: Path) -> Iterator[Loaders]:
    """Loaders with a folder of their own, ended afterwards."""
    made = Loaders(tmp_path)
    yield made
    made.close()


def zygote(loaders: Loaders, release: Path, quads: int = 1_000_000) -> tuple[socket.socket, str]:
    """The control socket of a new zygote, and its first word."""
    control = loaders.connect(release, quads)
    folder = release.parent / f"zygote-{time.monotonic_ns()}"
    folder.mkdir()
    assignment = Assignment(
        release=str(release),
        in_memory_quads=quads,
        folder=str(folder),
        socket=str(folder / "s"),
        memory_mb=512,
        result_mb=1,
        cpu_seconds=5.0,
        base="",
        prefixes={},
    )
    control.sendall(assignment.encode())
    control.settimeout(SECONDS)
    return control, control.recv(4096).decode()


def parent_of(word: str) -> int:
    """The process that has forked the zygote which said ``word``."""
    said, pid = word.split()
    assert said == "ready"
    return int(Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[1])


def await_that(condition: Callable[[], bool]) -> None:
    """Return when ``condition`` holds."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("quads", [0, 1_000_000])
def test_zygotes_of_one_release_have_one_loader(
    loaders: Loaders, release: Release, quads: int
) -> None:
    one, first = zygote(loaders, release.folder, quads)
    other, second = zygote(loaders, release.folder, quads)
    with one, other:
        assert first != second
        assert parent_of(first) == parent_of(second)


def test_a_worker_of_a_shared_release_answers(loaders: Loaders, release: Release) -> None:
    control, word = zygote(loaders, release.folder)
    with control, socket.socket(socket.AF_UNIX) as connection:
        assert word.startswith("ready")
        folder = next(release.folder.parent.glob("zygote-*"))
        connection.connect(str(folder / "s"))
        received = bytearray()
        hello = wire.receive(connection, received)
        assert hello is not None
        assert json.loads(hello)["fences"]
        connection.sendall(wire.Job("ASK { ?s ?p ?o }", "JSON", 5.0).encode())
        payload = wire.receive(connection, received)
        assert payload is not None
        assert b"true" in wire.Reply.decode(payload).rest


def test_releases_have_loaders_of_their_own(
    loaders: Loaders, make: Callable[..., Release], tmp_path: Path
) -> None:
    controls, words = zip(
        *(zygote(loaders, make(tmp_path / name / "r").folder) for name in "ab"), strict=True
    )
    assert parent_of(words[0]) != parent_of(words[1])
    for each in controls:
        each.close()


def test_a_loader_that_was_killed_has_a_successor(loaders: Loaders, release: Release) -> None:
    control, word = zygote(loaders, release.folder)
    dead = parent_of(word)
    os.kill(dead, signal.SIGKILL)
    with control:
        assert control.recv(1) == b""  # its zygotes end with it
    successor, word = zygote(loaders, release.folder)
    with successor:
        assert parent_of(word) != dead


def test_what_does_not_load_is_told_and_not_kept(
    loaders: Loaders, make: Callable[..., Release], tmp_path: Path
) -> None:
    release = make(tmp_path / "r" / "damaged")
    hidden = release.dump.rename(tmp_path / "hidden")
    control, word = zygote(loaders, release.folder)
    with control:
        assert word.startswith("failed ")
    hidden.rename(release.dump)
    await_that(lambda: all(each.poll() is not None for each in loaders._started))
    control, word = zygote(loaders, release.folder)
    with control:
        assert word.startswith("ready ")


def test_it_clears_up_when_no_web_process_is_left(release: Release, tmp_path: Path) -> None:
    folder = tmp_path / "service"
    folder.mkdir()
    loaders = Loaders(folder)
    control, word = zygote(loaders, release.folder)
    loader = parent_of(word)
    os.close(loaders._held)
    time.sleep(0.1)
    assert (folder / LOCK).exists()  # while a zygote works, its web process does
    control.close()
    await_that(lambda: not folder.exists())
    assert loaders._started[0].pid == loader
    assert loaders._started[0].wait(SECONDS) == 0
    os.close(loaders._lifeline)
