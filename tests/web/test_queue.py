"""Orders that wait for a worker, and orders that share one."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest
from products import RUNAWAY

from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.clients import Client, Clients
from treatybodies.web.orders import Order, Queue
from treatybodies.web.pool import LEAST_COST, PROCESSORS, Pool
from treatybodies.web.wire import Job

WithPool = Callable[..., None]
AllReady = Callable[[Pool], Awaitable[None]]
SMALL = Job("ASK {}", "JSON", 20.0)
YES = b'{"head":{},"boolean":true}'


def clients_with(*left: float) -> list[Client]:
    """Clients that may still use so many seconds each, and gain none."""
    clients = Clients(Settings(client_cpu_seconds=60.0, client_cpu_rate=1e-9, exempt_clients=""))
    made = [clients.begin(f"192.0.2.{number}") for number in range(len(left))]
    for client, seconds in zip(made, left, strict=True):
        client.charge(60.0 - seconds)
    return made


CLIENTS = dict(zip("abc", clients_with(60.0, 60.0, 60.0), strict=True))


def order(client: str, number: int = 0) -> Order:
    """An order that tells nobody."""
    return Order(Job(f"{client}{number}", "JSON", 1.0), lambda _: None, CLIENTS[client])


def taken(queue: Queue) -> list[str]:
    """All that waits, in the order in which it is taken."""
    return [queue.take().job.query for _ in range(len(queue))]


def test_clients_have_their_turns() -> None:
    queue = Queue()
    for number in range(3):
        queue.add(order("a", number))
    queue.add(order("b"))
    queue.add(order("c"))
    assert taken(queue) == ["a0", "b0", "c0", "a1", "a2"]


def test_who_has_used_least_comes_first() -> None:
    queue = Queue()
    names = ("greedy", "modest", "new", "greedier")
    for name, client in zip(names, clients_with(1.0, 59.0, 60.0, -5.0), strict=True):
        queue.add(Order(Job(name, "JSON", 1.0), lambda _: None, client))
    assert taken(queue) == ["new", "modest", "greedy", "greedier"]


def test_what_had_its_turn_in_vain_comes_first() -> None:
    queue = Queue()
    for name in "ab":
        queue.add(order(name))
    back = order("b", 7)
    queue.put_back(back)
    assert taken(queue) == ["b7", "a0", "b0"]


def test_an_order_can_be_taken_out() -> None:
    queue = Queue()
    orders = [order("a", 0), order("a", 1), order("b", 0)]
    for each in orders:
        queue.add(each)
    queue.discard(orders[0])
    queue.discard(orders[2])
    queue.discard(order("c"))
    assert taken(queue) == ["a1"]


def test_one_client_does_not_hold_up_another(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    narrow = settings.model_copy(update={"workers": 1, "queue_length": 100})
    ended: list[str] = []

    clients = dict(zip(("greedy", "modest"), clients_with(60.0, 60.0), strict=True))

    async def ask(pool: Pool, client: str) -> None:
        await pool.evaluate(SMALL, client=clients[client])
        ended.append(client)

    async def body(pool: Pool) -> None:
        first = asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 0.5)))
        await asyncio.sleep(0.1)
        greedy = [asyncio.create_task(ask(pool, "greedy")) for _ in range(40)]
        await asyncio.sleep(0)
        await ask(pool, "modest")
        await asyncio.gather(first, *greedy, return_exceptions=True)
        assert ended.index("modest") <= 1

    with_pool(release, narrow, body)


def test_what_a_query_has_waited_is_taken_of_its_time() -> None:
    order = Order(Job("ASK {}", "JSON", 5.0), lambda _: None, since=100.0)
    assert [order.job_from(now).seconds for now in (100.01, 102.0, 200.0)] == [5.0, 3.0, 0.1]


def test_who_stands_behind_a_runaway_goes_to_another_worker(
    with_pool: WithPool, release: Release, settings: Settings
) -> None:
    wide = settings.model_copy(update={"workers": PROCESSORS + 2, "queue_length": 100})

    async def body(pool: Pool) -> None:
        jobs = [Job(RUNAWAY, "JSON", 10.0)] * PROCESSORS + [SMALL] * 4 * PROCESSORS
        asked = [asyncio.create_task(pool.evaluate(job)) for job in jobs]
        results = await asyncio.gather(*asked[PROCESSORS:])
        assert not any(each.done() for each in asked[:PROCESSORS])
        assert {result.read() for result in results} == {YES}
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    with_pool(release, wide, body)


def test_queries_of_some_milliseconds_have_a_worker_each(
    with_pool: WithPool, all_ready: AllReady, release: Release, settings: Settings
) -> None:
    """Packed as densely as short ones, they once left each other's workers by dozens."""
    wide = settings.model_copy(update={"workers": 4, "queue_length": 100})

    async def body(pool: Pool) -> None:
        await all_ready(pool)
        pool._cost = 0.005
        asked = [asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 10.0))) for _ in range(8)]
        while not pool._busy:
            await asyncio.sleep(0)
        assert [len(worker.orders) for worker in pool._busy] == [1] * 4
        assert pool.load["waiting"] == 4
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    with_pool(release, wide, body)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_who_stands_behind_a_query_that_dies_is_answered(
    with_pool: WithPool, release: Release, settings: Settings, number: signal.Signals
) -> None:
    narrow = settings.model_copy(update={"workers": 1, "queue_length": 100})

    async def body(pool: Pool) -> None:
        pool._cost = LEAST_COST  # as if it had seen none but the shortest
        asked = [asyncio.create_task(pool.evaluate(Job(RUNAWAY, "JSON", 10.0)))]
        asked += [asyncio.create_task(pool.evaluate(SMALL)) for _ in range(5)]
        while not pool._busy:
            await asyncio.sleep(0)
        (worker,) = pool._busy
        assert len(worker.orders) == 6
        os.kill(worker.pid, number)
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(ends[0], Exception)
        assert [end.read() for end in ends[1:] if not isinstance(end, BaseException)] == [YES] * 5

    with_pool(release, narrow, body)
