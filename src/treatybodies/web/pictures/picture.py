"""What all pictures have in common.

The queries of pictures name things in English, and so do the CSV files; pages and drawings name
them in the reader's language.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.labels import Label, Labels, read_labels
from treatybodies.web.languages import label_language
from treatybodies.web.pictures.values import Values
from treatybodies.web.solutions import Solution, Solutions, own_file, select


@dataclass(frozen=True)
class Cell:
    """A cell of a picture's table."""

    label: Label
    iri: str = ""
    kind: str = ""
    """``day`` where the text is one."""


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

    name: Label
    """What it is a picture of."""
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

    iri: str
    code: str
    """What it is called in short, where it is."""
    name: Label

    @property
    def value(self) -> str:
        """What stands for it in addresses."""
        return _last(self.iri)

    @property
    def full(self) -> Label:
        """Its code and name."""
        return (
            Label(f"{self.code}, {self.name.text}", self.name.language) if self.code else self.name
        )

    @property
    def short(self) -> Label:
        """Its code, or its name."""
        return Label(self.code) if self.code else self.name


async def choices(request: Request, name: str) -> list[Choice]:
    """The things of the own query ``name``, to choose from, by code or name."""
    rows = (await select(request, own_file(name).text)).rows
    names = await names_in(request, rows, "thing")
    there = (_choice(row, names) for row in rows)
    return sorted(there, key=lambda each: each.full.text.casefold())


def _choice(row: Solution, names: Labels) -> Choice:
    iri = row["thing"].value
    return Choice(iri, row["code"].value if "code" in row else "", names[iri])


def chosen(there: Sequence[Choice], value: str) -> Choice:
    """The one of ``there`` that ``value`` names; what is not among them is called by its code."""
    last = _last(value)
    return next((each for each in there if each.value == last), Choice(value, "", Label(last)))


async def names_in(request: Request, rows: Iterable[Solution], *variables: str) -> Labels:
    """What the things that ``variables`` hold are called in the reader's language."""
    iris = {row[name].value for row in rows for name in variables if name in row}
    return await read_labels(request, iris, label_language(request))


def table(
    found: Solutions, columns: Mapping[str, tuple[str, str]], names: Labels, most: int = 1000
) -> Table:
    """The solutions as a table; ``columns``: heading → variable of the text, and of the IRI.

    Where there is no variable of the text, or it holds a name in a language, the cell has the
    name of the IRI from ``names``.
    """
    rows = [
        [_cell(row, text, iri, names) for text, iri in columns.values()]
        for row in found.rows[:most]
    ]
    return Table(tuple(columns), rows, len(found.rows))


def _cell(row: Solution, text: str, iri: str, names: Labels) -> Cell:
    thing = row[iri].value if iri in row else ""
    if not text:
        return Cell(names[thing], thing)
    if text not in row:
        return Cell(Label(""))
    kind = "day" if row[text].datatype.endswith("#date") else ""
    return Cell(name_of(row, text, thing, names), thing, kind)


def name_of(row: Solution, text: str, thing: str, names: Labels) -> Label:
    """The name of ``thing``; of what the query has no name for, such as a symbol, what it has."""
    own = row[text]
    return names[thing] if own.language and thing in names else Label(own.value, own.language)


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
