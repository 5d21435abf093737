"""A curator's mistakes: each is explained with file, line and remedy, and all at once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from treatybodies.errors import Fault, InputFaults
from treatybodies.paths import Garden
from treatybodies.pipeline.build import assemble, check

Edit = Callable[[Garden], None]


def faults_of(garden: Garden) -> tuple[Fault, ...]:
    with pytest.raises(InputFaults) as raised:
        assemble(garden, lambda _: None)
    return raised.value.faults


def replace(name: str, old: str, new: str) -> Edit:
    """An edit that puts ``new`` for the first ``old`` in a file of data/tables."""

    def edit(garden: Garden) -> None:
        path = garden.tables / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def append(name: str, line: str) -> Edit:
    def edit(garden: Garden) -> None:
        with (garden.tables / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return edit


def write(name: str, data: bytes) -> Edit:
    def edit(garden: Garden) -> None:
        (garden.tables / name).write_bytes(data)

    return edit


def delete(name: str) -> Edit:
    return lambda garden: (garden.tables / name).unlink()


ACTION = "state/USA,icrmw,signature,{date},,,,,,untc/IV-13"

MISTAKES: dict[str, tuple[Edit, str, int | None, str]] = {
    "a day that does not exist": (
        append("treaty_actions.csv", ACTION.format(date="2024-02-30")),
        "treaty_actions.csv",
        6,
        "2024-02-30",
    ),
    "a code that is not in the list": (
        replace("treaty_actions.csv", ",ratification,", ",ratified,"),
        "treaty_actions.csv",
        3,
        "enum",
    ),
    "a State that no table knows": (
        replace("treaty_actions.csv", "state/BEN", "state/BNN"),
        "treaty_actions.csv",
        2,
        "foreign key",
    ),
    "a row with a cell too many": (
        append("treaty_actions.csv", ACTION.format(date="2024-02-20") + ",more"),
        "treaty_actions.csv",
        6,
        "extra value",
    ),
    "a row that breaks off": (
        append("treaty_actions.csv", "state/USA,icrmw"),
        "treaty_actions.csv",
        6,
        "missing cell",
    ),
    "the same row twice": (
        append("bodies.csv", "cmw,CMW,icrmw,CMW/C,,source/treaty-body-list"),
        "bodies.csv",
        3,
        "primary key",
    ),
    "an unknown column": (
        replace("bodies.csv", "annual_report", "anual_report"),
        "bodies.csv",
        1,
        "anual_report",
    ),
    "a source that nobody describes": (
        replace("bodies.csv", "source/treaty-body-list", "source/hearsay"),
        "bodies.csv",
        2,
        "source/hearsay",
    ),
    "wrong encoding": (
        write("bodies.csv", "body,abbreviation\ncmw,comit\u00e9\n".encode("latin-1")),
        "bodies.csv",
        2,
        "0xe9 is not UTF-8",
    ),
    "an empty file": (write("bodies.csv", b"\n"), "bodies.csv", 0, "empty"),
    "a missing mapping": (delete("bodies.rq"), "bodies.csv", 0, "no mapping"),
    "a missing schema": (delete("bodies.schema.json"), "bodies.csv", 0, "no schema"),
    "a column that the mapping does not read": (
        replace("bodies.rq", "OPTIONAL { ?row col:annual_report ?pattern }", ""),
        "bodies.csv",
        1,
        "no mapping reads",
    ),
    "a mapping that reads a column that is not there": (
        replace("bodies.rq", "col:annual_report", "col:annual_reports"),
        "bodies.rq",
        0,
        "annual_reports",
    ),
    "a mapping that is no SPARQL": (
        replace("bodies.rq", "WHERE {", "WHERE {{"),
        "bodies.rq",
        25,
        "no valid SPARQL",
    ),
    "a mapping whose head is no YAML": (
        replace("bodies.rq", "#+ summary:", "#+ summary: ["),
        "bodies.rq",
        1,
        "YAML",
    ),
    "a row the mapping makes nothing of": (
        replace("instruments.rq", '("core treaty" tbo:CoreTreaty)', ""),
        "instruments.csv",
        2,
        "makes nothing",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_explained_where_it_is(small: Garden, mistake: str) -> None:
    edit, file, line, words = MISTAKES[mistake]
    edit(small)

    found = [fault for fault in faults_of(small) if words in fault.what]

    assert [(fault.file.name, fault.line) for fault in found][:1] == [(file, line)]
    assert found[0].remedy


HEAD = "#+ summary: What is wrong?\n#+ description: Nothing.\n#+ severity: violation\n\n"


@pytest.mark.parametrize(
    ("file", "text", "line", "words"),
    [
        ("derive/99-broken.rq", "CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p }\n", 6, "SPARQL"),
        ("derive/99-other.rq", "SELECT * { ?s ?p ?o }\n", 0, "a CONSTRUCT query is expected"),
        ("describe/15-broken.rq", "CONSTRUCT { ?s ?p ?o WHERE {}\n", 5, "SPARQL"),
        ("checks/broken.rq", "SELECT ?s\nWHERE { ?s ?p ?o\n", 6, "SPARQL"),
        ("checks/other.rq", "CONSTRUCT WHERE { ?s ?p ?o }\n", 0, "a SELECT query is expected"),
    ],
)
def test_a_query_that_cannot_run_is_named(
    small: Garden, file: str, text: str, line: int, words: str
) -> None:
    path = small.queries / file
    head = HEAD.replace("#+ severity: violation", "#+ graph: graph/x") if "desc" in file else HEAD
    path.write_text(head + text, encoding="utf-8")
    with pytest.raises(InputFaults) as raised:
        check(small, lambda _: None)
    (fault,) = raised.value.faults
    assert (fault.file, fault.line) == (path, line)
    assert words in fault.what


def test_two_rows_about_one_thing_are_named_together(small: Garden) -> None:
    replace("bodies.rq", 'CONCAT(STR(id:), "body/", ?path)', 'CONCAT(STR(id:), "body/x")')(small)
    append("bodies.csv", "ced,CED,icrmw,CED/C,,source/treaty-body-list")(small)

    (fault,) = faults_of(small)

    assert fault.what.startswith("rows 2, 3 are all about")


def test_tables_that_an_import_goes_by_are_checked(small: Garden) -> None:
    kept = Path(__file__).resolve().parents[2] / "data" / "tables" / "uhri"
    shutil.copytree(kept, small.tables / "uhri")
    assemble(small, lambda _: None)
    append("uhri/parties.csv", "Benin,state/benin,")(small)

    (fault,) = faults_of(small)
    assert (fault.file.name, fault.column) == ("parties.csv", "party")

    delete("uhri/bodies.schema.json")(small)
    assert [fault.file.name for fault in faults_of(small)] == ["bodies.csv"]


def test_all_faults_are_reported_at_once(small: Garden, record: Path) -> None:
    append("treaty_actions.csv", ACTION.format(date="2024-02-30"))(small)
    append("bodies.csv", "CMW,CMW,icrmw,CMW/C,,source/treaty-body-list")(small)
    record.write_text("<a> { <b> <c> }", encoding="utf-8")

    files = {fault.file.name for fault in faults_of(small)}

    assert files == {"treaty_actions.csv", "bodies.csv", "note.trig"}


RECORDS = {
    "broken TriG": (b"<a:a> {\n <b:b> <c:c> }", 2, "not a valid RDF object"),
    "a statement outside every graph": (b"<a:a> <b:b> <c:c> .", 0, "stands in no graph"),
    "a blank node": (b"<a:a> { <b:b> <c:c> [] }", 0, "blank node"),
    "wrong encoding": (b"<a:a> { <b:b> <c:c> '\xe9' }", 1, "utf-8"),
    "an empty file": (b"", 0, "states nothing"),
}


@pytest.mark.parametrize("mistake", RECORDS)
def test_bad_record_is_explained(record: Path, small: Garden, mistake: str) -> None:
    data, line, words = RECORDS[mistake]
    record.write_bytes(data)

    (fault,) = faults_of(small)

    assert fault.file == record
    assert fault.line == line
    assert words in fault.what


def test_a_record_file_that_cannot_be_read_is_explained(small: Garden) -> None:
    (small.records / "gone.trig").symlink_to(small.records / "nowhere")

    (fault,) = faults_of(small)

    assert "cannot be read" in fault.what
