"""``treatybodies mcp``: the tools on standard input and output, for a client on this machine."""

import asyncio
import logging

from fastapi import Request
from mcp.server.stdio import stdio_server
from starlette.types import Message, Scope

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import Service, create_app
from treatybodies.web.mcp.server import make_server


def run(release: Release, garden: Garden, settings: Settings) -> None:
    """Answer calls until the client closes standard input."""
    logging.getLogger("mcp").setLevel(logging.WARNING)
    application = create_app(release, garden, settings)
    asyncio.run(_serve(application))


async def _serve(application: Service) -> None:
    server = make_server(lambda _: _request(application))
    # The streams first: the query workers are then started without a hold on the client's.
    async with (
        stdio_server() as (incoming, outgoing),
        application.router.lifespan_context(application),
    ):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _request(application: Service) -> Request:
    """What stands for an HTTP request: of this machine, and nobody hangs up."""
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/mcp",
        "raw_path": b"/mcp",
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "client": ("127.0.0.1", 0),
        "server": (application.state.settings.host, application.state.settings.port),
        "app": application,
    }
    return Request(scope, _silence)


async def _silence() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets the event")
