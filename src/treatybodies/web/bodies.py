"""Bodies on their way out: whole, or in parts at the client's pace."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import BinaryIO

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from treatybodies.web.codings import Coding

CHUNK = 256 * 1024


class Whole(Response):
    """A response whose body is at hand; a large one is sent in parts, at the client's pace."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.status_code = 200
        self.background = None
        self.body = body
        self.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers.items()
        ]
        self.raw_headers.append((b"content-length", b"%d" % len(body)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        body = bytes(self.body)
        if len(body) > CHUNK:
            await send_body(send, body)
        else:
            await send({"type": "http.response.body", "body": body})


async def send_body(send: Send, body: bytes) -> None:
    """Send ``body``: in parts when it is large, so that it does not pile up before the client."""
    if len(body) > CHUNK:
        whole = memoryview(body)
        for begin in range(0, len(body) - CHUNK, CHUNK):
            part = whole[begin : begin + CHUNK]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        body = body[(len(body) - 1) // CHUNK * CHUNK :]
    await send({"type": "http.response.body", "body": body})


async def chunks_of(spool: BinaryIO) -> AsyncIterator[bytes]:
    """The content of ``spool``, which is closed at the end."""
    with spool:
        while chunk := spool.read(CHUNK):
            yield chunk


async def packed(chunks: AsyncIterator[bytes], coding: Coding) -> AsyncIterator[bytes]:
    """``chunks`` in ``coding``."""
    compressor = coding.compressor()
    async for chunk in chunks:
        # Compressors let go of the interpreter lock, so other requests are served meanwhile.
        if part := await asyncio.to_thread(compressor.compress, chunk):
            yield part
    yield compressor.flush()
