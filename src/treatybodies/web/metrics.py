"""What the service counts, for ``/metrics`` (Prometheus text format).

No label names a query or a client: the number of series is bounded.
"""

from collections.abc import Callable
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from treatybodies.settings import Settings
from treatybodies.web.siblings import Siblings

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SPACE = "treatybodies"
_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_LIMITS = tuple(
    name for name, field in Settings.model_fields.items() if field.annotation in (int, float)
)
disable_created_metrics()  # type: ignore[no-untyped-call]


class State(NamedTuple):
    """What a service is doing."""

    load: dict[str, int]
    """How many workers and queries are in which state."""
    version: str
    date: str
    """Those of the release in use."""


class Metrics:
    """What one web process counts; with ``siblings``, it tells of all together."""

    def __init__(self, siblings: Siblings | None = None) -> None:
        self.registry = CollectorRegistry()
        self.siblings = siblings
        self._state: Callable[[], State] | None = None
        count, show = self._counter, self._gauge
        self.responses = count("responses", "HTTP responses that the cache did not give", "status")
        self.problems = count("problems", "Problem documents, by their code", "code")
        self.queries = count("queries", "Queries evaluated, by how they ended", "end")
        self.results = self.queries.labels("result")  # found once: looking it up takes its time
        self.seconds = Histogram(
            "query_seconds",
            "Time from request to result",
            namespace=SPACE,
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.bytes = count("result_bytes", "Size of the results")
        self.cpu = count("query_cpu_seconds", "Processor time of queries")
        self.heavy = count("heavy_queries", "Queries that turned out heavy")
        self.demoted = count("demoted_queries", "Heavy queries that waited for a place")
        self.renewed = count("renewed_workers", "Workers replaced")
        self.restarts = count("engine_restarts", "Times the query engine had ended")
        self.swaps = count("release_swaps", "New releases taken into use")
        self.refused_releases = count("refused_releases", "New releases that did not load")
        self.dropped = count("dropped_connections", "Connections ended by the service", "why")
        self._looked_up = self._looked_up_bytes = 0
        self._workload = show("workload", "Workers and waiting queries, by state", "state")
        self._release = show("release_info", "The release in use", "version", "date")
        self._limits = show("limit", "The settings in force", "name")
        ProcessCollector(namespace=SPACE, registry=self.registry)

    def announce(self, settings: Settings) -> None:
        """Show the limits in force."""
        for name in _LIMITS:
            self._limits.labels(name).set(getattr(settings, name))

    def follow(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Show ``value`` as it is whenever it is asked for."""
        self._gauge(name, what).set_function(value)

    def look_up(self, length: int) -> None:
        """Count a statement looked up, and answered with so many bytes.

        The counters of the library take as long as the look-up: they learn of it in `page`.
        """
        self._looked_up += 1
        self._looked_up_bytes += length

    def watch(self, state: Callable[[], State]) -> None:
        """Show what ``state`` says whenever it is asked for."""
        self._state = state

    def tell(self) -> None:
        """Let the other web processes know, if there are any."""
        if self.siblings is not None:
            self.siblings.tell(self._collect())

    def page(self) -> bytes:
        """The text of ``/metrics``."""
        here = self._collect()
        shown = self.siblings.joined(here) if self.siblings else here
        return bytes(generate_latest(_Collected(shown)))

    def _collect(self) -> list[Metric]:
        self.responses.labels(200).inc(self._looked_up)
        self.queries.labels("looked up").inc(self._looked_up)
        self.bytes.inc(self._looked_up_bytes)
        self._looked_up = self._looked_up_bytes = 0
        if self._state is not None:
            load, version, date = self._state()
            for name, number in load.items():
                self._workload.labels(name).set(number)
            self._release.clear()
            self._release.labels(version, date).set(1)
        return list(self.registry.collect())

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, namespace=SPACE, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(name, what, labels, namespace=SPACE, registry=self.registry)


class _Collected(Collector):
    """What was collected already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families
