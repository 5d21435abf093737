"""Clients that leave before they are answered: their work is ended."""

import asyncio
import socket
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

from treatybodies.errors import ClientGone
from treatybodies.web.ticker import Ticker

WATCH_FROM = 0.05
"""Seconds until a waiting client is watched for hanging up: most have their answer by then."""

T = TypeVar("T")


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``; cancels it and raises `ClientGone` when the client hangs up first."""
    watch = _Watch(request)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.left:
            watch.task.uncancel()
            raise ClientGone("The client closed the connection.") from None
        raise
    finally:
        watch.stop()


class _Watch:
    """Cancels the task that made it when its client goes; it looks only after a short while."""

    def __init__(self, request: Request) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.task = task
        self.left = False
        self._request = request
        self._since = time.monotonic()
        self._watching: asyncio.Task[None] | None = None
        self._ticker: Ticker = request.app.state.ticker
        self._ticker.add(self._begin)

    def stop(self) -> None:
        """End the watch."""
        self._ticker.remove(self._begin)
        watching, self._watching = self._watching, None  # which holds this: no cycle stays
        if watching is not None:
            watching.cancel()

    def _begin(self, now: float) -> None:
        if now - self._since < WATCH_FROM:
            return
        self._ticker.remove(self._begin)
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self.task.cancel()


_CLOSE_WAIT = 8
"""The state of a connection whose other side sends no more (netinet/tcp.h)."""


def has_gone(connection: socket.socket) -> bool:
    """Whether a client that sends no more does not listen either.

    That shows only once something was sent to it, which its system then refuses.
    """
    state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state != _CLOSE_WAIT
