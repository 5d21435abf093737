"""Each check on sessions, persons and cycles finds the fault it is written for, and only that."""

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from treatybodies.paths import Garden
from treatybodies.queries import QueryFile
from treatybodies.store import select

PREFIXES = """
@base <https://w3id.org/treatybodies/> .
@prefix tbo: <https://w3id.org/treatybodies/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role: <https://w3id.org/treatybodies/scheme/role/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
tbo:Meeting rdfs:subClassOf tbo:ProceduralEvent .
"""
SESSION = """
<id/session/cmw/39> a tbo:Session ;
    tbo:earliestDate "2024-12-02"^^xsd:date ; tbo:latestDate "2024-12-13"^^xsd:date .
<id/event/cmw/39/dialogue/BEN> tbo:partOfEvent <id/session/cmw/39> ;
"""
CHAIRS = """
<id/office-holding/a> a tbo:OfficeHolding ; tbo:heldOffice <id/office/cmw-chair> ;
    tbo:role role:chair ; tbo:holder <id/person/a> ;
    tbo:startDate "2022-04"^^xsd:gYearMonth ; tbo:endDate "2024-06"^^xsd:gYearMonth .
<id/office-holding/b> a tbo:OfficeHolding ; tbo:heldOffice <id/office/cmw-chair> ;
    tbo:role role:chair ; tbo:holder <id/person/b> ;
"""
MEMBERS = """
<id/membership/1> a tbo:BodyMembership ; tbo:memberBody <id/body/cmw> ; tbo:holder <id/person/a> ;
    tbo:startDate "2010-01-01"^^xsd:date ; tbo:endDate "2013-12-31"^^xsd:date .
<id/membership/2> a tbo:BodyMembership ; tbo:memberBody <id/body/cmw> ; tbo:holder <id/person/a> ;
"""
CYCLES = """
<id/cycle/icrmw/BEN/1> a tbo:ReportingCycle ; tbo:reportingParty <id/state/BEN> ;
    tbo:underInstrument <id/instrument/icrmw> ; tbo:cycleNumber 1 .
<id/cycle/icrmw/BEN/first> a tbo:ReportingCycle ; tbo:reportingParty <id/state/BEN> ;
    tbo:underInstrument <id/instrument/icrmw> ; tbo:cycleNumber """
REPORT = """
<id/state/BEN> tbo:iso3 "BEN" .
<id/state/EGY> tbo:iso3 "EGY" .
<id/doc/x> a tbo:StateReport ; tbo:documentSymbol "CMW/C/BEN/1" ; tbo:concerns <id/state/"""
ADOPTION = """
<id/doc/x> tbo:concerns <id/state/BEN> .
<id/event/x> tbo:adopts <id/doc/x> ; tbo:concerns <id/state/"""
MEETINGS = """
<id/meeting/cmw/572> a tbo:Meeting ; tbo:heldBy <id/body/cmw> ; tbo:meetingNumber 572 ;
    tbo:onDate "2024-12-02"^^xsd:date .
<id/meeting/cmw/573> a tbo:Meeting ; tbo:heldBy <id/body/cmw> ; tbo:meetingNumber 573 ;
    tbo:onDate """

CASES = {
    "event-outside-session": (
        SESSION
        + 'tbo:earliestDate "2024-12-14"^^xsd:date ; tbo:latestDate "2024-12-14"^^xsd:date .',
        SESSION
        + 'tbo:earliestDate "2024-12-01"^^xsd:date ; tbo:latestDate "2024-12-31"^^xsd:date .',
    ),
    "two-chairs": (
        CHAIRS + 'tbo:attestedDate "2023-04-06"^^xsd:date .',
        CHAIRS + 'tbo:attestedDate "2024-06-14"^^xsd:date .',
    ),
    "memberships-overlap": (
        MEMBERS + 'tbo:startDate "2013-06-01"^^xsd:date .',
        MEMBERS + 'tbo:startDate "2014-01-01"^^xsd:date .',
    ),
    "cycles-with-one-key": (CYCLES + "1 .", CYCLES + "2 ."),
    "symbol-of-another-party": (REPORT + "EGY> .", REPORT + "BEN> ."),
    "event-and-document-disagree": (ADOPTION + "EGY> .", ADOPTION + "BEN> ."),
    "meeting-numbers-out-of-order": (
        MEETINGS + '"2024-12-01"^^xsd:date .',
        MEETINGS + '"2024-12-02"^^xsd:date .',
    ),
}


def _rows(garden: Garden, check: str, data: str) -> int:
    store = Store()
    store.extend(parse(PREFIXES + data, RdfFormat.TURTLE))
    query = QueryFile(garden.queries / "checks" / f"{check}.rq")
    return len(select(store, query.text))


@pytest.mark.parametrize("check", CASES)
def test_check_finds_its_fault(garden: Garden, check: str) -> None:
    assert _rows(garden, check, CASES[check][0]) == 1


@pytest.mark.parametrize("check", CASES)
def test_check_lets_the_right_data_pass(garden: Garden, check: str) -> None:
    assert _rows(garden, check, CASES[check][1]) == 0


def test_event_that_only_a_rule_makes_is_found(garden: Garden) -> None:
    event = NamedNode("https://w3id.org/treatybodies/id/meeting/cmw/1")
    derived = NamedNode("https://w3id.org/treatybodies/graph/derived/made-up")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    meeting = NamedNode("https://w3id.org/treatybodies/ontology#Meeting")
    store = Store()
    store.extend(parse(PREFIXES, RdfFormat.TURTLE))
    for graph in (derived, DefaultGraph()):
        store.add(Quad(event, kind, meeting, graph))
    query = QueryFile(garden.queries / "checks" / "event-without-source.rq")
    assert [row[0] for row in select(store, query.text)] == [event]
