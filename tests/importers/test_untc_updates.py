"""What a later page changes in the tables, and what it never touches."""

from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from saved_pages import Importing, SavedPage, mark, read

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.importing import Import
from treatybodies.paths import Garden

JUNE = date(2026, 6, 1)


@pytest.fixture
def moved(later: SavedPage) -> SavedPage:
    """The later page, on which the day of Egypt's accession has changed silently."""
    later.rows["Egypt"][1] = "17 Feb\t 1993 a"
    return later


@pytest.fixture
def joined(later: SavedPage) -> SavedPage:
    """The later page, on which Armenia has ratified."""
    later.rows["Armenia"][1] = "5 May\t 2026"
    return later


def words(done: Import) -> str:
    """Every change, a line each."""
    return "\n".join(str(change) for page in done.pages for change in page.changes)


def rows(small: Garden, table: str, **cells: str) -> list[dict[str, str]]:
    """Rows of a table with these cells."""
    found = read(small.tables, table)
    return [row for row in found if all(row[name] == cell for name, cell in cells.items())]


def snapshot(small: Garden) -> dict[Path, bytes]:
    """Every file of the garden."""
    return {path: path.read_bytes() for path in small.root.rglob("*") if path.is_file()}


def test_a_page_that_says_the_same_changes_nothing(
    small: Garden, page: SavedPage, importing: Importing
) -> None:
    before = snapshot(small)

    done = importing(page)

    assert words(done) == ""
    assert snapshot(small) == before


def test_a_second_import_of_a_page_changes_nothing(
    small: Garden, joined: SavedPage, importing: Importing
) -> None:
    importing(joined)
    before = snapshot(small)

    assert not importing(joined).files
    assert snapshot(small) == before


def test_a_new_act_comes_with_the_new_counts_and_the_earlier_ones_stay(
    small: Garden, joined: SavedPage, importing: Importing
) -> None:
    done = importing(joined)

    assert "+ Armenia: ratification, 5 May 2026" in words(done)
    (act,) = rows(small, "treaty_actions", party="state/ARM", action="ratification")
    assert (act["date"], act["source"]) == ("2026-05-05", "untc/IV-13")
    (now,) = rows(small, "instruments", instrument="icrmw")
    assert (now["signatories"], now["parties"], now["as_of"]) == ("5", "4", "2026-06-01")
    (then,) = rows(small, "earlier_counts")
    assert (then["parties"], then["as_of"], then["source"]) == (
        "3",
        "2026-02-03",
        "untc/IV-13/2026-02-03",
    )
    titles = {row["graph"]: row["title"] for row in rows(small, "sources")}
    assert titles["untc/IV-13"].endswith("1 June 2026")
    assert titles["untc/IV-13/2026-02-03"].endswith("3 February 2026")


def test_rows_keep_their_order_and_only_changed_lines_change(
    small: Garden, joined: SavedPage, importing: Importing
) -> None:
    path = small.tables / "treaty_actions.csv"
    before = path.read_text(encoding="utf-8").splitlines()

    importing(joined)

    after = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in before] == before
    assert len(after) == len(before) + 1
    keys = [(r["instrument"], r["party"], r["date"]) for r in rows(small, "treaty_actions")]
    assert keys == sorted(keys)


def test_a_silently_changed_day_leaves_the_old_one_as_a_claim_of_the_earlier_page(
    small: Garden, moved: SavedPage, importing: Importing
) -> None:
    done = importing(moved)

    assert "~ Egypt: day of accession: 17 February 1993, until now 19 February 1993" in words(done)
    (act,) = rows(small, "treaty_actions", party="state/EGY")
    assert (act["date"], act["iri_day"]) == ("1993-02-17", "1993-02-19")
    claims = rows(small, "claims", source="untc/IV-13/2026-02-03")
    assert {(claim["thing"], claim["value"]) for claim in claims} == {
        ("action/icrmw/EGY/1993-02-19/accession", "1993-02-19"),
        ("action/icrmw/EGY/1993-02-19/reservation", "1993-02-19"),
    }
    decided = small.decisions.read_text(encoding="utf-8")
    assert "rdf:subject <id/action/icrmw/EGY/1993-02-19/accession>" in decided


def test_an_act_dated_by_a_consent_moves_with_it(
    small: Garden, moved: SavedPage, importing: Importing
) -> None:
    importing(moved)

    (act,) = rows(small, "declarations", party="state/EGY")
    assert (act["date"], act["iri_day"]) == ("1993-02-17", "1993-02-19")


