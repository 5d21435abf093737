"""The import command over made-up exports: every oddity, interruption, and what is no export."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from generate import write_export
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from treatybodies.errors import ExportTruncated
from treatybodies.importers.uhri import reading, running
from treatybodies.importers.uhri.exports import Export
from treatybodies.importers.uhri.running import import_export
from treatybodies.paths import Garden
from treatybodies.pipeline.sets import SourceSet

TBO = "https://w3id.org/treatybodies/ontology#"
ID = "https://w3id.org/treatybodies/id/"
SCHEME = "https://w3id.org/treatybodies/scheme/"
PLAIN: dict[str, Any] = {
    "AffectedPersons": ["- Migrants"],
    "AnnotationId": "0a0a0a0a-0000-4000-8000-000000000001",
    "AnnotationType": "- Recommendations",
    "Body": "- CMW",
    "Countries": ["Benin"],
    "DocumentId": "d0d0d0d0-0000-4000-8000-000000000001",
    "PublicationDate": "2019-09-27T00:00:00",
    "PublicationDateOnUhri": "2020-01-15T10:00:00",
    "Regions": ["- Africa"],
    "Sdgs": ["- 8.8"],
    "Symbol": "CMW/C/BEN/CO/1",
    "Text": "12. The State party should keep a register.",
    "Themes": ["- Migrant workers"],
    "UprCycle": None,
    "UprPositions": [],
    "UprRecommendingCountry": [],
    "UprRecommendingRegions": [],
    "UprSession": None,
}
UPR: dict[str, Any] = PLAIN | {
    "Body": "- UPR",
    "Symbol": "A/HRC/37/10",
    "Text": "118.45 Ratify the treaty (Norway);",
    "UprCycle": "3rd cycle",
    "UprPositions": ["- Supported"],
    "UprRecommendingCountry": ["Norway"],
    "UprSession": "28",
}
POSITION = f"{ID}position/uhri/{PLAIN['AnnotationId']}"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run ``treatybodies import uhri`` with these words in an empty folder."""

    def run(*words: object) -> "subprocess.CompletedProcess[str]":
        line = [sys.executable, "-m", "treatybodies", "import", "uhri", *map(str, words)]
        return subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, check=False)

    return run


@pytest.fixture
def read(tmp_path: Path, garden: Garden) -> Callable[..., "Outcome"]:
    """Import records and give what the set says."""

    def read_records(*records: object) -> Outcome:
        export = tmp_path / "export.json"
        export.write_text(json.dumps(list(records), ensure_ascii=False), "utf-8")
        return Outcome(import_export(export, tmp_path / "set", garden).set)

    return read_records


