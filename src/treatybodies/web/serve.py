"""Running the service: uvicorn in this process or several, stopped by SIGINT or SIGTERM."""

import errno
import gc
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from treatybodies.errors import PortInUse
from treatybodies.namespaces import prefixes
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release, current_release, link_to
from treatybodies.web import fleet
from treatybodies.web.engine import Engine, engine_for
from treatybodies.web.folders import Folder
from treatybodies.web.ledger import Ledger
from treatybodies.web.loaders import Loaders
from treatybodies.web.metrics import Metrics
from treatybodies.web.siblings import Siblings
from treatybodies.web.slot import Slot

AT_ONCE_QUADS = 20_000
"""So many are loaded into memory in less time than it takes to start."""
MOST_BY_DEFAULT = 4
"""Web processes, where as many as processors are wanted."""
OnReady = Callable[[str, tuple[str, ...]], None]
"""Told the service's URL and the fences around its query workers (see `sandbox`)."""


def run(release: Release, garden: Garden, settings: Settings, on_ready: OnReady) -> None:
    """Serve ``release`` until told to stop; ``on_ready`` is called once queries are answered.

    Raises `PortInUse` when the address is taken, `EngineFailed` when the release does not load.
    """
    gc.disable()  # what is imported and made now stays; `server` enables it again
    count = settings.web_workers or min(len(os.sched_getaffinity(0)), MOST_BY_DEFAULT)
    with ExitStack() as stack:
        listeners = [
            stack.enter_context(each) for each in listen(settings.host, settings.port, count)
        ]

        def ready(fences: tuple[str, ...]) -> None:
            on_ready(url_of(listeners[0]), fences)

        try:
            if count == 1:
                _serve(release, garden, settings, listeners[0], ready)
            else:
                _serve_in(count, release, garden, settings, listeners, ready)
        finally:
            gc.enable()


def _serve_in(
    count: int,
    release: Release,
    garden: Garden,
    settings: Settings,
    listeners: Sequence[socket.socket],
    on_ready: fleet.Ready,
) -> None:
    folder = Folder()
    ledger, loaders = Ledger(count), Loaders(folder.path)
    try:
        if not settings.store.get_secret_value():
            first = _first_settings(release, settings)
            loaders.begin(release.folder, first.in_memory_quads)
        # Here, while the release is loaded, and once for all: what is forked shares the memory.
        from treatybodies.web import server  # noqa: F401

        gc.freeze()
        part = fleet.part_of(settings, count)

        def serve(number: int, tell: fleet.Ready) -> None:
            ledger.clear(number)
            slot = Slot(number, count, folder.path, settings, ledger, loaders)
            _serve(_still_there(release), garden, part, listeners[number], tell, slot)

        fleet.run(count, serve, on_ready)
    finally:
        loaders.close()
        folder.remove()


def _still_there(release: Release) -> Release:
    """``release``, or the one in use now when builds have cleared it away since."""
    link = link_to(release)
    gone = link is not None and not release.folder.is_dir()
    return current_release(link.parent) if link and gone else release


def _serve(
    release: Release,
    garden: Garden,
    settings: Settings,
    listener: socket.socket,
    on_ready: fleet.Ready,
    slot: Slot | None = None,
) -> None:
    engine = _engine(release, garden, _first_settings(release, settings), slot)
    engine.launch()
    try:
        # Imported while the other process loads the release: each takes about as long.
        from treatybodies.web.server import serve

        serve(release, garden, settings, engine, listener, lambda: on_ready(engine.fences), slot)
    finally:
        engine.abandon()


def _engine(release: Release, garden: Garden, settings: Settings, slot: Slot | None) -> Engine:
    siblings = Siblings(slot.folder, slot.number, slot.count) if slot else None
    loaders = slot.loaders if slot else None
    return engine_for(release, prefixes(garden.ontology), settings, Metrics(siblings), loaders)


def _first_settings(release: Release, settings: Settings) -> Settings:
    """The first pool reads a large release from disk, so that it answers at once."""
    at_once = release.manifest.quads <= AT_ONCE_QUADS or settings.store.get_secret_value()
    return settings if at_once else settings.model_copy(update={"in_memory_quads": 0})


def listen(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """``count`` sockets that listen on ``host`` and ``port``; raises `PortInUse`.

    The kernel deals the connections out among them (SO_REUSEPORT, socket(7)): processes that take
    them from one socket leave them all to whoever wakes first.
    """
    listeners = [_bound(host, port, shared=False)]
    if count > 1:
        # It was free: bound as shared at once, it would be shared with a second service.
        port = listeners[0].getsockname()[1]
        listeners.pop().close()
    try:
        while len(listeners) < count:
            listeners.append(_bound(host, port, shared=True))
        for each in listeners:
            each.listen(2048)
    except OSError as cause:
        for each in listeners:
            each.close()
        raise _refused(host, port, cause) from cause
    return listeners


def _bound(host: str, port: int, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
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
