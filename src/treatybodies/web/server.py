"""uvicorn around the application."""

import gc
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from treatybodies.errors import TreatybodiesError
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web import logs
from treatybodies.web.app import Service, create_app
from treatybodies.web.descriptors import make_room
from treatybodies.web.engine import Engine
from treatybodies.web.express import Express
from treatybodies.web.metrics import Metrics
from treatybodies.web.protocol import protocol_for
from treatybodies.web.slot import Slot

GRACEFUL_SECONDS = 5
"""How long running queries may go on after the order to stop."""
ONE_ORDER_SECONDS = 0.5
"""Signals this close are one order."""
SECOND_TICKS = 10
"""Ticks of uvicorn's in a second."""
COLLECT_TICKS = 600
"""Ticks between two looks for cycles among all that lives."""


def serve(
    release: Release,
    garden: Garden,
    settings: Settings,
    pool: Engine,
    listener: socket.socket,
    on_started: Callable[[], None],
    slot: Slot | None = None,
) -> None:
    """Serve on ``listener`` until a signal; raises why the application did not start."""
    logs.configure(settings)
    make_room(settings)
    application = create_app(release, garden, settings, pool, slot)
    try:
        metrics: Metrics = application.state.metrics
        Server(configuration(application), on_started, metrics.tell).run(sockets=[listener])
    except SystemExit:  # how uvicorn tells that the application did not start
        failure: TreatybodiesError | None = application.state.failure
        if failure is None:
            raise
        raise failure from None


def configuration(application: Service) -> uvicorn.Config:
    """How uvicorn serves ``application``."""
    settings: Settings = application.state.settings
    # Where each request is a line, none is answered before the application.
    before = not settings.access_log
    known, express = (application.front, Express(application)) if before else (None, None)
    return uvicorn.Config(
        logs.AccessLog(application) if settings.access_log else application,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=protocol_for(settings, application.state.metrics, known, express),
        ws="none",
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, and returns after a signal instead of raising it."""

    def __init__(
        self,
        config: uvicorn.Config,
        on_started: Callable[[], None],
        on_second: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._on_started = on_started
        self._on_second = on_second
        self._ordered: float | None = None
        """When the order to stop came."""

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second: look for cycles among all that lives, once a minute."""
        if counter % SECOND_TICKS == 0:
            self._on_second()
        if counter % COLLECT_TICKS == COLLECT_TICKS - 1:
            gc.collect()
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        _collect_rarely()
        if self.started:
            self._on_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in good order at the first signal, at once at a second one that comes later.

        An order to every process of the service comes twice: from who gave it, and passed on.
        """
        now = time.monotonic()
        if self._ordered is None:
            self._ordered = now
        self.force_exit = now - self._ordered > ONE_ORDER_SECONDS
        self.should_exit = True


def _collect_rarely() -> None:
    """Look for cycles among what is new from now on, and among all once a minute.

    Python looks through everything that lives whenever a quarter of it is new: with a full cache
    that takes 50 ms, several times a second, in which nobody is answered. Left to a hundredth of
    that rate, it comes hours late on a quiet service, and dead requests fill the memory.
    """
    gc.freeze()
    gc.set_threshold(10_000, 50, 1_000_000)
    gc.enable()
