"""The sections of a page: tables that queries give, chosen by the classes of the thing.

``queries/sections/<Class>/<nn>-<name>.rq`` is a section of every thing of that class or of one
below it; its summary is the heading, its one parameter is called ``thing``. Each variable is a
column. A variable ``fact`` is not shown: it names the thing on whose evidence the row rests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from fastapi import Request

from treatybodies.namespaces import GRAPH
from treatybodies.queries import QueryFile, read_queries
from treatybodies.web.cells import is_number
from treatybodies.web.classes import with_superclasses
from treatybodies.web.solutions import QUERIES, Solutions, select, sliced

SECTIONS = QUERIES / "sections"
FACT = "fact"
SPANNING = 2
"""How many columns may have cells that span several rows."""
ROWS = 200
"""Rows of a section on the page of a thing; the section's own pages have the rest."""


@dataclass(frozen=True)
class Section:
    """One section of one thing: what it is called, and its rows."""

    name: str
    heading: str
    note: str
    query: str
    solutions: Solutions
    more: bool

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The variables that are shown: those that some row binds."""
        bound = set().union(*self.solutions.rows)
        return tuple(each for each in self.solutions.variables if each in bound and each != FACT)

    @cached_property
    def numeric(self) -> set[str]:
        """The columns that hold nothing but numbers."""
        rows = self.solutions.rows
        return {
            name
            for name in self.columns
            if all(is_number(row[name]) for row in rows if name in row)
        }

    @cached_property
    def spans(self) -> list[dict[str, int]]:
        """For each row, how many rows each of its first cells spans: 0 where one above goes on.

        Of the first columns but the last, as many as ``SPANNING`` go on while they stay the same.
        """
        leading = self.columns[:-1][:SPANNING]
        spans: list[dict[str, int]] = []
        starts: dict[str, int] = {}
        for place, row in enumerate(self.solutions.rows):
            above = self.solutions.rows[place - 1] if place else {}
            same = place > 0
            spans.append({})
            for name in leading:
                same = same and name in row and row[name] == above.get(name)
                spans[place][name] = 0 if same else 1
                starts[name] = starts[name] if same else place
                spans[starts[name]][name] += int(same)
        return spans

    @cached_property
    def facts(self) -> set[str]:
        """The things on whose evidence the rows rest."""
        return {row[FACT].value for row in self.solutions.rows if FACT in row}

    @property
    def mentioned(self) -> set[str]:
        """The IRIs that the rows show."""
        shown = set(self.columns)
        cells = (cell for row in self.solutions.rows for cell in row.items())
        return {term.value for name, term in cells if term.is_iri and name in shown}


def sections_of(ontology: Path, iri: str, classes: Iterable[str]) -> list[QueryFile]:
    """The section queries for the thing ``iri`` of ``classes``, in the order of their numbers."""
    names = [_local_name(each) for each in with_superclasses(ontology, classes)]
    if iri.startswith(GRAPH):
        names.append("Graph")
    found = [query for name in names for query in _folder(name)]
    return sorted(
        dict.fromkeys(found), key=lambda each: (names.index(each.path.parent.name), each.name)
    )


async def read_section(
    request: Request, query: QueryFile, iri: str, rows: int = ROWS, offset: int = 0
) -> Section:
    """The rows of ``query`` about the thing ``iri`` from ``offset`` on."""
    bound = query.bind({"thing": iri})
    solutions = await select(request, sliced(bound, rows + 1, offset))
    return Section(
        name=query.name.partition("-")[2],
        heading=query.head.summary,
        note=query.head.description,
        query=bound,
        solutions=Solutions(solutions.variables, solutions.rows[:rows]),
        more=len(solutions.rows) > rows,
    )


@cache
def _folder(name: str) -> tuple[QueryFile, ...]:
    return tuple(read_queries(SECTIONS / name)) if (SECTIONS / name).is_dir() else ()


def _local_name(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]
