"""The row index of a release: all rows of the curated queries that say ``indexed``, in their order.

A page of such a query is then read, where an engine would have to sort everything to find it. A row
is found by the query's parameters, each of which says with ``by`` what its value is of a row: a
column, or what a path leads to from one. The rows are those the query gives with all parameters
open, as lines of SPARQL 1.1 TSV results. They depend on the graph alone, the files that Tantivy
makes of them do not: the manifest lists no digest of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store
from tantivy import Document, Schema, SchemaBuilder

from treatybodies.pipeline.search import write_documents
from treatybodies.queries import Parameter, QueryFile, read_queries, split_prologue

AT_ONCE = 5_000
"""So many values of a column are looked up by one query."""


@dataclass(frozen=True)
class Entry:
    """One row of a query's result."""

    found_by: tuple[str, ...]
    place: int
    """Rows before it in the result."""
    row: str
    """Its line of the TSV results."""


def write_row_index(folder: Path, store: Store, queries: Path, large: bool) -> int:
    """Write the index of the rows of ``queries`` over ``store`` to ``folder``; how many.

    ``large`` tells whether this is a large release, where some are left to the engine.
    """
    kept = ("always",) if large else ("always", "small")
    entries = (
        entry
        for query in read_queries(queries)
        if query.head.indexed in kept
        for entry in read_entries(store, query)
    )
    return write_documents(folder, _schema(), map(_document, entries))


def read_entries(store: Store, query: QueryFile) -> Iterator[Entry]:
    """The rows of ``query`` over ``store`` in their order, with what each is found by.

    Raises `InputFaults` when the query or what it says of its rows is not sound.
    """
    names, by = query.columns, query.finders
    # A parameter that is open may give a row again for each of its values.
    rows = list(dict.fromkeys(_rows(store, query.text)))
    places = [names.index(each.column) for each in by]
    values = [
        _values(store, query, parameter, {row[place] for row in rows})
        for parameter, place in zip(by, places, strict=True)
    ]
    for number, row in enumerate(rows):
        found_by = [query.row_key]
        for parameter, place, of_cell in zip(by, places, values, strict=True):
            found_by += (query.row_key_by(parameter.name, term) for term in of_cell[row[place]])
        yield Entry(tuple(found_by), number, "\t".join(row))


def _values(
    store: Store, query: QueryFile, parameter: Parameter, cells: Iterable[str]
) -> dict[str, list[str]]:
    """Cell of the parameter's column → the terms that the parameter finds it by."""
    filled = sorted(cell for cell in cells if cell)
    if not parameter.along:
        return defaultdict(list, {cell: [cell] for cell in filled})
    found: dict[str, list[str]] = defaultdict(list)
    prologue = split_prologue(query.text)[0]
    for start in range(0, len(filled), AT_ONCE):
        some = " ".join(filled[start : start + AT_ONCE])
        pattern = f"VALUES ?cell {{ {some} }} ?cell {parameter.along} ?value ."
        text = f"{prologue}SELECT DISTINCT ?cell ?value WHERE {{ {pattern} }}"
        for cell, value in _rows(store, text):
            found[cell].append(value)
    return found


def _rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT query, of terms as TSV results write them; empty where unbound."""
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    text = solutions.serialize(format=QueryResultsFormat.TSV)
    assert text is not None
    # Line ends and tabs within a term are escaped; other separators of lines are no separators.
    return [tuple(line.split("\t")) for line in text.decode().split("\n")[1:-1]]


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("found_by", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("place", fast=True, indexed=False)
    builder.add_bytes_field("row", stored=True, indexed=False)
    return builder.build()


def _document(entry: Entry) -> Document:
    document = Document()
    for each in entry.found_by:
        document.add_text("found_by", each)
    document.add_unsigned("place", entry.place)
    document.add_bytes("row", entry.row.encode())
    return document
