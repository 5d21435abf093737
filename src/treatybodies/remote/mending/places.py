"""Places in a query: its groups and brackets, what it yields, how it abbreviates IRIs."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from treatybodies.remote.tokens import FORMS, Token, tokens_of


@dataclass(frozen=True)
class Edit:
    start: int
    end: int
    text: str


def edited(query: str, edits: list[Edit]) -> str:
    parts, last = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += [query[last : edit.start], edit.text]
        last = edit.end
    return "".join([*parts, query[last:]])


def opening_of(tokens: list[Token], place: int) -> int | None:
    """The bracket in which the token at ``place`` stands; None when it is no round one."""
    depth = 0
    for index in range(place - 1, -1, -1):
        text = tokens[index].text if tokens[index].kind == "sign" else ""
        if text in (")", "}", "]"):
            depth += 1
        elif text in ("(", "{", "["):
            if depth == 0:
                return index if text == "(" else None
            depth -= 1
    return None


def group_of(tokens: list[Token], place: int) -> int | None:
    """The index of the brace that opens the group around ``place``."""
    depth = 0
    for index in range(place - 1, -1, -1):
        text = tokens[index].text if tokens[index].kind == "sign" else ""
        depth += text == "}"
        if text == "{":
            if depth == 0:
                return index
            depth -= 1
    return None


def in_graph(tokens: list[Token], place: int) -> bool:
    """Whether ``place`` stands in a named graph."""
    around = group_of(tokens, place)
    while around is not None:
        if around >= 2 and tokens[around - 2].word == "GRAPH":
            return True
        around = group_of(tokens, around)
    return False


def projection_of(tokens: list[Token]) -> tuple[int, int]:
    """Where the variables stand that a SELECT query yields; nowhere in another query."""
    form = next(place for place, token in enumerate(tokens) if token.word in FORMS)
    if tokens[form].word != "SELECT":
        return form, form
    end = next(
        place
        for place in range(form, len(tokens))
        if tokens[place].word in ("FROM", "WHERE") or _is_at_top(tokens, form, place)
    )
    return form + 1, end


def _is_at_top(tokens: list[Token], form: int, place: int) -> bool:
    """Whether the brace at ``place`` opens the query's own pattern."""
    return tokens[place].text == "{" and opening_of(tokens[form:], place - form) is None


@dataclass(frozen=True)
class Names:
    """How a query abbreviates IRIs."""

    prefixes: Mapping[str, str]
    base: str

    @classmethod
    def of(cls, tokens: list[Token]) -> "Names":
        """What the prologue says."""
        base = ""
        prefixes: dict[str, str] = {}
        for place, token in enumerate(tokens):
            if token.word in FORMS:
                break
            if token.word == "BASE":
                base = _absolute(base, tokens[place + 1].text[1:-1])
            elif token.word == "PREFIX":
                name, space = tokens[place + 1].text, tokens[place + 2].text[1:-1]
                prefixes[name.removesuffix(":")] = _absolute(base, space)
        return cls(prefixes, base)

    def iri(self, token: Token) -> str | None:
        """The IRI that a token writes; None for another token."""
        if token.kind == "iri":
            return _absolute(self.base, token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        if token.kind == "name" and prefix in self.prefixes:
            return self.prefixes[prefix] + local.replace("\\", "")
        return None


def with_one_base(query: str) -> str:
    """``query`` whose prologue names one base, before its prefixes, which are absolute."""
    tokens = tokens_of(query)
    form = next(place for place, token in enumerate(tokens) if token.word in FORMS)
    bases = [place for place in range(form) if tokens[place].word == "BASE"]
    if len(bases) < 2:
        return query
    names = Names.of(tokens)
    edits = [Edit(tokens[0].start, tokens[0].start, f"BASE <{names.base}>\n")]
    edits += [Edit(tokens[each].start, tokens[each + 1].end, "") for each in bases]
    for place in range(form):
        if tokens[place].word == "PREFIX":
            name, space = tokens[place + 1].text.removesuffix(":"), tokens[place + 2]
            edits.append(Edit(space.start, space.end, f"<{names.prefixes[name]}>"))
    return edited(query, edits)


def _absolute(base: str, written: str) -> str:
    """The IRI ``written``; joining would change an absolute one that ends with “#”."""
    return written if ":" in written.split("/")[0] else urljoin(base, written)
