"""Running the service: uvicorn in this process, stopped in good order by SIGINT or SIGTERM."""

import errno
import socket
from collections.abc import Callable

from treatybodies.errors import PortInUse
from treatybodies.namespaces import prefixes
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web import fleet
from treatybodies.web.engine import engine_for

AT_ONCE_QUADS = 20_000
"""So many are loaded into memory in less time than it takes to start."""
OnReady = Callable[[str, tuple[str, ...]], None]
"""Told the service's URL and the fences around its query workers (see `sandbox`)."""


def run(release: Release, garden: Garden, settings: Settings, on_ready: OnReady) -> None:
    """Serve ``release`` until told to stop; ``on_ready`` is called once queries are answered.

    Raises `PortInUse` when the address is taken, `EngineFailed` when the release does not load.
    """
    with listen(settings.host, settings.port) as listener:

        def ready(fences: tuple[str, ...]) -> None:
            on_ready(url_of(listener), fences)

        if settings.web_workers == 1:
            _serve(release, garden, settings, listener, ready)
            return
        part = fleet.part_of(settings)
        fleet.run(
            settings.web_workers,
            lambda tell: _serve(release, garden, part, listener, tell),
            ready,
        )


def _serve(
    release: Release,
    garden: Garden,
    settings: Settings,
    listener: socket.socket,
    on_ready: fleet.Ready,
) -> None:
    pool = engine_for(release, prefixes(garden.ontology), _first_settings(release, settings))
    pool.launch()
    try:
        # Imported while the other process loads the release: each takes about as long.
        from treatybodies.web.server import serve

        serve(release, garden, settings, pool, listener, lambda: on_ready(pool.fences))
    finally:
        pool.abandon()


def _first_settings(release: Release, settings: Settings) -> Settings:
    """The first pool reads a large release from disk, so that it answers at once."""
    at_once = release.manifest.quads <= AT_ONCE_QUADS or settings.store.get_secret_value()
    return settings if at_once else settings.model_copy(update={"in_memory_quads": 0})


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host`` and ``port``; raises `PortInUse`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as cause:
        listener.close()
        raise _refused(host, port, cause) from cause
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL of the service behind ``listener``."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _refused(host: str, port: int, cause: OSError) -> PortInUse:
    if cause.errno == errno.EADDRINUSE:
        return PortInUse(
            f"another program listens on {host}:{port} → stop it, or choose another --port"
        )
    return PortInUse(f"cannot listen on {host}:{port} ({cause.strerror}) → choose another address")
