"""Queries of one triple pattern, answered where they arrive.

Whether some statement fits a triple pattern, and which it is when there is but one, is one look
into an index: it is known beforehand that it takes microseconds, whatever the graph holds. The way
to a worker that can be killed, and back, takes ten times as long. Only the plainest spelling of
such a query is read here (`lookup_of`); of any other the engine's own parser decides, in a worker.
Of several rows too, which have an order.
"""

import re
import time
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Store,
)

from treatybodies.errors import EngineFailed
from treatybodies.namespaces import RDF_TYPE, XSD
from treatybodies.store import STORE
from treatybodies.web.causes import unreadable
from treatybodies.web.formats import Format
from treatybodies.web.orders import Result

LONGEST_ROW = 4096
"""In characters: longer values take a worker no longer, relative to what they are."""

_DEFAULT = DefaultGraph()
# Blanks are those of SPARQL 1.1, section 19.8, rule WS; names have neither dots nor escapes.
_B = r"[ \t\r\n]"
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]++>"
_NAME = r"(?:[A-Za-z]\w*+)?+:"
_TERM = rf"{_IRI}|{_NAME}\w[\w-]*+|[?$]\w++"
_PREFIX = rf"{_B}*+(?i:PREFIX){_B}++({_NAME}){_B}*+({_IRI})"
_LOOKUP = re.compile(
    rf"(?P<prologue>(?:{_PREFIX})*+){_B}*+"
    rf"(?i:ASK|SELECT(?P<columns>(?:{_B}++[?$]\w++)++)){_B}*+(?:(?i:WHERE){_B}*+)?+"
    rf"\{{{_B}*+(?P<subject>{_TERM}){_B}++(?P<predicate>{_TERM}|a){_B}++(?P<object>{_TERM})"
    rf"{_B}*+\.?+{_B}*+\}}{_B}*+",
    re.ASCII,
)
_PLACES = ("subject", "predicate", "object")
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


class Lookup(NamedTuple):
    """A query of one triple pattern."""

    pattern: Pattern
    columns: tuple[str, ...] | None = None
    """The variables that a SELECT projects: some of the pattern's, each once; None for an ASK."""
    places: tuple[int, ...] = ()
    """Where in the pattern each column stands: 0, 1 or 2."""


class Statements:
    """The published view of a release, opened on disk beside what the workers hold."""

    def __init__(self, release: Path) -> None:
        """Open the store in the folder ``release``; raises `EngineFailed`."""
        try:
            self._store = Store.read_only(str(release / STORE))
        except OSError as cause:
            raise EngineFailed(f"The release's store does not open: {cause}") from cause

    def result(
        self, lookup: Lookup, chosen: Format, charge: Callable[[float], None] | None = None
    ) -> Result | None:
        """The answer to ``lookup`` in the format ``chosen``.

        None for a SELECT that more than one statement fits, and for a value that a worker writes
        better. ``charge`` is told what it took, in seconds. Raises `StoreUnreadable`.
        """
        since = time.perf_counter()
        body: bytes | None
        if lookup.columns is None:
            body = boolean(self.fits(lookup.pattern), chosen)
        else:
            found = self._found(lookup.pattern, 2)
            body = None if len(found) > 1 else solutions(lookup, found, chosen)
        if charge is not None:
            charge(time.perf_counter() - since)
        return None if body is None else Result(len(body), body)

    def fits(self, pattern: Pattern) -> bool:
        """Whether a statement fits ``pattern``; raises `StoreUnreadable`."""
        return bool(self._found(pattern, 1))

    def _found(self, pattern: Pattern, most: int) -> list[Quad]:
        """Up to ``most`` statements that fit ``pattern``; raises `StoreUnreadable`."""
        subject, predicate, value = pattern
        try:
            if subject is not None and predicate is not None and value is not None:
                whole = Quad(subject, predicate, value, _DEFAULT)  # half the time of a search
                return [whole] if whole in self._store else []
            found = self._store.quads_for_pattern(subject, predicate, value, _DEFAULT)
            return list(islice(found, most))
        except (OSError, RuntimeError) as cause:
            raise unreadable(str(cause)) from cause


@cache
def boolean(answer: bool, chosen: Format) -> bytes:
    """``answer`` in the format ``chosen``, as the engine writes it."""
    found = _nothing().query("ASK {}" if answer else "ASK { FILTER(false) }")
    assert isinstance(found, QueryBoolean)
    written = found.serialize(format=chosen.results)
    assert written is not None
    return written


