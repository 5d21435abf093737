"""OpenLink Virtuoso 7: what it does otherwise, and what is done about it.

The README of this room lists the differences. Queries are mended as text, at places found among
their tokens (`mending`); terms that it would store as others are stored under another datatype.
"""

import io
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import IO

from pyoxigraph import Literal, NamedNode, Triple

from treatybodies.namespaces import XSD
from treatybodies.remote.dialects import MARK, NOWHERE, VIEW, Fields, Members, Question
from treatybodies.remote.mending.alternatives import with_decided_alternatives
from treatybodies.remote.mending.datasets import with_graphs, with_named_dataset
from treatybodies.remote.mending.paths import (
    Closure,
    closures_of,
    with_closures,
    with_long_ways,
    without_open_paths,
)
from treatybodies.remote.mending.places import with_one_base
from treatybodies.remote.mending.sorting import with_sorting
from treatybodies.remote.mending.terms import as_probe, with_datatypes
from treatybodies.remote.mending.truths import with_booleans
from treatybodies.remote.tokens import has_dataset

PRODUCT = "Virtuoso"
SYSTEM_GRAPHS = (
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://localuriqaserver/sparql",
    "http://www.w3.org/ns/ldp#",
    "http://www.w3.org/2002/07/owl#",
    "http://localhost:8890/sparql",
    "http://localhost:8890/DAV/",
    "urn:activitystreams-owl:map",
    "urn:core:services:sparql",
)
KEPT = "urn:treatybodies:kept:"
"""Stands before the datatype of a literal that Virtuoso would otherwise change."""
_DAY = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d\d:\d\d:\d\d"
_SAFE = {
    # datatype: which of its literals come back as they went in
    "boolean": r"true|false",
    "integer": r"0|-?[1-9]\d{0,8}",
    "decimal": r"(0|-?[1-9]\d{0,8})(\.\d{0,5}[1-9])?|-0\.\d{0,5}[1-9]",
    "double": r"-?(0|[1-9]\d{0,8})\.\d{0,5}[1-9]",
    "date": rf"{_DAY}Z?",
    "dateTime": rf"{_DAY}T{_CLOCK}(Z|[+-]\d\d:\d\d)?",
    "time": rf"{_CLOCK}Z?",
}
_NEVER = (
    *("duration", "dayTimeDuration", "yearMonthDuration", "float"),
    *("int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("negativeInteger", "nonPositiveInteger"),
    *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
)
_GEOMETRY = "http://www.opengis.net/ont/geosparql#wktLiteral"
_SAFE_PATTERNS: dict[str, re.Pattern[str]] = {
    **{XSD + name: re.compile(pattern) for name, pattern in _SAFE.items()},
    **{XSD + name: re.compile(r"(?!)") for name in _NEVER},
    _GEOMETRY: re.compile(r"(?!)"),
}
_RENAMED = {
    XSD + name: KEPT + XSD + name for name in ("duration", "dayTimeDuration", "yearMonthDuration")
}
"""Datatypes of which every literal is kept so, also those in queries."""


class Virtuoso:
    """Virtuoso 7.2; the view is a graph with a name."""

    name = "virtuoso"
    view = VIEW
    system_graphs: Collection[str] = SYSTEM_GRAPHS

    def closures(self, question: Question) -> tuple[Closure, ...]:
        """The closures in a query that have a constant end; only in the view they are known."""
        given = question.has_dataset or has_dataset(question.query)
        return () if given else tuple(closures_of(with_decided_alternatives(question.based)))

    def fields(self, question: Question, found: Members | None = None) -> Fields:
        """The query as Virtuoso understands it, over the dataset that is meant."""
        text = self._mended(question, found or {})
        if question.has_dataset:
            return [("query", text), *question.dataset]
        if has_dataset(text):
            return [("query", with_named_dataset(text, NOWHERE))]
        shown, named = with_graphs(text, (VIEW, MARK, *SYSTEM_GRAPHS))
        fields = [("query", shown), ("default-graph-uri", VIEW)]
        return fields + [("named-graph-uri", each) for each in named]

    def _mended(self, question: Question, found: Members) -> str:
        mends: tuple[Callable[[str], str], ...] = (
            with_one_base,
            with_decided_alternatives,
            lambda text: with_closures(text, found),
            without_open_paths,
            with_long_ways,
            with_sorting,
            with_booleans,
            lambda text: with_datatypes(text, _RENAMED),
        )
        text = question.based
        for mend in mends:
            text = mend(text)
        return text

    def probe(self, question: Question, found: Members | None = None) -> Fields | None:
        """Graphs are cut without a word: the rows behind one are not."""
        bare = as_probe(question.query)
        if bare is None:
            return None
        return self.fields(replace(question, query=bare), found)

    def stored(self, triple: Triple) -> Triple:
        """The triple, its literal kept as it is by another datatype where it would change."""
        value = triple.object
        if not isinstance(value, Literal) or value.language:
            return triple
        pattern = _SAFE_PATTERNS.get(value.datatype.value)
        if pattern is None or pattern.fullmatch(value.value):
            return triple
        kept = Literal(value.value, datatype=NamedNode(KEPT + value.datatype.value))
        return Triple(triple.subject, triple.predicate, kept)

    def restored(self, answer: IO[bytes]) -> IO[bytes]:
        """``answer`` as the standards have it: booleans, kept datatypes, what ASK answers."""
        return io.BufferedReader(_Mended(answer))


_ASKED = re.compile(rb'\s*\{ "head": \{ "link": \[\], "vars": \["__ASK_RETVAL"\] \}')
_BOOLEAN = re.compile(rb'("datatype": "' + XSD.encode() + rb'boolean", "value": )"([01])"')
_WORDS = {b"0": b'"false"', b"1": b'"true"'}
_BLOCK = 1 << 20


class _Mended(io.RawIOBase):
    """An answer, mended block by block; a row is never divided, as each is a line."""

    def __init__(self, answer: IO[bytes]) -> None:
        self._blocks = _mended_blocks(answer)
        self._rest = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as one block goes."""
        if not self._rest:
            self._rest = next(self._blocks, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _mended_blocks(answer: IO[bytes]) -> Iterator[bytes]:
    first = True
    while block := answer.read(_BLOCK) + answer.readline():
        if first and _ASKED.match(block):
            yield _asked(block)
            return
        first = False
        words = _BOOLEAN.sub(lambda found: found[1] + _WORDS[found[2]], block)
        yield words.replace(KEPT.encode(), b"")


def _asked(answer: bytes) -> bytes:
    """ASK answers a table with one cell, or without rows for “no”."""
    rows = json.loads(answer)["results"]["bindings"]
    truth = any(row["__ASK_RETVAL"]["value"] != "0" for row in rows)
    return json.dumps({"head": {}, "boolean": truth}).encode()
