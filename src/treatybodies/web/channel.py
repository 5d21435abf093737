"""The web process's end of the socket to one worker: frames in, frames out.

A protocol of its own instead of asyncio's streams: these take as long as a small query itself.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from treatybodies.web.wire import unframe


class Channel(asyncio.Protocol):
    """One connection; whoever uses it sets what is called for a frame and at the end."""

    def __init__(self) -> None:
        self.closed = False
        """Whether the other side, or this one, has ended the connection."""
        self.on_frame: Callable[[bytes], None] = self._keep
        self.on_end: Callable[[], None] = lambda: None
        self._kept: list[bytes] = []
        self._received = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    @classmethod
    async def open(cls, path: str) -> "Channel":
        """A channel to the socket at ``path``; raises `OSError`."""
        _, channel = await asyncio.get_running_loop().create_unix_connection(cls, path)
        return channel

    def send(self, frames: bytes) -> None:
        """Send ``frames``; whether they arrive shows in the replies."""
        if not self.closed and self._transport is not None:
            self._transport.write(frames)

    async def receive(self) -> bytes:
        """The first frame's payload; raises `ConnectionError` when the other side has gone."""
        first: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def take(frame: bytes) -> None:
            self.on_frame = self._keep
            if not first.done():
                first.set_result(frame)

        def end() -> None:
            if not first.done():
                first.set_exception(ConnectionResetError())

        self.on_frame, self.on_end = take, end
        if self._kept:
            take(self._kept.pop(0))
        elif self.closed:
            end()
        return await first

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
        while (payload := unframe(self._received)) is not None:
            self.on_frame(payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self.closed = True
        self.on_end()
        self._transport = None
        self.on_frame, self.on_end = _nobody, _nobody  # who is told holds this: no cycle stays

    def _keep(self, frame: bytes) -> None:
        self._kept.append(frame)


def _nobody(*_: bytes) -> None:
    """Nobody is told any more."""
