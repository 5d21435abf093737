"""Paths of any length in a query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treatybodies.remote.mending.constants import Bound, constant_at, constants_of
from treatybodies.remote.mending.places import Edit, Names, edited, group_of, in_graph
from treatybodies.remote.tokens import Token, tokens_of

MOST_MEMBERS = 2000
"""A closure with more members is left to the engine."""


@dataclass(frozen=True)
class Closure:
    """What a path of one property, any number of times, leads to from one thing."""

    query: str
    """Selects the members as ``?member``."""


def closures_of(query: str) -> Iterator[Closure]:
    """The closures from or to one thing that ``query`` asks for."""
    for found in _found_closures(query):
        yield found.closure


def with_closures(query: str, members: Mapping[Closure, tuple[str, ...]]) -> str:
    """``query`` with the members of closures written out, where they are known and not too many."""
    edits = [
        Edit(found.start, found.end, found.written(members[found.closure]))
        for found in _found_closures(query)
        if found.closure in members and len(members[found.closure]) <= MOST_MEMBERS
    ]
    return edited(query, edits)


@dataclass(frozen=True)
class _Found:
    """A triple pattern that is a closure with a constant end."""

    start: int
    end: int
    variable: str
    closure: Closure
    after: str
    """What must follow in its place."""
    before: str
    """What must stand before the members."""
    exists: bool
    """It is in an EXISTS: beside a path, VALUES there make Virtuoso yield one row and no more."""

    def written(self, members: tuple[str, ...]) -> str:
        """What to write instead."""
        iris = [f"<{each}>" for each in members]
        if self.exists:
            return f"{self.before}({self.variable} IN ({', '.join(iris)}))"
        return f"{self.before}VALUES {self.variable} {{ {' '.join(iris)} }} {self.after}"


def _found_closures(query: str) -> Iterator[_Found]:
    tokens = tokens_of(query)
    names = Names.of(tokens)
    constants = list(constants_of(tokens))
    for place, token in enumerate(tokens):
        if token.kind != "sign" or token.text not in ("*", "+") or not 4 <= place < len(tokens) - 3:
            continue
        step = names.iri(tokens[place - 1])
        if step is None or in_graph(tokens, place):
            continue
        if tokens[place - 2].text == "/":
            yield from _behind_a_step(tokens, place, step, names, constants)
            continue
        back = tokens[place - 2].text == "^"
        first = place - 2 - back
        subject, value, after = tokens[first], tokens[place + 1], tokens[place + 2]
        if tokens[first - 1].text not in (".", "{", "}", ")") or after.text == ",":
            continue
        start, end = (constant_at(each, place, constants, names) for each in (subject, value))
        path = f"{'^' if back else ''}<{step}>{token.text}"
        if end and subject.kind == "variable":
            pattern, variable = f"?member {path} <{end}>", subject.text
        elif start and value.kind == "variable":
            pattern, variable = f"<{start}> {path} ?member", value.text
        else:
            continue
        closure = Closure(f"SELECT DISTINCT ?member WHERE {{ {pattern} }}")
        word = tokens[first - 2]
        if word.word == "EXISTS" and after.text == "}" and tokens[first - 3].word != "NOT":
            yield _Found(word.start, after.end, variable, closure, "", "", True)
        elif tokens[first - 1].text == "{" and "}" in (after.text, tokens[place + 3].text):
            continue  # alone in its group, where Virtuoso loses VALUES and finds the path
        elif after.text == ";":
            yield _Found(subject.start, after.end, variable, closure, subject.text, "", False)
        else:
            yield _Found(subject.start, value.end, variable, closure, "", "", False)


def _behind_a_step(
    tokens: list[Token], place: int, step: str, names: Names, constants: list[Bound]
) -> Iterator[_Found]:
    """``?thing first/step* constant`` in an EXISTS, where a variable more is seen by nobody."""
    subject, value, after = tokens[place - 4], tokens[place + 1], tokens[place + 2]
    goal = constant_at(value, place, constants, names)
    word, around = tokens[place - 6].word, tokens[place - 5].text
    if not goal or word != "EXISTS" or around != "{" or after.text != "}":
        return
    pattern = f"?member <{step}>{tokens[place].text} <{goal}>"
    closure = Closure(f"SELECT DISTINCT ?member WHERE {{ {pattern} }}")
    variable = f"?_step{subject.start}"
    start = tokens[place - 2].start
    yield _Found(start, value.end, variable, closure, "", f" {variable} . FILTER", True)


def without_open_paths(query: str) -> str:
    """``query`` without EXISTS for paths of any length to a variable that nothing binds.

    Such a path leads from everything to itself, so that there always is one.
    """
    tokens = tokens_of(query)
    constants = [each for each in constants_of(tokens) if not each.iri]
    edits = [
        Edit(token.start, tokens[place + 6].end, "(1 = 1)")
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
    return edited(query, edits)


def with_long_ways(query: str) -> str:
    """``query`` whose paths of one or more steps, where optional, are one step and any more.

    As they stand, Virtuoso takes such a path for required.
    """
    tokens = tokens_of(query)
    edits: list[Edit] = []
    for place, token in enumerate(tokens[:-1]):
        step = tokens[place - 1]
        if token.text != "+" or token.kind != "sign" or step.kind not in ("name", "iri"):
            continue
        around = group_of(tokens, place)
        if around is not None and tokens[around - 1].word == "OPTIONAL":
            back = "^" if tokens[place - 2].text == "^" else ""
            edits.append(Edit(token.start, token.end, f"/{back}{step.text}*"))
    return edited(query, edits)
