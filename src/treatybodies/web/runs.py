"""A query file run with the values of a request: filters, order, pages, and the table it gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Request

from treatybodies.errors import ParameterFault
from treatybodies.queries import QueryFile, split_prologue
from treatybodies.web.labels import Labels, read_labels
from treatybodies.web.pages import with_parameters
from treatybodies.web.paging import Paging
from treatybodies.web.row_index import Kept, kept_rows
from treatybodies.web.sections import FACT, Section
from treatybodies.web.solutions import (
    counted,
    select,
    sliced,
    unpaged,
)

ROWS = 100
OWN = ("lang", "page", "sort", "format")
"""Parameters of every table, beside those of its query."""


@dataclass(frozen=True)
class Run:
    """A page of the solutions of a query, ready to be shown."""

    section: Section
    labels: Labels
    paging: Paging
    sorts: dict[str, str]
    """Column → URL that sorts by it, the other way round if it is sorted by it now."""
    sorted_by: dict[str, str]
    """The column it is sorted by → ascending or descending."""
    shown: tuple[str, ...]


def values_of(request: Request, query: QueryFile) -> dict[str, str]:
    """What the request gives for the parameters of ``query``; an empty field counts as left open.

    Raises `ParameterFault` for a value that does not fit, and for a parameter that is not known.
    """
    known = {each.name: each for each in query.head.parameters}
    values: dict[str, str] = {}
    for name in dict.fromkeys(request.query_params):
        if name not in known and name not in OWN:
            allowed = ", ".join([*known, *OWN])
            raise ParameterFault(name, f"“{name[:60]}” is no parameter here → use: {allowed}.")
        given = request.query_params.getlist(name)
        if len(given) > 1:
            raise ParameterFault(name, f"{name} is given {len(given)} times → give it once.")
        if name in known and given[0]:
            known[name].term(given[0])
            values[name] = given[0]
    return values


def ordered(query: str, variables: Iterable[str], sort: str) -> str:
    """The bound ``query``, sorted by the variable that ``sort`` names; a minus turns it round."""
    name = sort.removeprefix("-")
    if not sort:
        return query
    if name not in set(variables):
        raise ParameterFault("sort", f"there is no column “{name[:40]}” → use one of those shown.")
    prologue, body = split_prologue(unpaged(query))
    direction = f"DESC(?{name})" if sort.startswith("-") else f"ASC(?{name})"
    rest = " ".join(f"?{each}" for each in variables if each != name)
    return f"{prologue}SELECT * WHERE {{\n{{\n{body}}}\n}}\nORDER BY {direction} {rest}\n"


async def run(
    request: Request,
    query: QueryFile,
    values: Mapping[str, str],
    parameters: Mapping[str, str],
    language: str,
    number: int,
    names: Mapping[str, str],
) -> Run:
    """Page ``number`` of ``query`` with ``values``; ``names`` give a column's sorting variable."""
    sort = request.query_params.get("sort", "")
    bound, variables = query.bind(values), query.columns
    text = ordered(bound, variables, sort)
    shown = slice((number - 1) * ROWS, number * ROWS)
    found = None if sort else await kept_rows(request, query, values, shown)
    if found is None:
        found = await _evaluated(request, bound, text, shown)
    head = query.head
    section = Section(query.name, head.summary, head.description, text, found.rows, False)
    labels = await read_labels(request, section.mentioned, language)
    path = request.url.path
    kept = {**parameters, "sort": sort, "lang": request.query_params.get("lang", "")}
    sorts = {name: _sort_url(path, kept, names.get(name, name)) for name in variables}
    by = {name: _direction(sort) for name in variables if names.get(name, name) == sort.strip("-")}
    paging = Paging(path, kept, number, ROWS, found.total)
    return Run(section, labels, paging, sorts, by, _shown(section, labels))


async def _evaluated(request: Request, bound: str, text: str, rows: slice) -> Kept:
    """Those ``rows`` of ``text``, which is ``bound`` in some order, and how many it has."""
    found = await select(request, sliced(text, rows.stop - rows.start, rows.start))
    (total,) = (await select(request, counted(bound))).rows
    return Kept(found, int(total["total"].value))


def _sort_url(path: str, kept: Mapping[str, str], name: str) -> str:
    turned = f"-{name}" if kept["sort"] == name else name
    return with_parameters(path, {**kept, "sort": turned})


def _direction(sort: str) -> str:
    return "descending" if sort.startswith("-") else "ascending"


def _shown(section: Section, labels: Labels) -> tuple[str, ...]:
    """The columns without those that only repeat the label of a linked thing."""
    return tuple(
        name for name in section.columns if name != FACT and not _repeats(section, name, labels)
    )


def _repeats(section: Section, name: str, labels: Labels) -> bool:
    if name.endswith("Name") and name.removesuffix("Name") in section.columns:
        return True
    return all(
        row[name].value in {labels[each.value].text for each in row.values() if each.is_iri}
        for row in section.solutions.rows
        if name in row and not row[name].is_iri
    ) and not any(name in row and row[name].is_iri for row in section.solutions.rows)
