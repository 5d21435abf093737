"""How well the record reader reads: precision and recall against what careful readers state.

The floors lie a little below what was measured (README.md of the package), so that a rule that
spoils another record is seen. The texts beside the expected statements are invented; the founding
record's text is not kept in the repository.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from measuring import measure, without_positions
from pyoxigraph import Quad, RdfFormat, Store, parse

from treatybodies.importers.drafts.drafting import Draft, draft
from treatybodies.importers.drafts.folder import save_draft
from treatybodies.importers.drafts.identity import Identity
from treatybodies.importers.drafts.readers import read_document
from treatybodies.importers.drafts.trig import write_draft
from treatybodies.pipeline.verify import verify_record

Read = Callable[[str], Draft]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOUNDING = ROOT.parent / "shared" / "records" / "cmw-c-sr-590.txt"
# Text → what it is when it does not say so, and the least precision and recall.
FLOORS = {
    "cerd-c-sr-3105": (Identity(), 0.95, 0.95),
    "cedaw-89-press-release": (Identity(name="cedaw/89/press-release"), 0.95, 0.95),
    "crc-c-97-report": (Identity(), 0.95, 0.95),
    "ced-c-sr-512": (Identity(), 0.95, 0.95),
    "cescr-76-press-release": (Identity(name="cescr/76/press-release"), 0.95, 0.95),
    "ccpr-c-sr-4190": (Identity(), 0.95, 0.95),
    "cat-81-meeting-summary": (Identity(name="cat/81/meeting-summary"), 0.95, 0.95),
    "cedaw-c-sr-2050": (Identity(), 0.91, 0.95),
    "crpd-31-meeting-summary": (Identity(name="crpd/31/meeting-summary"), 0.95, 0.95),
    "crc-c-sr-2920": (Identity(), 0.93, 0.93),
    "ced-28-press-release": (Identity(name="ced/28/press-release"), 0.95, 0.95),
    "cedaw-c-sr-2131": (Identity(), 0.95, 0.95),
    "cat-84-meeting-summary": (Identity(name="cat/84/meeting-summary"), 0.93, 0.95),
    "ccpr-145-meeting-summary": (Identity(name="ccpr/145/meeting-summary"), 0.88, 0.88),
    "crpd-c-33-2": (Identity(), 0.95, 0.95),
    "a-81-41": (Identity(), 0.90, 0.85),
    "cerd-116-meeting-summary": (Identity(name="cerd/116/meeting-summary"), 0.95, 0.95),
    "e-c-12-2025-sr-58": (Identity(), 0.95, 0.95),
    "spt-58-press-release": (Identity(name="spt/58/press-release"), 0.93, 0.93),
    "cat-86-press-release": (Identity(name="cat/86/press-release"), 0.97, 0.97),
    "ced-c-30-2": (Identity(), 0.93, 0.95),
    "cedaw-c-sr-2170": (Identity(), 0.96, 0.95),
    "crc-102-press-release": (Identity(name="crc/102/press-release"), 0.97, 0.97),
    "crpd-c-sr-830": (Identity(), 0.97, 0.92),
    "e-c-12-2026-sr-14": (Identity(), 0.97, 0.96),
    # French and Spanish.
    "cat-c-sr-2240": (Identity(), 0.97, 0.96),
    "ced-c-sr-560": (Identity(), 0.97, 0.97),
    # Held out on 23 November 2026: measured once, after the rules of their time.
    "a-81-40": (Identity(), 0.95, 0.92),
    "cedaw-92-press-release": (Identity(name="cedaw/92/press-release"), 0.95, 0.74),
    "crpd-c-sr-790": (Identity(), 0.97, 0.86),
    "cerd-120-meeting-summary": (Identity(name="cerd/120/meeting-summary"), 0.97, 0.93),
    "cmw-c-sr-640": (Identity(), 0.97, 0.93),
    "ccpr-c-sr-4260": (Identity(), 0.97, 0.88),
    "cedaw-c-sr-2175": (Identity(), 0.96, 0.97),
    "crc-c-sr-3010": (Identity(), 0.96, 0.94),
}


def text_of(name: str) -> Path:
    """An invented text."""
    return HERE / "drafts" / f"{name}.txt"


@pytest.fixture(scope="session")
def read(graph: Store) -> Callable[[str], Draft]:
    """Drafts an invented text, once, with the names of the project's own graph."""
    return cache(lambda name: draft(read_document(text_of(name)), graph, FLOORS[name][0]))


def quads_of(made: Draft) -> list[Quad]:
    """A draft as the quads that a curator would find in its file."""
    return list(parse(write_draft(made, "2026-11-23").encode(), format=RdfFormat.TRIG))


@pytest.mark.parametrize("name", FLOORS)
def test_a_draft_states_most_of_what_a_reader_states(name: str, read: Read) -> None:
    _, precision, recall = FLOORS[name]
    expected = parse(path=HERE / "drafts" / f"{name}.ttl", format=RdfFormat.TURTLE)
    found = measure(
        without_positions(quads_of(read(name))),
        without_positions(expected),
    )
    assert found.precision >= precision, f"{found}; wrong: {sorted(found.wrong)}"
    assert found.recall >= recall, f"{found}; missed: {sorted(found.missed)}"


@pytest.mark.skipif(not FOUNDING.is_file(), reason="full texts are not kept in the repository")
def test_the_founding_record_is_read_as_by_hand(graph: Store) -> None:
    made = quads_of(draft(read_document(FOUNDING), graph, Identity(symbol="CMW/C/SR.590")))
    expected = list(parse(path=ROOT / "data" / "records" / "cmw-c-sr-590.trig"))
    asked_for = measure(without_positions(made), without_positions(expected))
    assert asked_for.precision >= 0.95, str(asked_for)
    assert asked_for.recall >= 0.85, str(asked_for)
    # Positions, situations and processes are the hand's alone.
    assert measure(made, expected).recall >= 0.5


@pytest.mark.parametrize("name", FLOORS)
def test_a_draft_agrees_with_its_text(name: str, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "draft.trig"
    save_draft(read(name), path, "2026-11-23", force=False)
    findings = verify_record(path, text_of(name))
    assert [str(finding) for finding in findings if not finding.ok] == []


@pytest.mark.parametrize("name", FLOORS)
def test_drafting_twice_gives_the_same_file(name: str, read: Read, graph: Store) -> None:
    again = draft(read_document(text_of(name)), graph, FLOORS[name][0])
    assert write_draft(read(name), "2026-11-23") == write_draft(again, "2026-11-23")
