"""Pages of curated queries from the row index of a release: `treatybodies.pipeline.row_index`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results
from tantivy import Occur, Order, Query

from treatybodies.namespaces import XSD
from treatybodies.queries import QueryFile
from treatybodies.store import ROWS
from treatybodies.web.aside import aside
from treatybodies.web.indexes import opened
from treatybodies.web.releases import serving
from treatybodies.web.solutions import Solutions, Term


@dataclass(frozen=True)
class Kept:
    """Some rows of a query, and how many fit in all."""

    rows: Solutions
    total: int


async def kept_rows(
    request: Request,
    query: QueryFile,
    values: Mapping[str, str],
    rows: slice,
) -> Kept | None:
    """Those ``rows`` of ``query`` among all that fit ``values``.

    None when an engine must find them: the query is not indexed, rows cannot be told by a parameter
    that is given, or the release was built without an index or from another query file.
    """
    folder = serving(request).release.folder / ROWS
    keys = keys_of(query, values)
    if not keys or not folder.is_dir():
        return None
    return await aside(request, lambda: read_rows(folder, keys, query.columns, rows))


def keys_of(query: QueryFile, values: Mapping[str, str]) -> tuple[str, ...]:
    """What the rows are found by that fit ``values``; empty when the index cannot tell."""
    given = [each for each in query.head.parameters if each.name in values]
    if not query.head.indexed or not all(each.by for each in given):
        return ()
    terms = (query.row_key_by(each.name, each.term(values[each.name])) for each in given)
    return (query.row_key, *terms)


def read_rows(
    folder: Path, keys: Sequence[str], variables: Sequence[str], rows: slice
) -> Kept | None:
    """Those ``rows`` in the index in ``folder`` that are found by all ``keys``.

    None when nothing is found by the first of them, the query's own.
    """
    searcher, index = opened(folder)
    whole = searcher.doc_freq("found_by", keys[0])
    if not whole:
        return None
    terms = (Query.term_query(index.schema, "found_by", each) for each in keys)
    result = searcher.search(
        Query.boolean_query([(Occur.Must, each) for each in terms]),
        limit=rows.stop - rows.start,
        order_by_field="place",
        offset=min(rows.start, whole),  # so much room is made, whatever a client writes
        order=Order.Asc,
    )
    lines = (bytes(searcher.doc(address).to_dict()["row"][0]) for _, address in result.hits)
    total: int = result.count  # type: ignore[attr-defined]  # the library's stubs forget it
    return Kept(_solutions(lines, variables), total)


def _solutions(lines: Iterable[bytes], variables: Sequence[str]) -> Solutions:
    table = b"\n".join([b"\t".join(b"?" + each.encode() for each in variables), *lines, b""])
    parsed = parse_query_results(table, format=QueryResultsFormat.TSV)
    assert isinstance(parsed, QuerySolutions)
    rows = (zip(variables, row, strict=True) for row in parsed)
    return Solutions(
        tuple(variables),
        tuple({name: _term(value) for name, value in row if value is not None} for row in rows),
    )


def _term(value: object) -> Term:
    if isinstance(value, NamedNode):
        return Term(value.value, True)
    assert isinstance(value, Literal), "a curated query gives no blank nodes"
    # As the JSON results have it: what is plain has no datatype.
    plain = value.language is not None or value.datatype.value == XSD + "string"
    return Term(value.value, False, value.language or "", "" if plain else value.datatype.value)
