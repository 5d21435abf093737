"""Queries whose rows a release keeps: its index gives what an engine gives."""

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path

import pytest
from golden import query_files, solutions
from pyoxigraph import QueryResultsFormat, Store

from treatybodies.paths import default_garden
from treatybodies.pipeline.row_index import write_row_index
from treatybodies.queries import QueryFile
from treatybodies.web.row_index import keys_of, read_rows
from treatybodies.web.solutions import Solutions, parse_solutions, sliced

INDEXED = [each for each in query_files() if each.head.indexed]


@pytest.fixture(scope="module")
def index(graph: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the rows of all queries over the project's own data."""
    folder = tmp_path_factory.mktemp("index") / "rows"
    write_row_index(folder, graph, default_garden().queries / "api", large=False)
    return folder


def given(query: QueryFile) -> Iterator[dict[str, str]]:
    """Values of the required parameters, with those of any others that find rows."""
    examples = {each.name: each.example for each in query.head.parameters}
    required = [each.name for each in query.head.parameters if each.required]
    finding = [each.name for each in query.head.parameters if each.by and not each.required]
    some = chain.from_iterable(combinations(finding, size) for size in range(len(finding) + 1))
    for names in some:
        yield {name: examples[name] for name in (*required, *names)}


@pytest.mark.parametrize("query", INDEXED, ids=lambda query: query.name)
def test_the_index_gives_what_an_engine_gives(query: QueryFile, graph: Store, index: Path) -> None:
    variables, found = query.columns, 0
    for values in given(query):
        whole = evaluated(graph, query.bind(values)).rows
        for start, stop in ((0, 10), (7, 30), (0, 1000)):
            kept = read_rows(index, keys_of(query, values), variables, slice(start, stop))
            assert kept is not None
            assert (kept.rows.variables, kept.total) == (variables, len(whole))
            assert kept.rows.rows == whole[start:stop]
            found += len(kept.rows.rows)
    assert found > 0


@pytest.mark.parametrize("query", INDEXED, ids=lambda query: query.name)
def test_no_two_rows_are_the_same(query: QueryFile, graph: Store) -> None:
    values = next(given(query))
    rows = evaluated(graph, query.bind(values)).rows
    assert len({tuple(row.items()) for row in rows}) == len(rows)


def test_a_page_far_behind_the_end_takes_no_room(index: Path) -> None:
    query = next(each for each in INDEXED if each.name == "documents")
    far = slice(2**40, 2**40 + 10)  # room for so many rows would be more than any machine has
    kept = read_rows(index, keys_of(query, {}), query.columns, far)
    assert kept is not None
    assert kept.rows.rows == ()
    assert kept.total > 0


def test_there_are_queries_whose_rows_are_kept() -> None:
    assert {"documents", "positions", "theme-things"} <= {each.name for each in INDEXED}


def evaluated(graph: Store, query: str) -> Solutions:
    body = solutions(graph, sliced(query, 1000, 0)).serialize(format=QueryResultsFormat.JSON)
    assert body is not None
    return parse_solutions(body)
