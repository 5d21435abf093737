"""A lane: a bounded number of places, entered at once or after a wait, first come first served."""

import asyncio
from collections import deque


class Lane:
    """``places`` places, for queries known to be heavy."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    def enter_at_once(self) -> bool:
        """Take a place if one is free and nobody waits for it."""
        if self.taken >= self.places or self._waiting:
            return False
        self.taken += 1
        return True

    async def enter(self, seconds: float) -> None:
        """Take a place; raises `TimeoutError` when none is to be had in ``seconds``."""
        if self.enter_at_once():
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.leave()  # ended in the very moment it was given a place
            raise
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)

    def leave(self) -> None:
        """Give a place back, to whoever has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.taken -= 1
