"""What an operator watches: ``/metrics``."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.web.metrics import CONTENT_TYPE, Metrics
from treatybodies.web.openapi import contents

router = APIRouter(tags=["Operation"], default_response_class=Response)
_TEXT = contents("text/plain", description="Counters and gauges, for Prometheus.")


@router.get("/metrics", responses=_TEXT)
async def metrics(request: Request) -> Response:
    """Counters and gauges in the text format of Prometheus."""
    counted: Metrics = request.app.state.metrics
    headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    return Response(counted.page(), headers=headers)
