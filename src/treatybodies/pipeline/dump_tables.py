"""The tables of a release: CSV files, and a data package (Frictionless) that describes them.

A file of ``queries/dumps`` is a table. Rows with the same key are one row: where a column has
several values, they stand in one cell. A column's type is that of its values.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, Store

from treatybodies.errors import Fault, InputFaults
from treatybodies.namespaces import BASE, XSD
from treatybodies.queries import QueryFile, read_queries

PACKAGE = "datapackage.json"
SEPARATOR = " | "
_TYPES = {
    XSD + "date": "date",
    XSD + "dateTime": "datetime",
    XSD + "time": "time",
    XSD + "gYear": "year",
    XSD + "gYearMonth": "yearmonth",
    XSD + "integer": "integer",
    XSD + "decimal": "number",
    XSD + "double": "number",
    XSD + "boolean": "boolean",
    XSD + "duration": "duration",
}
_URI = "uri"
Cell = tuple[str, str]
"""The text of a value and its type."""


@dataclass
class Column:
    """What a table says of one column; ``kinds`` fills while the rows are written."""

    name: str
    description: str
    kinds: set[str] = field(default_factory=set)
    several: bool = False

    def schema(self) -> dict[str, str]:
        """The field of the Table Schema."""
        described = f"{self.description}; several with “{SEPARATOR}” between"
        text = {"name": self.name, "description": described if self.several else self.description}
        kind = next(iter(self.kinds)) if len(self.kinds) == 1 and not self.several else "string"
        return text | ({"type": "string", "format": "uri"} if kind == _URI else {"type": kind})


def write_tables(folder: Path, store: Store, queries: Path, version: str) -> list[Path]:
    """Write a CSV file for each query of ``queries``, and the package; the CSV files.

    Without a query there is no package: an empty one is not valid. Raises `InputFaults`.
    """
    found = list(read_queries(queries))
    if not found:
        return []
    folder.mkdir()
    names = {query.name for query in found}
    resources = [_resource(folder, query, store, names) for query in found]
    package = {
        "profile": "tabular-data-package",
        "name": "treatybodies",
        "id": BASE,
        "title": "The United Nations human-rights treaty bodies",
        "description": "Tables of the published view, made of the same statements as its RDF.",
        "homepage": BASE,
        "version": version,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / PACKAGE).write_text(text, encoding="utf-8")
    return [folder / each["path"] for each in resources]


def _resource(folder: Path, query: QueryFile, store: Store, tables: set[str]) -> dict[str, Any]:
    solutions = _solutions(query, store)
    columns = [Column(name, query.head.columns[name]) for name in query.head.columns]
    path = folder / f"{query.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)  # RFC 4180: lines end with CRLF
        writer.writerow([each.name for each in columns])
        writer.writerows(_rows(solutions, query.head.key, columns))
    return {
        "profile": "tabular-data-resource",
        "name": query.name,
        "title": query.head.summary,
        "description": " ".join(query.head.description.split()),
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": _schema(query, columns, tables),
    }


def _schema(query: QueryFile, columns: Sequence[Column], tables: set[str]) -> dict[str, Any]:
    """A column with several values in a cell refers to none of them as a whole."""
    single = {each.name for each in columns if not each.several}
    references = {
        name: target.split(".")
        for name, target in query.head.references.items()
        if name in single and target.split(".")[0] in tables
    }
    return {
        "fields": [each.schema() for each in columns],
        "primaryKey": list(query.head.key),
        "foreignKeys": [
            {"fields": name, "reference": {"resource": table, "fields": column}}
            for name, (table, column) in references.items()
        ],
        "missingValues": [""],
    }


def _rows(
    solutions: Iterable[QuerySolution], key: Sequence[str], columns: Sequence[Column]
) -> Iterator[list[str]]:
    def key_of(solution: QuerySolution) -> list[str]:
        return [str(solution[name]) for name in key]

    for _, group in groupby(solutions, key_of):
        together = list(group)
        yield [_cell(column, together) for column in columns]


def _cell(column: Column, solutions: Iterable[QuerySolution]) -> str:
    values = {_value(each[column.name]) for each in solutions} - {("", "")}
    column.kinds |= {kind for _, kind in values}
    column.several |= len(values) > 1
    return SEPARATOR.join(sorted(text for text, _ in values))


def _value(term: object) -> Cell:
    match term:
        case None:
            return "", ""
        case NamedNode():
            return term.value, _URI
        case Literal():
            return term.value, _TYPES.get(term.datatype.value, "string")
    raise TypeError(f"a table holds IRIs and literals: {term}")


def _solutions(query: QueryFile, store: Store) -> QuerySolutions:
    """The rows of the query; raises `InputFaults` when its head does not describe its columns."""
    names = query.columns
    if names != tuple(query.head.columns):
        raise _fault(query, f"its columns are {', '.join(names)}; the head says otherwise")
    if not query.head.key or not {*query.head.key, *query.head.references} <= set(names):
        raise _fault(query, "its key and its references are columns of it")
    found = store.query(query.text)
    assert isinstance(found, QuerySolutions)  # as it was to tell its columns
    return found


def _fault(query: QueryFile, what: str) -> InputFaults:
    return InputFaults([Fault(query.path, 1, what, "mend it as queries/README.md shows")])
