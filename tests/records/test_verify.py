"""What ``verify_record`` finds when a record is held against a text."""

from pathlib import Path

import pytest

from treatybodies.errors import InputFaults
from treatybodies.pipeline.verify import Finding, Kind, digest, normalize, verify_record

HERE = Path(__file__).parent
RECORD = HERE / "made-up.trig"
TEXT = (HERE / "made-up.txt").read_text(encoding="utf-8")
GRAPH = "https://w3id.org/treatybodies/graph/doc/GARDEN/SR.1"


def verify(folder: Path, text: str = TEXT, record: str | None = None) -> list[Finding]:
    """The findings for a text and, when given, another record than the made-up one."""
    text_path, record_path = folder / "text.txt", folder / "record.trig"
    text_path.write_bytes(text.encode())
    record_path.write_text(record or RECORD.read_text(encoding="utf-8"), encoding="utf-8")
    return verify_record(record_path, text_path)


def the_fault(findings: list[Finding]) -> Finding:
    """The only finding that is not good news."""
    (fault,) = [finding for finding in findings if not finding.ok]
    return fault


def replaced(old: str, new: str) -> str:
    """The made-up record with one change."""
    record = RECORD.read_text(encoding="utf-8")
    assert record.count(old) == 1
    return record.replace(old, new)


def test_a_text_that_agrees_has_one_good_finding_for_each_graph(tmp_path: Path) -> None:
    findings = verify(tmp_path)
    assert all(finding.ok for finding in findings)
    assert [finding.line for finding in findings] == [0, 4, 1, 2, 3]


def test_a_changed_word_is_named_with_the_nearest_paragraph(tmp_path: Path) -> None:
    fault = the_fault(verify(tmp_path, TEXT.replace("painted green", "painted blue")))
    assert (fault.kind, fault.graph, fault.line) == (Kind.PARAGRAPH_NOT_FOUND, f"{GRAPH}/p2", 3)
    assert "Members discussed the fence." in fault.message
    assert "the record has “green” where the text has “blue”" in fault.message


def test_a_changed_word_outside_the_quotations_is_said_to_lie_there(tmp_path: Path) -> None:
    fault = the_fault(verify(tmp_path, TEXT.replace("before spring", "before winter")))
    assert (fault.kind, fault.line) == (Kind.PARAGRAPH_NOT_FOUND, 3)
    assert "its quotations agree" in fault.message


def test_a_left_out_word_is_named(tmp_path: Path) -> None:
    fault = the_fault(verify(tmp_path, TEXT.replace("the new apple", "the apple")))
    assert fault.graph == f"{GRAPH}/p1"
    assert "the record has “new” where the text has “”" in fault.message


def test_a_paragraph_that_the_text_lacks_is_not_found(tmp_path: Path) -> None:
    fault = the_fault(verify(tmp_path, "".join(TEXT.splitlines(keepends=True)[:3])))
    assert (fault.kind, fault.graph) == (Kind.PARAGRAPH_NOT_FOUND, f"{GRAPH}/note-1")
    assert "none resembles it" in fault.message


def test_a_lost_paragraph_is_not_mistaken_for_a_new_one(tmp_path: Path) -> None:
    text = TEXT.replace("Nobody wrote down the rest.", "Apples were eaten.")
    lost, new = [finding for finding in verify(tmp_path, text) if not finding.ok]
    assert (lost.kind, lost.graph) == (Kind.PARAGRAPH_NOT_FOUND, f"{GRAPH}/note-1")
    assert "none resembles it" in lost.message
    assert (new.kind, new.line) == (Kind.NOT_READ, 4)


def test_a_quotation_that_the_paragraph_lacks_is_reported(tmp_path: Path) -> None:
    record = replaced("it should be painted green", "it should be built green")
    fault = the_fault(verify(tmp_path, record=record))
    assert (fault.kind, fault.line) == (Kind.QUOTATION_NOT_FOUND, 3)
    assert "the record has “built” where the text has “painted”" in fault.message


