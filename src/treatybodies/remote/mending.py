"""Changes to a query's text that leave its meaning and suit an engine that reads it otherwise.

Every function takes a query that a real parser has accepted and gives one back. What they do not
recognise they leave alone: then the engine says what it thinks of it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from treatybodies.remote.tokens import Token, closing, tokens_of

XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MOST_MEMBERS = 2000
"""A closure with more members is left to the engine."""
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_TRUTHS = frozenset(
    {
        *("BOUND", "EXISTS", "NOT", "TRUE", "FALSE", "SAMETERM", "LANGMATCHES", "REGEX"),
        *("ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC"),
        *("CONTAINS", "STRSTARTS", "STRENDS"),
    }
)
_COMPARISONS = frozenset({"||", "&&", "=", "!=", "<", ">", "<=", ">="})


@dataclass(frozen=True)
class Closure:
    """What a path of one property, any number of times, leads to from one thing."""

    query: str
    """Selects the members as ``?member``."""


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


def _edited(query: str, edits: list[_Edit]) -> str:
    parts, last = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += [query[last : edit.start], edit.text]
        last = edit.end
    return "".join([*parts, query[last:]])


def with_booleans(query: str) -> str:
    """``query`` whose computed truth values are typed as such, not as the numbers 0 and 1.

    Only what the query yields is typed: within it, a typed value is not the same as its like.
    """
    tokens = tokens_of(query)
    first, last = _projection(tokens)
    edits: list[_Edit] = []
    inner: set[str] = set()
    for place, token in enumerate(tokens):
        if token.word != "AS" or (opening := _opening(tokens, place)) is None:
            continue
        expression = tokens[opening + 1 : place]
        if not _is_truth(expression):
            continue
        if first <= place < last:
            start, end = expression[0].start, expression[-1].end
            edits += [_Edit(start, start, f"<{XSD_BOOLEAN}>("), _Edit(end, end, ")")]
        else:
            inner.add(tokens[place + 1].text[1:])
    for place, token in enumerate(tokens):
        if token.kind != "variable" or (name := token.text[1:]) not in inner:
            continue
        typed = f"(<{XSD_BOOLEAN}>(?{name}{_INNER}) AS ?{name})"
        yielded = first <= place < last and _opening(tokens, place) is None
        edits.append(_Edit(token.start, token.end, typed if yielded else f"?{name}{_INNER}"))
    return _edited(query, edits)


_INNER = "_truth"


def _projection(tokens: list[Token]) -> tuple[int, int]:
    """Where the variables stand that a SELECT query yields; nowhere in another query."""
    form = next(place for place, token in enumerate(tokens) if token.word in _FORMS)
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
    return tokens[place].text == "{" and _opening(tokens[form:], place - form) is None


def with_sorting(query: str) -> str:
    """``query`` whose rows are sorted by the text of terms, and by the value of numbers.

    Virtuoso sorts long texts, and those with a language, by when they were stored.
    """
    tokens = tokens_of(query)
    edits: list[_Edit] = []
    for place, token in enumerate(tokens[:-1]):
        if token.word == "ORDER" and tokens[place + 1].word == "BY":
            made = _made_here(tokens, place)
            for start, end, variable, direction in _sorted_by(tokens, place + 2):
                if variable[1:] not in made:
                    edits.append(_Edit(start, end, _keys(variable, direction)))
    return _edited(query, edits)


def _keys(variable: str, direction: str) -> str:
    number = f"IF(isNumeric({variable}), {variable}, 0)"
    return f"{direction}({number}) {direction}(STR({variable}))"


def _sorted_by(tokens: list[Token], place: int) -> Iterator[tuple[int, int, str, str]]:
    """The conditions of an ORDER BY that are a variable: start, end, variable, direction."""
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "variable":
            yield token.start, token.end, token.text, "ASC"
            place += 1
        elif token.word in ("ASC", "DESC"):
            end = closing(tokens, place + 1)
            if end == place + 3:
                yield token.start, tokens[end].end, tokens[place + 2].text, token.word
            place = end + 1
        elif token.text == "(":
            place = closing(tokens, place) + 1
        elif token.kind in ("name", "iri") or (token.kind == "word" and _is_call(tokens, place)):
            place = closing(tokens, place + 1) + 1
        else:
            return


def _is_call(tokens: list[Token], place: int) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1].text == "("


def _made_here(tokens: list[Token], place: int) -> set[str]:
    """The variables that the SELECT of an ORDER BY makes: no expression there may use them."""
    around = _group(tokens, place)
    first = 0 if around is None else around
    made: set[str] = set()
    for index in range(first, place):
        if tokens[index].word == "AS" and (opening := _opening(tokens, index)) is not None:
            own = _group(tokens, index) == around
            is_bind = tokens[opening - 1].word == "BIND"
            if own and not is_bind:
                made.add(tokens[index + 1].text[1:])
    return made


def _opening(tokens: list[Token], place: int) -> int | None:
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


def _is_truth(expression: list[Token]) -> bool:
    """Whether an expression yields a truth value, as far as its form tells."""
    if not expression:
        return False
    top = list(_top(expression))
    if any(
        (token.kind == "sign" and token.text in _COMPARISONS) or token.word == "IN" for token in top
    ):
        return True
    first = expression[0]
    if first.kind == "sign" and first.text == "!":
        return True
    if first.word in _TRUTHS:
        return True
    if first.kind == "sign" and first.text == "(" and closing(expression, 0) == len(expression) - 1:
        return _is_truth(expression[1:-1])
    if first.word in ("IF", "COALESCE"):
        given = _arguments(expression)
        return any(_is_truth(each) for each in given[first.word == "IF" :])
    return False


def _top(expression: list[Token]) -> Iterator[Token]:
    """The tokens outside all brackets."""
    depth = 0
    for token in expression:
        text = token.text if token.kind == "sign" else ""
        depth -= text in (")", "}", "]")
        if depth == 0:
            yield token
        depth += text in ("(", "{", "[")


def _arguments(call: list[Token]) -> list[list[Token]]:
    """The arguments of a function call."""
    given: list[list[Token]] = [[]]
    depth = 0
    for token in call[2 : closing(call, 1)]:
        text = token.text if token.kind == "sign" else ""
        if text == "," and depth == 0:
            given.append([])
            continue
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        given[-1].append(token)
    return given


def with_hidden_graphs(query: str, hidden: Collection[str]) -> str:
    """``query`` whose variables for graphs never stand for those of ``hidden``."""
    tokens = tokens_of(query)
    names = ", ".join(f"<{each}>" for each in hidden)
    edits: list[_Edit] = []
    for place, token in enumerate(tokens[:-3]):
        variable, brace, after = tokens[place + 1 : place + 4]
        if token.word != "GRAPH" or variable.kind != "variable":
            continue
        edits.append(_Edit(token.start, token.start, f"FILTER({variable.text} NOT IN ({names})) "))
        if brace.text == "{" and after.text == "}":  # the names of all graphs
            start = token.start
            every = f"{{ SELECT DISTINCT {variable.text} WHERE {{ GRAPH {variable.text} "
            edits += [
                _Edit(start, variable.end, every),
                _Edit(brace.end, brace.end, " ?_s ?_p ?_o "),
                _Edit(after.end, after.end, " } }"),
            ]
    return _edited(query, edits)


def with_named_dataset(query: str, nowhere: str) -> str:
    """``query`` with a dataset of its own, of which each part that it leaves out is empty."""
    tokens = tokens_of(query)
    clauses = [place for place, token in enumerate(tokens) if token.word == "FROM"]
    named = [place for place in clauses if tokens[place + 1].word == "NAMED"]
    missing = ""
    if not named:
        missing = f" FROM NAMED <{nowhere}>"
    elif len(named) == len(clauses):
        missing = f" FROM <{nowhere}>"
    last = tokens[clauses[-1] + (2 if clauses[-1] in named else 1)]
    return _edited(query, [_Edit(last.end, last.end, missing)])


def with_datatypes(query: str, renamed: Mapping[str, str]) -> str:
    """``query`` in which the IRIs of ``renamed`` are others."""
    tokens = tokens_of(query)
    prefixes = _prefixes(tokens)
    edits = [
        _Edit(token.start, token.end, f"<{renamed[iri]}>")
        for token in tokens
        if (iri := _iri(token, prefixes)) is not None and iri in renamed
    ]
    return _edited(query, edits)


def as_probe(query: str) -> str | None:
    """For a query that yields a graph: one that yields a short row for each of its solutions."""
    tokens = tokens_of(query)
    form = next(place for place, token in enumerate(tokens) if token.word in _FORMS)
    word = tokens[form].word
    if word not in ("CONSTRUCT", "DESCRIBE"):
        return None
    start = tokens[form].start
    if word == "CONSTRUCT" and tokens[form + 1].text == "{":
        end = tokens[closing(tokens, form + 1)].end
        return _edited(query, [_Edit(start, end, "SELECT (1 AS ?_)")])
    if word == "CONSTRUCT":
        return _edited(query, [_Edit(start, tokens[form].end, "SELECT (1 AS ?_)")])
    rest = next((t for t in tokens[form:] if t.word in ("WHERE", "FROM") or t.text == "{"), None)
    if rest is None:  # only things by name
        return None
    return _edited(query, [_Edit(start, rest.start, "SELECT (1 AS ?_) ")])


def closures_of(query: str) -> Iterator[Closure]:
    """The closures from or to one thing that ``query`` asks for."""
    for found in _found_closures(query):
        yield found.closure


def with_closures(query: str, members: Mapping[Closure, tuple[str, ...]]) -> str:
    """``query`` with the members of closures written out, where they are known and not too many."""
    edits = [
        _Edit(found.start, found.end, found.written(members[found.closure]))
        for found in _found_closures(query)
        if found.closure in members and len(members[found.closure]) <= MOST_MEMBERS
    ]
    return _edited(query, edits)


@dataclass(frozen=True)
class _Found:
    """A triple pattern that is a closure with a constant end."""

    start: int
    end: int
    variable: str
    closure: Closure
    after: str
    """What must follow in its place."""
    exists: bool
    """It is all that an EXISTS asks for; the place is the whole of that."""

    def written(self, members: tuple[str, ...]) -> str:
        """What to write instead."""
        if self.exists:
            return f"({self.variable} IN ({', '.join(f'<{each}>' for each in members)}))"
        row = " ".join(f"<{each}>" for each in members)
        return f"VALUES {self.variable} {{ {row} }} {self.after}"


def _found_closures(query: str) -> Iterator[_Found]:
    tokens = tokens_of(query)
    prefixes = _prefixes(tokens)
    constants = list(_constants(tokens))
    for place, token in enumerate(tokens):
        if token.kind != "sign" or token.text != "*" or not 4 <= place < len(tokens) - 2:
            continue
        step = _iri(tokens[place - 1], prefixes)
        if step is None or _in_graph(tokens, place):
            continue
        back = tokens[place - 2].text == "^"
        first = place - 2 - back
        subject, value, after = tokens[first], tokens[place + 1], tokens[place + 2]
        if tokens[first - 1].text not in (".", "{", "}", ")") or after.text == ",":
            continue
        start, end = (_constant(each, place, constants, prefixes) for each in (subject, value))
        path = f"{'^' if back else ''}<{step}>*"
        if end and not start and subject.kind == "variable":
            pattern, variable = f"?member {path} <{end}>", subject.text
        elif start and not end and value.kind == "variable":
            pattern, variable = f"<{start}> {path} ?member", value.text
        else:
            continue
        closure = Closure(f"SELECT DISTINCT ?member WHERE {{ {pattern} }}")
        word = tokens[first - 2]
        if word.word == "EXISTS" and after.text == "}" and tokens[first - 3].word != "NOT":
            yield _Found(word.start, after.end, variable, closure, "", True)
        elif after.text == ";":
            yield _Found(subject.start, after.end, variable, closure, subject.text, False)
        else:
            yield _Found(subject.start, value.end, variable, closure, "", False)


def without_open_paths(query: str) -> str:
    """``query`` without EXISTS for paths of any length to a variable that nothing binds.

    Such a path leads from everything to itself, so that there always is one.
    """
    tokens = tokens_of(query)
    constants = [each for each in _constants(tokens) if not each.iri]
    edits = [
        _Edit(token.start, tokens[place + 6].end, "(1 = 1)")
        for place, token in enumerate(tokens[:-6])
        if token.word == "EXISTS"
        and tokens[place - 1].word != "NOT"
        and tokens[place + 4].text == "*"
        and tokens[place + 6].text == "}"
        and any(
            bound.variable == tokens[place + 5].text and bound.first < place < bound.last
            for bound in constants
        )
    ]
    return _edited(query, edits)


def with_long_ways(query: str) -> str:
    """``query`` whose paths of one or more steps, where optional, are one step and any more.

    As they stand, Virtuoso takes such a path for required.
    """
    tokens = tokens_of(query)
    edits: list[_Edit] = []
    for place, token in enumerate(tokens[:-1]):
        step = tokens[place - 1]
        if token.text != "+" or token.kind != "sign" or step.kind not in ("name", "iri"):
            continue
        around = _group(tokens, place)
        if around is not None and tokens[around - 1].word == "OPTIONAL":
            back = "^" if tokens[place - 2].text == "^" else ""
            edits.append(_Edit(token.start, token.end, f"/{back}{step.text}*"))
    return _edited(query, edits)


@dataclass(frozen=True)
class _Bound:
    """A variable that VALUES binds to one IRI, or leaves open, in a part of the query."""

    variable: str
    iri: str
    """Empty where it is left open."""
    first: int
    last: int
    """Indexes of the brackets around the group."""


def _constants(tokens: list[Token]) -> Iterator[_Bound]:
    """The variables of every VALUES with one row, each with the group where they hold."""
    prefixes = _prefixes(tokens)
    for place, token in enumerate(tokens):
        if token.word != "VALUES":
            continue
        opening = next(n for n in range(place, len(tokens)) if tokens[n].text == "{")
        names = [each.text for each in tokens[place:opening] if each.kind == "variable"]
        rows = tokens[opening + 1 : closing(tokens, opening)]
        cells = [each for each in rows if each.text not in ("(", ")")]
        first = _group(tokens, place)
        if first is None or sum(each.text == "(" for each in rows) > 1:
            continue
        cells = _without_datatypes(cells)
        if len(cells) != len(names):
            continue
        for name, cell in zip(names, cells, strict=True):
            iri = _iri(cell, prefixes)
            if iri is not None or cell.word == "UNDEF":
                yield _Bound(name, iri or "", first, closing(tokens, first))


def _without_datatypes(cells: list[Token]) -> list[Token]:
    """Terms as one token each."""
    kept: list[Token] = []
    typed = False
    for cell in cells:
        if cell.text == "^^":
            typed = True
        elif typed:
            typed = False
        elif cell.kind != "tag":
            kept.append(cell)
    return kept


def _constant(
    token: Token, place: int, constants: list[_Bound], prefixes: Mapping[str, str]
) -> str:
    """The IRI that a token stands for at ``place``; empty for none."""
    if token.kind != "variable":
        return _iri(token, prefixes) or ""
    here = (b for b in constants if b.variable == token.text and b.first < place < b.last)
    return next((bound.iri for bound in here), "")


def _group(tokens: list[Token], place: int) -> int | None:
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


def _in_graph(tokens: list[Token], place: int) -> bool:
    """Whether ``place`` stands in a named graph."""
    around = _group(tokens, place)
    while around is not None:
        if around >= 2 and tokens[around - 2].word == "GRAPH":
            return True
        around = _group(tokens, around)
    return False


def _prefixes(tokens: list[Token]) -> dict[str, str]:
    return {
        tokens[place + 1].text.removesuffix(":"): tokens[place + 2].text[1:-1]
        for place, token in enumerate(tokens)
        if token.word == "PREFIX"
    }


def _iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that a token writes; None for another token."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name" and not token.text.startswith("_:"):
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + local.replace("\\", "") if prefix in prefixes else None
    return None
