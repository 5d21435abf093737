"""What a worker cannot do even when the engine has a hole."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from treatybodies.web import sandbox

ATTEMPTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "read a file": ("landlock", lambda _: Path("/etc/passwd").read_text(encoding="utf-8")),
    "list a folder": ("landlock", lambda _: list(Path("/").iterdir())),
    "write elsewhere": ("landlock", lambda own: (own.parent / "x").write_text("x")),
    "open a socket": ("seccomp", lambda _: socket.socket()),
    "run a program": ("seccomp", lambda _: os.execv("/bin/true", ["true"])),
    "send a signal": ("seccomp", lambda _: os.kill(os.getppid(), 0)),
    "write in its folder": ("", lambda own: (own / "x").write_text("x")),
    "read in its folder": ("", lambda own: (own / "x").read_text(encoding="utf-8")),
    "remove from its folder": ("", lambda own: (own / "x").unlink()),
}


def attempts(own: Path) -> dict[str, object]:
    """Try everything in a fenced child: the fences in force, and what succeeded."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found: dict[str, object] = {"fences": sandbox.confine(own, own)}
            for name, (_, attempt) in ATTEMPTS.items():
                try:
                    attempt(own)
                    found[name] = True
                except OSError:
                    found[name] = False
            os.write(writer, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        text = told.read()
    os.waitpid(child, 0)
    result: dict[str, object] = json.loads(text)
    return result


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_fences_hold(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    found = attempts(own)
    standing = found["fences"]
    assert isinstance(standing, list)
    if not standing:
        pytest.skip("this kernel has neither seccomp nor Landlock")
    for name, (fence, _) in ATTEMPTS.items():
        assert found[name] is (fence not in standing), name
