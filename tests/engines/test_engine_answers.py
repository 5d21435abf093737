"""Every question and endpoint answers alike, whichever engine stands behind the service."""

import csv
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from golden import csv_answer, golden_path, query_files
from pyoxigraph import Store

from engines import THREE, behind, fill, release_of, running
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.solutions import QUERIES

FILES = list(query_files())
PLENTY = Settings.model_validate(
    {"workers": 2, "query_seconds": 60.0, "client_cpu_seconds": 1e6, "client_queries": 1000}
)
"""What all questions need one after another of an engine on a slow machine."""


@pytest.fixture(scope="module", params=THREE)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each of the three engines."""
    return str(request.param)


@pytest.fixture(scope="module")
def real(graph: Store, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the project's data as they stand in this checkout."""
    return release_of(graph, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def service(
    engine: str, real: Release, garden: Garden, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """The service over the project's data, in front of each engine in turn."""
    with running(engine, tmp_path_factory.mktemp("engine")) as url:
        fill(url, real)
        with TestClient(create_app(real, garden, behind(PLENTY, url))) as client:
            yield client


def name_of(query: QueryFile) -> str:
    """How a query is called in reports."""
    return f"{query.path.parent.name}/{query.name}"


def asked(service: TestClient, text: str) -> str:
    """What the service answers to the query ``text``, as CSV."""
    answer = service.post("/sparql", data={"query": text}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\r\n", "\n")


@pytest.mark.parametrize("query", FILES, ids=name_of)
def test_answers_as_agreed(service: TestClient, query: QueryFile) -> None:
    assert asked(service, query.example()) == golden_path(query).read_text(encoding="utf-8")


OPEN = [query for query in FILES if not all(each.required for each in query.head.parameters)]


@pytest.mark.parametrize("query", OPEN, ids=name_of)
def test_answers_alike_whatever_is_left_open(
    service: TestClient, graph: Store, query: QueryFile
) -> None:
    """With no optional parameter, and with each of them alone; our own engine sets the measure."""
    given = {each.name: each.example for each in query.head.parameters if each.required}
    optional = [each for each in query.head.parameters if not each.required]
    alone = [{each.name: each.example} for each in optional] if len(optional) > 1 else []
    for more in ({}, *alone):
        text = query.bind(given | more)
        assert asked(service, text) == csv_answer(graph, text), more


SHOWN = [query for query in map(QueryFile, sorted(QUERIES.rglob("*.rq"))) if "SELECT" in query.text]


@pytest.mark.parametrize("query", SHOWN, ids=name_of)
def test_pages_show_the_same(service: TestClient, graph: Store, query: QueryFile) -> None:
    """The queries of the pages themselves: sections of things, lists, labels, sources."""
    text = query.example()
    assert without_samples(text, asked(service, text)) == without_samples(
        text, csv_answer(graph, text)
    )


def without_samples(query: str, answer: str) -> list[dict[str, str]]:
    """The rows of ``answer`` without columns of which any value is right; sorted if in no order."""
    any_value = re.findall(r"SAMPLE\([^)]*\) AS \?(\w+)", query)
    rows = csv.DictReader(answer.splitlines())
    kept = [{key: row[key] for key in row if key not in any_value} for row in rows]
    return kept if "ORDER BY" in query else sorted(kept, key=lambda row: list(row.items()))
