"""The answer of another engine, checked to be whole and written in the format asked for."""

import io
import logging
import re
import tempfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from pyoxigraph import (
    DefaultGraph,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from treatybodies.errors import EngineFault, QueryStopped, ResultTooLarge
from treatybodies.remote.connections import Answer
from treatybodies.remote.dialects import Dialect
from treatybodies.remote.holding import SHORTENED
from treatybodies.remote.tokens import form_of
from treatybodies.web.formats import Format
from treatybodies.web.orders import Result
from treatybodies.web.wire import INLINE_BYTES, Job

LOG = logging.getLogger(__name__)
ACCEPT_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.3"
_RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def converted(
    answer: Answer, job: Job, dialect: Dialect, prefixes: dict[str, str], most: int
) -> Result:
    """``answer`` as the result of ``job``, at most ``most`` bytes; raises `QueryStopped`.

    Reading all of it is what tells that nothing of it is missing.
    """
    sink = _Sink(most)
    whole = False
    try:
        with answer.body:
            if any(name in answer.headers for name in SHORTENED):
                raise shortened()
            _check_end(answer)
            _write(answer.media_type, dialect.restored(answer.body), job, prefixes, sink)
        whole = True
    except (SyntaxError, ValueError, OSError) as cause:
        # Not chained: a parser that outlives this thread with its traceback cannot be dropped.
        LOG.info("the engine behind the service answers what is no result: %s", cause)
    finally:
        if not whole:
            sink.close()
    if not whole:
        raise _fault(sink)
    return sink.result()


def _check_end(answer: Answer) -> None:
    """Raise `ValueError` unless XML ends as it must: the parser takes any end for the right one."""
    if not answer.media_type.endswith("xml"):
        return
    answer.body.seek(max(0, answer.length - 100))
    if not _END.search(answer.body.read()):
        raise ValueError("it has no end")
    answer.body.seek(0)


_END = re.compile(rb"</(\w+:)?(sparql|RDF)\s*>\s*\Z")


def _fault(sink: "_Sink") -> QueryStopped:
    if sink.is_full:
        return ResultTooLarge(
            "The result is larger than allowed → use LIMIT and OFFSET, or load the dump."
        )
    return EngineFault(
        "The engine behind the service answers what is no whole result → ask again; see its log."
    )


def shortened() -> ResultTooLarge:
    """The engine has cut its answer, and says so."""
    return ResultTooLarge(
        "The result has more rows than the engine behind the service gives → use LIMIT and OFFSET, "
        "or load the dump."
    )


def _write(
    media_type: str, body: IO[bytes], job: Job, prefixes: dict[str, str], sink: "_Sink"
) -> None:
    wanted, target = Format[job.format], cast(IO[bytes], sink)
    if media_type in _GRAPHS and not job.quads:
        triples = (quad.triple for quad in parse(body, format=_GRAPHS[media_type]))
        serialize(triples, target, wanted.rdf, prefixes=prefixes)
        return
    if media_type not in _RESULTS:
        raise EngineFault(
            f"The engine behind the service answers as {media_type[:80] or 'nothing known'} "
            "→ set the address of its SPARQL endpoint."
        )
    found = parse_query_results(body, format=_RESULTS[media_type])
    if isinstance(found, QueryBoolean) != (form_of(job.query) == "ASK"):
        raise ValueError("it is the answer to another query form")
    if isinstance(found, QueryBoolean):
        sink.write(found.serialize(format=wanted.results) or b"")
    elif job.quads:
        serialize(_quads(found), target, wanted.rdf, prefixes=prefixes)
    else:
        found.serialize(target, wanted.results)


def _quads(solutions: QuerySolutions) -> Iterator[Quad]:
    for solution in solutions:
        subject, predicate, value, graph = (solution[name] for name in ("s", "p", "o", "g"))
        yield Quad(subject, predicate, value, graph or DefaultGraph())


class _Sink:
    """Takes a result up to a limit: in memory while it is small, else in a nameless file."""

    def __init__(self, most: int) -> None:
        self.is_full = False
        self._most = most
        self._length = 0
        self._small = io.BytesIO()
        self._file: BinaryIO | None = None

    def write(self, part: bytes) -> int:
        """Take the next part; raises `OSError` when it is too much."""
        self._length += len(part)
        if self._length > self._most:
            self.is_full = True
            raise OSError("the result is too large")
        if self._file is None and self._length > INLINE_BYTES:
            self._file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
            self._file.write(self._small.getvalue())
        (self._file or self._small).write(part)
        return len(part)

    def flush(self) -> None:
        """Nothing; the engine calls it now and then."""

    def close(self) -> None:
        """Give the file's space back."""
        if self._file is not None:
            self._file.close()

    def result(self) -> Result:
        """What was written."""
        if self._file is None:
            return Result(self._length, self._small.getvalue())
        self._file.seek(0)
        return Result(self._length, spool=self._file)
