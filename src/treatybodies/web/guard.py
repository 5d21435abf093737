"""What is refused before any parser sees a query, by a tokenizer that cannot backtrack.

Oxigraph reads keywords without word boundaries: ``trueSERVICE<…>`` and ``service:x{…}`` are
federated queries to it even when a prefix ``service:`` is declared. So a bare word that merely
contains the keyword is refused, and so is such a prefix directly before a brace.
"""

import contextlib
import re
from dataclasses import dataclass

from treatybodies.errors import (
    FederationRefused,
    QueryMalformed,
    QueryTooComplex,
    QueryTooLong,
    UpdateRefused,
)
from treatybodies.syntax import TOKEN, place_at
from treatybodies.web.formats import Form
from treatybodies.web.places import malformed

DEEPEST = 64
"""Nesting of brackets; Oxigraph's parser overflows its stack at some thousands."""
MOST_TOKENS = 32_768

_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(0010[0-9A-Fa-f]{4}|000[0-9A-Fa-f]{5})")
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})
_UPDATES = frozenset(
    "INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Guarded:
    """A query that may go to a worker."""

    text: str
    form: Form
    lasting: bool = True
    """The same query gives the same answer again: it calls no NOW, RAND, UUID or STRUUID."""


def check_query(text: str, query_kb: int) -> Guarded:
    """``text`` with its query form; raises the `ClientFault` that says why it is refused."""
    if found := plain(text, query_kb):
        return found
    check_length(len(text.encode("utf-8", "surrogatepass")), query_kb)
    if "\x00" in text:
        place = place_at(text, text.index("\x00"))
        raise malformed(text, "The query holds a NUL character → remove it.", place)
    form, words = _scan(text)
    if "\\u" in text or "\\U" in text:  # read as SPARQL 1.1 section 19.2 says, escapes undone first
        with contextlib.suppress(QueryMalformed):  # Oxigraph undoes them later: it may be sound
            _scan(_CODEPOINT.sub(_character, text))
    return Guarded(text, form, _VOLATILE.isdisjoint(words))


_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID"})
_BEGINNING = re.compile(
    r"(?:\s*+(?:PREFIX\s++[\w.-]*+:|BASE)\s*+<[^<>\"{}|^`\\\x00-\x20]*+>)*+"
    r"\s*+(SELECT|ASK|CONSTRUCT|DESCRIBE)\b",
    re.ASCII | re.IGNORECASE,
)
_SUSPICIOUS = ("SERVICE", "\\U", "\x00", '"', "'", *sorted(_VOLATILE))


def plain(text: str, query_kb: int) -> Guarded | None:
    """A short query in which nothing is even like what is looked for; most are, and tokens cost."""
    if not is_short(text, query_kb):
        return None
    beginning = _BEGINNING.match(text)
    brackets = text.count("{") + text.count("(") + text.count("[")
    if beginning is None or brackets > DEEPEST:
        return None
    shouted = text.upper()
    for each in _SUSPICIOUS:
        if each in shouted:
            return None
    return Guarded(text, Form[beginning[1].upper()])


def is_short(text: str, query_kb: int) -> bool:
    """Whether ``text`` is short, and surely allowed: a character has four bytes at most."""
    return len(text) <= min(4096, query_kb * 256)


def check_length(length: int, query_kb: int) -> None:
    """Raise `QueryTooLong` when a query of ``length`` bytes is longer than allowed."""
    if length > query_kb * 1024:
        raise QueryTooLong(
            f"The query has {length} bytes, {query_kb * 1024} are allowed → shorten it, "
            "or put long lists of values into several queries."
        )


def _scan(text: str) -> tuple[Form, frozenset[str]]:
    """The query form, and all bare words in upper case; raises why the query is refused.

    One pass without an object for each token: strangers send 32,768 of them.
    """
    depth = count = 0
    form: Form | None = None
    words: set[str] = set()
    after_graph = service_named = False
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        count += 1
        if count > MOST_TOKENS:
            raise _too_many()
        if form is None and (form := _form(kind, match)) is None:
            continue
        if kind == "open":
            depth += 1
            if depth > DEEPEST:
                raise _too_deep()
            if service_named and match["open"] == "{":
                raise FederationRefused(_NO_FEDERATION)
        elif kind == "close":
            depth -= 1
        elif kind == "unclosed":
            raise _unclosed(text, match)
        elif kind == "word":
            word = match["word"].upper()
            words.add(word)
            if "SERVICE" in word:
                raise FederationRefused(_NO_FEDERATION)
        named = kind == "name" and "SERVICE" in match["prefix"].upper()
        service_named = named and not after_graph
        after_graph = kind == "word" and match["word"].upper() == "GRAPH"
    if form is None:
        raise _formless()
    return form, frozenset(words)


def _form(kind: str | None, match: re.Match[str]) -> Form | None:
    """The operation, once the prologue is over; what ``PREFIX`` or ``BASE`` declares is skipped."""
    if kind == "word" and (word := match["word"].upper()) not in _PROLOGUE:
        return _operation(word)
    if kind not in ("word", "name", "iri", "string"):
        raise _formless()
    return None


def _formless() -> QueryMalformed:
    return QueryMalformed(
        "The query has no SELECT, ASK, CONSTRUCT or DESCRIBE → begin with one, after the prefixes."
    )


def _too_many() -> QueryTooComplex:
    return QueryTooComplex(
        f"The query has more than {MOST_TOKENS} tokens → ask in several queries."
    )


def _too_deep() -> QueryTooComplex:
    return QueryTooComplex(f"Brackets are nested more than {DEEPEST} deep → flatten the query.")


def _unclosed(text: str, match: re.Match[str]) -> QueryMalformed:
    place = place_at(text, match.start("unclosed"))
    return malformed(text, "A string in the query has no closing quote → close it.", place)


def _operation(word: str) -> Form:
    if word in _UPDATES:
        raise UpdateRefused(
            f"This service answers queries only; {word} would change the data "
            "→ build a graph of your own to change it."
        )
    # Oxigraph also reads “ASKWHERE”; a word that only begins like a form is its affair.
    for form in Form:
        if word.startswith(form):
            return form
    raise QueryMalformed(
        f"“{word[:40]}” stands where a query form is expected "
        "→ begin with SELECT, ASK, CONSTRUCT or DESCRIBE, after the prefixes."
    )


_NO_FEDERATION = (
    "SERVICE asks other servers, which this one does not → query each server, "
    "or load this project's dump beside the other data."
)


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2], 16))
