"""The depositary's own pages of 3 February 2026, where they lie beside this checkout."""

import re
import shutil
from pathlib import Path

import pytest
from saved_pages import REAL_PAGES, rows_of

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.importing import import_pages
from treatybodies.importers.untc.pages import read_page
from treatybodies.importers.untc.participants import (
    check_counts,
    count_parties,
    count_signatories,
)
from treatybodies.paths import Garden
from treatybodies.pipeline.build import assemble
from treatybodies.pipeline.checks import run_checks

pytestmark = pytest.mark.skipif(not REAL_PAGES, reason="the depositary's pages are not here")
ONE = [path for path in REAL_PAGES if path.stem == "cmw"]
PAGES = pytest.mark.parametrize("path", REAL_PAGES, ids=lambda path: path.stem)


def test_the_tables_say_what_the_pages_say(garden: Garden) -> None:
    done = import_pages(garden, REAL_PAGES, {})

    assert [f"{page.page.reference} {each}" for page in done.pages for each in page.changes] == []
    assert not done.files


@PAGES
def test_the_rows_make_the_pages_own_counts(path: Path) -> None:
    page = read_page(path)

    check_counts(page)
    assert count_signatories(page.participants) == page.signatories
    assert count_parties(page.participants) == page.parties


@PAGES
def test_a_row_that_is_missing_is_noticed(path: Path, tmp_path: Path) -> None:
    rows = re.compile(r'\t<tr class="trB\w+">\s*<td>(?:(?!</tr>).)*\d{4}(?:(?!</tr>).)*</tr>', re.S)
    text = path.read_text(encoding="utf-8")
    found = [match for match in rows.finditer(text) if "[" not in match[0]]
    for match in found[:: max(1, len(found) // 5)]:
        copy = tmp_path / path.name
        copy.write_text(text[: match.start()] + text[match.end() :], encoding="utf-8")
        with pytest.raises(ImportRefused, match="its rows make"):
            check_counts(read_page(copy))


@PAGES
def test_a_damaged_day_is_refused_by_its_row(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    days = list(re.finditer(r"<td>[ &nbsp;\[]*(\d{1,2} [A-Z][a-z]{2})\t \d{4}", text))
    for match in days[:: max(1, len(days) // 5)]:
        copy = tmp_path / path.name
        copy.write_text(text[: match.start(1)] + "99 Foo" + text[match.end(1) :], encoding="utf-8")
        with pytest.raises(ImportRefused, match=r"participants, row \d+ \([A-Z]"):
            read_page(copy)


@pytest.mark.parametrize("path", ONE, ids=lambda path: path.stem)
def test_the_garden_passes_its_checks_after_an_update(
    path: Path, garden: Garden, tmp_path: Path
) -> None:
    """A later page: one more consent, one signature gone, one day silently changed."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(garden.root / name, tmp_path / name)
    updated = Garden(tmp_path)
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("STATUS AS AT : 03-02-2026", "STATUS AS AT : 01-06-2026"),
        (
            "<td>26 Sep\t 2013 <br></td>\n\t\t<td>&nbsp;</td>",
            "<td>26 Sep\t 2013 <br></td>\n\t\t<td> 5 May\t 2026 <br></td>",
        ),
        ("<td>19 Feb\t 1993 a<br></td>", "<td>17 Feb\t 1993 a<br></td>"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    text = re.sub(r"<tr class=\"\w+\">\s*<td>Cambodia<br></td>.*?</tr>", "", text, flags=re.S)
    text = re.sub(r"(Signatories :\s*)40(\.\s*Parties :\s*)60", r"\g<1>39\g<2>61", text)
    (tmp_path / "later.html").write_text(text, encoding="utf-8")

    import_pages(updated, [tmp_path / "later.html"], {}).write()

    store = assemble(updated, lambda _: None)
    assert [str(each) for each in run_checks(store, updated) if each.violation] == []
    assert "Cambodia" not in rows_of(updated.tables, "icrmw", ["state/ARM"])
