"""Treaty law checked by hand: acceptances of procedures, reservations, objections, withdrawals."""

from golden import rows
from pyoxigraph import NamedNode, Store

from treatybodies.namespaces import BASE, graph_name, tbo

ACCEPTS = tbo("acceptsProcedure")


def thing(path: str) -> NamedNode:
    return NamedNode(f"{BASE}id/{path}")


def accepts(graph: Store, state: str, procedure: str) -> bool:
    found = rows(graph, "questions/procedures-of-a-state", state=state)
    return thing(f"procedure/{procedure}").value in {row["procedure"] for row in found}


def test_two_procedures_of_the_icrmw_wait_for_ten_declarations(graph: Store) -> None:
    found = rows(graph, "questions/procedures-not-in-force")
    numbers = {(row["label"], row["required"], row["accepted"]) for row in found}
    assert numbers == {
        ("ICRMW, individual communications", "10", "5"),
        ("ICRMW, inter-State communications", "10", "4"),
    }


def test_protocol_is_accepted_by_joining_it(graph: Store) -> None:
    """Benin is party to the OPCAT; Egypt is not."""
    assert accepts(graph, "BEN", "opcat/visits")
    assert not accepts(graph, "EGY", "opcat/visits")


def test_inquiry_applies_unless_declined(graph: Store) -> None:
    """CAT art. 28(1): China has declined, Chile has not."""
    assert not accepts(graph, "CHN", "cat/inquiry")
    assert accepts(graph, "CHL", "cat/inquiry")


def test_withdrawn_refusal_is_no_refusal(graph: Store) -> None:
    """Colombia declined the inquiry of the CEDAW-OP in 2007 and withdrew that in 2022."""
    assert accepts(graph, "COL", "cedaw-op/inquiry")
    assert not accepts(graph, "BGD", "cedaw-op/inquiry")


def test_claim_set_aside_stays_in_its_graph(graph: Store) -> None:
    """OHCHR's dashboard lists Grenada under CAT article 22, the depositary does not."""
    claim = (thing("state/GRD"), ACCEPTS, thing("procedure/cat/individual-communications"))
    dashboard = graph_name("source/ohchr-dashboard-2020")
    assert list(graph.quads_for_pattern(*claim, dashboard))
    assert not accepts(graph, "GRD", "cat/individual-communications")


def test_reservation_names_its_articles(graph: Store) -> None:
    """Egypt's reservations to the ICRMW stand under the headings article 4 and article 18."""
    found = rows(graph, "questions/reservations-in-force", instrument="icrmw")
    assert {row["article"] for row in found if row["name"] == "Egypt"} == {"4", "18"}


def test_mexico_objected_to_the_declaration_of_venezuela(graph: Store) -> None:
    (found,) = rows(graph, "questions/who-objected-to-whom", instrument="icrmw")
    assert found["objector"] == thing("state/MEX").value
    assert found["author"] == thing("state/VEN").value
    assert found["act"] == thing("action/icrmw/VEN/2016-10-25/declaration").value
