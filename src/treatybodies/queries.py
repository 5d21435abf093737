"""Query files: SPARQL with a ``#+`` head in YAML that says what the query is for.

A query with parameters holds a line such as ``VALUES (?body ?date) { (UNDEF UNDEF) }``, the same
in each branch that needs it. As it stands the file is valid SPARQL in which the parameters are
open; `QueryFile.bind` replaces the UNDEFs by typed RDF terms. No value is ever pasted as text:
pyoxigraph writes and escapes the term.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Literal as OneOf

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from treatybodies.errors import Fault, InputFaults, ParameterFault
from treatybodies.namespaces import BASE, XSD
from treatybodies.syntax import PLACE, explain

_OPEN_VALUES = re.compile(r"VALUES\s*\(([^()]*)\)\s*\{\s*\((?:\s*UNDEF)+\s*\)\s*\}")
# The parser in C takes a tenth of the time; it is not in every build of the library.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HEAD_LINE = re.compile(r"^#\+ ?(.*)$")
_PROLOGUE = re.compile(r"\s*(PREFIX\b|#|$)", re.IGNORECASE)


_WRITTEN = {
    "iri": "an IRI or its path, without blanks,",
    "date": "a day such as 2024-02-29",
    "integer": "a whole number in digits",
    "language": "a code of two or three lower-case letters",
    "string": "text",
}
"""What a value of each type looks like."""


class Parameter(BaseModel):
    """One parameter of a query, bound as a typed RDF term."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: OneOf["iri", "date", "integer", "string", "language"]
    description: str
    example: str = Field(coerce_numbers_to_str=True)
    required: bool = True
    base: str = ""
    """For an IRI: the path under the project's base that a value continues, as ``id/body/``."""
    pattern: str = ""
    """Regular expression that a whole value must match."""
    by: str = Field("", pattern=r"^(\?\w+( \S+)?)?$")
    """API queries with an index: the column that holds the value, as ``?class``, or a column and
    the property path from there to the value: ``?class rdfs:subClassOf*``."""

    @property
    def column(self) -> str:
        """The column of the result that ``by`` names, without its question mark."""
        return self.by.partition(" ")[0].removeprefix("?")

    @property
    def along(self) -> str:
        """The property path of ``by``; empty when the column holds the value itself."""
        return self.by.partition(" ")[2]

    def term(self, value: str) -> NamedNode | Literal:
        """``value`` as an RDF term; raises `ParameterFault` when it does not fit the type."""
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise ParameterFault(self.name, f"“{value}” does not match {self.pattern}")
        try:
            return self._typed(value)
        except ValueError as cause:
            what = f"“{value}” is no {self.type}: {_WRITTEN[self.type]} is expected"
            raise ParameterFault(self.name, what) from cause

    def _typed(self, value: str) -> NamedNode | Literal:
        match self.type:
            case "iri":
                whole = value.startswith(BASE + self.base)
                return NamedNode(value if whole else BASE + self.base + value)
            case "date":
                day = date.fromisoformat(value).isoformat()
                return Literal(day, datatype=NamedNode(XSD + "date"))
            case "integer":
                return Literal(str(int(value)), datatype=NamedNode(XSD + "integer"))
            case "language":
                if not re.fullmatch(r"[a-z]{2,3}", value):
                    raise ValueError(value)
                return Literal(value)
            case "string":
                return Literal(value)


