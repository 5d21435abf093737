"""CSV tables to quads: each row a node with a string per cell, mapped by the CONSTRUCT beside it.

A table ``name.csv`` stands beside ``name.schema.json`` (Table Schema, checked by Frictionless) and
``name.rq`` (its mapping). A mapping reads cells as ``?row col:<column> ?value`` and says in its
template which thing the row is about: ``?row row:yields ?thing``. The ``source`` column, or
``source:`` in the mapping's head, names the graph the row's statements go into.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frictionless import Package, Resource, Schema
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from treatybodies.errors import Fault, InputFaults
from treatybodies.namespaces import graph_name
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile
from treatybodies.store import construct

COLUMN = "urn:treatybodies:column:"
ROW = "urn:treatybodies:row:"
YIELDS = NamedNode(ROW + "yields")
SOURCES = "sources"

_COLUMN_READ = re.compile(r"\bcol:(\w+)")
_REMEDIES = {
    "type-error": "write the value in the form the table's schema.json gives for this column",
    "constraint-error": "use a value that the table's schema.json allows for this column",
    "primary-key": "keep one row for this key, or correct the key of the other",
    "foreign-key": "correct the code, or add its row to the table it refers to",
    "extra-cell": "remove the cell, or put quotation marks around a cell that holds a comma",
    "missing-cell": "fill the row up to the last column; leave empty cells between commas",
    "blank-row": "delete the empty row",
    "blank-header": "give the file a header line with the columns of its schema.json",
    "extra-label": "delete the column, or declare it in schema.json and read it in the mapping",
    "missing-label": "add the column that schema.json declares",
    "incorrect-label": "name the column as schema.json does, in the same order",
    "duplicate-label": "name each column once",
}


@dataclass(frozen=True)
class Table:
    """One table with its parts; ``rows`` are (line, column → cell), empty cells left out."""

    path: Path
    mapping: QueryFile
    columns: frozenset[str]
    """Those that its schema declares."""
    separators: dict[str, str]
    rows: tuple[tuple[int, dict[str, str]], ...]

    def graph(self, row: dict[str, str]) -> str:
        """The name of the graph that the row's statements go into."""
        return row.get("source") or self.mapping.head.source


def read_tables(garden: Garden) -> Iterator[Quad]:
    """The quads of all tables; raises `InputFaults` with every fault of every table at once.

    Tables in folders are what imports go by: they are checked, and give no quads.
    """
    paths = sorted(garden.tables.glob("*.csv"))
    faults = [fault for path in paths for fault in _check_parts(path)]
    imports = sorted(garden.tables.glob("*/*.csv"))
    faults += [fault for path in imports for fault in _check_schema(path)]
    if not faults:
        faults = _check_against_schemas(paths)
        faults += _check_against_schemas(imports) if imports else []
    if faults:
        raise InputFaults(faults)
    tables = [read_table(path) for path in paths]
    known = _keys(tables)
    quads: list[Quad] = []
    for table in tables:
        try:
            faults.extend(_check_mapping(table, known))
            quads.extend(_map_table(table, faults))
        except InputFaults as cause:  # the mapping cannot be read, or run
            faults.extend(cause.faults)
    if faults:
        raise InputFaults(faults)
    yield from quads


def _check_parts(path: Path) -> Iterator[Fault]:
    """Faults that keep a table from being read at all."""
    data = path.read_bytes()
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = data.count(b"\n", 0, cause.start) + 1
        yield Fault(path, line, f"byte {data[cause.start]:#x} is not UTF-8", "save it as UTF-8")
    if not data.strip():
        yield Fault(path, 0, "the table is empty", "write its header and rows, or delete the file")
    if not path.with_suffix(".rq").is_file():
        remedy = f"write {path.stem}.rq as data/README.md shows"
        yield Fault(path, 0, "the table has no mapping", remedy)
    yield from _check_schema(path)


def _check_schema(path: Path) -> Iterator[Fault]:
    if not path.with_suffix(".schema.json").is_file():
        remedy = f"write {path.stem}.schema.json as data/README.md shows"
        yield Fault(path, 0, "the table has no schema", remedy)


def _check_against_schemas(paths: list[Path]) -> list[Fault]:
    """What Frictionless finds: form of the file, types, codes, keys between tables."""
    report = Package(resources=[_resource(path) for path in paths]).validate()
    files = {path.stem: path for path in paths}
    # An error outside every task means that tables were not looked at.
    general = [_fault(paths[0].parent, error) for error in report.errors]
    assert general or len(report.tasks) == len(paths), report
    return general + [
        _fault(files[task.name], error) for task in report.tasks for error in task.errors
    ]


