"""What answers queries about a release: our own pool of workers, or another engine."""

from collections.abc import Callable
from typing import Protocol

from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.clients import Client
from treatybodies.web.loaders import Loaders
from treatybodies.web.metrics import Metrics
from treatybodies.web.orders import Result
from treatybodies.web.pool import Pool
from treatybodies.web.wire import Job


class Engine(Protocol):
    """Evaluates queries over one release, from `start` to `stop`."""

    settings: Settings
    metrics: Metrics

    @property
    def fences(self) -> tuple[str, ...]:
        """What the kernel keeps our own processes from; known once they are there."""
        ...

    def launch(self) -> None:
        """Begin what takes long, before there is an event loop."""
        ...

    def abandon(self) -> None:
        """Undo `launch` where `start` was never called; harmless otherwise."""
        ...

    async def start(self) -> None:
        """Return when queries are answered; raises `EngineFailed`."""
        ...

    async def stop(self) -> None:
        """End everything that was started."""
        ...

    @property
    def load(self) -> dict[str, int]:
        """How many workers and queries are in which state."""
        ...

    async def evaluate(
        self,
        job: Job,
        charge: Callable[[float], None] | None = None,
        client: Client | None = None,
    ) -> Result:
        """The whole result of ``job``; raises `QueryStopped`, `QueryMalformed` or `QueryFailed`.

        ``charge`` is told the processor time it has cost; ``client`` is whose turn it takes.
        """
        ...


def engine_for(
    release: Release,
    prefixes: dict[str, str],
    settings: Settings,
    metrics: Metrics | None = None,
    loaders: Loaders | None = None,
) -> Engine:
    """The engine that ``settings`` choose for ``release``; ``loaders`` share what is loaded."""
    if not settings.store.get_secret_value():
        return Pool(release.folder, prefixes, settings, metrics, loaders)
    # Its HTTP client takes a third of a second to import.
    from treatybodies.web.remote_engine import RemoteEngine

    return RemoteEngine(release, prefixes, settings, metrics, loaders)
