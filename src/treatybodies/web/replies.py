"""What is sent for a request that was answered before: as ASGI messages, and as bytes.

It is made from what the application sent, so it is the same; a 304 for a client that holds it has
the headers that the application's own 304 has.
"""

from collections.abc import Iterable

from starlette.types import Message, Scope, Send

from treatybodies.web.answers import CACHE_CONTROL, VARY
from treatybodies.web.bodies import CHUNK, send_body
from treatybodies.web.cache import Entry, Headers, Reply

# Public data for any page's scripts. Always sent, asked or not: otherwise a cache on the way could
# hand the answer to a request without Origin to a script, which then may not read it.
CORS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"ETag, Link, Content-Location, Retry-After, Allow, Accept-Ranges, Content-Range, "
        b"Repr-Digest",
    ),
)
OK = b"HTTP/1.1 200 OK\r\n"
_NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n"
_EMPTY: Message = {"type": "http.response.body", "body": b""}


def make_reply(entry: Entry, body: bytes, headers: Headers, names: Iterable[str]) -> Reply:
    """The reply with ``headers`` and ``body``, which a client may hold under one of ``names``."""
    tags = tuple(f'"{name}"'.encode() for name in names)
    unchanged = tuple(_unchanged(tag) for tag in tags)
    return Reply(
        entry,
        {"type": "http.response.start", "status": 200, "headers": headers},
        body,
        tags,
        unchanged,
        # A large one is sent in parts, as messages.
        (OK, _bytes(headers, body) if len(body) <= CHUNK else b""),
        tuple((_NOT_MODIFIED, _bytes(each["headers"], b"")) for each in unchanged),
    )


async def send_reply(reply: Reply, scope: Scope, send: Send) -> None:
    """Send ``reply`` as messages, or a 304 for a client that holds it."""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            for tag, unchanged in zip(reply.tags, reply.unchanged, strict=True):
                if tag in value:
                    await send(unchanged)
                    await send(_EMPTY)
                    return
    await send(reply.start)
    if scope["method"] == "HEAD":
        await send(_EMPTY)
    elif len(reply.body) <= CHUNK:
        await send({"type": "http.response.body", "body": reply.body})
    else:
        await send_body(send, reply.body)


def wire_for(reply: Reply, held: Iterable[bytes]) -> tuple[bytes, bytes]:
    """``reply`` as bytes, or a 304 for a client that holds it: status line, rest.

    ``held`` are the values of its ``If-None-Match`` headers.
    """
    for value in held:
        for tag, unchanged in zip(reply.tags, reply.unchanged_wire, strict=True):
            if tag in value:
                return unchanged
    return reply.wire


def _bytes(headers: Headers, body: bytes) -> bytes:
    return lines_of(headers) + b"\r\n" + body


def lines_of(headers: Headers) -> bytes:
    """``headers`` on the wire."""
    return b"".join([b"%s: %s\r\n" % each for each in headers])


def _unchanged(tag: bytes) -> Message:
    headers = (
        (b"etag", tag),
        (b"cache-control", CACHE_CONTROL.encode()),
        (b"vary", VARY.encode()),
        *CORS,
    )
    return {"type": "http.response.start", "status": 304, "headers": headers}
