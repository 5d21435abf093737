"""Pages of curated queries and lists, from the rows that a release keeps or from the engine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from treatybodies.errors import InputFaults
from treatybodies.paths import Garden, default_garden
from treatybodies.settings import Settings
from treatybodies.store import ROWS, Release
from treatybodies.web.api import read_endpoints
from treatybodies.web.app import create_app

ENDPOINTS = (
    "/api/v1/documents?limit=40&offset=20",
    "/api/v1/documents?body=cmw&kind=Document",
    "/api/v1/documents?kind=SummaryRecord&format=csv",
    "/api/v1/events?state=PER",
    "/api/v1/events?offset=100000",
    "/api/v1/positions?class=Call&theme=drivers",
    "/api/v1/states?region=419",
    "/api/v1/themes/equality/things",
    "/api/v1/themes/equality/things?class=State",
    "/api/v1/coverage",
)
LISTS = (
    "/documents",
    "/documents?page=2",
    "/documents?page=10000",
    "/documents?body=cmw",
    "/states",
)


@pytest.fixture(scope="module")
def kept(real_release: Release, settings: Settings) -> Iterator[TestClient]:
    """The service over a release with its rows."""
    with TestClient(create_app(real_release, default_garden(), settings)) as client:
        yield client


@pytest.fixture(scope="module")
def evaluated(
    real_release: Release, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """The service over the same release without them."""
    folder = tmp_path_factory.mktemp("old") / "release"
    shutil.copytree(real_release.folder, folder, ignore=shutil.ignore_patterns(ROWS))
    with TestClient(create_app(Release(folder), default_garden(), settings)) as client:
        yield client


@pytest.mark.parametrize("target", ENDPOINTS)
def test_an_endpoint_answers_as_the_engine_does(
    kept: TestClient, evaluated: TestClient, target: str
) -> None:
    mine, other = kept.get(target), evaluated.get(target)
    assert mine.status_code == 200
    assert mine.text == other.text
    assert mine.headers["link"] == other.headers["link"]


@pytest.mark.parametrize("target", LISTS)
def test_a_list_shows_what_the_engine_finds(
    kept: TestClient, evaluated: TestClient, target: str
) -> None:
    mine, other = (
        client.get(target, headers={"Accept": "text/html"}) for client in (kept, evaluated)
    )
    assert mine.status_code == 200
    assert mine.text == other.text


def test_a_page_of_kept_rows_asks_no_engine(
    kept: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise AssertionError("the engine was asked")

    monkeypatch.setattr("treatybodies.web.api.select", refuse)
    answer = kept.get("/api/v1/positions?limit=3")
    assert len(answer.json()["results"]) == 3
    with pytest.raises(AssertionError, match="the engine was asked"):
        kept.get("/api/v1/states?text=guay&limit=3")


@pytest.mark.parametrize(
    ("old", "new"),
    [('by: "?heldBy"', 'by: "?nothing"'), ("#+ indexed: always\n", "")],
)
def test_a_head_that_cannot_find_rows_is_refused(tmp_path: Path, old: str, new: str) -> None:
    source = (default_garden().queries / "api" / "events.rq").read_text(encoding="utf-8")
    assert old in source
    folder = tmp_path / "queries" / "api"
    folder.mkdir(parents=True)
    (folder / "events.rq").write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(InputFaults, match="no column of an index"):
        read_endpoints(Garden(tmp_path))
