"""Every question and endpoint answers alike, whichever engine stands behind the service.

What an engine truly cannot do is a row of ``exceptions.csv`` with its reason.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from golden import golden_path, query_files
from pyoxigraph import Store

from engines import THREE, behind, fill, release_of, running
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app

FILES = list(query_files())
with Path(__file__).with_name("exceptions.csv").open(encoding="utf-8", newline="") as _table:
    EXCEPTIONS = {(row["engine"], row["test"]): row["reason"] for row in csv.DictReader(_table)}
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
    """How a query is called in the table of exceptions."""
    return f"{query.path.parent.name}/{query.name}"


def test_exceptions_are_of_known_questions_and_say_why() -> None:
    names = {name_of(query) for query in FILES}
    for (engine, test), reason in EXCEPTIONS.items():
        assert engine in THREE
        assert test in names
        assert reason.endswith(".")


@pytest.mark.parametrize("query", FILES, ids=name_of)
def test_answers_as_agreed(service: TestClient, engine: str, query: QueryFile) -> None:
    answer = service.post(
        "/sparql", data={"query": query.example()}, headers={"Accept": "text/csv"}
    )
    found = answer.text.replace("\r\n", "\n")
    same = answer.status_code == 200 and found == golden_path(query).read_text(encoding="utf-8")
    if (engine, name_of(query)) in EXCEPTIONS:
        assert not same, "it passes: take it out of exceptions.csv"
        return
    assert answer.status_code == 200, found
    assert found == golden_path(query).read_text(encoding="utf-8")


OPEN = [query for query in FILES if not all(each.required for each in query.head.parameters)]


@pytest.mark.parametrize("query", OPEN, ids=name_of)
def test_answers_with_what_is_optional_left_open(service: TestClient, query: QueryFile) -> None:
    """The first rows are there; no engine stumbles over a parameter without a value."""
    given = {each.name: each.example for each in query.head.parameters if each.required}
    answer = service.post("/sparql", data={"query": query.bind(given) + "LIMIT 3\n"})
    assert answer.status_code == 200, answer.text
    answers = golden_path(query).read_text(encoding="utf-8").count("\n") > 1
    assert bool(answer.json()["results"]["bindings"]) is answers
