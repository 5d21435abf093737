"""Pictures: drawn by the server, with their data as a table and a way to the query."""

import pytest
from browsing import Opener
from playwright.sync_api import expect

from treatybodies.web.pictures.routes import PICTURES

OUTSIDE = """() => {
  const drawing = document.querySelector("figure.picture svg[role=group]");
  const { left, right } = drawing.getBoundingClientRect();
  return Array.from(drawing.querySelectorAll("text"))
    .filter((each) => {
      const place = each.getBoundingClientRect();
      return place.left < left - 1 || place.right > right + 1;
    })
    .map((each) => each.textContent);
}"""
PATHS = [f"/pictures/{each.name}?{each.example}" for each in PICTURES]


@pytest.mark.parametrize("path", PATHS)
def test_a_picture_has_a_name_a_table_a_file_and_a_query(visit: Opener, path: str) -> None:
    page = visit(path, script=False)
    drawn = page.locator("figure.picture svg[role=group]")
    if drawn.count():
        assert drawn.locator("title").first.text_content()
        assert drawn.locator("desc").text_content()
    assert page.locator("#data tbody tr").count() > 3
    link = page.get_by_role("link", name="The data as CSV")
    answer = page.request.get(link.evaluate("each => each.href"))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text().splitlines()) > 3
    page.get_by_role("link", name="The query").click()
    assert page.locator("#results tbody tr").count() > 3


def test_the_map_changes_with_its_day(visit: Opener) -> None:
    page = visit("/pictures/parties-map?instrument=icrmw&date=2026-02-03", script=False)
    expect(page.locator(".legend")).to_contain_text("in force for it (60)")
    page.get_by_label("Day", exact=True).fill("2010-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".legend")).to_contain_text("in force for it (42)")
    page.get_by_label("Treaty", exact=True).select_option("crc")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#picture-name")).to_have_text("CRC on 2010-01-01")


@pytest.mark.parametrize("path", [each for each in PATHS if "parties-map" not in each])
def test_arabic_letters_stay_within_the_drawing(visit: Opener, path: str) -> None:
    page = visit(f"{path}{'&' if '?' in path else '?'}lang=ar", script=False)
    assert page.evaluate(OUTSIDE) == []


def test_the_map_speaks_of_its_boundaries(visit: Opener) -> None:
    page = visit("/pictures/parties-map")
    expect(page.locator("figcaption")).to_contain_text("no opinion on the legal status")


def test_the_neighbourhood_says_what_it_leaves_out(visit: Opener) -> None:
    page = visit("/pictures/neighbourhood?iri=id/instrument/icrmw&depth=2")
    expect(page.locator("#picture-words")).to_contain_text("Left out: ")
    assert page.locator("svg .node").count() <= 32 * 3 + 1


def test_a_treatys_line_stands_out_by_keyboard(visit: Opener) -> None:
    page = visit("/pictures/participation")
    page.locator("a.line", has_text="ICRMW").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**highlight=icrmw")
    expect(page.locator("a.line.chosen")).to_contain_text("ICRMW")


def test_a_picture_prints_without_its_controls(visit: Opener) -> None:
    page = visit("/pictures/state-timeline?state=BEN", media="print")
    expect(page.locator("form.controls")).to_be_hidden()
    expect(page.locator("figure svg[role=group]")).to_be_visible()
