"""How long a connection waits for its client: one timer that goes on by itself."""

import asyncio
from collections.abc import Callable


class Patience:
    """What is done when a client has been waited for in vain.

    To set a timer for each request takes as long as a cached answer. So there is one, which looks
    every ``round_seconds`` at most, and what is due may come that much later.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, round_seconds: float) -> None:
        self._loop = loop
        self._round = round_seconds
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None
        """When the client will have been waited for in vain, by the loop's clock."""
        self._in_vain: Callable[[], None] = _nothing

    def wait(self, seconds: float, in_vain: Callable[[], None]) -> None:
        """Call ``in_vain`` unless something comes within ``seconds``, or a little later."""
        self._due, self._in_vain = self._loop.time() + seconds, in_vain
        if self._timer is None:
            self._timer = self._loop.call_later(min(seconds, self._round), self._look)

    def stop(self) -> None:
        """What was waited for is here."""
        self._due = None

    def end(self) -> None:
        """The connection has gone: nothing is held any more."""
        self._due, self._in_vain = None, _nothing
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """Whether the client has been waited for in vain."""
        self._timer = None
        if self._due is None:
            return
        left = self._due - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(min(left, self._round), self._look)
        else:
            self._due = None
            self._in_vain()


def _nothing() -> None:
    """The connection has gone."""
