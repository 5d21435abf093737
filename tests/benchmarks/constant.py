"""The least an ASGI application can do: what uvicorn alone costs."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

BODY = b"x" * 2048
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"2048")],
}
Message = MutableMapping[str, Any]


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[..., Awaitable[None]]
) -> None:
    """Send the same two kilobytes whatever is asked."""
    if scope["type"] == "http":
        await send(_START)
        await send({"type": "http.response.body", "body": BODY})
