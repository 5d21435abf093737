"""Work that keeps the interpreter busy for a while: beside the event loop, on a client's account.

What a query costs is its worker's processor time. This is what the web process itself does for a
stranger: reading a long query, writing a page of its result, looking for names.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from treatybodies.web.clients import Clients, address_of

T = TypeVar("T")


async def aside(request: Request, work: Callable[[], T], admitted: bool = False) -> T:
    """What ``work`` gives, done in a thread; its client pays.

    Raises `ClientLimited`, but not for work on the result of a query that was ``admitted``. One at
    a time: threads share the interpreter, and the more of them, the longer others do wait.
    """
    clients: Clients = request.app.state.clients
    client = clients.begin(address_of(request), admitted)

    def paid() -> T:
        since = time.thread_time()
        try:
            return work()
        finally:
            client.charge(time.thread_time() - since)

    try:
        async with request.app.state.aside:
            return await asyncio.to_thread(paid)
    finally:
        client.leave()
