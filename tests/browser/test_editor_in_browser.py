"""The query editor as a reader uses it."""

from urllib.parse import quote

from browsing import Opener, Watched
from playwright.sync_api import Page, expect

PARTIES = """PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX instrument: <https://w3id.org/treatybodies/id/instrument/>
SELECT ?party ?day WHERE { ?action tbo:onInstrument instrument:icrmw ; tbo:party ?party ;
  a tbo:ConsentToBeBound ; tbo:actionDate ?day } ORDER BY ?day ?party"""


def write(page: Page, query: str) -> None:
    """Replace what the editor holds by ``query``, as a reader pastes it."""
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)


def held(page: Page) -> str:
    """What the editor holds."""
    found: str = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    return found


def run(page: Page) -> None:
    """Run what the editor holds."""
    page.get_by_role("button", name="Run").click()
    page.wait_for_selector("#query-form:not([aria-busy])")


def test_a_run_shows_the_rows_with_links_to_pages(editor: Page) -> None:
    write(editor, PARTIES)
    run(editor)
    rows = editor.locator("#results tbody tr")
    expect(rows.first).to_contain_text("state:EGY")
    expect(editor.get_by_role("status")).to_contain_text("Rows: ")
    assert rows.count() >= 60
    rows.first.get_by_role("link").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Egypt")


def test_control_and_enter_runs(editor: Page) -> None:
    write(editor, "ASK {}")
    editor.keyboard.press("Control+Enter")
    expect(editor.locator("#results")).to_contain_text("Answer: Yes")


def test_views_show_the_same_result_raw_and_as_csv(editor: Page) -> None:
    write(editor, PARTIES)
    run(editor)
    editor.get_by_role("button", name="Raw").click()
    raw = editor.locator("#results pre.raw")
    expect(raw).to_contain_text('"bindings"')
    expect(editor.locator("#results table")).to_be_hidden()
    editor.get_by_role("button", name="CSV").click()
    expect(raw).to_contain_text("party,day")
    editor.get_by_role("button", name="Table").click()
    expect(editor.locator("#results table")).to_be_visible()


def test_a_column_sorts_both_ways(editor: Page) -> None:
    write(editor, "SELECT ?n { VALUES ?n { 2 10 1 } }")
    run(editor)
    sort = editor.locator("th button.sort")
    cells = editor.locator("#results tbody td")
    sort.click()
    expect(cells).to_have_text(["1", "2", "10"])
    sort.click()
    expect(cells).to_have_text(["10", "2", "1"])


def test_the_address_shares_the_query_with_its_result(editor: Page, url: str) -> None:
    query = "SELECT ?word { VALUES ?word { 'shared' } }"
    write(editor, query)
    run(editor)
    assert editor.url.startswith(f"{url}/sparql?query=")
    editor.reload()
    editor.wait_for_selector(".yasqe .CodeMirror")
    assert held(editor) == query
    expect(editor.locator("#results tbody")).to_contain_text("shared")
    expect(editor.get_by_role("button", name="CSV")).to_be_visible()


def test_a_question_of_the_gallery_fills_the_editor_and_does_not_run(editor: Page) -> None:
    editor.get_by_role("link", name="Which States were party to a treaty on a given day?").click()
    expect(editor.get_by_role("status")).to_contain_text("The editor holds")
    assert "VALUES (?instrument ?date)" in held(editor)
    expect(editor.locator("#results tbody")).to_have_count(0)
    run(editor)
    expect(editor.locator("#results tbody tr")).to_have_count(42)


def test_an_error_is_marked_at_its_line(editor: Page, watched: Watched) -> None:
    watched.expected.append("400")
    write(editor, "SELECT ?s\nWHERE {\n  ?s ?p ?o . }\n}")
    run(editor)
    expect(editor.locator("#results")).to_contain_text("Line 4")
    marked = editor.locator(".CodeMirror-code > div:has(.fault-line) .CodeMirror-linenumber")
    expect(marked).to_have_text("4")
    editor.locator("#results a[data-place]").click()
    line = editor.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor().line")
    assert line == 3
    editor.keyboard.type(" ")
    expect(editor.locator(".fault-line")).to_have_count(0)


def test_a_shared_query_with_an_error_keeps_the_query(visit: Opener, watched: Watched) -> None:
    watched.expected.append("400")
    page = visit("/sparql?query=" + quote("SELECT * {\n  ?a ?b"))
    expect(page.locator("#results")).to_contain_text("Line 2")
    expect(page.locator("textarea[name=query]")).to_have_value("SELECT * {\n  ?a ?b")


def test_properties_complete_and_bring_their_prefix(editor: Page) -> None:
    write(editor, "SELECT * WHERE {\n?state ")
    editor.keyboard.type("tbo:isParty", delay=20)
    hint = editor.locator(".CodeMirror-hint").first
    expect(hint).to_contain_text("tbo:isPartyTo")
    expect(hint).to_contain_text("depositary")
    editor.keyboard.press("Enter")
    assert "?state tbo:isPartyTo" in held(editor)
    assert "PREFIX tbo: <https://w3id.org/treatybodies/ontology#>" in held(editor)


def test_classes_complete_by_a_part_of_their_label(editor: Page) -> None:
    write(editor, "PREFIX tbo: <https://w3id.org/treatybodies/ontology#>\nSELECT * { ?s a ")
    editor.keyboard.type("tbo:General", delay=20)
    expect(editor.locator(".CodeMirror-hints")).to_contain_text("tbo:GeneralComment")


def test_the_tabulator_leaves_the_editor(editor: Page) -> None:
    editor.locator(".CodeMirror").click()
    editor.keyboard.press("Tab")
    assert editor.evaluate("document.activeElement.textContent") == "Run"
    editor.keyboard.press("Shift+Tab")
    assert editor.evaluate("document.activeElement.closest('.CodeMirror') !== null")
