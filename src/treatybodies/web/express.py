"""Plain queries, answered from the protocol: no task, no messages, no framework.

A GET of ``/sparql?query=…`` with nothing else in its URL and no header that makes it special goes
straight to the pool, and a small result straight onto the wire: what lies between takes four times
as long as a small query. All else is left to the application; so is a plain query that ends in
anything but a small result. The application then finds the outcome in the scope (`OUTCOME`) and
makes the answer of it, so there is one place that knows what an error, a compressed or a spooled
answer looks like. The tests compare the bytes of both ways.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from fastapi import FastAPI
from starlette.types import Scope

from treatybodies.errors import NotAcceptable, RequestMalformed, TreatybodiesError
from treatybodies.web.answers import COMPRESS_FROM, headers_of
from treatybodies.web.cache import Cache, Entry
from treatybodies.web.evaluation import Evaluation
from treatybodies.web.flights import Flights
from treatybodies.web.formats import Form, Format, content_type, formats_for
from treatybodies.web.guard import Guarded, plain
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.orders import Order, Result
from treatybodies.web.pool import Pool
from treatybodies.web.releases import Serving
from treatybodies.web.replies import CORS, OK, lines_of
from treatybodies.web.sparql import Operation, decoded, job_of, tag_of
from treatybodies.web.urls import base_of
from treatybodies.web.wire import Job

_PATH = b"/sparql?query="
_LONGEST = 8192
_NOTHING_ELSE = Operation(None, (), (), (), None)
_USED = frozenset((b"accept", b"accept-encoding", b"host"))
_HARMLESS = frozenset(
    (
        *(b"user-agent", b"connection", b"accept-language", b"origin", b"referer"),
        *(b"cache-control", b"pragma", b"priority", b"dnt", b"te"),
    )
)


class Question(NamedTuple):
    """What a plain request asks."""

    query_string: bytes
    job: Job
    tag: str
    base: str
    media_type: str
    compressed: bool
    """The client takes compressed answers."""


class _Nobody:
    """Stands for the event on which an application would wait."""

    def set(self) -> None:
        """Nobody is told."""


@dataclass(eq=False, slots=True)
class Pending:
    """A plain query under way; to uvicorn's protocol, a cycle of request and response."""

    question: Question
    scope: Scope
    serving: Serving
    evaluation: Evaluation
    order: Order | None = None
    keep_alive: bool = True
    response_started: bool = False
    response_complete: bool = False
    disconnected: bool = False
    message_event: _Nobody = field(default_factory=_Nobody)

    @property
    def flight(self) -> Hashable:
        """What others may ask at the same time; the same as in `answers.shared`."""
        return self.serving.release.manifest.version, self.question.job


Done = Callable[[Pending, Result | Exception], None]