def test_a_quotation_from_another_paragraph_is_not_found(tmp_path: Path) -> None:
    record = replaced("it should be painted green", 'Nobody wrote down the rest."@en , "the fence')
    fault = the_fault(verify(tmp_path, record=record))
    assert (fault.kind, fault.graph) == (Kind.QUOTATION_NOT_FOUND, f"{GRAPH}/p2")


def test_a_quotation_of_the_document_may_stand_anywhere_in_it(tmp_path: Path) -> None:
    record = replaced("The garden committee", "before spring")
    assert all(finding.ok for finding in verify(tmp_path, record=record))


def test_a_quotation_of_sixteen_words_is_too_long(tmp_path: Path) -> None:
    words = (
        "Chair thanked both gardeners for the new apple trees and asked for more water in summer"
    )
    assert len(words.split()) == 16
    record = replaced("thanked both gardeners for the new apple trees", words)
    fault = the_fault(verify(tmp_path, record=record))
    assert (fault.kind, fault.graph) == (Kind.QUOTATION_TOO_LONG, f"{GRAPH}/p1")
    assert "16 words" in fault.message


def test_a_quotation_of_fifteen_words_is_allowed(tmp_path: Path) -> None:
    words = "Chair thanked both gardeners for the new apple trees and asked for more water in"
    record = replaced("thanked both gardeners for the new apple trees", words)
    assert all(finding.ok for finding in verify(tmp_path, record=record))


def test_a_paragraph_that_no_graph_reads_is_reported_with_its_digest(tmp_path: Path) -> None:
    fault = the_fault(verify(tmp_path, TEXT + "The meeting rose.\n"))
    assert (fault.kind, fault.graph, fault.line) == (Kind.NOT_READ, "", 5)
    assert digest("The meeting rose.") in fault.message


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n", "\n\n \n"),
        TEXT.replace("3 p.m.", "3\u00a0p.m."),
        TEXT.replace(" apple ", " \u2009 apple\t"),
        TEXT.replace("fence. They", "fence.\u000bThey"),
        "\ufeff" + TEXT,
    ],
    ids=["CRLF", "CR", "blank lines", "no-break space", "thin space", "soft line break", "BOM"],
)
def test_white_space_and_line_ends_make_no_difference(tmp_path: Path, text: str) -> None:
    assert text != TEXT
    assert all(finding.ok for finding in verify(tmp_path, text))


def test_the_order_of_paragraphs_makes_no_difference(tmp_path: Path) -> None:
    moved = "".join(reversed(TEXT.splitlines(keepends=True)))
    assert all(finding.ok for finding in verify(tmp_path, moved))


def test_letters_are_compared_in_normalization_form_c() -> None:
    assert normalize("Tu\u0308rk") == "Türk"
    assert digest("Tu\u0308rk") == digest("Türk")


def test_the_digest_is_sha_256_of_the_normalised_text() -> None:
    assert digest(" abc\n") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("missing", ["record.trig", "text.txt"])
def test_a_missing_file_is_a_fault_of_the_input(tmp_path: Path, missing: str) -> None:
    verify(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(InputFaults, match=missing):
        verify_record(tmp_path / "record.trig", tmp_path / "text.txt")


def test_an_empty_text_is_a_fault_of_the_input(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="the text is empty"):
        verify(tmp_path, " \n\n")


def test_a_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    text = tmp_path / "latin.txt"
    text.write_bytes(b"One line.\nMr. T\xfcrk\n")
    with pytest.raises(InputFaults) as caught:
        verify_record(RECORD, text)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [(text, 2)]


def test_broken_trig_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as caught:
        verify(tmp_path, record="@prefix x: <https://example.org/> .\nx:graph { x:a x:b . }\n")
    assert [fault.line for fault in caught.value.faults] == [2]


def test_a_record_without_descriptions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="says of no graph where it was read"):
        verify(tmp_path, record="# nothing yet\n")
