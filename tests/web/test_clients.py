"""The clients that people use, against a real server."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from products import RUNAWAY
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

STATES = "SELECT ?s { ?s a <https://w3id.org/treatybodies/ontology#State> } ORDER BY ?s"
BENIN = "https://w3id.org/treatybodies/id/state/BEN"
PARTY = URIRef("https://w3id.org/treatybodies/ontology#isPartyTo")


def wrapper(url: str, query: str, method: str, returned: str) -> SPARQLWrapper:
    """A request as SPARQLWrapper makes it."""
    endpoint = SPARQLWrapper(f"{url}/sparql", returnFormat=returned)
    endpoint.setMethod(method)
    endpoint.setQuery(query)
    return endpoint


@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("returned", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_solutions(url: str, method: str, returned: str) -> None:
    answer = wrapper(url, STATES, method, returned).query()
    found: Any = answer.convert()
    answer.response.close()
    if returned == JSON:
        found = json.dumps(found).encode()
    elif returned == XML:
        found = found.toxml().encode()
    assert [found.count(b"state/" + code) for code in (b"BEN", b"EGY", b"MLI")] == [1, 1, 1]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # SPARQLWrapper's own
@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("returned", [RDFXML, TURTLE, N3, JSONLD, XML])
def test_sparqlwrapper_reads_graphs(url: str, method: str, returned: str) -> None:
    answer = wrapper(url, f"DESCRIBE <{BENIN}>", method, returned).query()
    found: Any = answer.convert()
    answer.response.close()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert (URIRef(BENIN), PARTY, None) in graph
    assert len(graph) == 6


@pytest.mark.parametrize("method", [GET, POST])
def test_sparqlwrapper_reads_booleans(url: str, method: str) -> None:
    answer = wrapper(url, "ASK { ?s ?p ?o }", method, JSON).query()
    found: Any = answer.convert()
    assert found["boolean"] is True
    answer.response.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # rdflib leaves its responses open
@pytest.mark.parametrize("returned", ["xml", "json", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_solutions(url: str, method: str, returned: str) -> None:
    store = SPARQLStore(f"{url}/sparql", method=method, returnFormat=returned)
    rows = list(Graph(store).query(STATES))
    assert [str(row[0])[-3:] for row in rows] == ["BEN", "EGY", "MLI"]  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # rdflib leaves its responses open
def test_rdflib_reads_triples(url: str) -> None:
    graph = Graph(SPARQLStore(f"{url}/sparql"))
    assert {str(subject)[-3:] for subject in graph.subjects(PARTY)} == {"BEN", "EGY"}
    named = Graph(SPARQLStore(f"{url}/sparql"), URIRef("https://w3id.org/treatybodies/graph/codes"))
    assert len(list(named.triples((None, None, None)))) == 1


def test_a_client_that_hangs_up_ends_its_query(
    address: tuple[str, int], application: FastAPI
) -> None:
    query = quote(RUNAWAY)
    pool = application.state.pool
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        eventually(lambda: len(pool._busy) == 1)
    eventually(lambda: not pool._busy and len(pool._idle) == pool.settings.workers)


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for ``condition``, well below the 60 seconds that a query may take here."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
