"""The page that documents the curated endpoints: server-made, no script, nothing from elsewhere."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.api import PREFIX, Endpoint
from treatybodies.web.pages import POLICY, render
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base


def router_for(endpoints: list[Endpoint]) -> APIRouter:
    """The route ``/docs``."""
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        """Each endpoint with its parameters and a link that tries it."""
        base = public_base(request)
        tag = entity_tag(serving(request).release.manifest.version, "docs", base)
        if ready := await at_hand(request, tag):
            return ready
        text = render("docs.html", request, endpoints=endpoints, prefix=PREFIX, base=base)
        return await text_answer(
            request, text, "text/html; charset=utf-8", tag, Content_Security_Policy=POLICY
        )

    return router
