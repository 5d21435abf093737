"""The record of CMW/C/SR.590: whole, well described, and true to its text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from treatybodies.namespaces import BASE, RDF_TYPE, tbo
from treatybodies.pipeline.verify import verify_record

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "data" / "records" / "cmw-c-sr-590.trig"
TEXT = ROOT.parent / "shared" / "records" / "cmw-c-sr-590.txt"
ONTOLOGY = ROOT / "ontology"

DOCUMENT = f"{BASE}id/doc/CMW/C/SR.590"
DOCUMENT_GRAPH = f"{BASE}graph/doc/CMW/C/SR.590"
LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
SESSION = NamedNode(f"{BASE}id/session/cmw/39")
NUMBERED = [f"p{number}" for number in range(1, 8)]
UNNUMBERED = ["opening-note", "heading-1", "heading-2", "rising", "note-1", "note-2"]
STATES_REVIEWED = ("BEN", "EGY", "PER", "SYC")
# Nodes of these kinds are described by tables, which also label them.
LABELLED_ELSEWHERE = ("id/session/", "id/meeting/", "id/doc/CMW/", "id/general-comment/cmw/6")

QUADS = list(parse(path=RECORD, format=RdfFormat.TRIG))


def iris(terms: Iterable[object]) -> set[str]:
    """The IRIs among the terms."""
    return {term.value for term in terms if isinstance(term, NamedNode)}


def subjects(predicate: NamedNode, value: NamedNode) -> set[str]:
    """The subjects that have the value."""
    return iris(
        quad.subject for quad in QUADS if (quad.predicate, quad.object) == (predicate, value)
    )


def values(subject: str, predicate: NamedNode) -> set[str]:
    """The values of a subject, IRIs and literals alike, as text."""
    found = (quad for quad in QUADS if quad.predicate == predicate)
    return {text_of(quad) for quad in found if quad.subject == NamedNode(subject)}


def text_of(quad: Quad) -> str:
    """The object of a quad as text."""
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object.value


def of_class(name: str) -> set[str]:
    """The nodes typed with a class of the ontology."""
    return subjects(RDF_TYPE, tbo(name))


def types_by_node() -> dict[str, set[str]]:
    """Each typed node of the record with the local names of its classes."""
    types: defaultdict[str, set[str]] = defaultdict(set)
    for quad in QUADS:
        if quad.predicate == RDF_TYPE and isinstance(quad.subject, NamedNode):
            types[quad.subject.value].add(text_of(quad).rpartition("#")[2])
    return types


def themes_used() -> Iterator[str]:
    """The themes named anywhere in the record."""
    yield from (text_of(quad) for quad in QUADS if quad.predicate == tbo("hasTheme"))


def test_every_statement_stands_in_a_described_graph() -> None:
    assert not [quad for quad in QUADS if isinstance(quad.graph_name, DefaultGraph)]
    graphs = {str(quad.graph_name).strip("<>") for quad in QUADS}
    assert graphs == of_class("SourceGraph")


def test_there_is_a_graph_for_every_place_of_the_text() -> None:
    places = {f"{DOCUMENT_GRAPH}/{place}" for place in NUMBERED + UNNUMBERED}
    assert of_class("SourceGraph") == places | {DOCUMENT_GRAPH}


@pytest.mark.parametrize("place", NUMBERED + UNNUMBERED)
def test_a_graph_is_described_by_paragraph_quotation_digest_and_reading(place: str) -> None:
    graph = f"{DOCUMENT_GRAPH}/{place}"
    assert values(graph, tbo("sourceParagraph")) == {f"{DOCUMENT}/{place}"}
    assert values(graph, tbo("sourceDocument")) == {DOCUMENT}
    assert values(graph, tbo("sourceBasis")) == {f"{BASE}scheme/source-basis/read"}
    assert values(graph, tbo("quotation"))
    assert [len(value) for value in values(graph, tbo("textDigest"))] == [64]
    assert values(graph, NamedNode("http://www.w3.org/ns/prov#wasGeneratedBy")) == of_class(
        "Extraction"
    )


def test_every_place_is_a_paragraph_of_the_document() -> None:
    places = {f"{DOCUMENT}/{place}" for place in NUMBERED + UNNUMBERED}
    assert places == of_class("Paragraph") == values(DOCUMENT, tbo("hasParagraph"))


def test_descriptions_stand_in_the_graph_of_the_document() -> None:
    graphs = {quad.graph_name for quad in QUADS if quad.predicate == tbo("textDigest")}
    assert graphs == {NamedNode(DOCUMENT_GRAPH)}


def test_no_quotation_is_longer_than_fifteen_words() -> None:
    quotations = [text_of(quad) for quad in QUADS if quad.predicate == tbo("quotation")]
    assert [words for words in quotations if len(words.split()) > 15] == []


def test_there_are_no_blank_nodes() -> None:
    nodes = [node for quad in QUADS for node in (quad.subject, quad.object)]
    assert [node for node in nodes if isinstance(node, BlankNode)] == []


def test_events_positions_and_documents_have_one_short_english_label() -> None:
    labels: defaultdict[str, set[str]] = defaultdict(set)
    for quad in QUADS:
        if quad.predicate == LABEL and isinstance(quad.subject, NamedNode):
            assert isinstance(quad.object, Literal)
            assert quad.object.language == "en", quad.subject
            labels[quad.subject.value].add(quad.object.value)
    unlabelled = (types_by_node().keys() - of_class("SourceGraph")) - labels.keys()
    local = {node.removeprefix(BASE) for node in unlabelled}
    assert {node for node in local if not node.startswith(LABELLED_ELSEWHERE)} == set()
    assert [texts for texts in labels.values() if len(texts) > 1] == []
    assert [text for texts in labels.values() for text in texts if len(text.split()) > 15] == []


def test_the_planned_ceremony_is_no_event_that_took_place() -> None:
    (ceremony,) = of_class("PlannedEvent")
    assert types_by_node()[ceremony] == {"PlannedEvent"}
    assert values(ceremony, tbo("plannedDate")) == {"2025-04"}
    assert values(ceremony, tbo("foresees")) == {f"{BASE}id/general-comment/cmw/6"}
    assert values(ceremony, tbo("announcedIn")) == {DOCUMENT}
    assert not values(ceremony, tbo("onDate"))
    assert not values(ceremony, tbo("recordedIn"))


def test_the_committee_held_four_dialogues_in_person() -> None:
    dialogues = of_class("InteractiveDialogue")
    assert dialogues == {f"{BASE}id/event/cmw/39/dialogue/{code}" for code in STATES_REVIEWED}
    assert dialogues <= subjects(tbo("mode"), NamedNode(f"{BASE}scheme/mode/in-person"))
    assert dialogues <= subjects(tbo("partOfEvent"), SESSION)


def test_each_of_the_four_has_adopted_concluding_observations() -> None:
    adopted = {text_of(quad) for quad in QUADS if quad.predicate == tbo("adopts")}
    observations = of_class("ConcludingObservations") & adopted
    reviewed = {state for node in observations for state in values(node, tbo("concerns"))}
    assert reviewed == {f"{BASE}id/state/{code}" for code in STATES_REVIEWED}


@pytest.mark.parametrize(
    ("kind", "procedure", "states"),
    [
        ("ListOfIssues", "traditional", {"MRT"}),
        ("ListOfIssuesPriorToReporting", "simplified", {"IDN", "MLI", "TLS"}),
    ],
)
def test_lists_of_issues_name_their_procedure(kind: str, procedure: str, states: set[str]) -> None:
    lists = of_class(kind)
    concerned = {state for node in lists for state in values(node, tbo("concerns"))}
    assert concerned == {f"{BASE}id/state/{code}" for code in states}
    code = NamedNode(f"{BASE}scheme/procedure/{procedure}")
    assert lists == subjects(tbo("procedure"), code)


def test_ten_meetings_have_no_summary_record() -> None:
    yes = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    meetings = {
        str(quad.subject).strip("<>")
        for quad in QUADS
        if (quad.predicate.value.rpartition("#")[2], quad.object) == ("hasNoSummaryRecord", yes)
    }
    assert meetings == {f"{BASE}id/meeting/cmw/{number}" for number in range(580, 590)}


def test_paragraph_graphs_leave_symbols_and_day_of_the_meeting_to_other_sources() -> None:
    outside = [quad for quad in QUADS if quad.graph_name != NamedNode(DOCUMENT_GRAPH)]
    assert not [quad for quad in outside if quad.predicate == tbo("documentSymbol")]
    days = {text_of(quad) for quad in outside if quad.predicate == tbo("onDate")}
    assert days == {"2023-12-18", "2024-09"}


@pytest.mark.parametrize("place", [place for place in NUMBERED if place != "p7"])
def test_each_paragraph_but_the_closure_has_a_theme(place: str) -> None:
    assert values(f"{DOCUMENT}/{place}", tbo("hasTheme"))


def test_every_theme_is_a_concept_of_the_scheme() -> None:
    known = iris(quad.subject for quad in parse(path=ONTOLOGY / "themes.ttl"))
    assert set(themes_used()) - known == set()


def test_every_term_and_code_is_declared() -> None:
    files = sorted(ONTOLOGY.glob("*.ttl"))
    declared = iris(quad.subject for path in files for quad in parse(path=path))
    used = iris(term for quad in QUADS for term in (quad.subject, quad.predicate, quad.object))
    ours = {iri for iri in used if iri.startswith((f"{BASE}ontology#", f"{BASE}scheme/"))}
    assert ours - declared == set()


@pytest.mark.skipif(not TEXT.is_file(), reason="full texts are not kept in the repository")
def test_the_record_agrees_with_the_text() -> None:
    findings = verify_record(RECORD, TEXT)
    assert [str(finding) for finding in findings if not finding.ok] == []
    assert len(findings) == 1 + len(NUMBERED + UNNUMBERED)
