"""The grammar reads every symbol of the project's tables, and agrees with their columns.

An exception is a row whose symbol cannot tell what the row knows; each says why.
"""

import csv

import pytest

from treatybodies.errors import UnknownSymbol
from treatybodies.paths import default_garden
from treatybodies.symbols import Kind, Symbol, parse_symbol

Row = dict[str, str]


def read_rows(table: str) -> list[Row]:
    with (default_garden().tables / table).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


DOCUMENTS = {row["symbol"]: row for row in read_rows("documents.csv")}
COMMENTS = {row["general_comment"]: row for row in read_rows("general_comments.csv")}

_SERIES = "a number alone; only the document says that it is the agenda"
OTHER_KIND = {
    "CAT/C/62": (Kind.NUMBERED_DOCUMENT, _SERIES),
    "CAT/C/82": (Kind.NUMBERED_DOCUMENT, _SERIES),
    "CRC/C/131": (Kind.NUMBERED_DOCUMENT, _SERIES),
    "CMW/C/MLI/Q/2": (Kind.LIST_OF_ISSUES, "prior to reporting by its text, though it has Q"),
    "CMW/C/SLV/Q/2": (Kind.LIST_OF_ISSUES, "prior to reporting by A/67/48, though it has Q"),
}
# Printed by the list of general comments as they stand; the notes of the rows say so.
MISPRINTS = {
    "A/45/81": "probably A/45/18; no treaty body has a supplement 81",
}
# Where a general comment is printed: these symbols are of other kinds of documents.
PRINTED_IN = {
    Kind.ANNUAL_REPORT: "adopted in the text of an annual report",
    Kind.COMPILATION: "cited by its page in HRI/GEN/1",
    Kind.SESSION_DOCUMENT: "E/C.12/1999/4 has no GC; so Nos. 8 to 16 of the CESCR",
    Kind.SESSION_PAPER: "listed by the paper in which it was first circulated",
}


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_document_is_spelled_as_the_grammar_writes_it(text: str) -> None:
    assert parse_symbol(text).text == text


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_document_agrees_with_its_row(text: str) -> None:
    row, symbol = DOCUMENTS[text], parse_symbol(text)
    assert symbol.bodies == (row["body"],)
    if symbol.state:
        assert row["party"] == f"state/{symbol.state}"
    if symbol.cycles:
        assert row["cycle"] == shown_cycles(symbol)
    if symbol.session:
        assert row["session"] == str(symbol.session)
    if text not in OTHER_KIND:
        assert symbol.kind.slug == row["type"]


@pytest.mark.parametrize("text", OTHER_KIND)
def test_an_exception_is_still_one(text: str) -> None:
    kind, _ = OTHER_KIND[text]
    assert parse_symbol(text).kind is kind
    assert DOCUMENTS[text]["type"] != kind.slug


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_row_of_the_reporting_procedure_shows_its_cycle(text: str) -> None:
    symbol = parse_symbol(text)
    if symbol.kind in (Kind.STATE_REPORT, Kind.CONCLUDING_OBSERVATIONS, Kind.LIST_OF_ISSUES):
        assert symbol.state
        assert symbol.cycles


@pytest.mark.parametrize("name", COMMENTS)
def test_a_general_comment_agrees_with_its_row(name: str) -> None:
    row = COMMENTS[name]
    if row["symbol"] in MISPRINTS:
        with pytest.raises(UnknownSymbol):
            parse_symbol(row["symbol"])
        return
    symbol = parse_symbol(row["symbol"])
    assert symbol.bodies in ((), tuple(row["bodies"].split(";")))
    assert symbol.kind in PRINTED_IN or numbers(symbol) in ([], shown_numbers(row))


@pytest.mark.parametrize("name", COMMENTS)
def test_a_database_symbol_agrees_with_its_row(name: str) -> None:
    row = COMMENTS[name]
    if not row["database_symbol"]:
        return
    symbol = parse_symbol(row["database_symbol"])
    assert set(symbol.bodies) <= set(row["bodies"].split(";"))
    assert symbol.kind in (Kind.GENERAL_COMMENT, Kind.SESSION_PAPER)


def test_general_comments_are_told_by_their_symbol_unless_printed_elsewhere() -> None:
    for row in COMMENTS.values():
        if row["symbol"] not in MISPRINTS:
            kind = parse_symbol(row["symbol"]).kind
            comment = (Kind.GENERAL_COMMENT, Kind.JOINT_GENERAL_COMMENT)
            assert kind in comment or kind in PRINTED_IN, row["symbol"]


def test_prefixes_and_annual_reports_are_those_of_the_table_of_bodies() -> None:
    for row in read_rows("bodies.csv"):
        assert parse_symbol(row["symbol_prefix"] + "/GC/1").bodies == (row["body"],)
        assert parse_symbol(row["symbol_prefix"] + "/GC/1").treaty == row["treaty"]
        report = row["annual_report"].replace("{GA session}", "67").replace("{year}", "1995")
        if report and "{" not in report:
            assert parse_symbol(report).bodies == (row["body"],)


def shown_cycles(symbol: Symbol) -> str:
    assert symbol.cycles
    first, last = symbol.cycles
    return str(first) if first == last else f"{first}-{last}"


def numbers(symbol: Symbol) -> list[int]:
    found = [part.general_comment for part in symbol.parts or (symbol,)]
    return [number for number in found if number]


def shown_numbers(row: Row) -> list[int]:
    """``cmw/3-crc/22`` → 3, 22; the notations are such as ``CMW 3;CRC 22``."""
    return [int(notation.split()[1].split("/")[0]) for notation in row["notations"].split(";")]
