"""Derived facts over the real data, against figures that the depositary publishes."""

import pytest
from pyoxigraph import Store

from treatybodies.store import select

# Signatories and parties on the depositary's pages of 3 February 2026.
OFFICIAL = {
    "icerd": (88, 182),
    "icescr": (72, 173),
    "icescr-op": (46, 31),
    "iccpr": (74, 175),
    "iccpr-op1": (35, 116),
    "iccpr-op2": (40, 92),
    "cedaw": (99, 189),
    "cedaw-op": (80, 116),
    "cat": (83, 175),
    "opcat": (76, 96),
    "crc": (140, 196),
    "crc-op-ac": (130, 173),
    "crc-op-sc": (122, 178),
    "crc-op-ic": (54, 53),
    "icrmw": (40, 60),
    "crpd": (164, 193),
    "crpd-op": (95, 108),
    "icpped": (98, 78),
}
HEAD = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX state: <https://w3id.org/treatybodies/id/state/>
PREFIX instrument: <https://w3id.org/treatybodies/id/instrument/>
PREFIX status: <https://w3id.org/treatybodies/scheme/status/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def rows(graph: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a query, each value as its text, unbound ones empty."""
    return [
        tuple("" if term is None else str(getattr(term, "value", term)) for term in row)
        for row in select(graph, HEAD + query)
    ]


@pytest.mark.parametrize("instrument", OFFICIAL)
def test_counts_equal_those_of_the_depositary(graph: Store, instrument: str) -> None:
    query = "SELECT (COUNT(DISTINCT ?who) AS ?n) WHERE {{ ?who tbo:{} instrument:{} }}"

    signatories = rows(graph, query.format("isSignatoryTo", instrument))
    parties = rows(graph, query.format("isPartyTo", instrument))

    assert (int(signatories[0][0]), int(parties[0][0])) == OFFICIAL[instrument]


# Deposit and effect: an ordinary case of each final clause, and days at a month's end.
EFFECTS = [
    ("icrmw/BEN/2018-07-06/ratification", "2018-11-01"),
    ("icrmw/EGY/1993-02-19/accession", "2003-07-01"),
    ("cat/AFG/1987-04-01/ratification", "1987-06-26"),
    ("cat/ALB/1994-05-11/accession", "1994-06-10"),
    ("iccpr/OMN/2025-11-10/accession", "2026-02-10"),
    ("crpd/EU/2010-12-23/formal-confirmation", "2011-01-22"),
]


@pytest.mark.parametrize(("action", "effect"), EFFECTS)
def test_consent_takes_effect_by_the_final_clause(graph: Store, action: str, effect: str) -> None:
    consent = f"<https://w3id.org/treatybodies/id/action/{action}>"
    query = f"SELECT ?effect WHERE {{ {consent} tbo:effectDate ?effect }}"

    assert rows(graph, query) == [(effect,)]


def test_a_succession_has_no_effect_date_and_says_so(graph: Store) -> None:
    query = """
    SELECT ?basis WHERE {
      ?period tbo:statusOf state:CZE ; tbo:underInstrument instrument:cat ;
        tbo:statusValue status:party ; tbo:startBasis ?basis .
    }"""

    ((basis,),) = rows(graph, query)

    assert basis.endswith("start-basis/state-succession")


def periods(graph: Store, state: str) -> list[tuple[str, ...]]:
    query = f"""
    SELECT ?status ?start ?end WHERE {{
      ?period tbo:statusOf state:{state} ; tbo:underInstrument instrument:iccpr-op1 ;
        tbo:statusValue ?status ; tbo:startDate ?start .
      OPTIONAL {{ ?period tbo:endDate ?end }}
    }} ORDER BY ?start"""
    return [(row[0].rpartition("/")[2], *row[1:]) for row in rows(graph, query)]


def test_a_state_that_left_and_rejoined(graph: Store) -> None:
    assert periods(graph, "TTO") == [
        ("contracting", "1980-11-14", "1981-02-14"),
        ("party", "1981-02-14", "1998-08-26"),
        ("contracting", "1998-08-26", "1998-11-26"),
        ("party", "1998-11-26", "2000-06-27"),
        ("former-party", "2000-06-27", ""),
    ]


def test_a_state_that_rejoined_before_its_denunciation_took_effect(graph: Store) -> None:
    assert periods(graph, "GUY") == [
        ("contracting", "1993-05-10", "1993-08-10"),
        ("party", "1993-08-10", "1999-04-05"),
        ("party", "1999-04-05", ""),
    ]


def parties_on(graph: Store, day: str) -> int:
    query = f"""
    SELECT (COUNT(?period) AS ?n) WHERE {{
      ?period tbo:underInstrument instrument:icrmw ; tbo:statusValue status:party ;
        tbo:startDate ?start .
      OPTIONAL {{ ?period tbo:endDate ?end }}
      FILTER(?start <= "{day}"^^xsd:date && (!BOUND(?end) || ?end > "{day}"^^xsd:date))
    }}"""
    return int(rows(graph, query)[0][0])


def test_parties_to_the_icrmw_then_and_now(graph: Store) -> None:
    assert (parties_on(graph, "2003-06-30"), parties_on(graph, "2010-01-01")) == (0, 42)
    assert parties_on(graph, "2026-02-03") == 60


def test_dates_as_exact_as_their_source_have_bounds(graph: Store) -> None:
    query = """
    SELECT ?start ?earliest ?latest WHERE {
      <https://w3id.org/treatybodies/id/session/cmw/2> tbo:startDate ?start ;
        tbo:earliestDate ?earliest ; tbo:latestDate ?latest .
    }"""

    assert rows(graph, query) == [("2005-04", "2005-04-01", "2005-04-30")]


def test_a_date_that_is_set_aside_stays_in_its_source_only(graph: Store) -> None:
    action = "<https://w3id.org/treatybodies/id/action/icerd/IRQ/1970-02-13/ratification>"
    published = f"SELECT ?date WHERE {{ {action} tbo:actionDate ?date }}"
    claim = f"GRAPH ?source {{ {action} tbo:actionDate ?date }}"
    claimed = f"SELECT DISTINCT ?date WHERE {{ {claim} }} ORDER BY ?date"

    assert rows(graph, published) == [("1970-02-13",)]
    assert rows(graph, claimed) == [("1970-01-14",), ("1970-02-13",)]


def test_the_planned_ceremony_did_not_happen(graph: Store) -> None:
    query = """
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT ?event WHERE {
      ?event a/rdfs:subClassOf* tbo:ProceduralEvent .
      FILTER(CONTAINS(STR(?event), "ceremony"))
    }"""

    assert rows(graph, query) == []
    assert rows(graph, "SELECT ?event WHERE { ?event a tbo:PlannedEvent }") != []
