"""Where a query is no SPARQL, and what may stand there, found by asking the engine's own parser.

Oxigraph names the furthest place that it looked at. A keyword that it tries is looked at over its
whole length, so that place may lie fourteen characters behind the fault, and what it lists is what
happens to end there. What it says of a query cut short is exact: a beginning that can be continued
is read to its end. So the first token that nothing can continue is looked for before that place.
"""

import contextlib
import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Store

# Quantifiers are possessive: each alternative reads on or fails, and an opening quote that never
# closes is an error at once, so a scan is linear in the length of the query. A prefix is the one
# part that may be read in vain, so its length is bounded; a longer one is read as bare words.
TOKEN = re.compile(
    r"""
    (?:[\s\ufeff]++ | \#[^\n\r]*+)*+
    (?:
      (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<variable>[?$]\w++)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*+>)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
        | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+')
    | (?P<unclosed>["'])
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<blank>_:[\w.-]*+)
    | (?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?+)
    | (?P<name>(?P<prefix>(?:[^\W\d][\w.-]{0,63}+)?+):(?:[\w.:%-]|\\.)*+)
    | (?P<word>[^\W\d]\w*+)
    | (?P<end>\Z)
    | (?P<other>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
"""One token of a query with the blanks and comments before it; every text is a row of them."""

SECONDS = 0.1
"""Processor time after which the search is given up."""
LONGEST_KEYWORD = len("ENCODE_FOR_URI")
SHOWN = 8
"""More that may stand at a place are not listed."""
SHOWN_LETTERS = 40

_NEVER = "\x01"
"""A character that no query has outside its strings."""
_BLANKS = " " * (LONGEST_KEYWORD + 2)
PLACE = re.compile(r"error at (\d+):(\d+): ?")
"""How Oxigraph names a place: line and column from 1, in characters."""
_LISTED = re.compile(
    r"""
      (?P<sign>"(?:[^"\\]|\\.)*+")
    | \[ (?:[^\]'] | '(?:[^'\\]|\\.)*+')*+ \]  # characters, as in ['0' ..= '9' | '_']
    | (?P<words>[^\s,"\[][^,"\[]*+)
    """,
    re.VERBOSE,
)
"""One of what the parser lists."""
_NO_IRI = "IRI parsing failed"
_PLAIN = {
    _NO_IRI: "this is no IRI → write it without blanks and brackets",
    "Prefix not found": "this prefix is not declared → declare it with PREFIX",
    (
        "The VALUES clause rows should have exactly the same number of values as there are "
        "variables. To set a value to undefined use UNDEF."
    ): "a row of VALUES has not a value for each variable → write UNDEF for what is open",
    "The SELECT contains a variable that is unbound": (
        "SELECT names a variable that has no single value for each group "
        "→ name it in GROUP BY, or aggregate it"
    ),
}
"""What the parser lists as if it were expected → the same in plainer words."""


class Group(NamedTuple):
    """What is listed piece by piece, and said at once."""

    name: str
    signs: frozenset[str]
    """It may stand there when all of these are listed."""
    others: frozenset[str] = frozenset()
    """What is said with it when it is listed."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_GROUPS = (
    Group(
        "an RDF term or a variable",
        _words(r'"?" "<" ":" "\""'),
        _words(r'"$" "\"\"\"" "_:" "[" "+" "-" "." "false" "true" ' + """ "'" "'''" """),
    ),
    Group(
        "an operator",
        _words('"&&" "||"'),
        _words('"=" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" IN NOT'),
    ),
    Group(
        "a clause such as FILTER",
        _words("FILTER OPTIONAL MINUS BIND"),
        _words('GRAPH SERVICE VALUES "{"'),
    ),
    Group("an IRI or a name with a prefix", _words('"<" ":"')),
    Group("a prefix and a colon", _words('":"')),
    Group("a variable", _words('"?" "$"')),
)
"""Each is looked for in what those before it have left."""
_NEWER = _words('"<<" "<<(" "{|" "~" VERSION LATERAL')
"""What SPARQL 1.1 does not have."""


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


def place_at(text: str, offset: int) -> Place:
    """The place of the character ``offset`` of ``text``."""
    before = text.rfind("\n", 0, offset)
    return Place(text.count("\n", 0, offset) + 1, offset - before)


class Complaint(NamedTuple):
    """What the parser says of a text."""

    place: Place | None
    listed: frozenset[str]
    """What it would read there, as it writes it, without classes of characters."""
    rest: str
    """The message, where it lists nothing."""

    @property
    def sentence(self) -> str | None:
        """What is wrong beyond the grammar, in plain words."""
        if self.rest:
            return self.rest
        found = sorted(each for each in self.listed if " " in each and each[0] != '"')
        return _PLAIN.get(found[0], found[0]) if found else None


def read_complaint(message: str) -> Complaint:
    """The parts of a parser's ``message``.

    >>> read_complaint("error at 1:6: expected one of OPTIONAL, ['%'], Prefix not found").sentence
    'this prefix is not declared → declare it with PREFIX'
    """
    found = PLACE.match(message)
    place = Place(int(found[1]), int(found[2])) if found else None
    told = message[found.end() :] if found else message
    if not told.startswith("expected "):
        return Complaint(place, frozenset(), told)
    listed = _LISTED.finditer(told.removeprefix("expected ").removeprefix("one of "))
    named = (each["sign"] or each["words"] or "" for each in listed)
    return Complaint(place, frozenset(filter(None, map(str.strip, named))), "")


def explain(text: str, message: str, base: str | None = None) -> str:
    """What is wrong with ``text``, which the parser refused with ``message``.

    In the parser's form, “error at 2:14: …”; its own place is kept where none is found.
    """
    complaint = read_complaint(message)
    if found := _Search(text, base).find(complaint):
        offset, told = found
        return _at(place_at(text, offset), told)
    told = complaint.sentence or "the query is no SPARQL near this place"
    return told if complaint.place is None else _at(complaint.place, told)


class _Search:
    """Looks for the first token of a query that nothing can continue."""

    def __init__(self, text: str, base: str | None) -> None:
        self._text = text
        self._base = base
        self._nothing = Store()
        self._deadline = time.process_time() + SECONDS

    def find(self, complaint: Complaint) -> tuple[int, str] | None:
        """Where it begins, and what is wrong with it; None when it is not found in time.

        It is at or before the complaint's place, and at the end when the query lacks its rest.
        """
        # Escapes of code points are undone before the parser counts places.
        if complaint.place is None or "\\u" in self._text or "\\U" in self._text:
            return None
        furthest = _offset(self._text, complaint.place)
        ends = [0, *_ends(self._text)]
        first = max(1, bisect_right(ends, furthest - LONGEST_KEYWORD))
        last = min(len(ends), bisect_right(ends, furthest) + 1)
        with contextlib.suppress(TimeoutError):
            number = bisect_left(ends, True, first, last, key=self._is_astray)
            if number < last:
                return self._judge(ends[number - 1], ends[number])
            if last == len(ends) and not complaint.sentence:
                return ends[-1], f"the query ends too early{self._instead(ends[-1])}"
        return None

    def _judge(self, before: int, end: int) -> tuple[int, str]:
        """The same of the token that ends at ``end``, after the one that ends at ``before``."""
        match = TOKEN.match(self._text, before)
        assert match is not None
        begin = match.start(match.lastgroup or 0)
        complaint = self._complaint(self._text[:end])
        if _NO_IRI in complaint.listed:  # what is read as one may hold blanks
            begin = max(self._text.rfind("<", 0, end), 0)
        token = _shortened(self._text[begin:end])
        told = complaint.sentence or f"“{token}” is not expected here{self._instead(before)}"
        return begin, told

    def _instead(self, before: int) -> str:
        """What may stand after the token that ends at ``before``, as the rest of a sentence."""
        words = []
        with contextlib.suppress(TimeoutError):
            words = _in_words(self._may_follow(self._text[:before]))
        return f" → what may stand here: {', '.join(words)}" if words else ""

    def _is_astray(self, end: int) -> bool:
        """Whether nothing can continue the query's beginning: it is not read up to its end."""
        cut = self._text[:end] + _BLANKS
        place = self._complaint(cut + _NEVER).place
        return place is not None and place < place_at(cut, len(cut))

    def _may_follow(self, before: str) -> frozenset[str]:
        """All that the parser would read after ``before``: a keyword shows at its own length."""
        found = {each for each in self._listed_at_end(before + " ") if each[0] == '"'}
        for length in range(2, LONGEST_KEYWORD + 1):
            listed = self._listed_at_end(f"{before} {_NEVER * length}")
            found |= {each for each in listed if len(each) == length and each[0] != '"'}
        return frozenset(found)

    def _listed_at_end(self, text: str) -> frozenset[str]:
        """What would be read at the end of ``text``, and before it over its whole length."""
        complaint = self._complaint(text)
        at_end = complaint.place == place_at(text, len(text))
        return complaint.listed if at_end else frozenset()

    def _complaint(self, text: str) -> Complaint:
        """What the parser says of ``text``, which is no query; raises `TimeoutError`."""
        if time.process_time() > self._deadline:
            raise TimeoutError
        try:
            self._nothing.query(text, base_iri=self._base)
        except SyntaxError as cause:
            return read_complaint(str(cause))
        return Complaint(None, frozenset(), "")


def _offset(text: str, place: Place) -> int:
    """The number of characters of ``text`` before ``place``."""
    lines = text.split("\n")[: place.line - 1]
    return sum(len(line) + 1 for line in lines) + place.column - 1


def _ends(text: str) -> Iterator[int]:
    """Where each token ends, but none that is one sign with what follows: ``^^``, ``!=``."""
    for match in TOKEN.finditer(text):
        end = match.end()
        if match.lastgroup == "end":
            return
        glued = match.lastgroup == "other" and match["other"] not in ",;.*"
        if not glued or text[end : end + 1].isspace() or end == len(text):
            yield end


def _in_words(listed: frozenset[str]) -> list[str]:
    """What may follow, as a person would say it; nothing when it is too much."""
    if "ABS" in listed:
        return ["an expression"]
    left = listed - _NEWER
    words = []
    for group in _GROUPS:
        if group.signs <= left:
            words.append(group.name)
            left -= group.signs | group.others
    words += [f"“{each[1:-1]}”" if each[0] == '"' else each for each in sorted(left)]
    words = [each for each in words if "\\" not in each]  # within a string
    return words if len(words) <= SHOWN else []


def _at(place: Place, told: str) -> str:
    return f"error at {place.line}:{place.column}: {told}"


def _shortened(token: str) -> str:
    return token if len(token) <= SHOWN_LETTERS else f"{token[:SHOWN_LETTERS]}…"
