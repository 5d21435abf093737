"""HTTP/1.1 as uvicorn speaks it, with the limits that it leaves to others.

A request must be whole in ``client_seconds``, its head within ``header_kb``, its URL no longer than
a query may be; a client that takes nothing of its answer for ``client_seconds`` is cut off; beyond
``connections`` a new connection is told to come again. All this happens before the application
knows of the request, so it costs neither a task nor a worker. So does a request whose answer the
cache knows: it is sent from here, the same bytes as if it had gone through the application.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from treatybodies.settings import Settings
from treatybodies.web.front import Front
from treatybodies.web.metrics import Metrics

KIB = 1024
REFUSALS = {
    400: ("malformed-http", "The request is no HTTP/1.1 → see RFC 9112."),
    408: ("late", "The request did not arrive in time → send it in one go."),
    414: ("url-too-long", "The URL is too long → send the query by POST."),
    431: ("headers-too-large", "The request's headers are too large → send fewer."),
    503: ("overload", "Too many connections are open → ask again later."),
}
RETRY_SECONDS = 5


def longest_url(settings: Settings) -> int:
    """In bytes: each byte of the longest query may be percent-encoded."""
    return settings.query_kb * KIB * 3 + 4 * KIB


def protocol_for(
    settings: Settings, metrics: Metrics, front: Front | None = None
) -> type[asyncio.Protocol]:
    """The protocol with the limits of ``settings``; what ``front`` knows it answers itself."""
    shared = {"settings": settings, "metrics": metrics, "front": front}
    return type("Bounded", (Protocol,), shared)


class Protocol(HttpToolsProtocol):
    """One connection."""

    settings: Settings
    metrics: Metrics
    front: Front | None

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head = 0
        """Size of the head so far; 0 between heads."""
        self._unparsed = 0
        self._refused = 0
        self._receiving: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._longest_url = longest_url(self.settings)
        self._known: tuple[bytes, bytes] | None = None
        """The answer to the request that is being read, when it is at hand."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or turn the client away when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.settings.connections:
            self._refuse(503)
        else:
            self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the timers."""
        for timer in (self._receiving, self._sending):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless this request has been refused."""
        if self._refused:
            return
        # The parser tells of a header when it is whole: until then only the bytes can be counted.
        self._unparsed += len(data)
        super().data_received(data)
        if self._head:
            self._head = max(self._head, self._unparsed)
            self._check_head()
        else:
            self._unparsed = 0

    def on_message_begin(self) -> None:
        """A request's first byte is here: the rest has so much time."""
        self._head = 1
        self._await_request()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count."""
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count."""
        self._head += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application, unless the head is too large."""
        self._check_head()
        if not self._refused:
            self._known = self._recall()
            if self._known is None:
                super().on_headers_complete()
        self._head = 0

    def on_body(self, body: bytes) -> None:
        """Pass it on."""
        if not self._refused and self._known is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._stop_waiting()
        if self._refused:
            return
        if self._known is None:
            super().on_message_complete()
            return
        status, rest = self._known
        head = b"".join([b"%s: %s\r\n" % each for each in self.server_state.default_headers])
        self.transport.write(b"".join((status, head, rest)))
        self._known = None
        self.on_response_complete()

    def _recall(self) -> tuple[bytes, bytes] | None:
        """The answer that is known already, if this is a plain request for one.

        Here it takes half of what uvicorn's cycle alone takes, with a task, two messages and a
        look at each header. The tests compare the bytes of both ways.
        """
        parser = self.parser
        cycle: RequestResponseCycle | None = self.cycle
        if (
            self.front is None
            or parser.get_method() != b"GET"
            or parser.get_http_version() != "1.1"
            or not parser.should_keep_alive()
            or parser.should_upgrade()
            or self.flow.write_paused
            or self.root_path
            or (cycle is not None and not cycle.response_complete)
        ):
            return None
        return self.front.recall(self.url, self.scheme or "http", self.headers)

    def pause_writing(self) -> None:
        """The client has not taken what was sent."""
        super().pause_writing()
        self._sending = self.loop.call_later(self.settings.client_seconds, self._cut_off)

    def resume_writing(self) -> None:
        """It has."""
        if self._sending is not None:
            self._sending.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What the parser does not understand."""
        self._refuse(400)

    def _check_head(self) -> None:
        if len(self.url) > self._longest_url:
            self._refuse(414)
        elif self._head - len(self.url) > self.settings.header_kb * KIB:
            self._refuse(431)

    def _await_request(self) -> None:
        self._stop_waiting()
        self._receiving = self.loop.call_later(self.settings.client_seconds, self._late)

    def _stop_waiting(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    def _late(self) -> None:
        self.metrics.dropped.labels("late request").inc()
        self._refuse(408)

    def _cut_off(self) -> None:
        self.metrics.dropped.labels("slow reader").inc()
        self.transport.abort()

    def _refuse(self, status: int) -> None:
        """Answer at once and close; where an answer has begun already, only close."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = status
        self._stop_waiting()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self._write_refusal(status)
        elif not cycle.response_started:
            cycle.response_started = cycle.disconnected = True
            cycle.message_event.set()
            self._write_refusal(status)
        self.transport.close()

    def _write_refusal(self, status: int) -> None:
        code, detail = REFUSALS[status]
        self.metrics.problems.labels(code).inc()
        self.metrics.responses.labels(str(status)).inc()
        title = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps({**problem, "code": code}).encode()
        retry = f"retry-after: {RETRY_SECONDS}\r\n" if status == 503 else ""
        head = (
            f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\n{retry}"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
