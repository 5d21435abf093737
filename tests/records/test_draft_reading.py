"""What is read of a document in each format, and what is said of those that cannot be read."""

from io import BytesIO
from pathlib import Path

import docx
import pytest
from pyoxigraph import Store
from pypdf import PdfWriter

from treatybodies.errors import InputFaults, TreatybodiesError, UnknownSymbol
from treatybodies.importers.drafts import readers
from treatybodies.importers.drafts.drafting import Draft, draft
from treatybodies.importers.drafts.identity import Identity
from treatybodies.importers.drafts.paragraphs import Kind, read_places
from treatybodies.importers.drafts.readers import read_document, remark
from treatybodies.importers.drafts.readers.pdf import join_lines
from treatybodies.importers.drafts.trig import write_draft
from treatybodies.pipeline.verify import split_paragraphs

RECORD = """\
CAT/C/SR.2100
Committee against Torture
Eightieth session
Held at the Palais Wilson, Geneva, on Friday, 26 July 2024, at 3 p.m.
The meeting was called to order at 3.05 p.m.
Closure of the session
The Chair said that the Committee had considered the reports of Benin and Egpyt.
The meeting rose at 4 p.m.
"""


def a_file(folder: Path, content: str | bytes, name: str = "record.txt") -> Path:
    """A file with some content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(path: Path) -> list[str]:
    """The paragraphs of a document as texts."""
    return [paragraph.text for paragraph in read_document(path)]


def the_fault(path: Path) -> str:
    """The only thing that is said of a document that cannot be read."""
    with pytest.raises(InputFaults) as caught:
        read_document(path)
    (fault,) = caught.value.faults
    assert fault.remedy
    return fault.what


def read(text: str, graph: Store, identity: Identity | None = None) -> Draft:
    """The draft of a text."""
    return draft(split_paragraphs(text), graph, identity or Identity())


def docx_bytes(*paragraphs: str) -> bytes:
    """A DOCX file with some paragraphs and a table of one row."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    row = document.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "State", "Report"
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_each_line_of_a_text_is_a_paragraph(tmp_path: Path) -> None:
    assert lines(a_file(tmp_path, "One.\n\n\tTwo  words.\r\nThree.")) == [
        "One.",
        "Two words.",
        "Three.",
    ]


def test_wrapped_lines_are_joined_between_blank_lines(tmp_path: Path) -> None:
    wrapped = "\n\n".join(
        "The Committee had adopted its concluding observations on the\n"
        "reports of Benin and of Egypt, and it had then considered what\n"
        f"remained to be done in the matter number {number}."
        for number in range(4)
    )
    assert len(lines(a_file(tmp_path, wrapped))) == 4


def test_a_page_is_read_without_its_navigation(tmp_path: Path) -> None:
    page = """<!doctype html><html><head><title>x</title><script>var a;</script></head><body>
      <nav><ul><li>Home</li></ul></nav><main><h1>Session closes</h1>
      <p>The Committee <b>closed</b>
      its session.<br>It met again.</p></main><footer>Imprint</footer></body></html>"""
    assert lines(a_file(tmp_path, page, "page.html")) == [
        "Session closes",
        "The Committee closed its session.",
        "It met again.",
    ]


def test_a_word_document_is_read_with_its_tables(tmp_path: Path) -> None:
    path = a_file(tmp_path, docx_bytes("First.", "Second."), "record.docx")
    assert lines(path) == ["First.", "Second.", "State | Report"]


def test_a_row_of_a_table_is_one_line(tmp_path: Path) -> None:
    page = """<html><body><table><tr><th>State party</th><th>Symbol</th></tr>
      <tr><td><p>Benin</p></td><td>CRC/C/BEN/CO/7</td></tr></table></body></html>"""
    expected = ["State party | Symbol", "Benin | CRC/C/BEN/CO/7"]
    assert lines(a_file(tmp_path, page, "page.html")) == expected


def test_menus_without_a_mark_are_left_out(tmp_path: Path) -> None:
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("News", "Bodies", "Help"))
    page = f"<html><body><div class='m'><ul>{menu}</ul></div><p>She spoke.</p></body></html>"
    assert lines(a_file(tmp_path, page, "page.html")) == ["She spoke."]


def test_a_text_in_utf_16_is_read(tmp_path: Path) -> None:
    assert lines(a_file(tmp_path, "Comité.".encode("utf-16"))) == ["Comité."]


def test_the_entries_of_a_table_are_read_with_its_title(tmp_path: Path, graph: Store) -> None:
    document = docx.Document()
    document.add_paragraph("CRC/C/97/2")
    document.add_paragraph("Committee on the Rights of the Child")
    document.add_paragraph("Concluding observations adopted at the session")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(
        table.rows, [("State", "Symbol"), ("Fiji", "CRC/C/FJI/CO/7")], strict=True
    ):
        row.cells[0].text, row.cells[1].text = texts
    document.add_paragraph("The session was closed by the Chair of the Committee on that day.")
    file = BytesIO()
    document.save(file)
    path = a_file(tmp_path, file.getvalue(), "report.docx")
    made = draft(read_document(path), graph, Identity())
    adopted = {
        str(triple.object).rpartition("/id/")[2]
        for groups in made.groups.values()
        for group in groups
        for triple in group.triples
        if str(triple.predicate).endswith("#adopts>")
    }
    assert adopted == {"doc/CRC/C/FJI/CO/7>"}


