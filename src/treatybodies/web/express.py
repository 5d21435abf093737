"""Plain queries, answered from the protocol: no task, no messages, no framework.

A GET of ``/sparql?query=…`` with nothing else in its URL and no header that makes it special goes
straight to the pool, and a small result straight onto the wire: what lies between takes four times
as long as a small query. One that only looks a statement up is answered without the pool (see
`statements`). All else is left to the application; so is a plain query that ends in
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

from treatybodies.errors import NotAcceptable, RequestMalformed, StoreUnreadable, TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web.answers import COMPRESS_FROM, headers_of
from treatybodies.web.cache import Cache, Entry
from treatybodies.web.evaluation import Evaluation
from treatybodies.web.flights import Flights
from treatybodies.web.formats import Form, Format, content_type, formats_for
from treatybodies.web.guard import Guarded, is_short, plain
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.orders import Order, Result
from treatybodies.web.pool import Pool
from treatybodies.web.releases import Serving
from treatybodies.web.replies import CORS, OK, lines_of
from treatybodies.web.sparql import Operation, decoded, job_of, tag_of
from treatybodies.web.statements import Pattern, Statements, pattern_of
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
    """What a plain request asks for."""

    guarded: Guarded
    choice: Choice
    tag: str
    base: str
    """The public URL under which it came."""
    compressed: bool
    """The client takes compressed answers."""

    @property
    def key(self) -> Hashable:
        """Under which the cache has the answer; the same as in `answers`."""
        return self.tag, self.base


class _Nobody:
    """Stands for the event on which an application would wait."""

    def set(self) -> None:
        """Nobody is told."""


@dataclass(eq=False, slots=True)
class Pending:
    """A plain query under way; to uvicorn's protocol, a cycle of request and response."""

    query_string: bytes
    question: Question
    job: Job
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
        return self.serving.release.manifest.version, self.job


Done = Callable[[Pending, Result | Exception], None]
Response = tuple[bytes, bytes]
"""Status line, and all that follows the headers that each response has."""


class Express:
    """Begins plain queries for `protocol.Protocol`, and makes bytes of their results."""

    def __init__(self, application: FastAPI) -> None:
        self._state = application.state
        self._settings: Settings = application.state.settings
        self._cache: Cache = application.state.cache
        self._flights: Flights[Result] = application.state.flights
        self._ok = application.state.metrics.responses.labels(200)

    def begin(self, url: bytes, scope: Scope, done: Done) -> Pending | Response | None:
        """Begin the query of a GET of ``url``, if it is plain; ``done`` is told how it ended.

        One that only looks a statement up is answered at once. Raises `TreatybodiesError` when it
        is plain and may not begin.
        """
        serving: Serving = self._state.releases.current
        headers, text = _headers(scope["headers"]), _query(url)
        if headers is None or text is None or not isinstance(serving.pool, Pool):
            return None
        kb = self._settings.query_kb
        pattern = pattern_of(text) if is_short(text, kb) else None
        known = None if pattern is None else Guarded(text, Form.ASK)
        guarded = known or plain(text, kb)
        if guarded is None:
            return None
        question = self._question(guarded, headers, scope, serving)
        if question is None or question.key in self._cache:
            return None  # the application finds it in the cache, if there
        statements = serving.pool.statements
        if pattern is None or statements is None:
            return self._send(url, question, scope, serving, done)
        return self._look_up(pattern, statements, question, scope, serving)

    def cancel(self, pending: Pending) -> None:
        """Nobody waits for the answer any more."""
        if pending.order is not None and not pending.order.ended:
            assert isinstance(pending.serving.pool, Pool)
            pending.serving.pool.cancel(pending.order)
            self._end(pending, asyncio.CancelledError())

    def response(self, pending: Pending, outcome: Result | Exception) -> Response | None:
        """Status line and the rest, when ``outcome`` is a small result; None leaves it to others.

        The result is kept for whoever asks the same again.
        """
        question = pending.question
        if not isinstance(outcome, Result) or outcome.spool is not None or not pending.keep_alive:
            return None
        if question.compressed and outcome.length >= COMPRESS_FROM:
            return None
        return self._written(pending.serving, question, outcome)

    def _written(self, serving: Serving, question: Question, result: Result) -> Response:
        named = content_type(question.choice.media_type)
        if serving.release.manifest.version == self._cache.version:
            entry = Entry(question.key, {"": result.body}, {"Content-Type": named})
            self._cache.keep(entry)
        self._ok.inc()
        before, after = _head(named)
        length = b"content-length: %d\r\n" % result.length
        parts = (before, question.tag.encode(), after, length, _TAIL, result.body)
        return OK, b"".join(parts)

    def _question(
        self, guarded: Guarded, headers: dict[bytes, bytes], scope: Scope, serving: Serving
    ) -> Question | None:
        """What is asked for, if that is a format that is here."""
        choice = _choice(headers.get(b"accept", b""), guarded.form)
        if choice is None or choice.format is Format.HTML:
            return None
        tag = tag_of(serving.release.manifest.version, _NOTHING_ELSE, guarded, choice)
        assert tag is not None  # a plain query calls nothing that changes
        host = headers.get(b"host", b"").decode("latin-1")
        base = base_of(self._settings.public_url, scope["scheme"], host, scope["server"])
        return Question(guarded, choice, tag, base, b"accept-encoding" in headers)

    def _look_up(
        self,
        pattern: Pattern,
        statements: Statements,
        question: Question,
        scope: Scope,
        serving: Serving,
    ) -> Response:
        """The response to an ASK of one pattern."""
        evaluation = self._evaluation(scope)
        charge = evaluation.client.charge
        try:
            result = statements.result(pattern, question.choice.format, charge)
        except StoreUnreadable as cause:
            evaluation.end(cause)
            raise
        evaluation.end(result)
        return self._written(serving, question, result)

    def _send(
        self, url: bytes, question: Question, scope: Scope, serving: Serving, done: Done
    ) -> Pending | None:
        """Send the query to a worker."""
        job = job_of(self._settings, _NOTHING_ELSE, question.guarded, question.choice.format)
        if (serving.release.manifest.version, job) in self._flights:
            return None  # the application waits for it
        sent = url[len(_PATH) - len("query=") :]
        pending = Pending(sent, question, job, scope, serving, self._evaluation(scope))
        self._flights.begin(pending.flight)
        self._submit(pending, done)
        return pending

    def _evaluation(self, scope: Scope) -> Evaluation:
        address = scope["client"][0] if scope["client"] else None
        return Evaluation(self._state.clients, self._state.metrics, address)

    def _submit(self, pending: Pending, done: Done) -> None:
        def ended(outcome: Result | Exception) -> None:
            self._end(pending, outcome)
            done(pending, outcome)

        pool, client = pending.serving.pool, pending.evaluation.client
        assert isinstance(pool, Pool)
        order = Order(pending.job, ended, client, client.charge)
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


def _query(url: bytes) -> str | None:
    if not url.startswith(_PATH) or len(url) > _LONGEST or b"&" in url or b"#" in url:
        return None
    try:
        return decoded(url[len(_PATH) :])
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
