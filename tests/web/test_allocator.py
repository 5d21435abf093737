"""The memory of the processes that evaluate queries."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.allocator import KEPT, environment
from treatybodies.web.loaders import Loaders
from treatybodies.web.pool import Pool

NAME = "GLIBC_TUNABLES"
LINKERS = sorted(Path("/").glob("lib*/ld-linux*.so.*"))


@pytest.mark.parametrize("shared", [False, True])
def test_workers_keep_what_they_freed(
    release: Release, settings: Settings, tmp_path: Path, shared: bool
) -> None:
    asyncio.run(look(release, settings, Loaders(tmp_path) if shared else None))


async def look(release: Release, settings: Settings, loaders: Loaders | None) -> None:
    """Check the environment of a worker, of a shared release or of its own."""
    pool = Pool(release.folder, {}, settings, None, loaders)
    try:
        await pool.start()
        given = Path(f"/proc/{pool._idle[0].pid}/environ").read_bytes().split(b"\0")
        assert f"{NAME}={environment()[NAME]}".encode() in given
    finally:
        await pool.stop()
        if loaders is not None:
            loaders.close()


@pytest.mark.skipif(not LINKERS, reason="no glibc")
@pytest.mark.parametrize(("given", "expected"), [("", KEPT), ("glibc.malloc.tcache_count=9", 9)])
def test_the_library_knows_it_and_the_operator_wins(
    given: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, given)
    command = [str(LINKERS[0]), "--list-tunables"]
    listed = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert f"glibc.malloc.tcache_count: {expected:#x} " in listed.stdout
