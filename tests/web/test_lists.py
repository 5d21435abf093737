"""Lists, questions and the pages about the vocabulary: filters, order, pages, data."""

import re

import pytest
from fastapi.testclient import TestClient

from treatybodies.paths import default_garden
from treatybodies.queries import read_queries
from treatybodies.web.fields import Field
from treatybodies.web.lists import LISTS
from treatybodies.web.sections import SECTIONS
from treatybodies.web.shapes import read_shapes
from treatybodies.web.solutions import QUERIES
from treatybodies.web.vocabulary import read_vocabulary


@pytest.mark.parametrize("listing", LISTS, ids=lambda each: each.title)
def test_a_list_shows_columns_of_its_endpoint(pages: TestClient, listing: object) -> None:
    from treatybodies.web.api import Endpoint
    from treatybodies.web.lists import Listing

    assert isinstance(listing, Listing)
    queries = read_queries(default_garden().queries / "api")
    endpoint = next(Endpoint.read(each) for each in queries if each.head.path == listing.path)
    assert {*listing.columns, *listing.sort.values()} <= set(endpoint.query.columns)
    assert pages.get(listing.path).status_code == 200


def test_filters_narrow_a_list(pages: TestClient) -> None:
    everything = pages.get("/states")
    assert "Rows: 3" in everything.text
    west = pages.get("/states?region=011&text=&group=").text
    assert "Rows: 2" in west
    assert '<option value="011" selected>Western Africa</option>' in west
    assert "Rows: 1 " in pages.get("/states?region=011&text=ben").text
    assert "Nothing fits" in pages.get("/states?region=999").text


def codes(text: str) -> list[str]:
    """The alpha-3 codes in the rows of the page ``text``, in their order."""
    return re.findall(r"<td>([A-Z]{3})</td>", text)


def test_columns_sort_both_ways(pages: TestClient) -> None:
    text = pages.get("/states?sort=iso3&group=").text
    assert codes(text) == ["BEN", "EGY", "XSS"]
    assert 'aria-sort="ascending"' in text
    assert 'href="/states?sort=-iso3"' in text
    turned = pages.get("/states?sort=-iso3").text
    assert codes(turned) == ["XSS", "EGY", "BEN"]
    assert 'aria-sort="descending"' in turned
    assert 'href="/states?text=e&amp;sort=name"' in pages.get("/states?text=e&sort=-name").text


def test_a_list_is_also_data(pages: TestClient) -> None:
    table = pages.get("/states?region=015&format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[1].startswith("https://w3id.org/treatybodies/id/state/EGY,EGY")
    assert pages.get("/states", headers={"Accept": "text/csv"}).text.count("\n") == 4
    link = re.search(
        r'<link rel="alternate" type="text/csv" href="([^"]+)">', pages.get("/states").text
    )
    assert link is not None
    assert pages.get(link[1]).status_code == 200


def test_labels_of_a_list_follow_the_language(pages: TestClient) -> None:
    assert ">Bénin</a>" in pages.get("/states?lang=fr").text
    assert "مصر" in pages.get("/states", headers={"Accept-Language": "ar"}).text


def test_a_page_beyond_the_end_is_empty_and_not_wrong(pages: TestClient) -> None:
    assert pages.get("/states?page=7").status_code == 200


def test_every_question_is_listed_and_answers(pages: TestClient) -> None:
    index = pages.get("/queries").text
    for query in read_queries(default_garden().queries / "questions"):
        assert f'href="/queries/{query.name}"' in index


def test_a_question_is_explained_and_run(pages: TestClient) -> None:
    text = pages.get("/queries/parties-and-since-when").text
    assert "<h2>Query</h2>" in text
    assert ">Benin</a>" in text
    assert 'value="icrmw" selected' in text
    assert 'href="/sparql?query=' in text
    table = pages.get("/queries/parties-and-since-when?format=csv").text
    assert "id/state/BEN" in table


def test_themes_are_a_tree(pages: TestClient) -> None:
    text = pages.get("/themes").text
    assert re.search(r">Equality</a>.*?<details><summary>Narrower: .*?Xenophobia", text, re.DOTALL)
    assert "Equality" not in pages.get("/themes?text=xeno").text
    assert ">Égalité</a>" in pages.get("/themes?lang=fr").text


def test_code_lists_tell_meaning_and_use(pages: TestClient) -> None:
    text = pages.get("/codes").text
    assert "A State that is a member." in text
    assert "<code>member-state</code>" in text


def test_the_ontology_page_documents_every_term(pages: TestClient) -> None:
    text = pages.get("/ontology").text
    groups = read_vocabulary(default_garden().ontology)
    for term in (term for group in groups for term in group.terms):
        assert f'id="{term.name}"' in text, term.name
    assert "<svg" in text
    assert "Things: 3" in text  # States, live
    assert '<a href="/shapes#of-nationality">Shapes: ' in text
    assert "tbs:Person-nationality" in pages.get("/shapes").text


def test_every_shape_stands_once_among_those_of_the_terms_it_constrains(pages: TestClient) -> None:
    text = pages.get("/shapes").text
    names = {each.name for each in read_shapes(default_garden().ontology)}
    found = re.findall(r' id="(?!content|of-|others|site-)([^"]+)"', text)
    assert sorted(found) == sorted(names)
    shown = set(re.findall(r' id="([^"]+)"', text))
    linked = re.findall(r'href="/shapes#([^"]+)"', pages.get("/ontology").text)
    assert len(linked) > 100
    assert set(linked) <= shown


def test_every_declared_term_is_under_a_heading() -> None:
    ontology = default_garden().ontology
    source = (ontology / "treatybodies.ttl").read_text(encoding="utf-8")
    declared = set(re.findall(r"^tbo:(\w+) a owl:", source, re.MULTILINE))
    shown = {term.name for group in read_vocabulary(ontology) for term in group.terms}
    assert declared == shown


@pytest.mark.parametrize("path", sorted(QUERIES.rglob("*.rq")), ids=lambda each: each.stem)
def test_the_pages_own_queries_have_full_heads(path: object) -> None:
    from pathlib import Path

    from treatybodies.queries import QueryFile

    assert isinstance(path, Path)
    query = QueryFile(path)
    assert query.head.summary
    assert query.head.description
    assert tuple(each.name for each in query.head.parameters) == query.variables
    for prefix in re.findall(r"^PREFIX (\w+):", query.text, re.MULTILINE):
        assert len(re.findall(rf"\b{prefix}:", query.text)) > 1, prefix
    if path.is_relative_to(SECTIONS):
        assert query.variables == ("thing",)


def test_home_shows_numbers_and_questions(pages: TestClient) -> None:
    text = pages.get("/").text
    assert "<strong>1</strong> committees" in text
    assert "<strong>3</strong> States" in text
    assert text.count("Run the query") == 3


def test_a_field_is_plain_data() -> None:
    assert Field("name", "label", "text", "", "example", required=False).options == ()
