"""Everything works without a script: forms, tables, pictures."""

from browsing import Opener, Watched
from playwright.sync_api import expect


def test_the_form_shows_a_table(visit: Opener) -> None:
    page = visit("/sparql", script=False)
    page.get_by_label("SPARQL query").fill("SELECT ?n { VALUES ?n { 1 2 } }")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#results tbody tr")).to_have_count(2)
    expect(page.get_by_label("SPARQL query")).to_have_value("SELECT ?n { VALUES ?n { 1 2 } }")
    link = page.get_by_role("link", name="csv")
    assert page.request.get(link.evaluate("each => each.href")).text() == "n\r\n1\r\n2\r\n"


def test_a_question_fills_the_form(visit: Opener) -> None:
    page = visit("/sparql", script=False)
    page.get_by_role("link", name="Which States were party to a treaty on a given day?").click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#results tbody tr")).to_have_count(42)


def test_an_error_says_its_place_and_keeps_the_query(visit: Opener, watched: Watched) -> None:
    watched.expected.append("400")
    page = visit("/sparql", script=False)
    page.get_by_label("SPARQL query").fill("SELECT")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#results")).to_contain_text("Line 1")
    expect(page.get_by_label("SPARQL query")).to_have_value("SELECT")


def test_search_finds_a_state(visit: Opener) -> None:
    page = visit("/", script=False)
    page.get_by_role("searchbox").first.fill("benin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Benin", exact=True).first).to_be_visible()
