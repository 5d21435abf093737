"""Single flight: one evaluation for requests that ask the same thing at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Landed(Generic[T]):
    """How a flight ended; neither result nor fault when its leader was cancelled."""

    result: T | None = None
    fault: Exception | None = None


class Flights(Generic[T]):
    """The evaluations under way, by what they evaluate, each with those who wait for it."""

    def __init__(self, copy: Callable[[T], T], shared: tuple[type[Exception], ...]) -> None:
        self._copy = copy
        """Makes a result that one more reader may use up."""
        self._shared = shared
        """Faults of the work itself; others, as a limit of one client, are its leader's alone."""
        self._flying: dict[Hashable, list[asyncio.Future[Landed[T]]]] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._flying

    def __len__(self) -> int:
        return len(self._flying)

    async def share(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of ``work``, or of the same work that another request has begun.

        Those who wait share a fault of the work as well, but nobody after them does. When the one
        who does the work is cancelled, as when its client goes, one of those who wait begins anew.
        """
        while (waiting := self._flying.get(key)) is not None:
            mine: asyncio.Future[Landed[T]] = asyncio.get_running_loop().create_future()
            waiting.append(mine)
            landed = await mine
            if landed.fault is not None:
                try:
                    raise landed.fault
                finally:
                    del (
                        landed,
                        mine,
                        waiting,
                    )  # a fault holds its frames: they must not hold the fault
            if landed.result is not None:
                return landed.result
        return await self._lead(key, work)

    def begin(self, key: Hashable) -> None:
        """Lead the flight ``key``, which is not under way; whoever leads calls `land`."""
        self._flying[key] = []

    def land(self, key: Hashable, outcome: T | BaseException) -> None:
        """End the flight ``key``: those who wait share a result and a fault of the work itself."""
        if isinstance(outcome, self._shared):
            shared = Landed[T](fault=outcome)
            self._land(key, lambda: shared)
        elif isinstance(outcome, BaseException):
            self._land(key, Landed)
        else:
            result = outcome
            self._land(key, lambda: Landed(result=self._copy(result)))

    async def _lead(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        self.begin(key)
        try:
            result = await work()
        except BaseException as fault:
            self.land(key, fault)
            raise
        self.land(key, result)
        return result

    def _land(self, key: Hashable, landed: Callable[[], Landed[T]]) -> None:
        for each in self._flying.pop(key):
            if not each.done():
                each.set_result(landed())
