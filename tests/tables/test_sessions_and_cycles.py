"""Sessions, reviews, cycles and general comments, against what documents say independently."""

import pytest
from pyoxigraph import Store

from treatybodies.store import select

HEAD = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
BASE <https://w3id.org/treatybodies/>
"""


def _values(store: Store, query: str) -> list[str]:
    """The first column, ordered as the query orders it."""
    return [row[0].value for row in select(store, HEAD + query)]


@pytest.mark.parametrize(
    ("party", "due"),
    # As the concluding observations on these parties state them.
    [("BLZ", "2004-07-01"), ("NIC", "2007-02-01"), ("JAM", "2010-01-01"), ("NGA", "2010-11-01")],
)
def test_first_report_is_due_when_the_committee_says(graph: Store, party: str, due: str) -> None:
    query = f"SELECT ?due {{ <id/deadline/icrmw/{party}/1/report> tbo:dueDate ?due }}"
    assert _values(graph, query) == [due]


def test_meeting_numbers_of_a_session_follow_from_its_neighbour(graph: Store) -> None:
    """The record of the 493rd meeting opens session 35; session 34 closed at the 492nd."""
    query = "SELECT ?first { <id/session/cmw/36> tbo:firstMeeting ?first }"
    assert _values(graph, query) == ["513"]


def test_meetings_without_record_get_their_session_from_their_number(graph: Store) -> None:
    query = """
    SELECT ?number {
      GRAPH <graph/derived/meetings-in-sessions> { ?meeting tbo:partOfEvent <id/session/cmw/39> }
      ?meeting tbo:hasNoSummaryRecord true ;
        tbo:meetingNumber ?number .
    }
    ORDER BY ?number
    """
    assert _values(graph, query) == [str(n) for n in range(580, 590)]


def test_record_and_tables_speak_of_the_same_events(graph: Store) -> None:
    """The dialogue with Benin keeps the label of the summary record, and has two sources."""
    query = "SELECT ?label { <id/event/cmw/39/dialogue/BEN> skos:prefLabel ?label }"
    assert _values(graph, query) == ["Interactive dialogue with the delegation of Benin"]
    query = """
    SELECT DISTINCT ?graph {
      GRAPH ?graph { <id/event/cmw/39/dialogue/BEN> a tbo:InteractiveDialogue }
    }
    ORDER BY ?graph
    """
    assert [iri.rpartition("/graph/")[2] for iri in _values(graph, query)] == [
        "doc/CMW/C/BEN/CO/1",
        "doc/CMW/C/SR.590/p5",
    ]


def test_combined_reports_follow_the_cycle_before_the_first_of_them(graph: Store) -> None:
    query = "SELECT ?before { <id/cycle/icrmw/EGY/2-4> tbo:previousCycle ?before }"
    assert [iri.rpartition("/id/")[2] for iri in _values(graph, query)] == ["cycle/icrmw/EGY/1"]


def test_no_previous_cycle_is_made_up_where_one_is_missing(graph: Store) -> None:
    """Mexico's second cycle is not on record, so nothing comes before its third."""
    assert _values(graph, "SELECT ?b { <id/cycle/icrmw/MEX/3> tbo:previousCycle ?b }") == []


def test_draft_on_xenophobia_became_two_texts(graph: Store) -> None:
    query = """
    SELECT ?comment { <id/general-comment/cerd-cmw/xenophobia> tbo:resultedIn ?comment }
    ORDER BY ?comment
    """
    assert [iri.rpartition("general-comment/")[2] for iri in _values(graph, query)] == [
        "cerd/38-cmw/7",
        "cerd/39-cmw/8",
    ]


def test_listed_general_comment_gets_no_adoption(graph: Store) -> None:
    """General comment No. 2 of the CMW is known from a list with a document date only."""
    assert _values(graph, "SELECT ?e { ?e tbo:adopts <id/general-comment/cmw/2> }") == []


def test_every_event_has_a_label(graph: Store) -> None:
    query = """
    SELECT DISTINCT ?event {
      ?class rdfs:subClassOf* tbo:ProceduralEvent .
      ?event a ?class .
      FILTER NOT EXISTS { ?event skos:prefLabel ?label }
    }
    """
    assert _values(graph, query) == []
