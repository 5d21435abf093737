"""Things, pages, data, ontology."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode, RdfFormat, parse

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.formats import DATASETS, GRAPHS, Format

BENIN = "https://w3id.org/treatybodies/id/state/BEN"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/id/state/BEN", "text/html", "/doc/state/BEN"),
        ("/id/state/BEN", "*/*", "/data/state/BEN.ttl"),
        ("/id/state/BEN", "application/ld+json", "/data/state/BEN.jsonld"),
        ("/id/doc/CMW/C/SR.590", "application/rdf+xml", "/data/doc/CMW/C/SR.590.rdf"),
        ("/id/doc/CMW/C/SR.590", "text/html", "/doc/doc/CMW/C/SR.590"),
        ("/scheme/theme/xenophobia", "text/html", "/doc/scheme/theme/xenophobia"),
        ("/graph/untc/IV-13", "application/trig", "/data/graph/untc/IV-13.trig"),
    ],
)
def test_a_thing_leads_to_its_page_or_data(
    client: TestClient, path: str, accept: str, location: str
) -> None:
    answer = client.get(path, headers={"Accept": accept}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "http://testserver" + location
    assert "Accept" in answer.headers["vary"]
    assert client.get(location).status_code == 200


@pytest.mark.parametrize(
    "path", ["/id/state/XXX", "/doc/state/XXX", "/data/state/XXX.ttl", "/doc/a b", "/doc/a%3Cb"]
)
def test_an_unknown_thing_is_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("chosen", GRAPHS, ids=lambda each: each.name)
@pytest.mark.parametrize("path", ["state/BEN", "doc/CMW/C/SR.590", "graph/untc/IV-13"])
def test_data_in_every_format(client: TestClient, path: str, chosen: Format) -> None:
    answer = client.get(f"/data/{path}.{chosen.extension}")
    assert answer.headers["content-type"].split(";")[0] == chosen.media_type
    quads = list(parse(answer.content, format=chosen.rdf))
    assert quads
    graphs = {str(quad.graph_name) for quad in quads}
    has_evidence = chosen in DATASETS and "CMW" not in path
    assert (len(graphs) > 1) is has_evidence
    assert client.get(f"/data/{path}", headers={"Accept": chosen.media_type}).content


def test_data_has_the_labels_of_what_it_leads_to(client: TestClient) -> None:
    quads = parse(client.get("/data/state/BEN.nt").content, format=RdfFormat.N_TRIPLES)
    treaty = NamedNode("https://w3id.org/treatybodies/id/instrument/icrmw")
    assert any(quad.subject == treaty for quad in quads)


def test_data_without_an_extension_says_where_it_is(client: TestClient) -> None:
    answer = client.get("/data/doc/CMW/C/SR.590", headers={"Accept": "text/turtle"})
    assert answer.headers["content-location"] == "/data/doc/CMW/C/SR.590.ttl"
    assert "id/doc/CMW/C/SR.590>" in answer.headers["link"]


def test_a_page_shows_statements_sources_and_what_refers_to_it(client: TestClient) -> None:
    page = client.get("/doc/state/BEN", headers=HTML)
    assert "Benin" in page.text
    assert 'href="/doc/instrument/icrmw"' in page.text
    assert "a locating quotation" in page.text
    assert "Status of the Convention" in page.text
    assert "set aside" in page.text  # BJN stands only in the evidence
    assert f"<code>{BENIN}</code>" in page.text
    assert 'rel="alternate"; type="text/turtle"' in page.headers["link"]
    treaty = client.get("/doc/instrument/icrmw")
    assert 'href="/doc/state/EGY"' in treaty.text
    assert "What refers to it" in treaty.text


def test_labels_on_a_page_are_escaped(client: TestClient) -> None:
    assert "Mali &lt;&amp;&gt;" in client.get("/doc/state/MLI").text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sparql",
        "/ontology",
        "/doc/state/BEN",
        "/doc/graph/untc/IV-13",
        "/doc/instrument/icrmw",
    ],
)
def test_every_local_link_of_a_page_resolves(client: TestClient, path: str) -> None:
    page = client.get(path, headers=HTML)
    assert page.status_code == 200
    # Examples on the home page; this release has no committee and no general comment.
    known = {"/doc/body/cmw", "/pictures/committee-timeline", "/pictures/neighbourhood"}
    for link in set(re.findall(r'href="(/[^"#]*)', page.text)) - known:
        assert client.get(link.replace("&amp;", "&"), headers=HTML).status_code in (200, 404), link
        if client.get(link.replace("&amp;", "&"), headers=HTML).status_code == 404:
            assert "/p5" in link  # a paragraph that only a source names


def test_pages_have_tags(client: TestClient) -> None:
    for path in ("/", "/doc/state/BEN", "/data/state/BEN.ttl", "/ontology", "/context.jsonld"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/ontology", "/shapes"])
@pytest.mark.parametrize(
    "chosen", [Format.TURTLE, Format.N_TRIPLES, Format.JSON_LD, Format.RDF_XML]
)
def test_ontology_and_shapes_in_every_format(client: TestClient, path: str, chosen: Format) -> None:
    answer = client.get(path, headers={"Accept": chosen.media_type})
    assert answer.headers["content-type"].split(";")[0] == chosen.media_type
    assert list(parse(answer.content, format=chosen.rdf))


def test_the_ontologys_turtle_is_the_file(client: TestClient) -> None:
    assert client.get("/ontology").text.startswith("# Treaty Body Ontology")


def test_the_context_types_properties(client: TestClient) -> None:
    answer = client.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    context = answer.json()["@context"]
    assert context["tbo"] == "https://w3id.org/treatybodies/ontology#"
    assert context["isPartyTo"]["@type"] == "@id"
    document = {"@context": context, "@id": BENIN, "isPartyTo": BENIN}
    quads = list(parse(json.dumps(document), format=RdfFormat.JSON_LD))
    assert [str(quad.object) for quad in quads] == [f"<{BENIN}>"]


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json()["status"] == "ready"


def test_a_service_whose_store_is_damaged_is_not_ready(
    release: Release, garden: Garden, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(release.folder, folder)
    on_disk = settings.model_copy(update={"in_memory_quads": 0})
    with TestClient(create_app(Release(folder), garden, on_disk)) as service:
        for file in (folder / "store").glob("*.sst"):
            file.write_bytes(bytes(file.stat().st_size))
        told = service.get("/readyz")
    assert (told.status_code, told.json()["status"]) == (503, "not ready")


def test_an_unexpected_error_shows_nothing_of_the_inside(
    service: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = service(workers=1)
    monkeypatch.setattr("treatybodies.web.home.render", None)
    monkeypatch.setattr(client._transport, "raise_server_exceptions", False)
    answer = client.get("/")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "NoneType" not in answer.text
