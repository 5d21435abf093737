"""What all pictures have in common."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.pictures.values import Values
from treatybodies.web.solutions import QUERIES, Solutions, select


@dataclass(frozen=True)
class Cell:
    """A cell of a picture's table."""

    text: str
    iri: str = ""


@dataclass(frozen=True)
class Table:
    """The data of a picture, as its page shows it."""

    headings: tuple[str, ...]
    rows: list[list[Cell]]
    total: int
    """Rows there are, when not all are shown."""


@dataclass(frozen=True)
class Drawing:
    """One picture for given values: what its template needs."""

    title: str
    description: str
    """What the picture shows, for those who do not see it."""
    table: Table
    shapes: Mapping[str, Any]
    query: str


Draw = Callable[[Request, QueryFile, Values], Awaitable[Drawing]]
Defaults = Callable[[Request], Mapping[str, str]]


@dataclass(frozen=True)
class Picture:
    """A kind of picture."""

    name: str
    title: str
    summary: str
    draw: Draw
    example: str = ""
    """Query string of an example."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Parameters beside those of the query, with the pattern of their values."""
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """An option of a form."""

    value: str
    text: str
    iri: str


async def choices(request: Request, name: str) -> list[Choice]:
    """The things of the own query ``name``, to choose from."""
    found = await select(request, QueryFile(QUERIES / f"{name}.rq").text)
    return [
        Choice(_last(row["thing"].value), _choice(row), row["thing"].value) for row in found.rows
    ]


def table(found: Solutions, columns: Mapping[str, tuple[str, str]], most: int = 1000) -> Table:
    """The solutions as a table; ``columns``: heading → variable of the text, and of the IRI."""
    rows = [
        [Cell(_text(row, text), _text(row, iri)) for text, iri in columns.values()]
        for row in found.rows[:most]
    ]
    return Table(tuple(columns), rows, len(found.rows))


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row[name].value) if name in row else ""


def _choice(row: Mapping[str, Any]) -> str:
    name = _text(row, "name")
    return f"{_text(row, 'code')}, {name}" if "code" in row else name


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
