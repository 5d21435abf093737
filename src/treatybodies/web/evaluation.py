"""One query on behalf of a client: its share, the release's pool, what is counted."""

import asyncio
import time

from starlette.requests import Request

from treatybodies.web.clients import UNKNOWN, Clients, address_of
from treatybodies.web.metrics import Metrics
from treatybodies.web.orders import Result
from treatybodies.web.releases import serving
from treatybodies.web.wire import Job


class Evaluation:
    """A query of the client at an address; counted when it ends."""

    def __init__(self, clients: Clients, metrics: Metrics, address: str | None) -> None:
        """Begin; raises `ClientLimited`."""
        self._metrics = metrics
        self._started = time.monotonic()
        try:
            self.client = clients.begin(address or UNKNOWN)
        except Exception as cause:
            self._count(cause)
            raise

    def end(self, outcome: Result | BaseException) -> None:
        """Count it; called once."""
        self.client.leave()
        self._count(outcome)

    def looked_up(self, result: Result) -> None:
        """Count what took no evaluation; called instead of `end`."""
        self.client.leave()
        self._metrics.look_up(result.length)

    def _count(self, outcome: Result | BaseException) -> None:
        if isinstance(outcome, Result):
            self._metrics.results.inc()
            self._metrics.bytes.inc(outcome.length)
        else:
            cancelled = isinstance(outcome, asyncio.CancelledError)
            end = "cancelled" if cancelled else type(outcome).__name__
            self._metrics.queries.labels(end).inc()
        self._metrics.seconds.observe(time.monotonic() - self._started)


async def evaluate(request: Request, job: Job) -> Result:
    """The whole result of ``job``; raises `ClientLimited`, `QueryStopped` or `RequestFault`."""
    state = request.app.state
    evaluation = Evaluation(state.clients, state.metrics, address_of(request))
    client = evaluation.client
    try:
        result = await serving(request).pool.evaluate(job, client.charge, client)
    except BaseException as cause:
        evaluation.end(cause)
        raise
    evaluation.end(result)
    return result