def _resource(path: Path) -> Resource:
    return Resource(
        name=path.stem,
        path=path.name,
        basepath=str(path.parent),
        schema=read_schema(path),
        format="csv",
        encoding="utf-8-sig",
    )


def read_schema(path: Path) -> Schema:
    """The Table Schema beside the table at ``path``."""
    return Schema.from_descriptor(json.loads(path.with_suffix(".schema.json").read_bytes()))


def _fault(path: Path, error: Any) -> Fault:
    remedy = _REMEDIES.get(error.type, "see the table's schema.json")
    line = getattr(error, "row_number", 0) or (1 if "label" in error.type else 0)
    return Fault(path, line, error.message, remedy, getattr(error, "field_name", "") or "")


def read_table(path: Path) -> Table:
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    rows = [
        (reader.line_num, {name: cell for name, cell in row.items() if cell.strip()})
        for row in reader
    ]
    fields = read_schema(path).fields
    columns = frozenset(field.name for field in fields)
    separators = {
        field.name: field.custom["separator"] for field in fields if "separator" in field.custom
    }
    return Table(path, QueryFile(path.with_suffix(".rq")), columns, separators, tuple(rows))


def _keys(tables: list[Table]) -> frozenset[str]:
    """The graph names that the register of sources describes."""
    register = [table for table in tables if table.path.stem == SOURCES]
    return frozenset(row["graph"] for table in register for _, row in table.rows)


def _check_mapping(table: Table, known: frozenset[str]) -> Iterator[Fault]:
    """Columns nobody reads, columns read that are not there, and sources nobody describes."""
    columns = {name for _, row in table.rows for name in row}
    read = set(_COLUMN_READ.findall(table.mapping.text))
    head = table.mapping.head
    for name in sorted(columns - read - set(head.ignored) - {"source"}):
        remedy = "read it as col:… in the mapping, or list it under ignored: with the reason"
        yield Fault(table.path, 1, "no mapping reads this column", remedy, name)
    for name in sorted(read - table.columns):
        remedy = "mend the name, or declare the column in schema.json"
        yield Fault(table.mapping.path, 0, f"col:{name} is no column of the table", remedy)
    for line, row in table.rows:
        if table.graph(row) not in known:
            what = f"source “{table.graph(row)}” is not described"
            yield Fault(table.path, line, what, f"add its row to {SOURCES}.csv", "source")


def _map_table(table: Table, faults: list[Fault]) -> Iterator[Quad]:
    """The table's quads, graph by graph; rows that yield nothing are added to ``faults``."""
    groups: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for line, row in table.rows:
        groups[table.graph(row)].append((line, row))
    lines_of: dict[str, list[int]] = defaultdict(list)
    for graph, rows in sorted(groups.items()):
        for triple in map_rows(table, rows):
            if triple.predicate == YIELDS:
                lines_of[str(triple.object)].append(_line(triple.subject))
            else:
                yield Quad(triple.subject, triple.predicate, triple.object, graph_name(graph))
    faults.extend(_check_yield(table, lines_of))


def _line(row: object) -> int:
    """The line number in the IRI of a row."""
    return int(str(row).strip("<>").removeprefix(ROW))


def map_rows(table: Table, rows: list[tuple[int, dict[str, str]]]) -> Iterator[Triple]:
    """The mapping's CONSTRUCT over the rows' cells."""
    store = Store()
    store.bulk_extend(
        Quad(NamedNode(f"{ROW}{line}"), NamedNode(COLUMN + name), Literal(value))
        for line, row in rows
        for name, cell in row.items()
        for value in _values(cell, table.separators.get(name))
    )
    with table.mapping.running():
        yield from construct(store, table.mapping.text)


def _values(cell: str, separator: str | None) -> Iterator[str]:
    parts = cell.split(separator) if separator else [cell]
    yield from (part.strip() for part in parts if part.strip())


def _check_yield(table: Table, lines_of: dict[str, list[int]]) -> Iterator[Fault]:
    """Each row is about one thing, and no two rows are about the same one."""
    found = {line for lines in lines_of.values() for line in lines}
    for line, _ in table.rows:
        if line not in found:
            remedy = "fill the cells that the mapping needs, or mend the mapping's patterns"
            yield Fault(table.path, line, "the mapping makes nothing of this row", remedy)
    for thing, lines in lines_of.items():
        if len(lines) > 1 and not table.mapping.head.repeats:
            places = ", ".join(map(str, sorted(lines)))
            what = f"rows {places} are all about {thing}"
            yield Fault(table.path, min(lines), what, "keep one row for each thing")
