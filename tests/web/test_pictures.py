"""Pictures: their parameters are checked as strictly as an endpoint's."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from treatybodies.paths import Garden, default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.pictures import parties_map
from treatybodies.web.pictures.links import pictures_of
from treatybodies.web.pictures.picture import Picture
from treatybodies.web.pictures.routes import PICTURES
from treatybodies.web.pictures.scales import CountScale, TimeScale, day, spread

BASE = "https://w3id.org/treatybodies/"


@pytest.fixture(scope="module")
def pictures(garden: Garden, release: Release, settings: Settings) -> Iterator[TestClient]:
    """The service over the tiny release, with the project's pictures."""
    source = default_garden().queries / "pictures"
    shutil.copytree(source, garden.queries / "pictures", dirs_exist_ok=True)
    with TestClient(create_app(release, garden, settings)) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("parties-map?instrument=icrmw", 200),
        ("parties-map?instrument=nonsense", 404),
        ("parties-map?instrument=icrmw&date=2010-13-01", 422),
        ("parties-map?instrument=icrmw&date=&day=1", 422),
        ("parties-map?instrument=icrmw&instrument=crc", 422),
        ("participation?highlight=%3Cb%3E", 422),
        ("neighbourhood?iri=id/state/BEN&depth=3", 422),
        ("neighbourhood?iri=id/state/BEN&depth=2", 200),
        ("neighbourhood?iri=http://example.org/a", 404),
        ("neighbourhood?iri=%3E", 422),
        ("nonsense", 404),
    ],
)
def test_parameters_are_checked(pictures: TestClient, path: str, status: int) -> None:
    assert pictures.get(f"/pictures/{path}").status_code == status


def test_an_open_day_is_that_of_the_data(pictures: TestClient) -> None:
    assert "ICRMW on 2026-02-03" in pictures.get("/pictures/parties-map?instrument=icrmw").text


def test_without_geometry_the_map_is_a_list(
    pictures: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties_map, "WORLD", Path("nowhere.json"))
    page = pictures.get("/pictures/parties-map?instrument=icrmw&date=2019-01-01").text
    assert '<ul class="tiles">' in page
    assert "no opinion on the legal status" in page


def test_a_thing_has_the_pictures_of_its_kind() -> None:
    assert [title for title, _ in pictures_of(f"{BASE}id/state/BEN")] == [
        "Its treaties over time",
        "What stands around it",
    ]
    political = (f"{BASE}ontology#PoliticalInstrument",)
    assert len(pictures_of(f"{BASE}id/instrument/gcm", political)) == 1


def test_labels_keep_their_distance_and_stay_on_the_paper() -> None:
    assert spread([10, 12, 40], 10, 100) == [10, 20, 40]
    assert spread([90, 95, 99], 10, 100) == [80, 90, 100]


def test_days_have_places_and_months_their_first_day() -> None:
    scale = TimeScale(date(2000, 1, 1), date(2001, 1, 1), 0, 366)
    assert scale.x(date(2000, 1, 31)) == 30
    assert scale.x(date(1990, 1, 1)) == 0
    assert day("2004-03") == date(2004, 3, 1)
    assert [tick.label for tick in CountScale(196, 0, 100).ticks()] == ["0", "50", "100", "150"]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda each: each.name)
def test_a_picture_is_a_file_of_its_own(pages: TestClient, picture: Picture) -> None:
    answer = pages.get(f"/pictures/{picture.name}.svg?{picture.example}")
    if answer.status_code == 404:
        pytest.skip("the map's geometry was not built")
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not re.search(r"var\(|light-dark|:is\(", answer.text)
    assert 'href="/' not in answer.text
