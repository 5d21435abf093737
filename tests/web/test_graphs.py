"""Reading graphs by the Graph Store Protocol."""

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

CODES = "https://w3id.org/treatybodies/graph/codes"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml;q=0.9, text/*;q=0.1", RdfFormat.RDF_XML),
    ],
)
@pytest.mark.parametrize(("graph", "count"), [({"graph": CODES}, 1), ({"default": ""}, 32)])
def test_a_graph_comes_in_the_wanted_format(
    client: TestClient, graph: dict[str, str], count: int, accept: str | None, form: RdfFormat
) -> None:
    answer = client.get("/graphs", params=graph, headers={"Accept": accept or "*/*"})
    assert answer.headers["content-type"].split(";")[0] == form.media_type
    assert len(list(parse(answer.content, format=form))) == count
    head = client.head("/graphs", params=graph, headers={"Accept": accept or "*/*"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == answer.headers["etag"]
    held = {"If-None-Match": answer.headers["etag"], "Accept": accept or "*/*"}
    assert client.get("/graphs", params=graph, headers=held).status_code == 304


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "malformed-request"),
        (f"graph={CODES}&default", 400, "malformed-request"),
        (f"graph={CODES}&graph={CODES}", 400, "malformed-request"),
        ("graph=graph/codes", 400, "malformed-request"),
        ("graph=", 400, "malformed-request"),
        ("graph=%ff", 400, "malformed-request"),
        ("graph=http://a.example/%3E%7B", 400, "malformed-request"),
        ("graph=http://a.example/none", 404, "not-found"),
    ],
)
def test_what_names_no_graph(client: TestClient, query: str, status: int, code: str) -> None:
    answer = client.get(f"/graphs?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_graph_formats_are_offered(client: TestClient) -> None:
    answer = client.get("/graphs?default", headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    named = client.get("/graphs", params={"default": "", "format": "nt"})
    assert named.headers["content-type"] == "application/n-triples"
