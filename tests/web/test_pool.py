"""The workers: what a hostile query costs, and that it costs nothing more."""

import asyncio
import errno
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest
from _pytest.monkeypatch import MonkeyPatch
from products import RUNAWAY, rows
from pyoxigraph import Store

from treatybodies.errors import (
    EngineFailed,
    Overloaded,
    QueryFailed,
    QueryMalformed,
    QueryMemory,
    QueryTimeout,
    QueryTooComplex,
    ResultTooLarge,
    StoreUnreadable,
)
from treatybodies.settings import Settings
from treatybodies.store import DUMP, Release
from treatybodies.web.causes import fault_of
from treatybodies.web.pool import FORK_SECONDS, Pool
from treatybodies.web.wire import INLINE_BYTES, Job, Outcome, Reply
from treatybodies.web.worker import Worker

WithPool = Callable[..., None]
AllReady = Callable[[Pool], Awaitable[None]]
SMALL = Job("ASK {}", "JSON", 5.0)
YES = b'{"head":{},"boolean":true}'
HOG = rows("abcdefg") + " ORDER BY ?a ?g ?f"
MANY = rows("abcde")
NESTED = "ASK " + "{" * 5000 + "}" * 5000


@pytest.mark.parametrize(
    ("query", "seconds", "expected"),
    [
        (RUNAWAY, 0.5, QueryTimeout),
        (HOG, 60.0, QueryMemory),
        (NESTED, 5.0, QueryTooComplex),
        (rows("abcdef"), 60.0, ResultTooLarge),
        ("SELECT * {", 5.0, QueryMalformed),
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", 5.0, QueryFailed),
    ],
    ids=["runaway", "memory", "crash", "result size", "syntax", "function"],
)
def test_a_bad_query_fails_alone(
    with_pool: WithPool,
    all_ready: AllReady,
    release: Release,
    settings: Settings,
    query: str,
    seconds: float,
    expected: type[Exception],
) -> None:
    async def body(pool: Pool) -> None:
        bad = asyncio.create_task(pool.evaluate(Job(query, "JSON", seconds)))
        await asyncio.sleep(0.05)
        assert (await pool.evaluate(SMALL)).read() == YES
        with pytest.raises(expected):
            await bad
        await all_ready(pool)
        for _ in range(pool.settings.workers + 1):
            assert (await pool.evaluate(SMALL)).read() == YES

    with_pool(release, settings, body)


def test_a_large_result_comes_from_the_spool_and_is_whole(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    async def body(pool: Pool) -> None:
        result = await pool.evaluate(Job(MANY, "CSV", 30.0))
        assert result.spool is not None
        assert result.length > INLINE_BYTES
        written = result.read()
        assert len(written) == result.length
        assert written.count(b"\r\n") == 10**5 + 1
        assert pool._folder is not None
        assert not list(pool._folder.path.glob("*.spool"))

    with_pool(release, settings, body)


def test_a_result_that_cannot_be_opened_is_a_problem(
    with_pool: WithPool,
    all_ready: AllReady,
    release: Release,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With as many files open as allowed, the query never ended and its worker was lost."""
    opened = os.open

    def full(name: str, *flags: int) -> int:
        if str(name).endswith(".spool"):
            raise OSError(errno.EMFILE, "too many open files")
        return opened(name, *flags)

    async def body(pool: Pool) -> None:
        monkeypatch.setattr(os, "open", full)
        for _ in range(pool.settings.workers + 1):
            with pytest.raises(Overloaded):
                await pool.evaluate(Job(MANY, "CSV", 30.0))
        assert pool._folder is not None
        assert not list(pool._folder.path.glob("*.spool"))
        monkeypatch.undo()
        assert (await pool.evaluate(Job(MANY, "CSV", 30.0))).read().count(b"\r\n") == 10**5 + 1
        await all_ready(pool)

    with_pool(release, settings, body)


def test_nothing_is_left_after_a_pool_stops(
    with_pool: WithPool, all_ready: AllReady, release: Release, settings: Settings, temporary: Path
) -> None:
    pids: list[int] = []

    async def body(pool: Pool) -> None:
        assert pool._folder is not None
        assert [pool._folder.path] == list(temporary.iterdir())
        assert pool._folder.path.stat().st_mode & 0o777 == 0o700
        (await pool.evaluate(Job(MANY, "CSV", 30.0))).close()
        await all_ready(pool)
        assert pool.zygote is not None
        pids.extend([pool.zygote.pid, *(worker.pid for worker in pool._idle)])

    with_pool(release, settings, body)
    assert not list(temporary.iterdir())
    while any(alive(pid) for pid in pids):
        pass  # the kernel is ending them


def alive(pid: int) -> bool:
    """Whether a process runs: one that waits to be collected does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in "ZX"


def test_cancelling_a_query_ends_its_worker(
    with_pool: WithPool, all_ready: AllReady, release: Release, settings: Settings
) -> None:
    async def body(pool: Pool) -> None:
        running = asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 60.0)))
        while not pool._busy:
            await asyncio.sleep(0.01)
        (worker,) = pool._busy
        await asyncio.sleep(0.1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        while alive(worker.pid):
            await asyncio.sleep(0.01)
        await all_ready(pool)

    with_pool(release, settings, body)


def test_queries_beyond_the_queue_are_turned_away(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    narrow = settings.model_copy(update={"workers": 1, "queue_length": 1})

    async def body(pool: Pool) -> None:
        running = asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 2.0)))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(pool.evaluate(SMALL))
        await asyncio.sleep(0.05)
        with pytest.raises(Overloaded) as refused:
            await pool.evaluate(SMALL)
        assert refused.value.retry_after >= 1
        with pytest.raises(QueryTimeout):
            await running
        assert (await waiting).read() == YES

    with_pool(release, narrow, body)


