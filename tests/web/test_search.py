"""Search: in every language, by symbols and numbers, the best first."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, Store

from treatybodies.paths import Garden
from treatybodies.pipeline.search import read_entries
from treatybodies.settings import Settings
from treatybodies.store import SEARCH, Release
from treatybodies.web.app import create_app
from treatybodies.web.indexes import opened
from treatybodies.web.search import find
from treatybodies.words import fold_words

JSON = {"Accept": "application/json"}
ID = "https://w3id.org/treatybodies/id/"
SCHEME = "https://w3id.org/treatybodies/scheme/"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("benin", ID + "state/BEN"),
        ("BÉNIN", ID + "state/BEN"),
        ("Бенин", ID + "state/BEN"),
        ("بنن", ID + "state/BEN"),
        ("贝宁", ID + "state/BEN"),
        ("ben", ID + "state/BEN"),
        ("مصر", ID + "state/EGY"),
        ("unver", ID + "person/can-unver"),
        ("xenophobie", SCHEME + "theme/xenophobia"),
        ("egalite", SCHEME + "theme/equality"),
        ("CMW/C/39/1", ID + "doc/CMW/C/39/1"),
        ("cmw c sr 590", ID + "doc/CMW/C/SR.590"),
        ("CMW/C/SR.59", ID + "doc/CMW/C/SR.590"),
        ("GC 6", ID + "general-comment/cmw/6"),
        ("general comment 6", ID + "general-comment/cmw/6"),
        ("general comment 36", ID + "general-comment/ccpr/36"),
        ("CMW", ID + "body/cmw"),
        ("39th session", ID + "session/cmw/39"),
        ("icrmw", ID + "instrument/icrmw"),
    ],
)
def test_the_best_comes_first(pages: TestClient, text: str, first: str) -> None:
    answer = pages.get("/search", params={"q": text}, headers=JSON).json()
    assert answer["results"][0]["thing"] == first


def test_a_result_tells_by_which_label_it_was_found(pages: TestClient) -> None:
    answer = pages.get("/search", params={"q": "Бенин"}, headers=JSON).json()
    assert answer["results"][0] == {
        "thing": ID + "state/BEN",
        "label": "Бенин",
        "language": "ru",
        "class": "https://w3id.org/treatybodies/ontology#State",
        "page": "http://testserver/doc/state/BEN",
    }
    assert answer["complete"] is True
    page = pages.get("/search", params={"q": "Бенин"}).text
    assert '<span lang="ru">Бенин</span>' in page
    assert ">Benin</a>" in page


def test_results_can_be_narrowed(pages: TestClient) -> None:
    everything = pages.get("/search?q=ben", headers=JSON).json()
    assert everything["languages"] == {"en": 1, "fr": 1}
    assert everything["classes"] == {"State": 1}
    french = pages.get("/search?q=ben&in=fr", headers=JSON).json()
    assert french["results"][0]["label"] == "Bénin"
    assert pages.get("/search?q=ben&class=Person", headers=JSON).json()["total"] == 0


@pytest.mark.parametrize(
    "text", ["", "   ", "///", "(", '"', "*", "a:b", "x" * 200, "ben AND", "+"]
)
def test_any_text_is_a_search(pages: TestClient, text: str) -> None:
    assert pages.get("/search", params={"q": text}).status_code == 200
    assert pages.get("/search", params={"q": text}, headers=JSON).status_code == 200


def test_a_number_is_not_the_beginning_of_another_inside(pages: TestClient) -> None:
    answer = pages.get("/search", params={"q": "3 general comment"}, headers=JSON).json()
    assert answer["total"] == 0  # not No. 36


def test_without_an_index_it_says_what_to_do(
    release: Release, garden: Garden, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(release.folder, folder)
    shutil.rmtree(folder / SEARCH)
    with TestClient(create_app(Release(folder), garden, settings)) as client:
        answer = client.get("/search?q=benin")
        assert (answer.status_code, answer.json()["code"]) == (503, "no-search-index")
        assert "treatybodies build" in answer.json()["detail"]
        assert client.get("/doc/state/BEN").status_code == 200


def test_the_entries_do_not_depend_on_the_order_of_the_data() -> None:
    trig = (Path(__file__).parent / "pages.trig").read_bytes()
    store, other = Store(), Store()
    store.load(trig, format=RdfFormat.TRIG)
    other.extend(reversed(list(store)))
    assert sorted(read_entries(store)) == sorted(read_entries(other))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Türkiye", ["turkiye"]),
        ("São Tomé", ["sao", "tome"]),
        ("Łódź Ørsted", ["lodz", "orsted"]),
        ("ألمانيا", ["المانيا"]),
        ("Ёлка", ["елка"]),
        ("ICCPR-OP1", ["iccpr", "op1"]),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert fold_words(text) == words


def test_the_pager_of_results(pages: TestClient, service: Callable[..., TestClient]) -> None:
    text = pages.get("/search?q=c").text
    assert re.search(r'role="status">Things found: \d+', text)


def test_the_index_is_read_without_writing_beside_it(release: Release, tmp_path: Path) -> None:
    folder = tmp_path / SEARCH
    shutil.copytree(release.folder / SEARCH, folder)
    for lock in folder.glob(".*.lock"):
        lock.unlink()
    before = sorted(each.name for each in folder.iterdir())
    assert find(folder, "benin").matches
    assert sorted(each.name for each in folder.iterdir()) == before


def test_what_is_open_stays_readable_when_its_release_goes(
    release: Release, tmp_path: Path, temporary: Path
) -> None:
    folder = tmp_path / "release" / SEARCH
    shutil.copytree(release.folder / SEARCH, folder)
    assert opened(folder)
    shutil.rmtree(folder.parent)
    assert find(folder, "benin").matches
    assert list(temporary.iterdir()) == []
