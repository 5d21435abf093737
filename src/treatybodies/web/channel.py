"""The web process's end of the socket to one worker: frames in, frames out.

A protocol of its own instead of asyncio's streams: these take as long as a small query itself.
"""

import asyncio
from typing import cast

from treatybodies.web.wire import unframe


class Channel(asyncio.Protocol):
    """One connection; one reader at a time."""

    def __init__(self) -> None:
        self.closed = False
        """Whether the other side, or this one, has ended the connection."""
        self._received = bytearray()
        self._reader: asyncio.Future[None] | None = None
        self._transport: asyncio.WriteTransport | None = None

    @classmethod
    async def open(cls, path: str) -> "Channel":
        """A channel to the socket at ``path``; raises `OSError`."""
        _, channel = await asyncio.get_running_loop().create_unix_connection(cls, path)
        return channel

    def send(self, frame: bytes) -> None:
        """Send ``frame``; whether it arrives shows in the reply."""
        if not self.closed and self._transport is not None:
            self._transport.write(frame)

    async def receive(self) -> bytes:
        """The next frame's payload; raises `ConnectionError` when the other side has gone."""
        while (payload := unframe(self._received)) is None:
            if self.closed:
                raise ConnectionResetError
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return payload

    def close(self) -> None:
        """End the connection."""
        self.closed = True
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        # Not to be told by its class: uvloop's transports are none of asyncio's.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._received += data
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