class Head(BaseModel):
    """The ``#+`` head of a query file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: str
    """A question, or what the query yields, in one line."""
    description: str
    topic: str = ""
    path: str = ""
    """API queries: the path below ``/api/v1``, its parameters in braces."""
    exists: str = ""
    """API queries: the parameter whose thing must be in the graph, else 404."""
    indexed: OneOf["", "always", "small"] = ""
    """API queries: whether a release keeps all rows, to be found by the parameters with ``by``.

    ``small``: only one that is not large, since the rows grow with what is attached.
    """
    severity: OneOf["violation", "warning", ""] = ""
    """Checks: whether a row stops the build."""
    remedy: str = ""
    """Checks: what a curator does about a row."""
    sets: bool = False
    """Checks: whether it also looks at releases with source sets, where it must be quick."""
    source: str = ""
    """Mappings: the graph of every row, when the table has no ``source`` column."""
    ignored: dict[str, str] = {}
    """Mappings: columns that are not mapped, each with the reason."""
    graph: str = ""
    """Descriptions: the named graph of what the rule yields, as a path below the base IRI."""
    reads: OneOf["graph", "counts", "queries"] = "graph"
    """Descriptions: whether the rule reads the graph, counts of it, or the queries it shows."""
    repeats: str = ""
    """Mappings: why several rows may be about one thing, such as one row for each language."""
    minimum: int | None = None
    """Expectations: the least acceptable count."""
    maximum: int | None = None
    """Expectations: the greatest acceptable count."""
    columns: dict[str, str] = {}
    """Tables of a dump: each column, in order, and what it holds."""
    key: tuple[str, ...] = ()
    """Tables of a dump: the columns that tell rows apart; rows with the same become one."""
    references: dict[str, str] = {}
    """Tables of a dump: column → the column of another table, as ``states.party``."""
    parameters: tuple[Parameter, ...] = ()


class QueryFile:
    """A query file, read and its head checked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self.source = path.read_text(encoding="utf-8")

    @cached_property
    def head(self) -> Head:
        """The head; raises `InputFaults` naming the file when a key is missing or unknown."""
        lines = [match[1] for line in self.source.splitlines() if (match := _HEAD_LINE.match(line))]
        try:
            return Head.model_validate(yaml.load("\n".join(lines), _Loader) or {})
        except (ValidationError, yaml.YAMLError) as cause:
            remedy = "write a head of #+ lines as queries/README.md shows"
            raise InputFaults([Fault(self.path, 1, _in_words(cause), remedy)]) from cause

    @property
    def text(self) -> str:
        """The query without its head."""
        kept = (line for line in self.source.splitlines() if not _HEAD_LINE.match(line))
        return "\n".join(kept).strip() + "\n"

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the open variables of its VALUES line, in order; empty when it has none."""
        found = _OPEN_VALUES.search(self.text)
        return tuple(re.findall(r"[?$](\w+)", found[1])) if found else ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What a SELECT projects, by running it on nothing; raises `InputFaults`."""
        with self.running():
            found = Store().query(self.text)
            if isinstance(found, QuerySolutions):
                return tuple(variable.value for variable in found.variables)
            del found  # only its own thread may drop it, and a fault keeps this frame
            raise TypeError("a SELECT query is expected")

    @cached_property
    def finders(self) -> tuple[Parameter, ...]:
        """The parameters that rows of an index are found by; raises `InputFaults`."""
        found = tuple(each for each in self.head.parameters if each.by)
        for each in found:
            what = f"{each.name} finds rows by “{each.by}”, which is no "
            if not self.head.indexed or each.column not in self.columns:
                remedy = "say “indexed: always”, and name a column that the query gives"
                raise InputFaults([Fault(self.path, 1, what + "column of an index", remedy)])
            try:
                path = each.along or "?any"
                Store().query(f"{split_prologue(self.text)[0]} ASK {{ ?cell {path} ?value }}")
            except SyntaxError as cause:
                remedy = "write one without blanks, with prefixes that the query declares"
                raise InputFaults([Fault(self.path, 1, what + "property path", remedy)]) from cause
        return found

    @cached_property
    def row_key(self) -> str:
        """What each of its rows is found by in the index of a release.

        It changes with the file: a release that was built from another has no rows of this one.
        """
        digest = hashlib.blake2b(self.source.encode(), digest_size=8).hexdigest()
        return f"{self.name} {digest}"

    def row_key_by(self, parameter: str, term: object) -> str:
        """What those rows are found by of which ``parameter`` can be ``term``.

        ``term`` is an RDF term as SPARQL 1.1 TSV results write it.
        """
        return f"{self.row_key} {parameter} {term}"

    def bind(self, values: Mapping[str, str]) -> str:
        """The query with ``values`` bound as typed terms; a missing optional value stays open."""
        terms = {
            parameter.name: str(parameter.term(values[parameter.name]))
            for parameter in self.head.parameters
            if parameter.name in values
        }
        row = " ".join(terms.get(name, "UNDEF") for name in self.variables)
        names = " ".join("?" + name for name in self.variables)
        bound = f"VALUES ({names}) {{ ({row}) }}"
        opened = _OPEN_VALUES.search(self.text)
        # A query that begins from what is given has the line in each of its branches.
        return self.text.replace(opened[0], bound) if opened else self.text

    def about(self, iris: Iterable[str], more: str = "") -> str:
        """The query with its first open variable bound to several IRIs at once.

        ``more`` are the values of its other parameters, as SPARQL writes them.
        """
        opened = f"{{ ({' '.join(['UNDEF'] * len(self.variables))}) }}"
        rows = " ".join(f"({NamedNode(iri)}{more})" for iri in iris)
        return self.text.replace(opened, f"{{ {rows} }}", 1)

    @contextmanager
    def running(self) -> Iterator[None]:
        """While the query runs: raises `InputFaults` when it is none, or one of another form."""
        try:
            yield
        except SyntaxError as cause:
            told = explain(self.text, str(cause))
            what = f"it is no valid SPARQL: {PLACE.sub('', told, count=1)}"
            fault = Fault(self.path, self._line(told), what, "mend the query at this place")
            raise InputFaults([fault]) from cause
        except TypeError as cause:
            what = str(cause).partition(":")[0]
            remedy = "begin it as queries/README.md shows for its folder"
            raise InputFaults([Fault(self.path, 0, what, remedy)]) from cause

    def _line(self, told: str) -> int:
        """The line of the file that is meant; the engine counts without the head. 0 if unknown."""
        place = PLACE.match(told)
        lines = self.source.splitlines()
        head = sum(1 for _ in takewhile(lambda line: _HEAD_LINE.match(line) or not line, lines))
        return head + int(place[1]) if place else 0

    def example(self) -> str:
        """The query bound to its parameters' examples."""
        return self.bind({each.name: each.example for each in self.head.parameters})


def read_queries(folder: Path) -> Iterator[QueryFile]:
    """Every ``.rq`` file of ``folder``, in the order of their names."""
    for path in sorted(folder.glob("*.rq")):
        yield QueryFile(path)


def split_prologue(query: str) -> tuple[str, str]:
    """The PREFIX lines of ``query``, which only stand at its beginning, and the rest."""
    lines = query.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if not _PROLOGUE.match(line))
    return "".join(lines[:start]), "".join(lines[start:]).rstrip() + "\n"


def _in_words(cause: ValidationError | yaml.YAMLError) -> str:
    if isinstance(cause, yaml.YAMLError):
        return f"the head is no valid YAML ({' '.join(str(cause).split())})"
    return "; ".join(
        f"head key “{'.'.join(map(str, each['loc']))}”: {each['msg']}" for each in cause.errors()
    )
