"""Heavy queries beside short ones: who waits for whom."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from products import RUNAWAY, count

from treatybodies.errors import Overloaded, QueryStopped, QueryTimeout
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.lane import Lane
from treatybodies.web.pool import Pool
from treatybodies.web.wire import Job

WithPool = Callable[..., None]
AllReady = Callable[[Pool], Awaitable[None]]
# About a second of work, that ends.
HEAVY = count("abcdef")
SMALL = Job("ASK {}", "JSON", 20.0)
GENEROUS = 5.0
"""Seconds for what takes some milliseconds on a machine with nothing else to do."""


@pytest.fixture
def eight(settings: Settings) -> Settings:
    """The settings, with eight workers."""
    return settings.model_copy(update={"workers": 8})


@pytest.mark.parametrize(("heavy", "runaways"), [(2, 4), (0, 16)])
def test_a_plain_query_is_answered_beside_heavy_ones(
    with_pool: WithPool,
    all_ready: AllReady,
    release: Release,
    eight: Settings,
    heavy: int,
    runaways: int,
) -> None:
    async def body(pool: Pool) -> None:
        loop = asyncio.get_running_loop()
        seconds = 15.0
        others = [Job(HEAVY, "JSON", seconds)] * heavy + [Job(RUNAWAY, "JSON", seconds)] * runaways
        running = [asyncio.create_task(pool.evaluate(each)) for each in others]
        await asyncio.sleep(0.05)
        for _ in range(20):
            asked = loop.time()
            await pool.evaluate(SMALL)
            assert loop.time() - asked < GENEROUS
            assert len(pool._heavy) <= pool.lane.places == 6
            await asyncio.sleep(0.05)
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await all_ready(pool)
        assert pool.lane.taken == 0
        assert not pool._heavy

    with_pool(release, eight, body)


def test_heavy_queries_beyond_the_lane_wait_and_are_answered(
    with_pool: WithPool, all_ready: AllReady, release: Release, eight: Settings
) -> None:
    """Ten at once, two places: each is answered, and none more than twice begun."""
    narrow = eight.model_copy(update={"reserved_workers": 6, "query_seconds": 60.0})

    async def body(pool: Pool) -> None:
        jobs = [Job(HEAVY, "CSV", 60.0)] * 5
        results = await asyncio.gather(*(pool.evaluate(each) for each in jobs))
        assert {result.read().split()[1] for result in results} == {b"1000000"}
        await all_ready(pool)
        assert pool.lane.taken == 0

    with_pool(release, narrow, body)


def test_a_full_lane_says_so_in_time(
    with_pool: WithPool, release: Release, eight: Settings
) -> None:
    """A heavy query that finds no place ends within its own limit, as if it had run."""
    narrow = eight.model_copy(update={"reserved_workers": 7})

    async def body(pool: Pool) -> None:
        loop = asyncio.get_running_loop()
        first = asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 20.0)))
        while not pool._heavy:
            await asyncio.sleep(0.01)
        began = loop.time()
        with pytest.raises(Overloaded):
            await pool.evaluate(Job(RUNAWAY, "JSON", 1.0))
        assert loop.time() - began < 1.0 + GENEROUS
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)

    with_pool(release, narrow, body)


def test_runaways_end_and_leave_nothing_running(
    with_pool: WithPool, all_ready: AllReady, release: Release, eight: Settings
) -> None:
    async def body(pool: Pool) -> None:
        jobs = [Job(RUNAWAY, "JSON", 1.5)] * 16
        ends = await asyncio.gather(*map(pool.evaluate, jobs), return_exceptions=True)
        assert all(isinstance(end, QueryStopped) for end in ends)
        assert any(isinstance(end, QueryTimeout) for end in ends)
        await all_ready(pool)
        assert pool.load == {
            "idle": 8, "busy": 0, "heavy": 0, "waiting": 0, "waiting-heavy": 0,
        }  # fmt: skip

    with_pool(release, eight, body)


def test_the_processor_time_is_told(with_pool: WithPool, release: Release, eight: Settings) -> None:
    async def body(pool: Pool) -> None:
        spent: list[float] = []
        await pool.evaluate(Job(HEAVY, "CSV", 60.0), spent.append)
        with pytest.raises(QueryTimeout):
            await pool.evaluate(Job(RUNAWAY, "CSV", 1.0), spent.append)
        await pool.evaluate(SMALL, spent.append)
        assert spent[2] < 0.01 < min(spent[:2])

    with_pool(release, eight, body)


def test_places_are_given_in_turn() -> None:
    async def run() -> None:
        lane, order = Lane(1), []

        async def use(name: str) -> None:
            await lane.enter(5.0)
            order.append(name)
            await asyncio.sleep(0)
            lane.leave()

        assert lane.enter_at_once()
        assert not lane.enter_at_once()
        waiting = [asyncio.create_task(use(name)) for name in "abc"]
        late = asyncio.create_task(lane.enter(0.01))
        await asyncio.sleep(0)
        waiting[0].cancel()
        with pytest.raises(TimeoutError):
            await late
        lane.leave()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert order == ["b", "c"]
        assert (lane.taken, lane.waiting) == (0, 0)

    asyncio.run(run())