def test_decisions_made_by_hand_stay_to_the_letter(
    small: Garden, moved: SavedPage, importing: Importing
) -> None:
    before = small.decisions.read_text(encoding="utf-8")
    del moved.rows["Cambodia"]

    importing(moved)

    after = small.decisions.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip().removesuffix("}").rstrip())
    quads = set(parse(after, format=RdfFormat.TRIG))
    assert set(parse(before, format=RdfFormat.TRIG)) < quads


def test_a_day_that_a_decision_sets_aside_is_for_the_curator(
    small: Garden, moved: SavedPage, importing: Importing
) -> None:
    decided = small.decisions.read_text(encoding="utf-8").rstrip().removesuffix("}")
    small.decisions.write_text(
        f"""{decided}
    <id/decision/made-by-hand> a tbo:Decision ;
        rdf:subject <id/action/icrmw/EGY/1993-02-19/accession> ;
        rdf:predicate tbo:actionDate ;
        rdf:object "1993-02-17"^^xsd:date ;
        tbo:inGraph <graph/source/ohchr-dashboard-2020> ;
        tbo:outcome decision-outcome:set-aside ;
        tbo:reason "Another list is wrong."@en .
}}
""",
        encoding="utf-8",
    )
    before = snapshot(small)

    with pytest.raises(ImportRefused, match="decision/made-by-hand sets aside"):
        importing(moved)
    assert snapshot(small) == before


def test_an_act_that_the_page_shows_no_more_is_set_aside_and_kept(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    del later.rows["Cambodia"]

    done = importing(later)

    assert "- Cambodia: signature of 27 September 2004 is no more on the page" in words(done)
    (act,) = rows(small, "treaty_actions", party="state/KHM")
    assert act["source"] == "untc/IV-13/2026-02-03"
    decided = small.decisions.read_text(encoding="utf-8")
    assert "<id/decision/icrmw-KHM-2004-09-27-signature-class>" in decided
    assert "<id/action/icrmw/KHM/2004-09-27/signature> a tbo:RetractedAct" in decided


def test_an_act_missing_from_a_page_of_the_same_day_is_a_fault_of_the_tables(
    small: Garden, page: SavedPage, importing: Importing
) -> None:
    del page.rows["Cambodia"]

    with pytest.raises(ImportRefused, match="signature of Cambodia, 27 September 2004"):
        importing(page)


def test_brackets_mean_that_the_party_left_on_the_day_its_end_note_tells(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.rows["Egypt" + mark(7)] = ["", f"[{later.rows.pop('Egypt')[1]}]"]
    later.notes["7"] = (
        "On 2 March 2026, the Government of Egypt notified the Secretary-General of its "
        "denunciation of the Convention. It shall take effect on 1 April 2027."
    )

    importing(later)

    (left,) = rows(small, "treaty_actions", party="state/EGY", action="denunciation")
    assert (left["date"], left["effective"], left["endnotes"]) == ("2026-03-02", "2027-04-01", "7")


def test_brackets_without_a_day_are_for_the_curator(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.rows["Egypt"][1] = f"[{later.rows['Egypt'][1]}]"

    with pytest.raises(ImportRefused, match=r"Egypt: its accession stands in brackets"):
        importing(later)


def test_end_notes_that_move_change_their_numbers_only(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.rows["Montenegro" + mark(3)] = later.rows.pop("Montenegro" + mark(2))
    later.notes["3"] = later.notes.pop("2")

    done = importing(later)

    assert "Montenegro" not in words(done)
    (act,) = rows(small, "treaty_actions", party="state/MNE")
    assert act["endnotes"] == "3"


def test_an_older_page_is_refused(small: Garden, page: SavedPage, importing: Importing) -> None:
    page.as_of = date(2025, 6, 1)

    with pytest.raises(ImportRefused, match="already follow one of 2026-02-03"):
        importing(page)


def test_pages_of_one_treaty_are_taken_up_in_the_order_of_their_days(
    small: Garden, page: SavedPage, importing: Importing
) -> None:
    later = SavedPage(**vars(page) | {"as_of": date(2026, 7, 1)})
    page.as_of = JUNE

    importing(later, page)

    assert [row["as_of"] for row in rows(small, "earlier_counts")] == ["2026-02-03", "2026-06-01"]


def test_one_refused_page_keeps_the_others_from_being_written(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    before = snapshot(small)
    damaged = SavedPage(**vars(later) | {"counts": "Signatories : 9. Parties : 9"})

    with pytest.raises(ImportRefused):
        importing(later, damaged)
    assert snapshot(small) == before
