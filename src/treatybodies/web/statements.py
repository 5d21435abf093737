"""ASK queries of one triple pattern, answered where they arrive.

Whether some statement fits a triple pattern is one look into an index: it is known beforehand that
it takes microseconds, whatever the graph holds. The way to a worker that can be killed, and back,
takes ten times as long. Only the plainest spelling of such a query is read here (`pattern_of`); of
any other the engine's own parser decides, in a worker.
"""

import re
import time
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, Store

from treatybodies.errors import EngineFailed
from treatybodies.namespaces import RDF_TYPE
from treatybodies.store import STORE
from treatybodies.web.causes import unreadable
from treatybodies.web.formats import Format
from treatybodies.web.orders import Result

_DEFAULT = DefaultGraph()
# Blanks are those of SPARQL 1.1, section 19.8, rule WS; names have neither dots nor escapes.
_B = r"[ \t\r\n]"
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]++>"
_NAME = r"(?:[A-Za-z]\w*+)?+:"
_TERM = rf"{_IRI}|{_NAME}\w[\w-]*+|[?$]\w++"
_PREFIX = rf"{_B}*+(?i:PREFIX){_B}++({_NAME}){_B}*+({_IRI})"
_ASK = re.compile(
    rf"((?:{_PREFIX})*+){_B}*+(?i:ASK){_B}*+(?:(?i:WHERE){_B}*+)?+"
    rf"\{{{_B}*+({_TERM}){_B}++({_TERM}|a){_B}++({_TERM}){_B}*+\.?+{_B}*+\}}{_B}*+",
    re.ASCII,
)
_PREFIXES = re.compile(_PREFIX, re.ASCII)
# An IRI with a segment of dots is another one once it is resolved (RFC 3986, section 5.2.4).
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:(?!\.|.*/\.)", re.DOTALL)

Term = NamedNode | None
"""None stands for a variable."""


class Pattern(NamedTuple):
    """A triple pattern whose variables are all different."""

    subject: Term
    predicate: Term
    object: Term


class Statements:
    """The published view of a release, opened on disk beside what the workers hold."""

    def __init__(self, release: Path) -> None:
        """Open the store in the folder ``release``; raises `EngineFailed`."""
        try:
            self._store = Store.read_only(str(release / STORE))
        except OSError as cause:
            raise EngineFailed(f"The release's store does not open: {cause}") from cause

    def result(
        self, pattern: Pattern, chosen: Format, charge: Callable[[float], None] | None = None
    ) -> Result:
        """Whether a statement fits ``pattern``, in the format ``chosen``.

        ``charge`` is told what it took, in seconds. Raises `StoreUnreadable`.
        """
        since = time.perf_counter()
        body = boolean(self.fits(pattern), chosen)
        if charge is not None:
            charge(time.perf_counter() - since)
        return Result(len(body), body)

    def fits(self, pattern: Pattern) -> bool:
        """Whether a statement fits ``pattern``; raises `StoreUnreadable`."""
        subject, predicate, value = pattern
        try:
            if subject is not None and predicate is not None and value is not None:
                return Quad(subject, predicate, value, _DEFAULT) in self._store
            found = self._store.quads_for_pattern(subject, predicate, value, _DEFAULT)
            return next(found, None) is not None
        except (OSError, RuntimeError) as cause:
            raise unreadable(str(cause)) from cause


@cache
def boolean(answer: bool, chosen: Format) -> bytes:
    """``answer`` in the format ``chosen``, as the engine writes it."""
    found = Store().query("ASK {}" if answer else "ASK { FILTER(false) }")
    assert isinstance(found, QueryBoolean)
    written = found.serialize(format=chosen.results)
    assert written is not None
    return written


def pattern_of(query: str) -> Pattern | None:
    """The pattern of an ASK of one triple pattern, of IRIs and variables; None for other queries.

    >>> pattern_of("PREFIX : <urn:x:> ASK { :a a ?class }").subject
    <NamedNode value=urn:x:a>
    >>> pattern_of("ASK { ?a ?b ?a }")
    """
    read = _ASK.fullmatch(query)
    if read is None:
        return None
    prologue, _, _, subject, predicate, value = read.groups()
    declared = _PREFIXES.findall(prologue)
    try:
        for _, iri in declared:
            _named(iri)  # all must be sound, used or not
        prefixes = dict(declared)
        return _pattern(
            subject if subject[0] in "<?$" else _whole(subject, prefixes),
            predicate if predicate[0] in "<?$" else _whole(predicate, prefixes),
            value if value[0] in "<?$" else _whole(value, prefixes),
        )
    except (ValueError, KeyError):  # what is no IRI, an undeclared prefix
        return None


def spelling(pattern: Pattern) -> str:
    """``pattern`` as a text: the same for queries that ask the same."""
    return " ".join("?" if term is None else term.value for term in pattern)


def _whole(written: str, prefixes: dict[str, str]) -> str:
    """The IRI of a prefixed name, in its brackets; raises `KeyError` for an undeclared prefix."""
    if written == "a":
        return _A
    prefix, colon, local = written.partition(":")
    return f"{prefixes[prefix + colon][:-1]}{local}>"


_A = str(RDF_TYPE)


@lru_cache(maxsize=4096)
def _pattern(*written: str) -> Pattern | None:
    """The pattern of IRIs in brackets and variables, None when one comes twice.

    Raises `ValueError` for what is no IRI.
    """
    variables = [each[1:] for each in written if each[0] != "<"]
    if len(variables) > len(set(variables)):
        return None
    return Pattern(*(None if each[0] != "<" else _named(each) for each in written))


@lru_cache(maxsize=4096)
def _named(written: str) -> NamedNode:
    """The IRI between ``<`` and ``>``; raises `ValueError` for one that is none, or relative."""
    if not _ABSOLUTE.match(written, 1):
        raise ValueError(written)
    return NamedNode(written[1:-1])
