"""Golden answers: what a query file answers on its example, as CSV under ``golden/``.

After a change to data or queries: ``UPDATE_GOLDEN=1 pytest tests/queries``, then read the diff.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from treatybodies.queries import QueryFile, read_queries

HERE = Path(__file__).parent
QUERIES = HERE.parents[1] / "queries"
FOLDERS = ("api", "pictures", "questions")
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


def query_files() -> Iterator[QueryFile]:
    """Every API query, picture and question."""
    for folder in FOLDERS:
        yield from read_queries(QUERIES / folder)


def query_file(path: str) -> QueryFile:
    """The query file ``path`` below ``queries/``, named without its suffix."""
    return QueryFile(QUERIES / f"{path}.rq")


def golden_path(query: QueryFile) -> Path:
    """Where the golden answer of ``query`` lies."""
    return HERE / "golden" / query.path.parent.name / f"{query.name}.csv"


def solutions(graph: Store, query: str) -> QuerySolutions:
    """The solutions of a SELECT query."""
    found = graph.query(query)
    assert isinstance(found, QuerySolutions), "API queries and questions are SELECT queries"
    return found


def csv_answer(graph: Store, query: str) -> str:
    """What ``query`` answers, as CSV."""
    data = solutions(graph, query).serialize(format=QueryResultsFormat.CSV)
    assert data is not None  # Oxigraph returns bytes whenever it is given no output.
    return data.decode("utf-8").replace("\r\n", "\n")


def rows(graph: Store, path: str, **values: str) -> list[dict[str, str]]:
    """The rows of the query file ``path`` bound to ``values``, unbound columns left out."""
    found = solutions(graph, query_file(path).bind(values))
    names = [variable.value for variable in found.variables]
    return [
        {
            name: str(getattr(term, "value", term))
            for name, term in zip(names, row, strict=True)
            if term is not None
        }
        for row in found
    ]