def test_lines_of_a_page_are_joined_to_paragraphs() -> None:
    page = [
        "1. The Chair said that the Committee had adopted its concluding observations on the",
        "reports of Benin and Egypt.",
        "2. It had adopted a list of issues for Mauritania and other texts which were not named",
        "in the record.",
    ]
    assert [text.split(" ")[0] for text in join_lines(page)] == ["1.", "2."]


def test_a_scanned_pdf_is_refused(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    file = BytesIO()
    writer.write(file)
    assert "without text" in the_fault(a_file(tmp_path, file.getvalue(), "scan.pdf"))


def a_locked_pdf(password: str) -> bytes:
    """A page of nothing that its owner has locked, and that others open with a password."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.encrypt(password, "owner", algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_pdf_that_opens_with_a_password_is_refused(tmp_path: Path) -> None:
    assert "password" in the_fault(a_file(tmp_path, a_locked_pdf("secret"), "locked.pdf"))


def test_a_pdf_that_is_only_kept_from_being_changed_is_opened(tmp_path: Path) -> None:
    assert "without text" in the_fault(a_file(tmp_path, a_locked_pdf(""), "owned.pdf"))


def test_a_text_in_windows_1252_is_read_and_said_to_be(tmp_path: Path) -> None:
    text = "Comité des droits de l’enfant"
    file = a_file(tmp_path, text.encode("cp1252"), "old.txt")
    assert [each.text for each in read_document(file)] == [text]
    assert "Windows-1252" in remark(file)
    assert remark(a_file(tmp_path, text.encode(), "new.txt")) == ""


def test_the_parts_around_a_press_release_are_left_out(tmp_path: Path) -> None:
    page = """<!DOCTYPE html><body>
      <div class="eu-cookie-popup"><p>We use cookies on this site.</p><button>OK</button></div>
      <div class="breadcrumb"><a>Latest</a> / <a>Press releases</a></div>
      <div class="page-share content"><h1>Committee closes session</h1>
      <div class="social-share"><a>Share</a> <a>Print</a></div>
      <p>The Committee closed its session, which had been a long one, on Friday.</p></div>
      <section id="block-related"><h2>Related</h2><p>More news</p></section>
      <div role="dialog"><p>This website uses cookies.</p></div></body>"""
    read = read_document(a_file(tmp_path, page.encode(), "page.html"))
    assert [each.text for each in read] == [
        "Committee closes session",
        "The Committee closed its session, which had been a long one, on Friday.",
    ]


def test_a_symbol_that_the_cover_contradicts_is_refused(graph: Store) -> None:
    with pytest.raises(TreatybodiesError, match=r"CAT/C/SR\.2100, not CMW/C/SR\.590"):
        read(RECORD, graph, Identity(symbol="CMW/C/SR.590"))


@pytest.mark.parametrize(
    ("content", "name", "what"),
    [
        (b"", "empty.txt", "empty"),
        (b" \n\t\n", "blank.txt", "empty"),
        ("Séance \x81".encode("latin-1"), "latin.txt", "neither UTF-8"),
        (b"\x00\x01\x02", "binary.txt", "no text"),
        (b"%PDF-1.7 broken", "broken.pdf", "damaged"),
        (b"PK\x03\x04broken", "broken.docx", "no DOCX"),
        (b"{\\rtf1 x}", "old.rtf", "not read"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, name: str, what: str, tmp_path: Path) -> None:
    assert what in the_fault(a_file(tmp_path, content, name))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in the_fault(tmp_path / "nowhere.txt")


def test_a_huge_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "LARGEST_FILE", 10)
    assert "are read at most" in the_fault(a_file(tmp_path, "more than ten bytes"))


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    assert "50 MiB" in the_fault(path)


def test_a_text_of_too_many_characters_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "LONGEST_TEXT", 10)
    assert "characters" in the_fault(a_file(tmp_path, "more than ten characters"))


def test_places_are_named_as_in_records() -> None:
    places = read_places(split_paragraphs(RECORD + "* No summary record was prepared."))
    assert [place.name for place in places] == [
        "cover-1",
        "cover-2",
        "cover-3",
        "cover-4",
        "opening-note",
        "heading-1",
        "p1",
        "rising",
        "note-1",
    ]


def test_numbers_that_the_text_shows_name_its_paragraphs() -> None:
    text = "4. One sentence.\nA line that goes on.\n5. Another sentence."
    assert [place.name for place in read_places(split_paragraphs(text))] == ["p4", "p4-2", "p5"]


def test_entries_of_a_list_go_on_from_the_words_before_it() -> None:
    text = "1. The Committee considered the following reports:\n(a) Benin;\n(b) Egypt."
    leads = [place.lead for place in read_places(split_paragraphs(text))]
    assert leads[1:] == ["The Committee considered the following reports"] * 2


def test_headings_are_short_lines_without_an_end() -> None:
    kinds = [place.kind for place in read_places(split_paragraphs("Other matters\nShe spoke."))]
    assert kinds == [Kind.HEADING, Kind.BODY]


def test_the_symbol_on_the_cover_says_whose_record_it_is(graph: Store) -> None:
    made = read(RECORD, graph)
    assert (made.title, made.context.body, made.context.session, made.context.meeting) == (
        "CAT/C/SR.2100",
        "cat",
        "80",
        "2100",
    )


def test_a_text_that_lost_its_spaces_is_read(graph: Store) -> None:
    text = """\
CRC/C/SR.1613
Comité des droits de l’enfant
Cinquante- sixième session
Compte rendu analytique de la 1613 e séance
Tenue par visioconférence, le vendredi 4 février 2011, à 15 heures
Président e: Mme Lee
La séance est ouverte à 15 heures.
Questions d’organisation
1.La Présidente dit que le Comité a adopté des observations finales concernant le Danemark.
"""
    made = read(text, graph)
    assert made.context.session == "56"
    assert made.places[-1].name == "p1"
    rules = {group.rule for groups in made.groups.values() for group in groups}
    assert {"chair-on-the-cover", "meeting-held", "chair-spoke", "concluding-observations"} <= rules


def test_a_text_without_a_symbol_asks_for_one(graph: Store) -> None:
    with pytest.raises(TreatybodiesError, match="give --symbol"):
        read("The Committee closed its session.", graph)


def test_a_symbol_that_is_none_is_refused(graph: Store) -> None:
    with pytest.raises(UnknownSymbol):
        read(RECORD, graph, Identity(symbol="NOT/A/SYMBOL"))


def test_unknown_names_come_with_near_ones(graph: Store) -> None:
    notes = [note for found in read(RECORD, graph).notes.values() for note in found]
    assert [(note.words, note.near[:1]) for note in notes if note.what == "unknown name"] == [
        ("Egpyt", ("Egypt",))
    ]


def test_a_paragraph_that_says_nothing_known_is_named(graph: Store) -> None:
    text = RECORD.replace(
        "Closure of", "Some things happened that nobody can name at all.\nClosure of"
    )
    notes = read(text, graph).notes["p1"]
    assert [note.what for note in notes] == ["nothing was understood"]


def test_what_is_postponed_is_no_event(graph: Store) -> None:
    text = RECORD.replace("had considered the reports", "had postponed the review of the reports")
    rules = {group.rule for groups in read(text, graph).groups.values() for group in groups}
    assert not rules & {"report-considered", "states-reviewed", "dialogue"}


FRENCH = """\
CAT/C/SR.2101
Comité contre la torture
Le Comité a adopté des observations finales concernant le rapport du Bénin et de la France.
"""
SPANISH = """\
CAT/C/SR.2102
Comité contra la Tortura
El Comité aprobó sus observaciones finales sobre el informe de Chile y de los Países Bajos.
"""


RUSSIAN = """\
CAT/C/SR.2103
Комитет против пыток
Комитет принял заключительные замечания по докладу Бенина и провел диалог с делегацией Франции.
"""


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        (FRENCH, "French", "only some kinds of sentences are read (concluding observations, "),
        (SPANISH, "Spanish", "only some kinds of sentences are read (concluding observations, "),
        (RUSSIAN, "Russian", "sentences are not"),
    ],
)
def test_a_text_in_another_language_is_named_as_such(
    text: str, language: str, left: str, graph: Store
) -> None:
    made = read(text, graph)
    assert f"the text is in {language}" in made.caution
    assert left in made.caution
    assert "→" in made.caution
    assert made.caution in write_draft(made, "2026-11-23")


@pytest.mark.parametrize(
    "text",
    [
        FRENCH + "La Présidente dit que Mme Ravel a été élue Vice-Présidente.",
        SPANISH
        + "El Comité ha aprobado su observación general núm. 5 y se ha reunido con el ACNUR.",
        SPANISH + "La Presidenta dice que la Sra. Rivas ha sido elegida Vicepresidenta.",
    ],
)
def test_a_sentence_that_no_rule_of_its_language_reads_is_named(text: str, graph: Store) -> None:
    notes = [note for found in read(text, graph).notes.values() for note in found]
    assert any("no rule" in note.what for note in notes)


def test_an_english_text_needs_no_caution(graph: Store) -> None:
    assert read(RECORD, graph).caution == ""


def test_a_language_that_is_none_is_refused(graph: Store) -> None:
    with pytest.raises(TreatybodiesError, match="give one of en"):
        read(RECORD, graph, Identity(language="xx"))
