"""From a draft to a record: what a person accepts, rejects, and is kept from doing by mistake."""

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from treatybodies.errors import DraftExists, DraftRefused, InputFaults
from treatybodies.importers.drafts.drafting import draft
from treatybodies.importers.drafts.folder import (
    NOTE,
    default_path,
    read_draft,
    read_drafts,
    save_draft,
)
from treatybodies.importers.drafts.identity import Identity
from treatybodies.importers.drafts.readers import read_document
from treatybodies.importers.drafts.review import accept, reject
from treatybodies.namespaces import tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.inputs import inputs_digest
from treatybodies.pipeline.verify import verify_record

TEXT = Path(__file__).parent / "drafts" / "cerd-c-sr-3105.txt"


@pytest.fixture
def drafted(tmp_path: Path, graph: Store) -> Path:
    """A fresh draft in a garden that holds nothing else."""
    made = draft(read_document(TEXT), graph, Identity())
    path = default_path(Garden(tmp_path), made)
    save_draft(made, path, "2026-11-23", force=False)
    return path


def accepted(drafted: Path, tmp_path: Path) -> Path:
    """The record that the draft becomes."""
    return accept(drafted, read_document(TEXT), Garden(tmp_path))


def quads_of(path: Path) -> set[Quad]:
    """The quads of a TriG file."""
    return set(parse(path=path, format=RdfFormat.TRIG))


def statuses(path: Path) -> set[str]:
    """The review statuses that a file names."""
    found = [quad.object for quad in quads_of(path) if quad.predicate == tbo("reviewStatus")]
    return {str(status).rpartition("/")[2].rstrip(">") for status in found}


def test_a_draft_lies_under_the_name_of_its_symbol(drafted: Path) -> None:
    assert drafted.parent.name == "drafts"
    assert drafted.name == "cerd-c-sr-3105.trig"


def test_every_graph_of_a_draft_is_proposed_with_a_confidence(drafted: Path) -> None:
    draft_file = read_draft(drafted)
    assert statuses(drafted) == {"proposed"}
    assert len(draft_file.graphs("proposed")) == len(read_document(TEXT)) + 1
    assert all(0 < value < 1 for value in draft_file.confidences.values())


def test_a_draft_tells_what_was_not_understood(drafted: Path) -> None:
    notes = dict(read_draft(drafted).notes)
    assert "postponed" in notes["CERD/C/SR.3105/p1"]


def test_a_draft_is_not_written_over(drafted: Path, graph: Store) -> None:
    made = draft(read_document(TEXT), graph, Identity())
    before = drafted.read_bytes()
    with pytest.raises(DraftExists, match="--force"):
        save_draft(made, drafted, "2026-11-24", force=False)
    assert drafted.read_bytes() == before
    save_draft(made, drafted, "2026-11-24", force=True)
    assert drafted.read_bytes() != before


def test_an_accepted_draft_becomes_a_record(drafted: Path, tmp_path: Path) -> None:
    record = accepted(drafted, tmp_path)
    assert record == Garden(tmp_path).records / "cerd-c-sr-3105.trig"
    assert not drafted.exists()
    assert statuses(record) == {"accepted"}
    assert not [quad for quad in quads_of(record) if quad.predicate == NOTE]
    assert all(finding.ok for finding in verify_record(record, TEXT))


def test_accepting_keeps_what_a_curator_wrote_into_the_draft(drafted: Path, tmp_path: Path) -> None:
    text = drafted.read_text(encoding="utf-8")
    own = "# Mine.\n<graph/doc/CERD/C/SR.3105/p6> {\n    body:cerd tbo:affects body:cmw .\n}\n"
    drafted.write_text(text + "\n" + own, encoding="utf-8")
    assert own in accepted(drafted, tmp_path).read_text(encoding="utf-8")


def test_a_rejected_graph_stays_out(drafted: Path, tmp_path: Path) -> None:
    reject(drafted, ["p4"])
    record = accepted(drafted, tmp_path)
    assert "38" not in {str(quad.graph_name).rpartition("/p")[2] for quad in quads_of(record)}
    graphs = {str(quad.graph_name).strip("<>").rpartition("/")[2] for quad in quads_of(record)}
    assert "p4" not in graphs
    assert {"p3", "p5"} <= graphs
    assert statuses(record) == {"accepted", "rejected"}
    assert all(finding.ok for finding in verify_record(record, TEXT))


def test_rejecting_an_unknown_place_names_the_places_there_are(drafted: Path) -> None:
    with pytest.raises(InputFaults, match=r"p99.*p1"):
        reject(drafted, ["p99"])


def test_a_draft_of_another_text_is_not_accepted(drafted: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Something else.\n", encoding="utf-8")
    with pytest.raises(DraftRefused, match="does not agree"):
        accept(drafted, read_document(other), Garden(tmp_path))
    assert drafted.exists()


def test_a_record_is_not_written_over(drafted: Path, tmp_path: Path) -> None:
    record = Garden(tmp_path).records / drafted.name
    record.parent.mkdir(parents=True)
    record.write_text("# a record\n", encoding="utf-8")
    with pytest.raises(DraftExists, match="--force"):
        accepted(drafted, tmp_path)
    assert record.read_text(encoding="utf-8") == "# a record\n"


def test_a_broken_draft_is_named_with_its_line(drafted: Path) -> None:
    drafted.write_text("<a> {", encoding="utf-8")
    with pytest.raises(InputFaults, match="mend the syntax"):
        read_drafts(Garden(drafted.parents[2]))


def test_a_draft_makes_no_build_due(drafted: Path, tmp_path: Path) -> None:
    garden = Garden(tmp_path)
    before = inputs_digest(garden)
    reject(drafted, ["p4"])
    assert inputs_digest(garden) == before
    accepted(drafted, tmp_path)
    assert inputs_digest(garden) != before
