"""Small results of the service's own queries, as Python values."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from fastapi import Request

from treatybodies.namespaces import XSD
from treatybodies.queries import QueryFile, split_prologue
from treatybodies.web import evaluation
from treatybodies.web.formats import Format
from treatybodies.web.leaving import unless_gone
from treatybodies.web.wire import Job

QUERIES = Path(__file__).parent / "queries"
_PAGE = re.compile(r"# PAGE$", re.MULTILINE)
_INTEGERS = frozenset(
    XSD + sign + name
    for sign, names in {
        "": ("integer", "int", "long", "short", "byte"),
        "unsigned": ("Int", "Long", "Short", "Byte"),
        "non": ("NegativeInteger", "PositiveInteger"),
        "positive": ("Integer",),
        "negative": ("Integer",),
    }.items()
    for name in names
)
_NUMBERS = frozenset(XSD + name for name in ("decimal", "double", "float"))


class Term(NamedTuple):
    """One RDF term of a solution; pages make thousands, so it is no dataclass."""

    value: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""

    @property
    def plain(self) -> str | int | float | bool:
        """The value as JSON has it: numbers and booleans typed, the rest a string."""
        try:
            if self.datatype in _INTEGERS:
                return int(self.value)
            if self.datatype in _NUMBERS:
                number = float(self.value)
                # JSON knows neither NaN nor INF: they stay words.
                return number if abs(number) != float("inf") and number == number else self.value
        except ValueError:  # an ill-typed literal is shown as it is written
            return self.value
        if self.datatype == XSD + "boolean" and self.value in ("true", "false", "1", "0"):
            return self.value in ("true", "1")
        return self.value


Solution = Mapping[str, Term]


@dataclass(frozen=True)
class Solutions:
    """A table of solutions: all projected variables, and what each row binds."""

    variables: tuple[str, ...]
    rows: tuple[Solution, ...]


def parse_solutions(body: bytes) -> Solutions:
    """A SPARQL JSON result of a SELECT."""
    document = json.loads(body)
    return _solutions(document["head"]["vars"], document["results"]["bindings"])


def parse_beginning(body: bytes, rows: int, cells: int) -> tuple[Solutions, int]:
    """The first of the solutions, and how many there are.

    ``rows`` at most, and as many as have ``cells`` cells together, but one at least.
    """
    document = json.loads(body)
    variables, bindings = document["head"]["vars"], document["results"]["bindings"]
    most = min(rows, max(1, cells // max(1, len(variables))))
    return _solutions(variables, bindings[:most]), len(bindings)


def _solutions(variables: list[str], bindings: list[dict[str, Mapping[str, str]]]) -> Solutions:
    rows = ({name: _term(binding) for name, binding in row.items()} for row in bindings)
    return Solutions(tuple(variables), tuple(rows))


def parse_boolean(body: bytes) -> bool:
    """A SPARQL JSON result of an ASK."""
    return bool(json.loads(body)["boolean"])


async def select(request: Request, query: str) -> Solutions:
    """The solutions of ``query``."""
    return parse_solutions(await evaluate(request, query))


async def ask(request: Request, query: str) -> bool:
    """Whether ``query`` has a solution."""
    return parse_boolean(await evaluate(request, query))


async def evaluate(request: Request, query: str, chosen: Format = Format.JSON) -> bytes:
    """The result of one of the service's own queries."""
    job = Job(query, chosen.name, request.app.state.settings.query_seconds)
    result = await unless_gone(request, evaluation.evaluate(request, job))
    return bytes(result.read())


def sliced(query: str, limit: int, offset: int) -> str:
    """``query`` with its solutions from ``offset`` on, ``limit`` at most.

    A query that chooses its rows in a subselect is cut there, where it has the line ``# PAGE``.
    """
    cut = f"LIMIT {limit} OFFSET {offset}"
    text, places = _PAGE.subn(cut, query)
    return text if places else f"{query.rstrip()}\n{cut}\n"


def unpaged(query: str) -> str:
    """``query`` without the place where it is cut, for one around it that has its own order."""
    return _PAGE.sub("", query)


def counted(query: str) -> str:
    """A query for the number of solutions of ``query``, as ``?total``."""
    prologue, body = split_prologue(query)
    return f"{prologue}SELECT (COUNT(*) AS ?total) WHERE {{\n{{\n{body}}}\n}}\n"


def own_query(name: str, thing: str) -> str:
    """The query file ``name`` beside this module, bound to the IRI ``thing``."""
    return own_file(name).bind({"thing": thing})


def own_query_about(name: str, things: Sequence[str], more: str = "") -> str:
    """The query file ``name``, bound to several IRIs at once; see `QueryFile.about`."""
    return own_file(name).about(things, more)


_FILES: dict[str, QueryFile] = {}


def own_file(name: str) -> QueryFile:
    """The query file ``name`` beside this module."""
    if name not in _FILES:
        _FILES[name] = QueryFile(QUERIES / f"{name}.rq")
    return _FILES[name]


def _term(binding: Mapping[str, str]) -> Term:
    return Term(
        binding["value"],
        binding["type"] == "uri",
        binding.get("xml:lang", ""),
        binding.get("datatype", ""),
    )
