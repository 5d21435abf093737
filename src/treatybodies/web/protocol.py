"""HTTP/1.1 as uvicorn speaks it, with the limits that it leaves to others.

A request must be whole in ``client_seconds``, its head within ``header_kb``, its URL no longer than
a query may be; a client that takes nothing of its answer for ``client_seconds`` is cut off; beyond
``connections`` a new connection is told to come again. All this happens before the application
knows of the request, so it costs neither a task nor a worker. So does a request whose answer the
cache knows: it is sent from here, the same bytes as if it had gone through the application.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

import httptools
from uvicorn._types import HTTPScope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from treatybodies.errors import TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web import heads
from treatybodies.web.answers import OUTCOME
from treatybodies.web.express import Express, Pending, Response
from treatybodies.web.front import Front
from treatybodies.web.heads import head_of, in_origin_form, is_coded, without_upgrade
from treatybodies.web.inquiries import Inquiry, Peer
from treatybodies.web.leaving import has_gone
from treatybodies.web.metrics import Metrics
from treatybodies.web.orders import Result
from treatybodies.web.patience import Patience
from treatybodies.web.proxies import Proxies
from treatybodies.web.refusals import REFUSALS, refusal
from treatybodies.web.replies import lines_of

KIB = 1024
LEAVING_SECONDS = 0.05
"""Seconds between two looks whether a client that sends no more is still there."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


MOST_URL = 65_535
"""httptools counts the characters of a URL in 16 bits, and takes a longer one for no URL at all."""


def longest_url(settings: Settings) -> int:
    """In bytes: each byte of the longest query may be percent-encoded."""
    return min(settings.query_kb * KIB * 3 + 4 * KIB, MOST_URL)


def protocol_for(
    settings: Settings,
    metrics: Metrics,
    front: Front | None = None,
    express: Express | None = None,
) -> type[asyncio.Protocol]:
    """The protocol with the limits of ``settings``; what ``front`` knows it answers itself.

    Plain queries it takes to ``express``.
    """
    shared = {"settings": settings, "metrics": metrics, "front": front, "express": express}
    shared["proxies"] = Proxies(settings.trusted_proxies)
    return type("Bounded", (Protocol,), shared)


