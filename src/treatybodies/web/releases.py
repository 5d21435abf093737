"""The release in use, and the turn to a new one without losing a request.

The new release is loaded by a pool of its own beside the old one. Then requests that come go to the
new, while each request that is under way keeps the release and the pool it began with, so that its
entity tag, its queries and its page are of one release. The old pool ends when nobody needs it.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treatybodies.errors import TreatybodiesError
from treatybodies.store import Release, link_to
from treatybodies.web.engine import Engine
from treatybodies.web.metrics import Metrics

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
"""How often the link to the current release is looked at."""
_PINNED = "treatybodies.serving"


@dataclass(eq=False)
class Serving:
    """A release and the pool that answers from it."""

    release: Release
    pool: Engine
    requests: int = 0
    """Requests under way that began with it."""
    graphs: tuple[str, ...] | None = None
    """Its named graphs, once the service description has asked for them."""
    withdrawn: Mapping[str, tuple[str, str, str]] | None = None
    """IRI → day, reason, successor of the withdrawn ones, once a thing has been asked for."""


def serving(request: Request) -> Serving:
    """The release and pool of ``request``, the same from its beginning to its end."""
    pinned: Serving | None = request.scope.get(_PINNED)
    releases: Releases = request.app.state.releases
    return pinned or releases.current


class Releases:
    """The release in use, and the one before it until its last request has ended."""

    def __init__(
        self, first: Serving, make_pool: Callable[[Release], Engine], on_turn: Callable[[], None]
    ) -> None:
        self.current = first
        self._make_pool = make_pool
        self._on_turn = on_turn
        self._link = link_to(first.release)
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refused: Path | None = None

    @property
    def metrics(self) -> Metrics:
        """Where turns are counted."""
        return self.current.pool.metrics

    async def start(self) -> None:
        """Start the pool, and watch for new releases, at once on SIGHUP."""
        await self.current.pool.start()
        if self._link is None:
            return
        self._begin(self._watch())
        # Outside the main thread, as in tests, there are no signals to be had.
        with contextlib.suppress(RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._wake.set)

    async def stop(self) -> None:
        """End every pool."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.current.pool.stop()

    def pin(self, application: ASGIApp) -> ASGIApp:
        """``application``, each of whose requests keeps the release it began with."""
        responses = self.metrics.responses

        async def pinned(scope: Scope, receive: Receive, send: Send) -> None:
            async def counted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    responses.labels(message["status"]).inc()
                await send(message)

            if scope["type"] != "http":
                await application(scope, receive, send)
                return
            mine = self.current
            scope[_PINNED] = mine
            mine.requests += 1
            try:
                await application(scope, receive, counted)
            finally:
                mine.requests -= 1

        return pinned

    async def look(self) -> None:
        """Turn to the release the link leads to, if it is another and loads."""
        assert self._link is not None
        folder = self._link.resolve()
        if folder in (self.current.release.folder, self._refused) or not folder.is_dir():
            return
        try:
            await self.turn_to(Release(folder))
        except (TreatybodiesError, TimeoutError, OSError) as cause:
            self._refused = folder
            self.metrics.refused_releases.inc()
            LOG.error("the new release is not taken into use: %s", cause)

    async def turn_to(self, release: Release) -> None:
        """Load ``release`` and use it; raises what keeps it from loading, and nothing changes."""
        old = self.current
        pool = self._make_pool(release)
        await pool.start()
        if self.current is not old:  # another turn was faster
            await pool.stop()
            return
        self.current = Serving(release, pool)
        self._on_turn()
        self.metrics.swaps.inc()
        LOG.info("release %s is in use", release.manifest.version)
        self._begin(self._retire(old))

    def settle(self) -> None:
        """Begin to load the release in use again, into memory as the settings say.

        The service begins with the store on disk, which opens in no time and answers more slowly.
        """
        self._begin(self._settle())

    async def _settle(self) -> None:
        try:
            await self.turn_to(self.current.release)
        except (TreatybodiesError, TimeoutError, OSError) as cause:
            LOG.error("the release is not loaded into memory, it stays on disk: %s", cause)

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
                    self._refused = None  # an operator who sends a signal wants another try
            self._wake.clear()
            await self.look()

    async def _retire(self, old: Serving) -> None:
        try:
            # A client may read on from its finished result when the pool has gone.
            async with asyncio.timeout(old.pool.settings.query_seconds * 3):
                while old.requests:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            LOG.warning("%d requests outlive release %s", old.requests, old.release.folder.name)
        finally:
            await asyncio.shield(old.pool.stop())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