class Outcome:
    """A set with its statements in a store and its report."""

    def __init__(self, held: SourceSet) -> None:
        self.set = held
        self.store = Store()
        self.store.bulk_load(path=held.statements, format=RdfFormat.N_QUADS)
        self.report = json.loads((held.folder / "report.json").read_text("utf-8"))

    def values(self, subject: str, term: str) -> set[str]:
        """The values of a property of the ontology, or of another vocabulary."""
        predicate = NamedNode(term if term.startswith("http") else TBO + term)
        quads = self.store.quads_for_pattern(NamedNode(subject), predicate, None, None)
        return {_value(quad.object) for quad in quads}

    @property
    def position(self) -> dict[str, set[str]]:
        """What is said about the plain record: local name → values."""
        quads = self.store.quads_for_pattern(NamedNode(POSITION), None, None, None)
        said: dict[str, set[str]] = {}
        for quad in quads:
            name = quad.predicate.value.replace("/", "#").rpartition("#")[2]
            said.setdefault(name, set()).add(_value(quad.object))
        return said

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Records read, handled, ignored, reported."""
        return tuple(self.report[each] for each in ("read", "handled", "ignored", "reported"))


Read = Callable[..., Outcome]


def _value(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def test_a_record_becomes_a_position_with_all_its_links(read: Read) -> None:
    position = read(PLAIN).position

    assert position["type"] == {TBO + "Recommendation"}
    assert position["text"] == {"12. The State party should keep a register."}
    assert position["expressedBy"] == position["mechanism"] == {ID + "body/cmw"}
    assert position["addressee"] == {ID + "state/BEN"}
    assert position["expressedIn"] == {ID + "doc/CMW/C/BEN/CO/1"}
    assert position["inParagraph"] == {ID + "doc/CMW/C/BEN/CO/1/p12"}
    assert position["indexedAs"] == {
        SCHEME + "uhri-annotation-type/recommendations",
        SCHEME + "uhri-theme/migrant-workers",
        SCHEME + "uhri-affected-person/migrants",
        SCHEME + "uhri-sdg/8-8",
    }


def test_a_document_is_described_by_its_symbol(read: Read) -> None:
    found = read(PLAIN)
    document = ID + "doc/CMW/C/BEN/CO/1"

    assert found.values(document, "documentSymbol") == {"CMW/C/BEN/CO/1"}
    assert found.values(document, "concerns") == {ID + "state/BEN"}
    assert found.values(document, "issuedUnder") == {ID + "body/cmw"}
    assert found.values(document, "cycleRange") == {"1"}
    assert found.values(document, "underInstrument") == {ID + "instrument/icrmw"}
    assert found.values(document, "documentDate") == {"2019-09-27"}
    assert found.values(document, "hasParagraph") == {document + "/p12"}


def test_a_review_has_cycle_session_position_and_recommending_state(read: Read) -> None:
    found = read(UPR)
    review = ID + "universal-periodic-review/BEN/3"

    assert found.position["expressedBy"] == {ID + "state/NOR"}
    assert found.position["mechanism"] == {ID + "organization/upr-working-group"}
    assert found.position["inReview"] == {review}
    assert found.position["partyResponse"] == {SCHEME + "uhri-upr-position/supported"}
    assert found.position["inParagraph"] == {ID + "doc/A/HRC/37/10/p118-45"}
    assert found.values(review, "cycleNumber") == {"3"}
    assert found.values(review, "sessionNumber") == {"28"}


@pytest.mark.parametrize(
    ("label", "property_", "theme"),
    [
        ("Migrant workers", "exactMatch", "migrant-workers"),
        ("Migrants", "closeMatch", "persons"),
        ("Death penalty", "relatedMatch", "death-penalty"),
    ],
)
def test_concepts_are_matched_as_the_table_says(
    read: Read, label: str, property_: str, theme: str
) -> None:
    found = read(PLAIN | {"Themes": [f"- {label}"]})
    concept = SCHEME + "uhri-theme/" + label.lower().replace(" ", "-")
    match = "http://www.w3.org/2004/02/skos/core#" + property_

    assert found.values(concept, match) == {f"{SCHEME}theme/{theme}"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- CMW", "body/cmw"),
        ("Committee on Migrant Workers", "body/cmw"),
        ("- Committee on the Elimination of Racial Discrimination", "body/cerd"),
        ("SR Torture", "organization/sr-torture"),
        ("- Special Rapporteur on the human rights of migrants", "organization/sr-migrants"),
        (["- CED"], "body/ced"),
    ],
)
def test_bodies_go_by_short_and_long_names(read: Read, body: object, expected: str) -> None:
    assert read(PLAIN | {"Body": body}).position["mechanism"] == {ID + expected}


@pytest.mark.parametrize(
    ("kind", "expected", "remark"),
    [
        ("- Concerns/Observations", "Position", None),
        (None, "Position", "no annotation type"),
        ("", "Position", "no annotation type"),
        ("- 5f6ce5a1-34cf-4f6d-9f0f-8c2e2ad63b1f", "Position", "is an identifier"),
        ("- Surprises", "Position", "unknown annotation type “Surprises”"),
    ],
)
def test_annotation_types(read: Read, kind: object, expected: str, remark: str | None) -> None:
    found = read(PLAIN | {"AnnotationType": kind})

    assert found.position["type"] == {TBO + expected}
    assert found.counts == (1, 1, 0, 0)
    if remark:
        assert any(remark in each for each in found.report["remarks"])


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("CMW/C/BEN/CO/1", "id/state/BEN"),
        ("CERD/C/CHN-HKG/CO/3", "id/state/CHN"),
        ("CRPD/C/EU/CO/1", "id/organization/eu"),
        ("CCPR/C/UNK/CO/1", "scheme/uhri-party/kosovo"),
    ],
)
def test_a_record_without_country_takes_the_symbols(read: Read, symbol: str, expected: str) -> None:
    found = read(PLAIN | {"Countries": [], "Symbol": symbol, "Body": None})

    assert found.position["addressee"] == {f"https://w3id.org/treatybodies/{expected}"}
    assert "no country: taken from the symbol" in found.report["remarks"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kosovo*", "scheme/uhri-party/kosovo"),
        ("European Union", "id/organization/eu"),
        ("Côte d'Ivoire", "id/state/CIV"),
        ("the Republic of Benin", "id/state/BEN"),
        ("State of Palestine", "id/state/PSE"),
    ],
)
def test_parties_go_by_many_names(read: Read, name: str, expected: str) -> None:
    found = read(PLAIN | {"Countries": [name], "Symbol": "A/HRC/1/1"})

    assert found.position["addressee"] == {f"https://w3id.org/treatybodies/{expected}"}


@pytest.mark.parametrize(
    ("html", "text", "number"),
    [
        ("<p>7.&nbsp;Do <b>it</b> &amp; soon</p><p>now</p>", "7. Do it & soon now", "7"),
        ("7 (a) Do it", "7 (a) Do it", "7"),
        ("Do it <5 times", "Do it <5 times", None),
        ("7. a\u0007\n\tb <script>x()</script>", "7. a b", "7"),
        ('7. He said "yes\\no"', '7. He said "yes\\no"', "7"),
        ("2019 was a year", "2019 was a year", None),
    ],
)
def test_texts_lose_markup_and_keep_words(
    read: Read, html: str, text: str, number: str | None
) -> None:
    position = read(PLAIN | {"Text": html}).position

    assert position["text"] == {text}
    assert bool(position.get("inParagraph")) == bool(number)


@pytest.mark.parametrize(
    ("label", "concepts"),
    [
        ("16 - PEACE", {"16"}),
        ("- 16.3", {"16-3"}),
        ("SDG 10", {"10"}),
        ("Target 1.3", {"1-3"}),
        ("3.d", {"3-d"}),
        ("Peace", set()),
        ("18", set()),
    ],
)
def test_goals_and_targets_are_told_apart(read: Read, label: str, concepts: set[str]) -> None:
    found = read(PLAIN | {"Sdgs": [label]})

    goals = {each for each in found.position["indexedAs"] if "uhri-sdg" in each}
    assert goals == {f"{SCHEME}uhri-sdg/{each}" for each in concepts}
    assert bool(found.report["remarks"]) == (not concepts)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Body": "- CMX"}, "unknown body “CMX”"),
        ({"Body": None, "Symbol": "A/HRC/1/1"}, "no body"),
        ({"Countries": ["Beninn"]}, "unknown name in Countries “Beninn”"),
        ({"Countries": [], "Symbol": "A/HRC/1/1"}, "no country, and the symbol names none"),
        ({"Countries": 7.5}, "unreadable field: Countries holds float, not text"),
        ({"Text": "<p> </p>"}, "no text"),
        ({"AnnotationId": None}, "no AnnotationId"),
        ({"AnnotationId": "<x>"}, "AnnotationId is no identifier “<x>”"),
        ({"Symbol": "", "DocumentId": None}, "neither a symbol nor the number of a document"),
    ],
)
def test_what_cannot_be_taken_in_is_reported(
    read: Read, change: dict[str, object], reason: str
) -> None:
    found = read(PLAIN | change)

    assert found.counts == (1, 0, 0, 1)
    assert any(reason in each for each in found.report["reasons"])
    detail = json.loads((found.set.folder / "details.jsonl").read_text("utf-8"))
    assert (detail["record"], detail["outcome"]) == (1, "reported")


@pytest.mark.parametrize(
    ("field", "wrong", "near"), [("Body", "CERDD", "CERD"), ("Countries", "Beninn", "Benin")]
)
def test_unknown_names_are_shown_with_near_ones(
    read: Read, field: str, wrong: str, near: str
) -> None:
    found = read(PLAIN | {field: [wrong]})

    assert any(near in names for names in found.report["near"].values())


def test_what_is_no_record_is_reported(read: Read) -> None:
    assert read(PLAIN, 7, "text", None, [], {}).counts == (6, 1, 0, 5)


def test_the_same_record_again_is_ignored(read: Read) -> None:
    assert read(PLAIN, dict(reversed(PLAIN.items()))).counts == (2, 1, 1, 0)


def test_another_record_of_the_same_identifier_gets_a_name_of_its_own(read: Read) -> None:
    found = read(PLAIN, PLAIN | {"Text": "13. Another."})

    assert found.counts == (2, 2, 0, 0)
    assert found.position["text"] == {PLAIN["Text"]}
    texts = found.store.quads_for_pattern(None, NamedNode(TBO + "text"), None, None)
    assert {_value(quad.object) for quad in texts} == {PLAIN["Text"], "13. Another."}


def test_half_characters_are_left_out(tmp_path: Path, garden: Garden) -> None:
    export = tmp_path / "export.json"
    odd = {"Text": "1. a\ud800b", "Mood\ud801": 1, "Themes": ["\ud802x"]}
    export.write_text(json.dumps([PLAIN | odd, {"AnnotationId": "\ud803"}]), "utf-8")

    imported = import_export(export, tmp_path / "set", garden)

    assert imported.tally.outcomes == {"handled": 1, "reported": 1}
    assert '"1. a b"' in imported.set.statements.read_text("utf-8")


def test_unknown_fields_are_remarked_on(read: Read) -> None:
    assert "unknown field “Mood” left out" in read(PLAIN | {"Mood": "good"}).report["remarks"]


def test_an_empty_array_gives_an_empty_set(read: Read) -> None:
    assert read().counts == (0, 0, 0, 0)


def test_every_statement_lies_in_a_graph_with_a_source(read: Read) -> None:
    found = read(PLAIN, UPR | {"AnnotationId": "b"})
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    described = found.store.quads_for_pattern(None, kind, NamedNode(TBO + "SourceGraph"), None)

    assert {quad.subject for quad in described} == set(found.store.named_graphs())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b'{"records": []}', "is one JSON object, not the array"),
        (b"<html>", "is no JSON"),
        (b'[{"a": 1}, {"a": oops}]', "the record is damaged"),
        (b'[{"a": 1} {"a": 2}]', "not followed by a comma"),
        (b'[{"a": 1}] more', "something follows"),
        (b"[" * 100_000, "the record is damaged"),
        (b"[" + b"9" * 5_000 + b"]", "the record is damaged"),
        ("[\"é\"]".encode("latin-1"), "is not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_with_a_remedy(
    command: Command, tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "export.json").write_bytes(content)

    done = command("export.json", "-o", "set")

    assert done.returncode == 1
    assert message in done.stderr.replace("\n", " ")
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_export_says_so(command: Command) -> None:
    assert "cannot be read" in command("nowhere.json").stderr


def test_a_folder_with_something_else_is_not_overwritten(command: Command, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text("[]")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")

    done = command("export.json", "-o", "mine")

    assert done.returncode == 1
    assert "holds something else" in done.stderr


def test_a_generated_export_is_accounted_for_record_by_record(
    command: Command, tmp_path: Path
) -> None:
    write_export(tmp_path / "export.json", 1500)

    done = command("export.json", "-o", "set")

    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "set" / "report.json").read_text("utf-8"))
    assert (
        report["read"] == 1500 == sum(report[each] for each in ("handled", "ignored", "reported"))
    )
    details = (tmp_path / "set" / "details.jsonl").read_text("utf-8").splitlines()
    assert len(details) == report["ignored"] + report["reported"]
    assert report["reported"] == 0, report["reasons"]
    for oddity in (
        "no country",
        "no annotation type",
        "is an identifier",
        "AnnotationId of another",
    ):
        assert any(oddity in each for each in report["remarks"]), oddity


def test_a_second_import_does_nothing(command: Command, tmp_path: Path) -> None:
    write_export(tmp_path / "export.json", 200)
    command("export.json", "-o", "set")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "set").iterdir()}

    done = command("export.json", "-o", "set")

    assert "nothing to do" in done.stderr
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "set").iterdir()} | {
        tmp_path / "set" / ".lock": before[tmp_path / "set" / ".lock"]
    }


def test_a_truncated_export_stops_and_goes_on(command: Command, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    write_export(export, 600)
    whole = export.read_bytes()
    command("export.json", "-o", "straight")
    export.write_bytes(whole[: len(whole) // 2])

    stopped = command("export.json", "-o", "set")
    held = SourceSet(tmp_path / "set")
    export.write_bytes(whole)
    resumed = command("export.json", "-o", "set")

    assert stopped.returncode == 1
    assert "ends inside its array" in stopped.stderr
    assert not held.description.complete
    assert 200 < held.description.records < 400
    assert resumed.returncode == 0
    assert "went on where an earlier import stopped" in resumed.stderr
    for name in ("statements.nq", "report.json", "set.json"):
        straight = (tmp_path / "straight" / name).read_bytes()
        assert (tmp_path / "set" / name).read_bytes() == straight


def test_an_export_cut_anywhere_keeps_whole_records(tmp_path: Path) -> None:
    odd = {"Sdgs": [True, False, -1.5e3, None, 12], "Text": '\\ \u00e9 "', "Mood": {}}
    body = json.dumps([PLAIN, odd])
    first = len(json.dumps([PLAIN]))
    path = tmp_path / "export.json"
    for end in range(first, len(body)):
        path.write_text(body[:end])
        elements = Export(path).elements()
        assert next(elements).value == PLAIN
        with pytest.raises(ExportTruncated):
            next(elements)


def test_a_killed_import_goes_on_from_its_last_run(
    tmp_path: Path, garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = tmp_path / "export.json"
    write_export(export, 300)
    straight = import_export(export, tmp_path / "straight", garden).set
    monkeypatch.setattr(running, "RECORDS_A_RUN", 100)
    real, calls = reading.read_record, []

    def killed(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 250:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(running, "read_record", killed)
    with pytest.raises(KeyboardInterrupt):
        import_export(export, tmp_path / "set", garden)
    imported = import_export(export, tmp_path / "set", garden)

    assert imported.went_on
    assert len(calls) < 250 + 300 - 150
    assert imported.set.description.digest == straight.description.digest


def test_another_export_is_not_mistaken_for_the_rest(tmp_path: Path, garden: Garden) -> None:
    export = tmp_path / "export.json"
    write_export(export, 300)
    export.write_bytes(export.read_bytes()[:50_000])
    import_export(export, tmp_path / "set", garden)
    write_export(export, 300, seed=2)

    imported = import_export(export, tmp_path / "set", garden)

    assert not imported.went_on
    assert imported.tally.read == 300
