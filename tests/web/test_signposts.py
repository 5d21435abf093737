"""Heads of answers: links to what belongs together, the day of the data, HEAD as GET, 410."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode, RdfFormat, Store

from treatybodies.paths import Garden, default_garden
from treatybodies.pipeline.tables import read_tables
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.formats import GRAPHS

BASE = "https://w3id.org/treatybodies/"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LICENCE = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
PATHS = [
    *("/", "/ontology", "/shapes", "/prefixes", "/context.jsonld", "/ontology.jsonld"),
    *("/id/state/BEN", "/doc/state/BEN", "/data/state/BEN.ttl", "/data/state/BEN"),
    *("/dataset", "/dataset.html", "/dataset.ttl", "/.well-known/void", "/queries", "/docs"),
    *("/.well-known/sparql-examples", "/sparql", "/about", "/search?q=benin", "/healthz"),
    *("/openapi.json", "/api/v1/states", "/graphs?default", "/states", "/codes", "/pictures"),
    *("/id/state/XXX", "/nowhere"),
]


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", HTML["Accept"]])
@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_a_body(pages: TestClient, path: str, accept: str) -> None:
    answers = [
        pages.request(method, path, headers={"Accept": accept}, follow_redirects=False)
        for method in ("GET", "HEAD")
    ]
    whole, head = answers
    assert head.status_code == whole.status_code
    assert head.content == b""
    kept = ("etag", "link", "content-type", "content-length", "last-modified", "location", "vary")
    for name in kept:
        assert head.headers.get(name) == whole.headers.get(name), name


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/doc/state/BEN", "text/html"),
        ("/data/state/BEN.ttl", "*/*"),
        ("/ontology", "text/html"),
        ("/ontology", "text/turtle"),
        ("/context.jsonld", "*/*"),
        ("/sparql", "text/turtle"),
        ("/queries", "text/html"),
        ("/dataset.html", "text/html"),
        ("/", "text/html"),
    ],
)
def test_answers_tell_their_licence_and_the_day_of_their_data(
    pages: TestClient, path: str, accept: str
) -> None:
    answer = pages.get(path, headers={"Accept": accept})
    assert LICENCE in answer.headers["link"]
    assert answer.headers["last-modified"] == "Tue, 03 Feb 2026 00:00:00 GMT"


def test_the_day_alone_never_makes_an_answer_stale(pages: TestClient) -> None:
    """Two releases may be of one day: only the tag tells them apart."""
    answer = pages.get("/doc/state/BEN")
    since = {"If-Modified-Since": answer.headers["last-modified"]}
    assert pages.get("/doc/state/BEN", headers=since).status_code == 200
    same = since | {"If-None-Match": answer.headers["etag"]}
    assert pages.get("/doc/state/BEN", headers=same).status_code == 304


def test_a_page_has_the_signposts_of_level_1(pages: TestClient) -> None:
    links = pages.get("/doc/state/BEN").headers["link"]
    iri = BASE + "id/state/BEN"
    assert f'<{iri}>; rel="cite-as"' in links
    assert f'<{iri}>; rel="canonical"' in links
    assert '<https://schema.org/AboutPage>; rel="type"' in links
    assert '<https://schema.org/Country>; rel="type"' in links
    assert f'<{BASE}dataset>; rel="collection"' in links
    for each in GRAPHS:
        target = f"http://testserver/data/state/BEN.{each.extension}"
        for relation in ("describedby", "alternate"):
            assert f'<{target}>; rel="{relation}"; type="{each.media_type}"' in links


def test_data_lead_back_to_the_thing_its_page_and_the_other_formats(pages: TestClient) -> None:
    links = pages.get("/data/state/BEN.ttl").headers["link"]
    assert f'<{BASE}id/state/BEN>; rel="describes"' in links
    assert '<http://testserver/data/state/BEN.ttl>; rel="canonical"' in links
    assert '<http://testserver/doc/state/BEN>; rel="alternate"; type="text/html"' in links
    assert links.count('rel="alternate"') == len(GRAPHS)


def test_a_name_tells_all_that_describes_it_before_the_way_is_gone(pages: TestClient) -> None:
    answer = pages.get("/id/state/BEN", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["link"].count('rel="describedby"') == len(GRAPHS) + 1


def test_links_are_written_in_ascii(pages: TestClient) -> None:
    answer = pages.get("/id/doc/CERD–CMW", follow_redirects=False)
    assert answer.status_code in (303, 404)
    assert answer.headers.get("link", "").isascii()


def test_programs_find_the_service_description_at_the_root(pages: TestClient) -> None:
    answer = pages.get("/", headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert str(answer.url).endswith("/sparql")
    store = Store()
    store.load(answer.content, format=RdfFormat.TURTLE)
    here = NamedNode("http://testserver/sparql")
    endpoint = NamedNode("http://www.w3.org/ns/sparql-service-description#endpoint")
    assert next(store.quads_for_pattern(here, endpoint, here), None) is not None


@pytest.fixture(scope="module")
def gone(
    tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Release], settings: Settings
) -> Iterator[TestClient]:
    """A service whose garden has withdrawn two IRIs, one of them with a successor."""
    garden = Garden(tmp_path_factory.mktemp("garden"))
    garden.tables.mkdir(parents=True)
    for name in ("sources", "withdrawn_iris"):
        for part in default_garden().tables.glob(f"{name}.*"):
            shutil.copy(part, garden.tables)
    with (garden.tables / "withdrawn_iris.csv").open("a", encoding="utf-8") as table:
        table.write("id/doc/CMW/C/SR.0590,2026-11-23,It had a leading zero.,id/doc/CMW/C/SR.590\n")
        table.write("scheme/theme/mistake,2026-11-23,It meant nothing.,\n")
    trig = tmp_path_factory.mktemp("gone") / "release.trig"
    made = [quad for quad in read_tables(garden) if "withdrawn" in str(quad.graph_name)]
    own = "\n".join(str(quad.triple) + " ." for quad in made)
    made_up = (Path(__file__).parent / "release.trig").read_text(encoding="utf-8")
    trig.write_text(f"{made_up}\n{own}\n", encoding="utf-8")
    release = make(tmp_path_factory.mktemp("build") / "release", trig)
    with TestClient(create_app(release, default_garden(), settings)) as running:
        yield running


@pytest.mark.parametrize(
    ("place", "accept"),
    [
        ("/id/", "text/turtle"),
        ("/id/", "text/html"),
        ("/doc/", "text/html"),
        ("/data/", "text/turtle"),
        ("/data/", "*/*"),
    ],
)
def test_a_withdrawn_iri_is_410_with_its_successor(
    gone: TestClient, place: str, accept: str
) -> None:
    path = place + "doc/CMW/C/SR.0590"
    answer = gone.get(path, headers={"Accept": accept}, follow_redirects=False)
    assert answer.status_code == 410
    assert "It had a leading zero." in answer.text
    assert answer.headers["link"] == f'<{BASE}id/doc/CMW/C/SR.590>; rel="successor-version"'


def test_the_problem_of_a_withdrawn_iri_has_its_parts(gone: TestClient) -> None:
    problem = gone.get("/id/doc/CMW/C/SR.0590").json()
    assert (problem["code"], problem["reason"]) == ("withdrawn", "It had a leading zero.")
    assert problem["successor"] == BASE + "id/doc/CMW/C/SR.590"
    assert "2026-11-23" in problem["detail"]
    page = gone.get("/doc/doc/CMW/C/SR.0590", headers=HTML).text
    assert 'href="/doc/doc/CMW/C/SR.590"' in page
    assert "successor" not in gone.get("/scheme/theme/mistake").json()
    assert gone.get("/id/doc/CMW/C/SR.590").status_code == 200


def test_no_link_is_left_open(pages: TestClient) -> None:
    for path in ("/doc/state/BEN", "/dataset.html", "/ontology", "/queries"):
        links = pages.get(path).headers["link"]
        assert re.fullmatch(r'(<[^<>"]+>(; [a-z]+="[^"]+")+(, |$))+', links), path
