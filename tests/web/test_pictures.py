"""Pictures: their parameters are checked as strictly as an endpoint's."""

import html
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
        ("participation", 200),
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


@pytest.mark.parametrize(
    ("path", "english", "french"),
    [
        ("parties-map?instrument=icrmw&date=2020-01-01", ">Benin</a>", ">Bénin</a>"),
        ("state-timeline?state=BEN", ">Convention on migrant workers</a>", ">Convention sur les"),
        ("neighbourhood?iri=id/state/BEN", ">Benin</text>", ">Bénin</text>"),
        ("committee-timeline?body=cmw", "From <time", "Du <time"),
    ],
)
def test_things_are_called_in_the_readers_language(
    pages: TestClient, path: str, english: str, french: str
) -> None:
    assert english in pages.get(f"/pictures/{path}").text
    spoken = pages.get(f"/pictures/{path}&lang=fr").text
    assert french in spoken
    assert english not in spoken
    assert spoken == pages.get(f"/pictures/{path}&lang=fr", headers={"Accept-Language": "zh"}).text


def test_another_language_is_a_link_to_the_same_picture(pages: TestClient) -> None:
    text = pages.get("/pictures/parties-map?instrument=icrmw&date=2020-01-01").text
    assert 'href="/pictures/parties-map?instrument=icrmw&amp;date=2020-01-01&amp;lang=fr"' in text


def test_a_name_that_is_not_there_in_a_language_says_so(pages: TestClient) -> None:
    text = pages.get("/pictures/committee-timeline?body=cmw&lang=ar").text
    assert re.search(r'<text [^>]*lang="en">Session \(1\)</text>', text)
    assert 'lang="en" dir="ltr">CMW, 39th session</a>' in text


def test_arabic_begins_at_its_right_end(pages: TestClient) -> None:
    text = pages.get("/pictures/neighbourhood?iri=id/state/BEN&lang=ar").text
    assert re.search(r'<text [^>]*text-anchor="end" direction="rtl">بنن</text>', text)


@pytest.mark.parametrize("extension", ["", ".svg"])
def test_a_kept_picture_does_not_reach_a_reader_of_another_language(
    pages: TestClient, extension: str
) -> None:
    path = f"/pictures/neighbourhood{extension}?iri=id/state/BEN"
    answers = [pages.get(path, headers={"Accept-Language": each}) for each in ("fr", "en", "fr")]
    assert ["Bénin" in each.text for each in answers] == [True, False, True]
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]
    assert all("Accept-Language" in each.headers["Vary"] for each in answers)


def test_files_of_data_name_things_in_english_and_the_page_says_so(pages: TestClient) -> None:
    text = pages.get("/pictures/state-timeline?state=BEN&lang=fr").text
    link = re.search(r'<a href="(/sparql[^"]*format=text%2Fcsv)"', text)
    assert link is not None
    assert "Convention on migrant workers" in pages.get(html.unescape(link[1])).text
    assert "Le fichier CSV nomme les choses en anglais." in text


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
