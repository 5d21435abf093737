"""One query on behalf of a client: its share, the release's pool, what is counted."""

import asyncio
import time

from starlette.requests import Request

from treatybodies.web.clients import UNKNOWN, Clients
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
        self.client.running -= 1
        self._count(outcome)

    def _count(self, outcome: Result | BaseException) -> None:
        seconds = time.monotonic() - self._started
        if isinstance(outcome, Result):
            self._metrics.count_result(outcome.length, seconds)
        else:
            cancelled = isinstance(outcome, asyncio.CancelledError)
            self._metrics.count_fault("cancelled" if cancelled else type(outcome).__name__, seconds)


async def evaluate(request: Request, job: Job) -> Result:
    """The whole result of ``job``; raises `ClientLimited`, `QueryStopped` or `RequestFault`."""
    state = request.app.state
    address = request.client.host if request.client else None
    evaluation = Evaluation(state.clients, state.metrics, address)
    client = evaluation.client
    try:
        result = await serving(request).pool.evaluate(job, client.charge, client)
    except BaseException as cause:
        evaluation.end(cause)
        raise
    evaluation.end(result)
    return result
