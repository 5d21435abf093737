"""Pages by keyboard, by screen reader, on a phone, in the dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Opener, Watched

TREATY_BODIES = (
    "/sparql?query=SELECT%20*%20%7B%20%3Fbody%20a%20%3Chttps%3A%2F%2Fw3id.org%2Ftreatybodies"
    "%2Fontology%23TreatyBody%3E%20%7D"
)
PAGES = {
    "home": "/",
    "session": "/doc/session/cmw/39",
    "list": "/instruments",
    "search": "/search?q=benin",
    "query": "/sparql",
    "result": TREATY_BODIES,
    "map": "/pictures/parties-map?instrument=icrmw&date=2010-01-01",
    "lines": "/pictures/participation",
    "timeline": "/pictures/state-timeline?state=BEN",
    "neighbourhood": "/pictures/neighbourhood?iri=id/general-comment/cmw/6",
    "dataset": "/dataset.html",
    "prefixes": "/prefixes",
    "guide": "/guides/operating",
    "downloads": "/dumps/",
    "state": "/doc/state/BEN",
    "state in Arabic": "/doc/state/BEN?lang=ar",
    "body": "/doc/body/cmw",
    "treaty": "/doc/instrument/iccpr",
    "general comment": "/doc/general-comment/cmw/6",
    "ontology": "/ontology",
    "shapes": "/shapes",
    "about": "/about",
    "questions": "/queries",
    "question": "/queries/parties-and-since-when",
    "themes": "/themes",
    "codes": "/codes?lang=zh",
    "api": "/docs",
    "pictures": "/pictures",
    "committee": "/pictures/committee-timeline?body=cmw",
}
PROBLEM = "/doc/state/NONE"
NARROW = PAGES | {
    "two steps": "/pictures/neighbourhood?iri=id/general-comment/cmw/6&depth=2",
    "long names": "/documents?lang=ru",
    "guides": "/guides",
    "guide with tables": "/guides/mcp",
    "changes": "/changes",
}
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) sum += each.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
FOCUSED = """() => {
  const { outlineStyle } = getComputedStyle(document.activeElement);
  const { width, height } = document.activeElement.getBoundingClientRect();
  const inEditor = document.activeElement.closest(".CodeMirror-focused") !== null;
  return [document.activeElement.tagName, outlineStyle !== "none" || inEditor, width * height];
}"""


def violations(visit: Opener, path: str, dark: bool, options: dict[str, object]) -> list[str]:
    """What axe finds wrong on a page, in words."""
    page = visit(path, dark=dark)
    page.wait_for_load_state("networkidle")
    options = {**options, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['html'][:160]}"
        for each in found
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(visit: Opener, path: str) -> None:
    assert violations(visit, path, False, dict(WCAG)) == []


def test_axe_finds_nothing_on_a_problem(visit: Opener, watched: Watched) -> None:
    watched.expected.append("404")
    assert violations(visit, PROBLEM, False, dict(WCAG)) == []


@pytest.mark.parametrize("name", ["home", "state", "list", "query", "map", "lines"])
def test_nothing_shifts_while_a_page_loads(visit: Opener, name: str) -> None:
    page = visit(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFT) < 0.01


def test_no_page_sets_a_cookie(visit: Opener) -> None:
    page = visit(PAGES["query"])
    page.wait_for_load_state("networkidle")
    assert page.context.cookies() == []


def test_arabic_runs_from_right_to_left(visit: Opener) -> None:
    page = visit(PAGES["state in Arabic"])
    brand, link = page.locator(".brand").bounding_box(), page.locator("header nav a").first
    assert brand is not None
    assert brand["x"] > (link.bounding_box() or brand)["x"]


@pytest.mark.parametrize("name", ["home", "session", "result", "timeline", "body", "treaty"])
def test_colours_contrast_in_the_dark(visit: Opener, name: str) -> None:
    assert violations(visit, PAGES[name], True, {"runOnly": ["color-contrast"]}) == []


def test_nothing_sticks_out_on_a_phone(visit: Opener, url: str) -> None:
    page = visit("/", width=375)
    wide = {}
    for name, path in NARROW.items():
        page.goto(url + path)
        for width in (375, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide[f"{name} at {width}"] = found
    assert wide == {}


@pytest.mark.parametrize("name", ["home", "list", "query", "map", "timeline"])
def test_the_tabulator_shows_where_it_is(visit: Opener, name: str) -> None:
    page = visit(PAGES[name])
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    assert "Skip" in page.evaluate("document.activeElement.textContent")
    for _ in range(30):
        tag, seen, size = page.evaluate(FOCUSED)
        if tag == "BODY":
            break
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert size > 0
        page.keyboard.press("Tab")
