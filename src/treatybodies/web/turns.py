"""Places for requests to another engine: so many at once, and the clients wait in turn."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from treatybodies.errors import Overloaded
from treatybodies.settings import Settings
from treatybodies.web.clients import Client
from treatybodies.web.orders import Order, Queue, Result
from treatybodies.web.wire import Job


class Turns:
    """``settings.workers`` places, and a bounded queue of those who wait for one."""

    def __init__(self, settings: Settings) -> None:
        self.places = settings.workers
        self.taken = 0
        self._settings = settings
        self._waiting = Queue()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, job: Job, client: Client | None) -> AsyncIterator[None]:
        """A place while the context lasts; raises `Overloaded`."""
        await self._enter(job, client)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, job: Job, client: Client | None) -> None:
        if self.taken < self.places and not self._waiting:
            self.taken += 1
            return
        if len(self._waiting) >= self._settings.queue_length:
            raise self._overloaded()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        order = Order(job, lambda _: _call(turn), client)
        self._waiting.add(order)
        try:
            async with asyncio.timeout(self._settings.query_seconds):
                await turn
        except BaseException as cause:
            if turn.done() and not turn.cancelled():
                self._leave()  # ended in the very moment it was given a place
            self._waiting.discard(order)
            if isinstance(cause, TimeoutError):
                raise self._overloaded() from None
            raise

    def _leave(self) -> None:
        """Give the place to whoever's turn it is."""
        if self._waiting:
            self._waiting.take().tell(_YOUR_TURN)
        else:
            self.taken -= 1

    def _overloaded(self) -> Overloaded:
        return Overloaded(
            "Too many queries are waiting → ask again later, one query at a time.",
            retry_after=max(1, math.ceil(self._settings.query_seconds / 2)),
        )


def _call(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


_YOUR_TURN = Result(0)
