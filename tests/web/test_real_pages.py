"""Pages over the project's own data: the largest things, long lists, links of a sample."""

import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import Store

from treatybodies.paths import default_garden
from treatybodies.pipeline.release import write_release
from treatybodies.pipeline.shacl import ShaclReport
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.formats import FILE_FORMATS, Format
from treatybodies.web.sections import SECTIONS

HTML = {"Accept": "text/html"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LANGUAGE = re.compile(r"[?&]lang=[a-z]{2}$")
SAMPLED = 200
PAGES = (
    "/",
    "/about",
    "/codes",
    "/committees",
    "/docs",
    "/documents",
    "/general-comments",
    "/instruments",
    "/ontology",
    "/pictures",
    "/pictures/committee-timeline?body=cmw",
    "/pictures/neighbourhood?iri=id/general-comment/cmw/6&depth=2",
    "/pictures/participation",
    "/pictures/parties-map?instrument=icrmw&date=2010-01-01",
    "/pictures/state-timeline?state=BEN",
    "/queries",
    "/queries/parties-and-since-when",
    "/search?q=migrant",
    "/sessions",
    "/shacl/report",
    "/shapes",
    "/sparql",
    "/states",
    "/themes",
)
"""The other kinds of pages; the rest of the sample are things."""
LARGEST = 200_000
"""Bytes of a page, pictures apart."""


@pytest.fixture(scope="module")
def real(real_release: Release) -> Iterator[TestClient]:
    """A browser on the service over the project's own data."""
    app = create_app(real_release, default_garden(), Settings(workers=3))
    with TestClient(app) as running:
        running.headers.update(HTML)
        yield running


@pytest.mark.parametrize(
    "path",
    [
        "/doc/state/BEN",
        "/doc/state/AUS",
        "/doc/state/GBR",
        "/doc/instrument/iccpr",
        "/doc/instrument/crc",
        "/doc/body/cmw",
        "/doc/session/cmw/39",
        "/doc/doc/CMW/C/SR.590",
        "/doc/general-comment/cmw/6",
        "/doc/scheme/theme/equality",
        "/doc/graph/untc/IV-4",
        "/doc/graph/treatybodies",
        "/ontology",
        "/shapes",
    ],
)
def test_the_largest_things_have_pages_of_bearable_size(real: TestClient, path: str) -> None:
    answer = real.get(path)
    assert answer.status_code == 200
    assert len(answer.content) < LARGEST


def test_the_ontology_counts_what_the_release_holds(real: TestClient) -> None:
    text = real.get("/ontology").text
    assert re.search(r"Things: [1-9]", text)
    article = text.partition('<article id="actionDate">')[2].partition("</article>")[0]
    asked = "SELECT (COUNT(*) AS ?n) { ?s <https://w3id.org/treatybodies/ontology#actionDate> ?o }"
    rows = real.get("/sparql", params={"query": asked, "format": "csv"}).text.split()
    assert f"Statements: {int(rows[1]):,}" in article


def test_a_state_shows_all_eighteen_treaties(real: TestClient) -> None:
    text = real.get("/doc/state/USA").text
    section = text.partition('<section id="treaties">')[2].partition("</section>")[0]
    assert section.count("<tr>") == 1 + 18
    assert ">Signatory</a>" in section


def test_an_instrument_shows_all_its_parties(real: TestClient) -> None:
    text = real.get("/doc/instrument/iccpr").text
    counted = re.search(r'<time datetime="[\d-]+">[\d-]+</time></td><td class="number">(\d+)', text)
    section = text.partition('<section id="parties">')[2].partition("</section>")[0]
    assert counted is not None
    assert section.count("<tr>") == 1 + int(counted[1])


def test_every_section_has_an_example_with_rows(real: TestClient) -> None:
    from treatybodies.queries import QueryFile

    empty = []
    for path in sorted(SECTIONS.rglob("*.rq")):
        query = QueryFile(path)
        answer = real.get("/sparql", params={"query": query.example(), "format": "csv"})
        rows = real.get(
            "/sparql", params={"query": query.example()}, headers={"Accept": Format.CSV.media_type}
        )
        assert answer.status_code == rows.status_code == 200, path
        # Those about an index wait for a set: tests/uhri/test_uhri_served.py has one.
        if rows.text.count("\n") < 2 and "an attached index" not in query.head.description:
            empty.append(f"{path.parent.name}/{path.stem}")
    assert not empty


@pytest.mark.parametrize("path", ["/states", "/documents", "/general-comments", "/sessions"])
def test_a_long_list_has_pages_that_share_no_row(real: TestClient, path: str) -> None:
    first, second = real.get(path), real.get(f"{path}?page=2")
    assert f'href="{path}?page=2" rel="next"' in first.text
    assert f'href="{path}" rel="prev"' in second.text
    bodies = [re.search(r"<tbody>(.*?)</tbody>", each.text, re.DOTALL) for each in (first, second)]
    assert bodies[0] is not None
    assert bodies[1] is not None
    assert not set(bodies[0][1].splitlines()[1:-1]) & set(bodies[1][1].splitlines()[1:-1]) - {""}


def test_every_link_on_two_hundred_pages_leads_somewhere(real: TestClient) -> None:
    query = "SELECT DISTINCT ?s { ?s a ?c FILTER(CONTAINS(STR(?s), '/id/')) } ORDER BY ?s"
    table = real.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
    things = random.Random(7).sample(table.split()[1:], SAMPLED - len(PAGES))
    paths = [each.replace("https://w3id.org/treatybodies/id/", "/doc/") for each in things]
    found: dict[str, str] = {}
    for path in (*PAGES, *paths):
        page = real.get(path)
        assert page.status_code == 200, path
        for link in re.findall(r'(?:href|action|src)="(/[^"#]*)', page.text):
            found.setdefault(LANGUAGE.sub("", html.unescape(link)), path)
    broken = [(page, link) for link, page in found.items() if not leads_somewhere(real, link)]
    assert not broken


def leads_somewhere(real: TestClient, link: str) -> bool:
    """Whether ``link`` resolves; of a thing whether it is known, which is faster than its page."""
    path, _, parameters = link.partition("?")
    place = path[1:].partition("/")[0]
    if place == "data":
        path, _, extension = path.rpartition(".")
        assert extension in FILE_FORMATS, link
    if place not in ("data", "doc") or "section=" in parameters:
        return real.get(link, headers=BROWSER).status_code == 200
    thing = path.removeprefix(f"/{place}/")
    known = thing if thing.startswith(("scheme/", "graph/")) else f"id/{thing}"
    return real.get(f"/{known}", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("benin", "state/BEN"),
        ("CMW/C/39/1", "doc/CMW/C/39/1"),
        ("GC 6 cmw", "general-comment/cmw/6"),
        ("cmw general comment 6", "general-comment/cmw/6"),
        ("bahai", ""),
        ("cote divoire", "state/CIV"),
        ("cote d'ivoire", "state/CIV"),
        ("Российская Федерация", "state/RUS"),
        ("iccpr", "instrument/iccpr"),
        ("convention against torture", "instrument/cat"),
    ],
)
def test_search_in_the_real_labels(real: TestClient, text: str, first: str) -> None:
    answer = real.get("/search", params={"q": text}, headers={"Accept": "application/json"}).json()
    if first:
        assert (
            answer["results"][0]["thing"]
            .removeprefix("https://w3id.org/treatybodies/id/")
            .startswith(first)
        )
    else:
        assert answer["results"] == []


def test_the_report_of_the_shapes(tmp_path: Path) -> None:
    report = """@prefix sh: <http://www.w3.org/ns/shacl#> .
[] a sh:ValidationResult ; sh:resultSeverity sh:Warning ; sh:focusNode <http://a.example/x> ;
  sh:sourceShape <https://w3id.org/treatybodies/shapes#S> ; sh:resultMessage "Mend it."@en .
"""
    found = ShaclReport(turtle=report, text="", violations=(), warnings=1)
    release = write_release(tmp_path, Store(), found, "0" * 64, default_garden())
    with TestClient(create_app(release, default_garden(), Settings(workers=2))) as running:
        page = running.get("/shacl/report", headers=HTML)
        assert "Warning: 1" in page.text
        assert "Mend it." in page.text
        data = running.get("/shacl/report", headers={"Accept": "application/n-triples"})
        assert data.headers["content-type"].startswith("application/n-triples")
        assert "<http://a.example/x>" in data.text
