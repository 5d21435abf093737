"""What is refused before any parser sees a query, by a tokenizer that cannot backtrack.

Oxigraph reads keywords without word boundaries: ``trueSERVICE<…>`` and ``service:x{…}`` are
federated queries to it even when a prefix ``service:`` is declared. So a bare word that merely
contains the keyword is refused, and so is such a prefix directly before a brace.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from treatybodies.errors import (
    FederationRefused,
    QueryMalformed,
    QueryTooComplex,
    QueryTooLong,
    UpdateRefused,
)
from treatybodies.web.formats import Form

DEEPEST = 64
"""Nesting of brackets; Oxigraph's parser overflows its stack at some thousands."""
MOST_TOKENS = 32_768

# Quantifiers are possessive: each alternative reads on or fails, and an opening quote that never
# closes is an error at once, so a scan is linear in the length of the query. A prefix is the one
# part that may be read in vain, so its length is bounded; a longer one is read as bare words.
_TOKEN = re.compile(
    r"""
    (?P<space>[\s\ufeff]++ | \#[^\n\r]*+)
  | (?P<iri><[^<>"{}|^`\x00-\x20]*+>)
  | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
      | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+')
  | (?P<unclosed>["'])
  | (?P<variable>[?$]\w++)
  | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<blank>_:[\w.-]*+)
  | (?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?+)
  | (?P<name>(?P<prefix>(?:[^\W\d][\w.-]{0,63}+)?+):(?:[\w.:%-]|\\.)*+)
  | (?P<word>[^\W\d]\w*+)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
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
    lasting: bool
    """The same query gives the same answer again: it calls no NOW, RAND, UUID or STRUUID."""


@dataclass(frozen=True)
class Token:
    """One token: the name of its kind in the grammar above, and its text."""

    kind: str
    text: str
    prefix: str | None = None


def check_query(text: str, query_kb: int) -> Guarded:
    """``text`` with its query form; raises the `ClientFault` that says why it is refused."""
    check_length(len(text.encode("utf-8", "surrogatepass")), query_kb)
    if "\x00" in text:
        raise QueryMalformed("The query holds a NUL character → remove it.")
    tokens = list(_tokens(text))
    _check_nesting(tokens)
    form = _form(tokens)
    _check_federation(tokens)
    if "\\u" in text or "\\U" in text:  # read as SPARQL 1.1 section 19.2 says, escapes undone first
        with contextlib.suppress(QueryMalformed):  # Oxigraph undoes them later: it may be sound
            _check_federation(_tokens(_CODEPOINT.sub(_character, text)))
    return Guarded(text, form, _VOLATILE.isdisjoint(_words(tokens)))


_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID"})


def check_length(length: int, query_kb: int) -> None:
    """Raise `QueryTooLong` when a query of ``length`` bytes is longer than allowed."""
    if length > query_kb * 1024:
        raise QueryTooLong(
            f"The query has {length} bytes, {query_kb * 1024} are allowed → shorten it, "
            "or put long lists of values into several queries."
        )


def _tokens(text: str) -> Iterator[Token]:
    count = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        if kind == "unclosed":
            raise QueryMalformed("A string in the query has no closing quote → close it.")
        count += 1
        if count > MOST_TOKENS:
            raise QueryTooComplex(
                f"The query has more than {MOST_TOKENS} tokens → ask in several queries."
            )
        yield Token("name" if kind == "prefix" else kind, match[0], match["prefix"])


def _check_nesting(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > DEEPEST:
            raise QueryTooComplex(
                f"Brackets are nested more than {DEEPEST} deep → flatten the query."
            )


def _form(tokens: list[Token]) -> Form:
    """The operation after the prologue: what a ``PREFIX`` or ``BASE`` declares is skipped."""
    for token in tokens:
        if token.kind != "word" or token.text.upper() in _PROLOGUE:
            if token.kind in ("word", "name", "iri", "string"):
                continue
            break
        return _operation(token.text.upper())
    raise QueryMalformed(
        "The query has no SELECT, ASK, CONSTRUCT or DESCRIBE → begin with one, after the prefixes."
    )


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


def _check_federation(tokens: "list[Token] | Iterator[Token]") -> None:
    before, pending = "", False
    for token in tokens:
        if pending and token.text == "{":
            raise FederationRefused(_NO_FEDERATION)
        if token.kind == "word" and _names_service(token.text):
            raise FederationRefused(_NO_FEDERATION)
        pending = token.kind == "name" and _names_service(token.prefix or "") and before != "GRAPH"
        before = token.text.upper()


_NO_FEDERATION = (
    "SERVICE asks other servers, which this one does not → query each server, "
    "or load this project's dump beside the other data."
)


def _names_service(word: str) -> bool:
    return "SERVICE" in word.upper()


def _words(tokens: list[Token]) -> frozenset[str]:
    return frozenset(token.text.upper() for token in tokens if token.kind == "word")


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2], 16))
