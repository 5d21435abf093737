"""A query as tokens, for finding places in it: it has been parsed by a real parser before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The guard's tokenizer in `web` defends itself against strangers; what comes here is sound.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+ | \#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:_|[^\W\d_][\w.-]*)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)
    | (?P<word>[^\W\d]\w*)
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<sign>&&|\|\||!=|<=|>=|\^\^|.)
    """,
    re.VERBOSE | re.DOTALL,
)


FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


@dataclass(frozen=True)
class Token:
    """One token that is neither space nor comment."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """A keyword in upper case; empty for everything else."""
        return self.text.upper() if self.kind == "word" else ""


def tokens_of(query: str) -> list[Token]:
    """The tokens of ``query`` in their order."""
    return list(_tokens(query))


def _tokens(query: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(query):
        if (kind := match.lastgroup) and kind != "space":
            yield Token(kind, match[0], match.start(), match.end())


def form_of(query: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE."""
    return next(token.word for token in _tokens(query) if token.word in FORMS)


def has_dataset(query: str) -> bool:
    """Whether ``query`` says itself which graphs it asks."""
    return any(token.word == "FROM" for token in tokens_of(query))


def names_graphs(query: str) -> bool:
    """Whether ``query`` asks named graphs."""
    return any(token.word == "GRAPH" for token in tokens_of(query))


def closing(tokens: list[Token], opening: int) -> int:
    """The index of the bracket that closes the one at ``opening``."""
    depth = 0
    for index in range(opening, len(tokens)):
        text = tokens[index].text if tokens[index].kind == "sign" else ""
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        if text and depth == 0:
            return index
    raise ValueError("a bracket is not closed")