class Express:
    """Begins plain queries for `protocol.Protocol`, and makes bytes of their results."""

    def __init__(self, application: FastAPI) -> None:
        self._state = application.state
        self._cache: Cache = application.state.cache
        self._flights: Flights[Result] = application.state.flights
        self._ok = application.state.metrics.responses.labels(200)

    def begin(self, url: bytes, scope: Scope, done: Done) -> Pending | None:
        """Begin the query of a GET of ``url``, if it is plain; ``done`` is told how it ended.

        Raises `TreatybodiesError` when it is plain and may not begin.
        """
        serving: Serving = self._state.releases.current
        question = self._read(url, scope, serving)
        if question is None or not isinstance(serving.pool, Pool):
            return None
        known = (question.tag, question.base) in self._cache
        if known or (serving.release.manifest.version, question.job) in self._flights:
            return None  # the application finds it there
        address = scope["client"][0] if scope["client"] else None
        evaluation = Evaluation(self._state.clients, self._state.metrics, address)
        pending = Pending(question, scope, serving, evaluation)
        self._flights.begin(pending.flight)
        self._submit(pending, serving.pool, done)
        return pending

    def cancel(self, pending: Pending) -> None:
        """Nobody waits for the answer any more."""
        if pending.order is not None and not pending.order.ended:
            assert isinstance(pending.serving.pool, Pool)
            pending.serving.pool.cancel(pending.order)
            self._end(pending, asyncio.CancelledError())

    def response(self, pending: Pending, outcome: Result | Exception) -> tuple[bytes, bytes] | None:
        """Status line and the rest, when ``outcome`` is a small result; None leaves it to others.

        The result is kept for whoever asks the same again.
        """
        question = pending.question
        if not isinstance(outcome, Result) or outcome.spool is not None or not pending.keep_alive:
            return None
        if question.compressed and outcome.length >= COMPRESS_FROM:
            return None
        named = content_type(question.media_type)
        if pending.serving.release.manifest.version == self._cache.version:
            key = (question.tag, question.base)
            self._cache.keep(Entry(key, {"": outcome.body}, {"Content-Type": named}))
        self._ok.inc()
        before, after = _head(named)
        length = b"content-length: %d\r\n" % outcome.length
        parts = (before, question.tag.encode(), after, length, _TAIL, outcome.body)
        return OK, b"".join(parts)

    def _read(self, url: bytes, scope: Scope, serving: Serving) -> Question | None:
        """What is asked, if it is asked plainly and in a format that is here."""
        settings = self._state.settings
        headers = _headers(scope["headers"])
        guarded = _query(url, settings.query_kb) if headers is not None else None
        if headers is None or guarded is None:
            return None
        choice = _choice(headers.get(b"accept", b""), guarded.form)
        if choice is None or choice.format is Format.HTML:
            return None
        tag = tag_of(serving.release.manifest.version, _NOTHING_ELSE, guarded, choice)
        assert tag is not None  # a plain query calls nothing that changes
        job = job_of(settings, _NOTHING_ELSE, guarded, choice.format)
        host = headers.get(b"host", b"").decode("latin-1")
        base = base_of(settings.public_url, scope["scheme"], host, scope["server"])
        return Question(
            url[len(_PATH) - 6 :], job, tag, base, choice.media_type, b"accept-encoding" in headers
        )

    def _submit(self, pending: Pending, pool: Pool, done: Done) -> None:
        def ended(outcome: Result | Exception) -> None:
            self._end(pending, outcome)
            done(pending, outcome)

        client = pending.evaluation.client
        order = Order(pending.question.job, ended, client, client.charge)
        pending.serving.requests += 1
        try:
            pool.submit(order)
        except TreatybodiesError as cause:
            self._end(pending, cause)
            raise
        pending.order = order

    def _end(self, pending: Pending, outcome: Result | BaseException) -> None:
        pending.serving.requests -= 1
        pending.evaluation.end(outcome)
        self._flights.land(pending.flight, outcome)


def _headers(sent: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """The headers that count; None where one is there that may mean something."""
    used: dict[bytes, bytes] = {}
    for name, value in sent:
        if name in _USED:
            if name in used:
                return None
            used[name] = value
        elif name not in _HARMLESS:
            return None
    return used


def _query(url: bytes, query_kb: int) -> Guarded | None:
    if not url.startswith(_PATH) or len(url) > _LONGEST or b"&" in url or b"#" in url:
        return None
    try:
        return plain(decoded(url[len(_PATH) :]), query_kb)
    except RequestMalformed:
        return None


@lru_cache(maxsize=1024)
def _choice(accept: bytes, form: Form) -> Choice | None:
    try:
        return negotiate(accept.decode("latin-1"), (*formats_for(form), Format.HTML))
    except NotAcceptable:
        return None


@lru_cache(maxsize=64)
def _head(named: str) -> tuple[bytes, bytes]:
    """The headers before and after the entity tag, as the application sends them."""
    headers = headers_of("@") | {"Content-Type": named}
    sent = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
    before, _, after = lines_of(sent).partition(b"@")
    return before, after


_TAIL = lines_of(CORS) + b"\r\n"
