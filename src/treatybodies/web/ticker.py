"""One timer for many: a timer of its own for each query takes longer than a small query."""

import asyncio
import time
from collections.abc import Callable

PAUSE = 0.01

Listener = Callable[[float], None]


class Ticker:
    """Tells its listeners the time, `time.monotonic`, every `PAUSE` seconds or a little later."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, listener: Listener) -> None:
        """Tell ``listener`` from now on."""
        self._listeners.add(listener)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self._tick)

    def remove(self, listener: Listener) -> None:
        """Tell ``listener`` no more; harmless when it was not told."""
        self._listeners.discard(listener)

    def _tick(self) -> None:
        self._timer = None
        if not self._listeners:
            return  # it rests until somebody listens
        self._timer = asyncio.get_running_loop().call_later(PAUSE, self._tick)
        now = time.monotonic()
        for listener in list(self._listeners):
            if listener in self._listeners:  # an earlier one may have ended its work
                listener(now)