class Protocol(HttpToolsProtocol):
    """One connection."""

    settings: Settings
    metrics: Metrics
    front: Front | None
    express: Express | None
    proxies: Proxies
    common: tuple[object, bytes] = (None, b"")
    """The headers that all responses have: as uvicorn keeps them, and as lines."""

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
        self._in_body = False
        """Between a head and the end of its request."""
        self._unparsed = 0
        self._refused = 0
        self._sending: asyncio.TimerHandle | None = None
        self._longest_url = longest_url(self.settings)
        least = min(self.settings.client_seconds, self.timeout_keep_alive)
        self._patience = Patience(self.loop, least)
        self._peer: Peer
        self._fault: TreatybodiesError | None = None
        """Why the plain query that is being read may not begin."""
        self._known: Response | None = None
        """The answer to the request that is being read, when it is at hand."""
        self._pending: Pending | None = None
        """The plain query that is being answered."""
        self._posted: Inquiry | None = None
        """What may be a plain query, when the body that is being read is whole."""
        self._last = False
        """The request that is being read is the connection's last."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or turn the client away when there are too many."""
        super().connection_made(transport)
        address = self.client[0] if self.client else None
        self._peer = Peer(self.scheme or "http", self.server or ("localhost", None), address)
        if len(self.connections) > self.settings.connections:
            self._refuse(503)
        else:
            self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the timers, and the query."""
        if self._pending is not None and self.express is not None:
            self.express.cancel(self._pending)
            self._pending = None
        self._patience.end()
        if self._sending is not None:
            self._sending.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless this request has been refused."""
        if self._refused:
            return
        # The parser tells of a header when it is whole: until then only the bytes can be counted.
        self._unparsed += len(data)
        self._unset_keepalive_if_required()
        self._feed(data)
        if self._head:
            self._head = max(self._head, self._unparsed)
            self._check_head()
        else:
            self._unparsed = 0

    def _feed(self, data: bytes) -> None:
        """Parse; a request for another protocol is read as if it had not asked (see `heads`).

        The parser takes what follows the head of such a request, a body too, for that protocol.
        """
        rest: memoryview | None = memoryview(data)
        while rest is not None and (rest := self._parse(rest)) is not None:
            method, version = self.parser.get_method(), self.parser.get_http_version()
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            self._parse(memoryview(without_upgrade(method, self.url, version, self.headers)))

    def _parse(self, data: memoryview) -> memoryview | None:
        """What of ``data`` follows the head of a request for another protocol."""
        if not self._refused:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                return data[upgrade.args[0] :]
            except httptools.HttpParserError:
                self._refuse(400)
        return None

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more; whether it may still wait for its answer.

        One that has gone altogether looks the same until something is sent to it. So it is told to
        go on if its answer takes a moment; every client passes over that (RFC 9110, section 15.2),
        but those of HTTP/1.0.
        """
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete or self._head or self._in_body:
            return False
        if self._refused or self.parser.get_http_version() != "1.1":
            return False
        cycle.keep_alive = False
        self.loop.call_later(LEAVING_SECONDS, self._watch_leaving)
        return True

    def _watch_leaving(self, told: bool = False) -> None:
        """End the connection when the client that sends no more does not listen either."""
        cycle = self.cycle
        if self.transport.is_closing() or cycle.response_complete:
            return
        if (told or cycle.response_started) and has_gone(self.transport.get_extra_info("socket")):
            self.transport.abort()
            return
        if not (told or cycle.response_started or self.pipeline):
            self.transport.write(_CONTINUE)
            told = True
        self.loop.call_later(LEAVING_SECONDS, self._watch_leaving, told)

    def on_message_begin(self) -> None:
        """A request's first byte is here: the rest has so much time."""
        self._head = 1
        self._await_request()
        # uvicorn makes the scope now; most requests are answered without any.
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_url(self, url: bytes) -> None:
        """Keep, as uvicorn does, and count."""
        self._head += len(url)
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count."""
        self._head += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application, unless the head is too large or not sound."""
        self._check_head()
        if not self._refused and self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                self._refuse(400)
            return  # it comes again, without that (`_feed`)
        if not self._is_over and not (self._is_plain() and self._answer()):
            self._start()
        self._head = 0
        self._in_body = True

    @property
    def _is_over(self) -> bool:
        """Whether nothing that comes now is answered."""
        return bool(self._refused) or self.transport.is_closing()

    def _start(self) -> None:
        """Start the application."""
        read = in_origin_form(self.url, tuple(self.headers))
        named = sum(name == b"host" for name, _ in self.headers)
        if read is None or named > 1 or (not named and self.parser.get_http_version() == "1.1"):
            self._refuse(400)
            return
        if is_coded(self.headers):
            self._refuse(501)
            return
        self.url = read[0]
        scope = self._describe(*read)
        if self._fault is not None:
            scope[OUTCOME], self._fault = self._fault, None
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep it, or pass it on."""
        self._unparsed = 0
        if self._posted is not None:
            self._posted = self._posted._replace(body=(self._posted.body or b"") + body)
        elif not self._is_over and self._known is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.parser.should_upgrade():
            return
        self._patience.stop()
        # Neither what came until now nor fields after a body are part of the next head.
        self._head, self._unparsed, self._in_body = 0, 0, False
        if self._is_over:
            return
        if self._posted is not None:
            posted, self._posted = self._posted, None
            if not self._begin(posted):
                self.cycle = self._hand_over(posted, self._keep_alive(), self._fault)
                self._fault = None
                return
        if self._known is not None:
            known, self._known = self._known, None
            self._write(known, self._keep_alive())
        elif self._pending is None or self.cycle is not cast(RequestResponseCycle, self._pending):
            super().on_message_complete()

    def _write(self, response: Response, keep_alive: bool) -> None:
        """Send a whole response: its status line, the headers of all responses, the rest."""
        status, rest = response
        if keep_alive:
            self.transport.write(b"".join((status, self._common(), rest)))
        else:
            rest = rest.replace(b"\r\n\r\n", _LAST, 1)
            self.transport.write(b"".join((status, self._common(), rest)))
            self.transport.close()
        if self.pipeline or self.transport.is_closing():
            self.on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        if not self._head:
            self._patience.wait(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _common(self) -> bytes:
        """The headers that all responses have; uvicorn makes them anew each second."""
        headers = self.server_state.default_headers
        if self.common[0] is not headers:
            type(self).common = (headers, lines_of(tuple(headers)))
        return self.common[1]

    def _is_plain(self) -> bool:
        """Whether this is a GET or POST with nothing before it that is not answered yet."""
        parser = self.parser
        cycle: RequestResponseCycle | None = self.cycle
        return (
            self._head - len(self.url) <= heads.LONGEST
            and parser.get_method() in (b"GET", b"POST")
            and parser.get_http_version() == "1.1"
            and not parser.should_upgrade()
            and not self.flow.write_paused
            and not self.root_path
            and (cycle is None or cycle.response_complete)
        )

    def _answer(self) -> bool:
        """Answer a plain request without the application, or begin to; whether that was possible.

        What was answered before takes half of what uvicorn's cycle alone takes here, with a task,
        two messages and a look at each header. The tests compare the bytes of both ways.
        """
        if self.front is None or self.express is None:
            return False
        headers = tuple(self.headers)
        head = head_of(headers)
        if not head.named:
            return False
        peer = self.proxies.behind(self._peer, head.forwarded) if head.forwarded else self._peer
        get = self.parser.get_method() == b"GET"
        if get and (known := self.front.recall(self.url, peer.scheme, head)):
            self._known = known
            return True
        inquiry = Inquiry(self.url, headers, head, peer)
        if get:
            return self._begin(inquiry)
        if inquiry.is_short_post:
            self._posted = inquiry
        return self._posted is not None

    def _begin(self, inquiry: Inquiry) -> bool:
        """Begin to answer the query of ``inquiry``; whether that was possible."""
        assert self.express is not None
        begun: Pending | Response | None = None
        try:
            begun = self.express.begin(inquiry, self._on_outcome)
        except TreatybodiesError as cause:
            self._fault = cause
        if isinstance(begun, Pending):
            self._pending = begun
            begun.keep_alive = self._keep_alive()
            self.cycle = cast(RequestResponseCycle, begun)
        else:
            self._known = begun
        return begun is not None

    def _keep_alive(self) -> bool:
        """Whether another request may follow the one that is being read."""
        return not self._last and self.parser.should_keep_alive()

    def _describe(self, url: bytes, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, Any]:
        """The scope of a request, as uvicorn makes it; another one may be being read."""
        read = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.headers += headers
        self.url, self.headers, self.expect_100_continue = read
        return cast(dict[str, Any], self.scope)

    def _on_outcome(self, pending: Pending, outcome: Result | Exception) -> None:
        """Answer the plain query, or have the application do it."""
        assert self.express is not None
        self._pending = None
        if self.transport.is_closing():
            return
        response = self.express.response(pending, outcome)
        if response is None:
            cycle = self._hand_over(pending.inquiry, pending.keep_alive, outcome)
            if self.cycle is cast(RequestResponseCycle, pending):
                self.cycle = cycle
        else:
            pending.response_complete = True
            self._write(response, pending.keep_alive)

    def _hand_over(
        self, inquiry: Inquiry, keep_alive: bool, outcome: Result | Exception | None
    ) -> RequestResponseCycle:
        """Have the application answer a request that is whole; ``outcome`` is its query's."""
        scope = self._describe(inquiry.url, inquiry.headers)
        path, _, query = inquiry.url.partition(b"?")
        scope.update(method=inquiry.method, path=path.decode(), raw_path=path, query_string=query)
        if outcome is not None:
            scope[OUTCOME] = outcome
        cycle = RequestResponseCycle(
            scope=cast(HTTPScope, scope),
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.body += inquiry.body or b""
        cycle.more_body = False
        cycle.message_event.set()
        self._start_asgi_task(cycle, self.app)
        return cycle

    def shutdown(self) -> None:
        """The service ends: a request that is being read is answered before."""
        if self._posted is None:
            super().shutdown()
        else:
            self._last = True

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
        self._patience.wait(self.settings.client_seconds, self._late)

    def _late(self) -> None:
        self.metrics.dropped.labels("late request").inc()
        self._refuse(408)

    def _cut_off(self) -> None:
        self.metrics.dropped.labels("slow reader").inc()
        self.transport.abort()

    def _refuse(self, status: int) -> None:
        """Answer at once and close; where this request has its answer already, only close.

        Those before it are answered, and nothing after them.
        """
        if self._refused or self.transport.is_closing():
            return
        self._refused = status
        self._patience.stop()
        cycle: RequestResponseCycle | None = self.cycle
        own = self._in_body and self._known is None and self._posted is None
        if cycle is None or (cycle.response_complete and not own):
            self._write_refusal(status)
        elif not cycle.response_complete and not own:
            cycle.keep_alive = False
            return
        elif not cycle.response_started and not self.pipeline:
            cycle.response_started = cycle.disconnected = True
            cycle.message_event.set()
            self._write_refusal(status)
        self.transport.close()

    def _write_refusal(self, status: int) -> None:
        self.metrics.problems.labels(REFUSALS[status][0]).inc()
        self.metrics.responses.labels(str(status)).inc()
        self.transport.write(refusal(status))


_LAST = b"\r\nconnection: close\r\n\r\n"
"""The end of the headers of a connection's last response."""
