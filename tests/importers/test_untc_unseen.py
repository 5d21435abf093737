"""Pages written otherwise than those that are known: read all the same, or refused by their row."""

from datetime import date
from pathlib import Path

import pytest
from saved_pages import CONSENT, SIGNATURE, P, SavedPage, mark

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.pages import read_page
from treatybodies.importers.untc.participants import check_counts
from treatybodies.importers.untc.status import StatusPage

APPROVAL = "Approval(AA), Acceptance(A), Ratification, Accession(a), Succession(d)"


def reading(saved: SavedPage, folder: Path, **replaced: str) -> StatusPage:
    """The page, some of its text ``replaced``, with its counts checked."""
    file = saved.write(folder)
    text = file.read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    page = read_page(file)
    check_counts(page)
    return page


def test_another_treaty_with_other_columns_and_odd_white_space(tmp_path: Path) -> None:
    saved = SavedPage(
        reference="IX-4",
        title="Framework  Convention on\n Tobacco&nbsp;Control",
        headings=("Signature", APPROVAL),
        rows={
            "&nbsp;Japan\n ": ["9 \n Mar\t 2004", "\n8 Jun\t\t 2004 \t A"],
            "European   Union": ["16 Jun 2003", "30&nbsp;Jun&nbsp;2005&nbsp;AA"],
            "Cook Islands": ["14 May 2004", "14 May 2004"],
        },
    )

    page = reading(saved, tmp_path)

    assert page.reference == "IX-4"
    assert [each.name for each in page.participants] == ["Japan", "European Union", "Cook Islands"]
    assert [each.entries[1].action for each in page.participants] == [
        "acceptance",
        "approval",
        "ratification",
    ]


def test_marks_of_end_notes_stand_anywhere_in_a_row(tmp_path: Path) -> None:
    saved = SavedPage(
        rows={
            f"{mark(2)}China{mark(3)}, {mark(4, 5)}": ["", f"9 Dec\t 1988{mark(6)} a"],
            "Egypt <superscript>7</superscript>": ["", "19 Feb\t 1993 a"],
        }
    )

    page = reading(saved, tmp_path)

    assert [(each.name, each.endnotes) for each in page.participants] == [
        ("China", ("2", "3", "4", "5", "6")),
        ("Egypt", ("7",)),
    ]


def test_a_row_with_two_days_has_two_acts(tmp_path: Path) -> None:
    saved = SavedPage(
        rows={
            "Guyana": ["", "[10 May\t 1993 a] 5 Jan\t 1999 a"],
            "Gambia": ["[9 Jun\t 1988] 29 Dec\t 1988", "[ 9 Jun 1988][29 Dec 1988 a ] "],
        },
        counts="Signatories : 1. Parties : 1",
    )

    guyana, gambia = reading(saved, tmp_path).participants

    assert [each.in_force for each in guyana.entries] == [False, True]
    assert [each.in_force for each in gambia.entries] == [False, True, False, False]


def test_succession_is_to_a_signature_or_to_the_treaty(tmp_path: Path) -> None:
    saved = SavedPage(
        headings=(SIGNATURE, CONSENT), rows={"Montenegro": ["23 Oct\t 2006 d", "23 Oct\t 2006 d"]}
    )

    (montenegro,) = reading(saved, tmp_path).participants

    assert [each.action for each in montenegro.entries] == ["succession-to-signature", "succession"]


def test_a_page_without_statements_notes_and_signatures(tmp_path: Path) -> None:
    saved = SavedPage(headings=(CONSENT,), rows={"Benin": ["6 Jul\t 2018 a"]}, counts="Parties : 1")

    page = reading(saved, tmp_path)

    assert (page.signatories, page.parties) == (0, 1)
    assert (page.passages, page.territories, page.notes) == ((), (), {})


@pytest.mark.parametrize(
    "cell", ["6 Jul 2018 Aa", "6 Jul 2018 D", "6 Jul 2018 aA", "6 Jul 2018 a,"]
)
def test_a_marker_in_the_wrong_case_is_refused_by_its_row(tmp_path: Path, cell: str) -> None:
    saved = SavedPage(rows={"Albania": ["", "5 Jun\t 2007 a"], "Benin": ["", cell]})

    with pytest.raises(ImportRefused, match=r"participants, row 2 \(Benin\)"):
        reading(saved, tmp_path)


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("28 Septembre 2016", date(2016, 9, 28)),
        ("1 Decmeber 1999*", date(1999, 12, 1)),
        ("4 Octobre  2002.", date(2002, 10, 4)),
        ("l2 March 2012", date(2012, 3, 12)),
    ],
)
def test_the_day_over_a_statement_may_be_misspelt(tmp_path: Path, printed: str, day: date) -> None:
    text = f"<p ALIGN='Right'>{printed}</p>Benin objects."
    saved = SavedPage(rows={"Benin": ["", "6 Jul 2018"]}, objections=[("Benin", text)])

    (passage,) = reading(saved, tmp_path).passages

    assert passage.day == day


def test_what_looks_like_a_day_over_a_statement_and_is_none_is_refused(tmp_path: Path) -> None:
    text = "<p align=right>31 Floreal 2016</p>Benin objects."
    saved = SavedPage(rows={"Benin": ["", "6 Jul 2018"]}, objections=[("Benin", text)])

    with pytest.raises(ImportRefused, match="Benin: “31 Floreal 2016” stands over a statement"):
        reading(saved, tmp_path)


def test_an_end_note_without_a_number_is_refused(tmp_path: Path) -> None:
    saved = SavedPage(rows={"Benin": ["", "6 Jul 2018"]}, notes={"1": "See note."})
    note = f'<div id="{P}dgNotesAll_ctl01_divNotesAll"><a name="1">1</a>'

    with pytest.raises(ImportRefused, match=r"end note “See note\.” has no number"):
        reading(saved, tmp_path, **{note: "<div>"})
