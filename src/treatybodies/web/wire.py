"""What the web process and its query workers say to each other over a Unix socket.

A frame is a length (32 bits, big-endian) and that many bytes. A job is one frame; several may be on
their way to one worker, which evaluates them in their order. The reply to a job is one frame: its
outcome, the length of the result, the processor time, then a message, or the result itself when it
is small; a large one lies in a spool file.
"""

import marshal
import socket
import struct
from enum import StrEnum
from typing import NamedTuple

INLINE_BYTES = 256 * 1024
"""Results up to this size travel through the socket."""
CHUNK = 1 << 16

_LENGTH = struct.Struct(">I")


class Job(NamedTuple):
    """One query to evaluate, and the name of the `Format` to write its result in."""

    query: str
    format: str
    seconds: float
    default_graphs: tuple[str, ...] | None = None
    """IRIs that make up the default graph instead of what the query says; None: as it says."""
    named_graphs: tuple[str, ...] | None = None
    quads: bool = False
    """The query is a SELECT of ?s ?p ?o ?g whose solutions are written as quads."""

    def encode(self) -> bytes:
        """The job as a frame."""
        # Not JSON: that alone takes a tenth of a small query's time. Only a worker reads this.
        return frame(marshal.dumps(tuple(self)))

    @classmethod
    def decode(cls, payload: bytes) -> "Job":
        """The job a frame's payload holds."""
        return cls(*marshal.loads(payload))


class Outcome(StrEnum):
    """How a job ended, as far as the worker lives to tell."""

    INLINE = "inline"
    SPOOLED = "spooled"
    SYNTAX = "syntax"
    EVALUATION = "evaluation"
    STORAGE = "storage"
    TOO_LARGE = "too-large"
    MEMORY = "memory"


class Reply(NamedTuple):
    """What a worker answers to a job."""

    outcome: Outcome
    length: int = 0
    rest: bytes = b""
    """The result when it is inline, else a message in UTF-8."""
    used: float = 0.0
    """Processor time the worker has used in all, in seconds."""

    @property
    def message(self) -> str:
        """Why there is no result."""
        return self.rest.decode("utf-8", "replace")

    def encode(self, used: float) -> bytes:
        """The reply as a frame, from a worker that has ``used`` so much."""
        size = _REPLY.size + len(self.rest)
        return _FRAMED.pack(size, _NUMBERS[self.outcome], self.length, used) + self.rest

    @classmethod
    def decode(cls, payload: bytes) -> "Reply":
        """The reply a frame's payload holds."""
        outcome, length, used = _REPLY.unpack_from(payload)
        return cls(_OUTCOMES[outcome], length, payload[_REPLY.size :], used)


_REPLY = struct.Struct(">BQd")
_FRAMED = struct.Struct(">IBQd")
_OUTCOMES = tuple(Outcome)
_NUMBERS = {outcome: number for number, outcome in enumerate(_OUTCOMES)}


def frame(payload: bytes) -> bytes:
    """``payload`` with its length before it."""
    return _LENGTH.pack(len(payload)) + payload


def receive(connection: socket.socket, received: bytearray) -> bytes | None:
    """The next frame's payload; None when the other side has gone. ``received`` keeps the rest."""
    while (payload := unframe(received)) is None:
        part = connection.recv(CHUNK)
        if not part:
            return None
        received += part
    return payload


def unframe(received: bytearray) -> bytes | None:
    """Take the first frame's payload from ``received``; None when it is not all there."""
    if len(received) < _LENGTH.size:
        return None
    end = _LENGTH.size + _LENGTH.unpack_from(received)[0]
    if len(received) < end:
        return None
    payload = bytes(memoryview(received)[_LENGTH.size : end])
    del received[:end]
    return payload
