"""Requests leave nothing behind that only the collector of cycles would find."""

import gc
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from products import RUNAWAY

from treatybodies.errors import TreatybodiesError
from treatybodies.web.express import Pending
from treatybodies.web.flights import Landed
from treatybodies.web.orders import Order
from treatybodies.web.workers import WorkerHandle

Address = tuple[str, int]
OURS = (Pending, Order, Landed, WorkerHandle, TreatybodiesError)


def ask(address: Address, query: str, **more: str) -> int:
    """The status of the answer to a query."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    connection.request("GET", "/sparql?" + urlencode({"query": query, **more}))
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def at_once(address: Address, query: str, number: int) -> None:
    """Ask the same several times at the same time: the query ends at its limit."""
    threads = [
        threading.Thread(target=ask, args=(address, query), kwargs={"timeout": "0.3"})
        for _ in range(number)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def hang_up(address: Address, query: str) -> None:
    """Ask, and leave before the answer."""
    with socket.create_connection(address) as connection:
        target = "/sparql?" + urlencode({"query": query})
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {address[0]}\r\n\r\n".encode())
        time.sleep(0.2)


@contextmanager
def garbage() -> Iterator[list[object]]:
    """What of ours only the collector finds, once the block is over."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        found += [each for each in gc.garbage if isinstance(each, OURS)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize("way", ["answered", "refused", "timed out", "shared", "hung up"])
def test_a_request_leaves_no_cycle(address: Address, way: str) -> None:
    assert ask(address, "SELECT * { BIND(0 AS ?begun) }") == 200
    with garbage() as found:
        if way == "answered":
            assert ask(address, "SELECT * { BIND(1 AS ?answered) }") == 200
        elif way == "refused":
            assert ask(address, "SELECT * { ?refused") == 400
        elif way == "timed out":
            assert ask(address, RUNAWAY, timeout="0.3") == 503
        elif way == "shared":
            at_once(address, RUNAWAY.replace("?n", "?shared"), 4)
        else:
            hang_up(address, RUNAWAY.replace("?n", "?left"))
        time.sleep(0.5)  # a worker that was killed is buried
    assert [type(each).__name__ for each in found] == []
