"""The XML form of a status page tells what the HTML form tells."""

from datetime import date
from pathlib import Path

import pytest
from saved_pages import CONSENT, SIGNATURE

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.pages import read_page
from treatybodies.importers.untc.participants import check_counts
from treatybodies.importers.untc.status import Section, StatusPage

DAY = date(2026, 2, 3)
NOTE_1 = "&lt;sup&gt;1&lt;/sup&gt;"


def entries(*cells: str) -> str:
    """A row of the table."""
    return "<Row>" + "".join(f"<Entry>{cell}</Entry>" for cell in cells) + "</Row>"


ROWS = (
    entries("Albania", "", "5 Jun 2007 a")
    + entries(f"Côte d'Ivoire{NOTE_1}", "15 Sep 2005", "6 Jul 2018")
    + entries("Chad", "26 Sep 2012")
    + entries("Benin", "[15 Sep 2005]", "[6 Jul 2018]")
)


def document(
    rows: str = ROWS,
    status: str = "<Status><Signatories>2</Signatories><Parties>2</Parties></Status>",
    encoding: str = "ISO-8859-1",
) -> str:
    """A small status file, its markup escaped as the depositary escapes it."""
    return f"""<?xml version="1.0" encoding="{encoding}"?>
<Treaty><Chapter><Header>CHAPTER IV</Header><Name>HUMAN RIGHTS</Name></Chapter>
<ExternalData><Titlesect>13. A Convention on &lt;i&gt;Workers&lt;/i&gt;</Titlesect>
<Conclusion>New York, 18 December 1990</Conclusion>
<EIF><Labeltext>1 July 2003, in accordance with article 87 (1).</Labeltext></EIF>
<Registration><Labeltext>1 July 2003, No. 39481.</Labeltext></Registration>{status}
<TreatyText>
<Text>United Nations, &lt;i&gt;Treaty Series&lt;/i&gt;, vol. 2220, p. 3</Text></TreatyText>
</ExternalData>
<Participants><Table><TGroup>
<Thead><Rows>{entries("Participant", SIGNATURE, CONSENT)}</Rows></Thead>
<Tbody><Rows>{rows}</Rows></Tbody></TGroup></Table></Participants>
<Declarations><Declaration><Participant>Albania</Participant>
<Text>&lt;i&gt;Reservation:&lt;/i&gt;&lt;br /&gt;Albania is not bound by article 92.
&lt;p&gt;4 March 2012&lt;/p&gt;Another one on article 8.</Text></Declaration></Declarations>
<Objections><Objection>
<Participant>Chad</Participant><Text>It objects.</Text></Objection></Objections>
<Endnotes><Endnote><Number>1</Number><Text>See note 1.</Text></Endnote></Endnotes>
</Treaty>"""


def save(folder: Path, text: str, name: str = "IV-13.en.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="iso-8859-1")
    return path


@pytest.fixture
def page(tmp_path: Path) -> StatusPage:
    return read_page(save(tmp_path, document()), DAY)


def test_the_head(page: StatusPage) -> None:
    assert (page.reference, page.title) == ("IV-13", "A Convention on Workers")
    assert (page.place, page.concluded) == ("New York", date(1990, 12, 18))
    assert page.entry_into_force == page.registration_date == date(2003, 7, 1)
    assert page.registration_number == "39481"
    assert page.series == "United Nations, Treaty Series, vol. 2220, p. 3"


def test_a_namespace_makes_no_difference(tmp_path: Path, page: StatusPage) -> None:
    text = document().replace("<Treaty>", '<Treaty xmlns="urn:example:mtdsg">')

    assert read_page(save(tmp_path, text), DAY).passages == page.passages


def test_the_rows_make_the_counts(page: StatusPage) -> None:
    check_counts(page)

    assert (page.signatories, page.parties) == (2, 2)


def test_counts_may_stand_in_a_line(tmp_path: Path) -> None:
    line = "<Status><Labeltext>Signatories : 2. Parties : 2.</Labeltext></Status>"

    check_counts(read_page(save(tmp_path, document(status=line)), DAY))


def test_names_are_latin_letters_and_end_notes_apart(page: StatusPage) -> None:
    assert page.participants[1].name == "Côte d'Ivoire"
    assert page.participants[1].endnotes == ("1",)
    assert page.notes == {"1": "See note 1."}


def test_a_row_may_lack_its_last_column(page: StatusPage) -> None:
    assert [entry.action for entry in page.participants[2].entries] == ["signature"]


def test_a_row_with_a_column_too_many_is_refused_by_its_name(tmp_path: Path) -> None:
    rows = ROWS + entries("Peru", "22 Sep 2004", "14 Sep 2005", "1 Jan 2006")

    with pytest.raises(ImportRefused, match=r"row 5 \(Peru\): 3 columns instead of 2"):
        read_page(save(tmp_path, document(rows)), DAY)


def test_statements_of_the_sections(page: StatusPage) -> None:
    first, second, objection = page.passages

    assert (first.name, first.day, first.parts[0].heading) == ("Albania", None, "Reservation:")
    assert second.day == date(2012, 3, 4)
    assert (objection.section, objection.name) == (Section.OBJECTIONS, "Chad")


def test_the_treaty_is_named_by_the_file_or_by_its_heads(tmp_path: Path) -> None:
    assert read_page(save(tmp_path, document(), "saved.xml"), DAY).reference == "IV-13"


def test_a_file_without_a_day_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="--as-of"):
        read_page(save(tmp_path, document()))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, share: float) -> None:
    text = document()

    with pytest.raises(ImportRefused, match="→ save"):
        read_page(save(tmp_path, text[: int(len(text) * share)]), DAY)


def test_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="XML is broken"):
        read_page(save(tmp_path, document(encoding="UTF-8")), DAY)


def test_no_file_of_the_machine_is_read_through_an_entity(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    entity = f'<!DOCTYPE Treaty [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><Treaty>'
    text = document().replace("<Treaty>", entity).replace("18 December", "&x; 18 December")

    page = read_page(save(tmp_path, text), DAY)

    assert "secret" not in str(page)


def test_a_statement_in_an_unknown_section_is_refused(tmp_path: Path) -> None:
    text = document().replace("Objection", "Remonstrance")

    with pytest.raises(ImportRefused, match="the statement of Chad stands in no section"):
        read_page(save(tmp_path, text), DAY)
