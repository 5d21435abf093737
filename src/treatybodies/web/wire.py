"""What the web process and its query workers say to each other over a Unix socket.

A frame is a length (32 bits, big-endian) and that many bytes. A job is one frame of JSON; its
reply is one frame (outcome, length, seconds, message), followed by a frame with the result when
that is small, else by nothing: a large result lies in the worker's spool file.
"""

import json
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum

INLINE_BYTES = 256 * 1024
"""Results up to this size travel through the socket."""

_JSON = json.JSONEncoder(check_circular=False)
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Job:
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
        return frame(_JSON.encode(vars(self)).encode())

    @classmethod
    def decode(cls, payload: bytes) -> "Job":
        """The job a frame's payload holds."""
        return cls(**json.loads(payload))


class Outcome(StrEnum):
    """How a job ended, as far as the worker lives to tell."""

    INLINE = "inline"
    SPOOLED = "spooled"
    SYNTAX = "syntax"
    EVALUATION = "evaluation"
    STORAGE = "storage"
    TOO_LARGE = "too-large"
    MEMORY = "memory"


@dataclass(frozen=True)
class Reply:
    """What a worker answers to a job."""

    outcome: Outcome
    length: int = 0
    message: str = ""
    used: float = 0.0
    """Processor time the worker has used in all, in seconds."""

    def encode(self) -> bytes:
        """The reply as a frame."""
        head = _REPLY.pack(_OUTCOMES.index(self.outcome), self.length, self.used)
        return frame(head + self.message.encode("utf-8", "replace"))

    @classmethod
    def decode(cls, payload: bytes) -> "Reply":
        """The reply a frame's payload holds."""
        outcome, length, used = _REPLY.unpack_from(payload)
        message = payload[_REPLY.size :].decode("utf-8", "replace")
        return cls(_OUTCOMES[outcome], length, message, used)


_REPLY = struct.Struct(">BQd")
_OUTCOMES = tuple(Outcome)


def frame(payload: bytes) -> bytes:
    """``payload`` with its length before it."""
    return _LENGTH.pack(len(payload)) + payload


def receive(connection: socket.socket) -> bytes | None:
    """The next frame's payload; None when the other side has gone."""
    head = _exactly(connection, _LENGTH.size)
    return None if head is None else _exactly(connection, _LENGTH.unpack(head)[0])


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


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    parts: list[bytes] = []
    while length:
        part = connection.recv(min(length, 1 << 20))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
