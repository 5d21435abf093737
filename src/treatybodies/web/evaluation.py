"""One query on behalf of a request: the client's share, the release's pool, what is counted."""

import time

from starlette.requests import Request

from treatybodies.errors import QueryStopped, RequestFault
from treatybodies.web.clients import UNKNOWN, Clients
from treatybodies.web.metrics import Metrics
from treatybodies.web.orders import Result
from treatybodies.web.releases import serving
from treatybodies.web.wire import Job


async def evaluate(request: Request, job: Job) -> Result:
    """The whole result of ``job``; raises `ClientLimited`, `QueryStopped` or `RequestFault`."""
    clients: Clients = request.app.state.clients
    metrics: Metrics = request.app.state.metrics
    address = request.client.host if request.client else UNKNOWN
    started = time.monotonic()
    end = "cancelled"
    try:
        with clients.turn(address) as client:
            result = await serving(request).pool.evaluate(job, client.charge, client)
        end = "result"
        metrics.bytes.inc(result.length)
        return result
    except (QueryStopped, RequestFault) as cause:
        end = type(cause).__name__
        raise
    finally:
        metrics.queries.labels(end).inc()
        metrics.seconds.observe(time.monotonic() - started)
