"""What an operator watches: ``/metrics``."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.web.metrics import CONTENT_TYPE, Metrics
from treatybodies.web.openapi import contents
from treatybodies.web.releases import serving

router = APIRouter(tags=["Operation"], default_response_class=Response)
_TEXT = contents("text/plain", description="Counters and gauges, for Prometheus.")


@router.get("/metrics", responses=_TEXT)
async def metrics(request: Request) -> Response:
    """Counters and gauges in the text format of Prometheus."""
    counted: Metrics = request.app.state.metrics
    mine = serving(request)
    manifest = mine.release.manifest
    text = counted.page(mine.pool.load, manifest.version, manifest.date)
    headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    return Response(text, headers=headers)
