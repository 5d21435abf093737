"""A saved page is read whole and strictly, or refused in plain words."""

from datetime import date
from pathlib import Path

import pytest
from saved_pages import SavedPage, mark

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.columns import parse_column, parse_entries
from treatybodies.importers.untc.pages import read_page
from treatybodies.importers.untc.participants import check_counts

ROWS = {"Albania": ["", "5 Jun\t 2007 a"], "Benin": ["15 Sep\t 2005", " &nbsp;6 Jul\t 2018"]}
ALL = "Ratification, Acceptance(A), Approval(AA), Accession(a), Succession(d)"


@pytest.fixture
def saved() -> SavedPage:
    return SavedPage(rows={name: list(cells) for name, cells in ROWS.items()})


def refusal(file: Path) -> str:
    """Why a page is not read or not counted."""
    with pytest.raises(ImportRefused) as caught:
        check_counts(read_page(file))
    return str(caught.value)


def test_the_head(saved: SavedPage, tmp_path: Path) -> None:
    page = read_page(saved.write(tmp_path))

    assert (page.reference, page.as_of) == ("IV-13", date(2026, 2, 3))
    assert page.title.startswith("International Convention on the Protection")
    assert (page.place, page.concluded) == ("New York", date(1990, 12, 18))
    assert page.entry_into_force == page.registration_date == date(2003, 7, 1)
    assert page.registration_number == "39481"
    assert page.series == "United Nations, Treaty Series, vol. 2220, p. 3"
    assert (page.signatories, page.parties) == (1, 2)


def test_a_protocols_number_and_letter_are_no_part_of_its_title(tmp_path: Path) -> None:
    saved = SavedPage(reference="IV-15-a", title="a Optional Protocol to a Convention", rows=ROWS)

    page = read_page(saved.write(tmp_path))

    assert (page.reference, page.title) == ("IV-15-a", "Optional Protocol to a Convention")


@pytest.mark.parametrize(
    ("cell", "action"),
    [
        ("6 Feb\t 1995", "ratification"),
        ("6 Feb\t 1995 A", "acceptance"),
        ("6 Feb\t 1995 a", "accession"),
        ("6 Feb\t 1995 AA", "approval"),
        ("6 Feb\t 1995 d", "succession"),
    ],
)
def test_markers_tell_case(cell: str, action: str) -> None:
    (entry,) = parse_entries(cell, parse_column(ALL), date(2026, 2, 3))

    assert (entry.action, entry.day) == (action, date(1995, 2, 6))


def test_a_marker_means_what_its_column_says() -> None:
    confirmed = parse_column("Formal confirmation(c), Accession(a), Ratification")
    signed = parse_column("Signature, Succession to signature(d)")

    assert parse_entries("23 Dec 2010 c", confirmed, date.max)[0].action == "formal-confirmation"
    assert parse_entries("23 Oct 2006 d", signed, date.max)[0].action == "succession-to-signature"


@pytest.mark.parametrize("cell", ["[30 Sep\t 1992 a]", "[ 3 Oct\t 1975 a ]"])
def test_brackets_mean_no_longer_in_force(cell: str) -> None:
    (entry,) = parse_entries(cell, parse_column(ALL), date(2026, 2, 3))

    assert not entry.in_force


def test_what_is_bracketed_does_not_count(saved: SavedPage, tmp_path: Path) -> None:
    saved.rows["Chad"] = ["[26 Sep\t 2012 ]", "[22 Feb\t 2022 ]"]

    check_counts(read_page(saved.write(tmp_path)))


def test_end_notes_are_no_part_of_a_name(saved: SavedPage, tmp_path: Path) -> None:
    saved.rows = {f"Germany{mark(23, 24)}": ["9 Oct\t 1968", ""]}
    saved.notes = {"23": "The German Democratic Republic had signed."}

    page = read_page(saved.write(tmp_path))

    assert page.participants[0].name == "Germany"
    assert page.participants[0].endnotes == ("23", "24")
    assert page.notes == {"23": "The German Democratic Republic had signed."}


def test_counts_that_differ_are_refused_with_the_difference(
    saved: SavedPage, tmp_path: Path
) -> None:
    saved.counts = "Signatories : 1. Parties : 4"

    assert refusal(saved.write(tmp_path)) == "the page counts 4 parties, its rows make 2 (-2)"


