"""Plain queries, answered from the protocol: no task, no messages, no framework.

A GET of ``/sparql?query=…``, or a short POST, with nothing in its URL, headers or form that makes
it special goes straight to the pool, and a small result straight onto the wire: what lies between
takes four times as long as a small query. Names of formats and parameters that nobody here knows,
which clients send with every query, make none special. One that only looks a statement up is
answered without the pool (see `statements`). All else is left to the application; so is a plain
query that ends in anything but a small result. The application then finds the outcome in the scope
(`OUTCOME`) and makes the answer of it, so there is one place that knows what an error, a compressed
or a spooled answer looks like. The tests compare the bytes of both ways.
"""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from fastapi import FastAPI

from treatybodies.errors import NotAcceptable, StoreUnreadable, TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web.answers import COMPRESS_FROM, headers_of
from treatybodies.web.cache import Cache, Entry
from treatybodies.web.clients import Clients
from treatybodies.web.evaluation import Evaluation
from treatybodies.web.flights import Flights
from treatybodies.web.formats import Form, Format, content_type, formats_for
from treatybodies.web.guard import Guarded, is_short, plain
from treatybodies.web.inquiries import Inquiry, Peer
from treatybodies.web.metrics import Metrics
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.orders import Order, Result
from treatybodies.web.pool import Pool
from treatybodies.web.releases import Releases, Serving
from treatybodies.web.replies import CORS, OK, lines_of
from treatybodies.web.sparql import Operation, job_of, tag_of, tag_of_lookup
from treatybodies.web.statements import Lookup, Statements, lookup_of
from treatybodies.web.urls import base_of
from treatybodies.web.wire import Job


class Question(NamedTuple):
    """What a plain request asks for."""

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

    inquiry: Inquiry
    question: Question
    job: Job
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
        self._releases: Releases = application.state.releases
        self._clients: Clients = application.state.clients
        self._metrics: Metrics = application.state.metrics
        self._settings: Settings = application.state.settings
        self._cache: Cache = application.state.cache
        self._flights: Flights[Result] = application.state.flights
        self._asked = _Asked()
        self._ok = self._metrics.responses.labels(200)

    def begin(self, inquiry: Inquiry, done: Done) -> Pending | Response | None:
        """Begin the query of ``inquiry``, if it is plain; ``done`` is told how it ended.

        One that only looks a statement up is answered at once. Raises `TreatybodiesError` when it
        is plain and may not begin.
        """
        serving = self._releases.current
        operation = inquiry.operation
        if operation is None or not isinstance(serving.pool, Pool):
            return None
        text, formats = operation.query or "", operation.formats
        kb, statements = self._settings.query_kb, serving.pool.statements
        if statements and is_short(text, kb) and (lookup := lookup_of(text)):
            form = Form.ASK if lookup.columns is None else Form.SELECT
            choice = _choice(inquiry.head.accept, form, formats)
            version = serving.release.manifest.version
            if choice and (found := self._look_up(inquiry, lookup, statements, version, choice)):
                return found
            if lookup.columns is None:
                return None
        guarded = plain(text, kb)
        choice = _choice(inquiry.head.accept, guarded.form, formats) if guarded else None
        if guarded is None or choice is None:
            return None
        question = self._question(inquiry, operation, guarded, choice, serving)
        if question.key in self._cache:
            return self._kept(inquiry, question)
        job = job_of(self._settings, operation, guarded, choice.format)
        if (serving.release.manifest.version, job) in self._flights:
            return None  # the application waits for it
        pending = Pending(inquiry, question, job, serving, self._evaluation(inquiry.peer))
        self._flights.begin(pending.flight)
        self._submit(pending, done)
        return pending

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
        if not isinstance(outcome, Result) or outcome.spool is not None:
            return None
        if question.compressed and outcome.length >= COMPRESS_FROM:
            return None
        if pending.serving.release.manifest.version == self._cache.version:
            named = {"Content-Type": content_type(question.choice.media_type)}
            self._cache.keep(Entry(question.key, {"": outcome.body}, named))
        self._ok.inc()
        return _written(question.tag, question.choice, outcome)

    def _kept(self, inquiry: Inquiry, question: Question) -> Response | None:
        """What is in the cache, for a POST; the application remembers which GET it answers."""
        entry = None if inquiry.body is None else self._cache.find(question.key)
        if entry is None:
            return None
        result = Result(len(entry.bodies[""]), entry.bodies[""])
        if question.compressed and result.length >= COMPRESS_FROM:
            return None
        self._ok.inc()
        return _written(question.tag, question.choice, result)

    def _question(
        self,
        inquiry: Inquiry,
        operation: Operation,
        guarded: Guarded,
        choice: Choice,
        serving: Serving,
    ) -> Question:
        tag = tag_of(serving.release.manifest.version, operation, guarded, choice)
        assert tag is not None  # a plain query calls nothing that changes
        head, peer = inquiry.head, inquiry.peer
        base = base_of(self._settings.public_url, peer.scheme, head.host, peer.server)
        return Question(choice, tag, base, head.compressed)

    def _look_up(
        self,
        inquiry: Inquiry,
        lookup: Lookup,
        statements: Statements,
        version: str,
        choice: Choice,
    ) -> Response | None:
        """The response to a query of one pattern, when it needs no worker.

        It is not kept: to keep it takes as long as to look it up. A GET that comes again is left to
        the application, which keeps it.
        """
        if inquiry.body is None and self._cache.limit and self._asked.before(inquiry.url):
            return None
        evaluation = self._evaluation(inquiry.peer)
        try:
            result = statements.result(lookup, choice.format, evaluation.client.charge)
        except StoreUnreadable as cause:
            evaluation.end(cause)
            raise
        if result is None or (inquiry.head.compressed and result.length >= COMPRESS_FROM):
            evaluation.client.leave()
            return None
        evaluation.looked_up(result)
        return _written(tag_of_lookup(version, lookup, choice.media_type), choice, result)

    def _evaluation(self, peer: Peer) -> Evaluation:
        return Evaluation(self._clients, self._metrics, peer.client)

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


class _Asked:
    """Which URLs were asked lately, by their hashes: some thousands, in two halves by age."""

    def __init__(self) -> None:
        self._new: set[int] = set()
        self._old: set[int] = set()

    def before(self, url: bytes) -> bool:
        """Whether ``url`` was; it is from now on."""
        mark = hash(url)
        if mark in self._new or mark in self._old:
            return True
        self._new.add(mark)
        if len(self._new) >= _MOST_ASKED:
            self._old, self._new = self._new, set()
        return False


_MOST_ASKED = 4096


def _written(tag: str, choice: Choice, result: Result) -> Response:
    before, after = _head(content_type(choice.media_type))
    length = b"content-length: %d\r\n" % result.length
    return OK, b"".join((before, tag.encode(), after, length, _TAIL, result.body))


@lru_cache(maxsize=1024)
def _choice(accept: bytes, form: Form, formats: tuple[str, ...]) -> Choice | None:
    """The format of the answer; None for a page, and where none of those accepted is here."""
    try:
        choice = negotiate(accept.decode("latin-1"), (*formats_for(form), Format.HTML), formats)
    except NotAcceptable:
        return None
    return None if choice.format is Format.HTML else choice


@lru_cache(maxsize=64)
def _head(named: str) -> tuple[bytes, bytes]:
    """The headers before and after the entity tag, as the application sends them."""
    headers = headers_of("@") | {"Content-Type": named}
    sent = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
    before, _, after = lines_of(sent).partition(b"@")
    return before, after


_TAIL = lines_of(CORS) + b"\r\n"