def solutions(lookup: Lookup, found: Sequence[Quad], chosen: Format) -> bytes | None:
    """What ``lookup`` projects of the statements ``found``, as the engine writes it.

    None where it holds what cannot be written into a query, or what is long.
    """
    columns, rows = lookup.columns or (), []
    for statement in found:
        whole = tuple(statement)
        terms = [whole[place] for place in lookup.places]
        if not all(isinstance(term, NamedNode | Literal) for term in terms):
            return None
        if sum(len(term.value) for term in terms) > LONGEST_ROW:
            return None
        rows.append(terms)
    if chosen is Format.JSON and (body := _plain_json(columns, rows)):
        return body
    written = " ".join(f"({' '.join(map(str, terms))})" for terms in rows)
    names = " ".join(f"?{name}" for name in columns)
    answer = _nothing().query(f"SELECT {names} {{ VALUES ({names}) {{ {written} }} }}")
    assert isinstance(answer, QuerySolutions)
    return answer.serialize(format=chosen.results)


def _plain_json(columns: Sequence[str], rows: list[list[NamedNode | Literal]]) -> bytes | None:
    """``rows`` as JSON where nothing in them is to be escaped; the engine takes ten times as long.

    The tests compare it with what the engine writes.
    """
    bindings = []
    for terms in rows:
        if not all(map(_is_plain, terms)):
            return None
        bound = (f'"{name}":{_json(term)}' for name, term in zip(columns, terms, strict=True))
        bindings.append(f"{{{','.join(bound)}}}")
    names = ",".join(f'"{name}"' for name in columns)
    whole = f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{",".join(bindings)}]}}}}'
    return whole.encode()


def _is_plain(term: NamedNode | Literal) -> bool:
    directed = isinstance(term, Literal) and term.direction is not None
    return not directed and _PLAIN.fullmatch(term.value) is not None


def _json(term: NamedNode | Literal) -> str:
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":"{term.value}"}}'
    more = ""
    if term.language is not None:
        more = f',"xml:lang":"{term.language}"'
    elif (datatype := term.datatype.value) != _STRING:
        more = f',"datatype":"{datatype}"'
    return f'{{"type":"literal","value":"{term.value}"{more}}}'


_PLAIN = re.compile(r'[^"\\\x00-\x1f\x7f-\x9f]*+')
_STRING = f"{XSD}string"


@cache
def _nothing() -> Store:
    return Store()


def lookup_of(query: str) -> Lookup | None:
    """The query of one triple pattern, of IRIs and variables; None for other queries.

    >>> lookup_of("PREFIX : <urn:x:> ASK { :a a ?class }").pattern.subject
    <NamedNode value=urn:x:a>
    >>> lookup_of("SELECT ?class { <urn:x:a> a ?class }").places
    (2,)
    >>> lookup_of("SELECT ?other { <urn:x:a> a ?class }")
    """
    read = _LOOKUP.fullmatch(query)
    pattern = _pattern_in(read) if read else None
    if read is None or pattern is None:
        return None
    if read["columns"] is None:
        return Lookup(pattern)
    places = {read[name][1:]: place for place, name in enumerate(_PLACES) if read[name][0] in "?$"}
    columns = tuple(each[1:] for each in read["columns"].split())
    if len(set(columns)) < len(columns) or not places.keys() >= set(columns):
        return None
    return Lookup(pattern, columns, tuple(places[each] for each in columns))


def _pattern_in(read: re.Match[str]) -> Pattern | None:
    """The pattern of a query as it was ``read``."""
    declared = _PREFIXES.findall(read["prologue"])
    try:
        for _, iri in declared:
            _named(iri)  # all must be sound, used or not
        prefixes = dict(declared)
        terms = (read[name] for name in _PLACES)
        return _pattern(*(each if each[0] in "<?$" else _whole(each, prefixes) for each in terms))
    except (ValueError, KeyError):  # what is no IRI, an undeclared prefix
        return None


def spelling(lookup: Lookup) -> str:
    """``lookup`` as a text: the same for queries that ask the same."""
    pattern = " ".join("?" if term is None else term.value for term in lookup.pattern)
    if lookup.columns is None:
        return pattern
    columns = zip(lookup.columns, lookup.places, strict=True)
    return f"{pattern} {' '.join(f'{name}={place}' for name, place in columns)}"


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
