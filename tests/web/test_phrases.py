"""The words of the pages are there in all six languages, and each of them is used."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from treatybodies.paths import default_garden
from treatybodies.queries import QueryFile, read_queries
from treatybodies.web import vocabulary
from treatybodies.web.languages import LANGUAGES, direction
from treatybodies.web.lists import LISTS, THEMES
from treatybodies.web.pages import PLACES, TEMPLATES, heading
from treatybodies.web.phrases import read_phrases
from treatybodies.web.pictures import (
    committee_timeline,
    neighbourhood,
    parties_map,
    state_timeline,
)
from treatybodies.web.pictures.links import pictures_of
from treatybodies.web.pictures.routes import PICTURES
from treatybodies.web.pictures.statuses import NONE, STATUSES
from treatybodies.web.problems import HANDLERS
from treatybodies.web.sections import FACT, SECTIONS
from treatybodies.web.solutions import QUERIES

_PLACE = re.compile(r"\{\w+\}")
_STATUSES = ("testing", "unstable", "stable", "deprecated")
_LETTERS = {"ar": "[\u0600-\u06ff]", "ru": "[\u0400-\u04ff]", "zh": "[\u3400-\u9fff]"}


def used() -> set[str]:
    """Every text that a page shows by way of the table."""
    return set(_in_templates()) | set(_in_queries()) | set(_in_code())


def _in_templates() -> Iterator[str]:
    for file in TEMPLATES.rglob("*.html"):
        yield from re.findall(r'\bt\("([^"]*)"', file.read_text(encoding="utf-8"))


def _in_queries() -> Iterator[str]:
    """Headings, notes and columns of sections; columns and filters of lists; topics; numbers."""
    for file in (*SECTIONS.rglob("*.rq"), *(QUERIES / "about").glob("*.rq")):
        query = QueryFile(file)
        yield from (query.head.summary, query.head.description)
        yield from (heading(each) for each in query.columns if each != FACT)
    folder = default_garden().queries
    paths = {each.path for each in (*LISTS, THEMES)}
    for query in read_queries(folder / "api"):
        if query.head.path in paths:
            yield from (heading(each.name) for each in query.head.parameters)
    for query in read_queries(folder / "questions"):
        yield query.head.topic.partition(" (")[0]
    numbers = (QUERIES / "numbers.rq").read_text(encoding="utf-8")
    yield from re.findall(r'\w "([a-z ]+)" "/', numbers)
    yield from re.findall(r'SELECT \(7 AS \?place\) \("([^"]+)"', numbers)


def _in_code() -> Iterator[str]:
    for listing in (*LISTS, THEMES):
        yield listing.title
        yield from map(heading, listing.columns)
    yield from (title for _, title in PLACES)
    yield from (row.title for row in HANDLERS.values())
    yield "Something went wrong here"
    for picture in PICTURES:
        yield from (picture.title, picture.summary)
    for iri in ("state/BEN", "body/cmw", "instrument/crc"):
        yield from (title for title, _ in pictures_of(f"https://w3id.org/treatybodies/id/{iri}"))
    yield from (each.words for each in (*STATUSES, NONE))
    drawn = (parties_map, committee_timeline, state_timeline, neighbourhood)
    yield from (title for each in drawn for title in each.COLUMNS)
    yield from (*neighbourhood.FAR_COLUMNS, *neighbourhood.DIRECTIONS, "Year")
    yield from (*vocabulary._KINDS.values(), *_STATUSES, "yes", "no")


def test_every_word_is_there_in_every_language() -> None:
    table = read_phrases()
    missing = {text for text in used() if not all(table.get(text, {}).values() or [""])}
    assert not missing, "add a row to src/treatybodies/web/phrases.csv for each"


def test_the_table_holds_nothing_that_is_not_used() -> None:
    assert set(read_phrases()) - used() == set()


def test_translations_have_the_places_of_their_text() -> None:
    for text, spoken in read_phrases().items():
        assert set(spoken) == set(LANGUAGES)
        for language, words in spoken.items():
            assert sorted(_PLACE.findall(words)) == sorted(_PLACE.findall(text)), (text, language)


@pytest.mark.parametrize("language", _LETTERS)
def test_translations_are_written_in_their_script(language: str) -> None:
    same = ("SPARQL", "ISO3", "API")
    wrong = [
        text
        for text, spoken in read_phrases().items()
        if text not in same and not re.search(_LETTERS[language], spoken[language])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/doc/state/BEN", "/states", "/about", "/sparql", "/none"])
def test_a_page_says_its_language(pages: TestClient, path: str, language: str) -> None:
    answer = pages.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert f'<html lang="{language}" dir="{direction(language)}">' in answer.text
    assert read_phrases()["Skip to the content"][language] in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_links_keep_the_language_that_was_asked_for(pages: TestClient) -> None:
    text = pages.get("/doc/state/BEN?lang=fr", headers={"Accept": "text/html"}).text
    assert 'href="/states?lang=fr"' in text
    assert 'href="/about?lang=fr"' in text
    assert '<input type="hidden" name="lang" value="fr">' in text


def test_what_is_not_translated_is_marked_as_english(pages: TestClient) -> None:
    text = pages.get("/queries?lang=ar", headers={"Accept": "text/html"}).text
    assert '<span lang="en" dir="ltr">' in text


@pytest.mark.parametrize("path", ["/docs", "/codes", "/", "/states", "/queries", "/ontology"])
def test_another_language_is_refused_everywhere(pages: TestClient, path: str) -> None:
    answer = pages.get(f"{path}?lang=xx", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "use one of" in answer.text