def test_end_notes_after_the_counts_are_no_counts(saved: SavedPage, tmp_path: Path) -> None:
    saved.counts = f"Signatories : 1. Parties : 2. {mark(1, 2)}"

    check_counts(read_page(saved.write(tmp_path)))


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (["15 Sep\t 2005", "6 Jly\t 2018"], "no day of the calendar"),
        (["31 Feb\t 2005", "6 Jul\t 2018"], "no day of the calendar"),
        (["15 Sep\t 2005", "6 Jul\t 2018 x"], "a marker that the column"),
        (["15 Sep\t 2005", "6 Jul\t 2018 AA"], "a marker that the column"),
        (["15 Sep\t 2005", "[6 Jul\t 2018"], "one bracket only"),
        (["15 Sep\t 2005", "6 Jul 20"], "no date with a marker"),
        (["15 Sep\t 2005"], "1 columns instead of 2"),
        (["15 Sep\t 2005", "6 Jul\t 2028"], "later than the page"),
        (["", ""], "no act in any column"),
    ],
)
def test_a_damaged_row_is_refused_by_its_name(
    saved: SavedPage, tmp_path: Path, cells: list[str], what: str
) -> None:
    saved.rows["Benin"] = cells

    said = refusal(saved.write(tmp_path))

    assert said.startswith("participants, row 2 (Benin): ")
    assert what in said


def test_every_damaged_row_is_named_at_once(saved: SavedPage, tmp_path: Path) -> None:
    saved.rows = {"Albania": ["", "?"], "Benin": ["!", ""]}

    said = refusal(saved.write(tmp_path))

    assert "row 1 (Albania)" in said
    assert "row 2 (Benin)" in said


def test_a_column_of_an_unknown_act_is_refused(saved: SavedPage, tmp_path: Path) -> None:
    saved.headings = ("Signature", "Ratification, Provisional application(n)")

    assert "the act “provisional application”" in refusal(saved.write(tmp_path))


def test_a_truncated_file_is_refused(saved: SavedPage, tmp_path: Path) -> None:
    path = saved.write(tmp_path)
    whole = path.read_bytes()
    for length in range(0, len(whole) - 8, 97):
        path.write_bytes(whole[:length])
        assert refusal(path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<html><head><title>Error</title></head><body>Runtime Error</body></html>", "“Error”"),
        ("<!DOCTYPE html><html><body><table></table></body></html>", "no title"),
        ("Signatories : 40. Parties : 60", "neither HTML nor XML"),
        ("", "the file is empty"),
        ("<html></html>", "no title"),
        ("<html>\x00", "→ save"),
        ("%PDF-1.7 ...", "neither HTML nor XML"),
    ],
)
def test_a_page_of_another_kind_is_refused_in_plain_words(
    tmp_path: Path, text: str, what: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")

    said = refusal(path)

    assert what in said
    assert "→" in said


def test_the_french_page_is_refused(saved: SavedPage, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(saved.html().replace("STATUS AS AT", "ÉTAT EN DATE DU"), encoding="utf-8")

    assert "clang=_en" in refusal(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.html")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_of_browsers_are_read(
    saved: SavedPage, tmp_path: Path, encoding: str
) -> None:
    saved.rows = {"Côte d'Ivoire": ["", "26 Sep\t 2023 a"]}
    path = tmp_path / "page.html"
    path.write_text(saved.html(), encoding=encoding)

    assert read_page(path).participants[0].name == "Côte d'Ivoire"


def test_a_page_saved_as_xhtml_by_another_program_is_read(saved: SavedPage, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    text = saved.html().replace("<tr", "<tbody><tr", 1).replace("./View", "https://host/View")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{text}', encoding="utf-8")

    assert len(read_page(path).participants) == 2


def test_a_wrong_encoding_is_refused(saved: SavedPage, tmp_path: Path) -> None:
    saved.rows = {"Côte d'Ivoire": ["", "26 Sep\t 2023 a"]}
    path = tmp_path / "page.html"

    path.write_text(saved.html(), encoding="latin-1")
    assert "not in the encoding that it declares, UTF-8" in refusal(path)

    path.write_text(saved.html().encode().decode("latin-1"), encoding="utf-8")
    assert "letters of the page were damaged" in refusal(path)
