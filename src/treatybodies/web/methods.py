"""HEAD for every GET, and ``/sparql/`` for ``/sparql``, before routing."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Methods:
    """Answers HEAD as GET without the body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as a GET when it is a HEAD."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = "/sparql" if scope["path"] == "/sparql/" else scope["path"]
        if scope["method"] != "HEAD":
            await self.app({**scope, "path": path}, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "path": path, "method": "GET", "treatybodies.head": True}
        await self.app(as_get, receive, without_body)
