"""The page that documents the curated endpoints: server-made, no script, nothing from elsewhere."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.web.api import PREFIX, Endpoint
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.urls import public_base


def router_for(endpoints: list[Endpoint]) -> APIRouter:
    """The route ``/docs``."""
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        """Each endpoint with its parameters and a link that tries it."""
        return await page_answer(request, partial(_page, request, endpoints), "docs")

    return router


async def _page(request: Request, endpoints: list[Endpoint]) -> str:
    base = public_base(request)
    return render("docs.html", request, endpoints=endpoints, prefix=PREFIX, base=base)
