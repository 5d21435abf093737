"""The memory of the processes that evaluate queries."""

import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.allocator import KEPT, environment
from treatybodies.web.pool import Pool

NAME = "GLIBC_TUNABLES"
LINKERS = sorted(Path("/").glob("lib*/ld-linux*.so.*"))


def test_workers_keep_what_they_freed(
    release: Release,
    settings: Settings,
    with_pool: Callable[[Release, Settings, Callable[[Pool], Awaitable[None]]], None],
) -> None:
    async def look(pool: Pool) -> None:
        given = Path(f"/proc/{pool._idle[0].pid}/environ").read_bytes().split(b"\0")
        assert f"{NAME}={environment()[NAME]}".encode() in given

    with_pool(release, settings, look)


@pytest.mark.skipif(not LINKERS, reason="no glibc")
@pytest.mark.parametrize(("given", "expected"), [("", KEPT), ("glibc.malloc.tcache_count=9", 9)])
def test_the_library_knows_it_and_the_operator_wins(
    given: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, given)
    command = [str(LINKERS[0]), "--list-tunables"]
    listed = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert f"glibc.malloc.tcache_count: {expected:#x} " in listed.stdout
