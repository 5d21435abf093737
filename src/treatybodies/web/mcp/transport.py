"""``/mcp``: the tools by streamable HTTP, without sessions, so any web process answers any call.

The library is loaded with the first call, in a thread: it would double the time to start. Each
call is an HTTP request of its own and keeps its release, its client's share and its limits.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from treatybodies.settings import Settings
from treatybodies.web.mcp.hosts import check_host
from treatybodies.web.negotiation import prefers_html
from treatybodies.web.urls import public_base

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
_ALLOW = {"Allow": "POST, OPTIONS"}


class Transport:
    """The endpoint as an ASGI application; `stop` ends what it has begun."""

    def __init__(self, application: FastAPI) -> None:
        self._settings: Settings = application.state.settings
        self._manager: asyncio.Task[StreamableHTTPSessionManager] | None = None
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; a browser is led to the page that explains this."""
        request = Request(scope, receive)
        if request.method == "GET" and prefers_html(request.headers.get("accept")):
            page = RedirectResponse(f"{public_base(request)}/guides/mcp", 303)
            await page(scope, receive, send)
            return
        if request.method != "POST":  # neither streams of the server's own nor sessions to end
            raise HTTPException(405, headers=_ALLOW)
        check_host(request, self._settings)
        manager = await self._ready()
        await manager.handle_request(scope, receive, send)

    async def stop(self) -> None:
        """End the library's work."""
        self._stop.set()
        if self._manager is not None:  # an import under way cannot be stopped
            await asyncio.wait([self._manager])
        if self._running is not None:
            await self._running

    async def _ready(self) -> "StreamableHTTPSessionManager":
        if self._manager is None:
            self._manager = asyncio.create_task(self._start())
        return await asyncio.shield(self._manager)

    async def _start(self) -> "StreamableHTTPSessionManager":
        manager = await asyncio.to_thread(_load, self._settings)
        started = asyncio.Event()
        self._running = asyncio.create_task(self._run(manager, started))
        await started.wait()
        return manager

    async def _run(self, manager: "StreamableHTTPSessionManager", started: asyncio.Event) -> None:
        """Hold the library's task group open: the task that opens it has to close it."""
        async with manager.run():
            started.set()
            await self._stop.wait()


def _load(settings: Settings) -> "StreamableHTTPSessionManager":
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from treatybodies.web.mcp.server import Context, make_server

    # It logs each call, and each mistake of a client, as information.
    logging.getLogger("mcp").setLevel(logging.WARNING)

    def request_of(context: Context) -> Request:
        request = context.request
        assert isinstance(request, Request)
        return request

    return StreamableHTTPSessionManager(
        make_server(request_of),
        json_response=True,
        stateless=True,
        # JSON escapes what the query needs escaped.
        max_request_body_size=settings.query_kb * 1024 * 2 + 64 * 1024,
    )
