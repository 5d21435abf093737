"""Pages by keyboard, by screen reader, on a phone, in the dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Opener

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
}
NARROW = PAGES | {
    "state": "/doc/state/BEN",
    "committee": "/pictures/committee-timeline?body=cmw",
    "two steps": "/pictures/neighbourhood?iri=id/general-comment/cmw/6&depth=2",
    "pictures": "/pictures",
    "questions": "/queries",
    "ontology": "/ontology",
    "about": "/about",
    "api": "/docs",
    "guides": "/guides",
    "guide with tables": "/guides/mcp",
    "changes": "/changes",
}
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


@pytest.mark.parametrize("name", ["home", "session", "result", "timeline"])
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