def test_a_client_that_stops_waiting_costs_no_worker(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    narrow = settings.model_copy(update={"workers": 1})

    async def body(pool: Pool) -> None:
        running = asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 1.0)))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(pool.evaluate(SMALL)) for _ in range(5)]
        await asyncio.sleep(0.05)
        for each in waiting[:4]:
            each.cancel()
        with pytest.raises(QueryTimeout):
            await running
        assert (await waiting[4]).read() == YES
        assert not pool._waiting

    with_pool(release, narrow, body)


def zygote_of(pool: Pool) -> int | None:
    """The process number of the pool's zygote; None while there is none."""
    return None if pool.zygote is None else pool.zygote.pid


def test_a_dead_zygote_is_replaced(
    with_pool: WithPool, all_ready: AllReady, release: Release, settings: Settings
) -> None:
    async def body(pool: Pool) -> None:
        assert pool.zygote is not None
        dead = pool.zygote.pid
        os.kill(dead, signal.SIGKILL)
        while zygote_of(pool) in (None, dead):
            await asyncio.sleep(0.01)
        await all_ready(pool)
        assert (await pool.evaluate(SMALL)).read() == YES

    with_pool(release, settings, body)


def test_a_damaged_release_does_not_start(
    release: Release, settings: Settings, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "manifest.json").write_bytes((release.folder / "manifest.json").read_bytes())
    assert not (folder / DUMP).exists()

    async def start() -> None:
        await Pool(folder, {}, settings).start()

    with pytest.raises(EngineFailed):
        asyncio.run(start())
    assert [each.name for each in tmp_path.iterdir()] == ["damaged"]


def test_too_long_a_folder_for_temporary_files_is_named(
    release: Release, settings: Settings, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    long = tmp_path / ("a" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(EngineFailed, match=f"{'a' * 100}.*TMPDIR"):
        Pool(release.folder, {}, settings).launch()
    assert not list(long.iterdir())


def test_a_release_on_disk_is_served(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    on_disk = settings.model_copy(update={"in_memory_quads": 0})
    states = "SELECT ?s { ?s a <https://w3id.org/treatybodies/ontology#State> } ORDER BY ?s"

    async def body(pool: Pool) -> None:
        found = (await pool.evaluate(Job(states, "CSV", 5.0))).read().split()
        assert [each.rsplit(b"/")[-1] for each in found] == [b"s", b"BEN", b"EGY", b"MLI"]

    with_pool(release, on_disk, body)


class Damaged:
    """A store on disk that is not as it was written."""

    def query(self, *_: object, **__: object) -> None:
        """Fail as the engine does."""
        raise RuntimeError("Corruption: block checksum mismatch in /srv/secret/000013.sst")


def test_a_store_that_is_damaged_beneath_it_is_our_fault(tmp_path: Path) -> None:
    """Neither the client's, nor are the names of files told."""
    worker = Worker.__new__(Worker)
    worker.store, worker.folder = cast(Store, Damaged()), str(tmp_path)
    worker.pid, worker.answered, worker.cpu_seconds, worker.base = 1, 0, 60.0, ""
    fault = fault_of(worker._answer(SMALL), SMALL)
    assert isinstance(fault, StoreUnreadable)
    assert "secret" not in str(fault)


@pytest.mark.parametrize("words", ["No space left (os error 28)", "[Errno 28] No space left"])
def test_a_full_disk_is_no_fault_of_the_store(words: str) -> None:
    reply = Reply(Outcome.STORAGE, rest=words.encode())
    assert isinstance(fault_of(reply, SMALL), Overloaded)


def test_who_leaves_pays_for_another_worker(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    paid: list[float] = []

    async def body(pool: Pool) -> None:
        running = asyncio.create_task(pool.evaluate(Job(RUNAWAY, "CSV", 30.0), paid.append))
        while not pool._busy:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert sum(paid) >= FORK_SECONDS

    with_pool(release, settings, body)


def test_the_protocols_dataset_overrides_the_querys(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    count = "SELECT (COUNT(*) AS ?n) FROM <http://example.org/x> { ?s ?p ?o }"
    codes = "https://w3id.org/treatybodies/graph/codes"

    async def counted(pool: Pool, query: str, **dataset: tuple[str, ...]) -> int:
        job = Job(query, "CSV", 5.0, **dataset)  # type: ignore[arg-type]
        return int((await pool.evaluate(job)).read().split()[1])

    async def body(pool: Pool) -> None:
        assert await counted(pool, count) == 0
        assert await counted(pool, count, default_graphs=(codes,), named_graphs=()) == 1
        unknown = ("http://example.org/unknown",)
        assert await counted(pool, count, default_graphs=unknown, named_graphs=()) == 0
        named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert await counted(pool, named) == 4
        assert await counted(pool, named, default_graphs=(), named_graphs=(codes,)) == 1
        assert await counted(pool, named, default_graphs=(codes,), named_graphs=()) == 0

    with_pool(release, settings, body)
