"""What changed from release to release: Atom, page, JSON and RDF; it turns with the release."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

from treatybodies.changes.history import Entry, read_history, record
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import CURRENT, Release
from treatybodies.web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "https://w3id.org/treatybodies/"
PROV = "http://www.w3.org/ns/prov#"
SOURCE = Path(__file__).with_name("release.trig").read_text("utf-8")
# Benin's code changes, Mali goes, a State with a label of mark-up and control characters comes.
CHANGED = SOURCE.replace('tbo:iso3 "BEN" ;\n    tbo:m49 "204" ;', 'tbo:iso3 "BEN" ;').replace(
    '<id/state/MLI> a tbo:State ;\n    skos:prefLabel "Mali <&> \\"friends\\""@en .',
    '<id/state/ABC> a tbo:State ;\n    skos:prefLabel "A <b> & \\u0007"@en .',
)
THIRD = CHANGED + "\n<id/state/BEN> <https://a.example/p> 1 .\n"


@pytest.fixture
def build(tmp_path: Path, make: Callable[..., Release]) -> Path:
    """A build folder with three releases, the last one not in use yet."""
    folder = tmp_path / "build"
    releases = []
    for name, text in (("first", SOURCE), ("second", CHANGED), ("third", THIRD)):
        trig = tmp_path / f"{name}.trig"
        trig.write_text(text, encoding="utf-8")
        releases.append(make(folder / "releases" / name, trig))
    record(folder, *releases[:2]).mark()
    record(folder, *releases[1:])
    (folder / CURRENT).symlink_to("releases/second")
    return folder


@pytest.fixture
def service(build: Path, garden: Garden, settings: Settings) -> Iterator[TestClient]:
    """The service over the second release."""
    release = Release((build / CURRENT).resolve())
    with TestClient(create_app(release, garden, settings)) as client:
        yield client


@pytest.fixture
def entry(build: Path) -> Entry:
    """The one change that led to the release in use."""
    (only,) = read_history(build, Release((build / CURRENT).resolve()).manifest.version)
    return only


def feed_of(client: TestClient, **headers: str) -> ElementTree.Element:
    answer = client.get("/changes", headers={"Accept": "application/atom+xml", **headers})
    assert answer.headers["content-type"] == "application/atom+xml"
    return ElementTree.fromstring(answer.content)


def test_the_first_release_has_an_empty_feed(client: TestClient) -> None:
    feed = feed_of(client)
    assert feed.findall(f"{ATOM}entry") == []
    check_feed(feed)
    assert "first release" in client.get("/changes", headers={"Accept": "text/html"}).text


def check_feed(feed: ElementTree.Element) -> None:
    """What RFC 4287 asks of a feed and its entries (sections 4.1.1 and 4.1.2)."""
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(ATOM + name)
            assert found.text
        updated = element.findtext(f"{ATOM}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", updated)
        links = [(each.get("rel"), each.get("type")) for each in element.findall(f"{ATOM}link")]
        alternates = [each for each in links if each[0] == "alternate"]
        assert len(alternates) == len(set(alternates)) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [each.findtext(f"{ATOM}id") for each in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))


def test_the_feed_tells_what_came_and_went(service: TestClient, entry: Entry) -> None:
    feed = feed_of(service)
    check_feed(feed)
    (element,) = feed.findall(f"{ATOM}entry")
    assert element.findtext(f"{ATOM}id") == f"{BASE}changes/{entry.old}/{entry.new}"
    assert element.findtext(f"{ATOM}updated") == "2026-02-03T00:00:00Z"
    said = " ".join(element.itertext())
    assert "A <b> & \ufffd (State, new): kind: + State" in said
    assert 'Mali <&> "friends" (State, gone)' in said
    assert "m49: − 204" in said
    assert "3 things differ" in said


def test_every_link_of_the_feed_leads_somewhere(service: TestClient) -> None:
    links = list(feed_of(service).iter(f"{ATOM}link"))
    assert len(links) == 6
    for each in links:
        accept = "text/html" if each.get("type") == "text/html" else "*/*"
        answer = service.get(each.attrib["href"], headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == each.get("type")


def test_a_feed_reader_is_told_that_nothing_is_new(service: TestClient) -> None:
    first = service.get("/changes")
    assert first.headers["content-type"] == "application/atom+xml"
    again = service.get("/changes", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_json_tells_the_same(service: TestClient, entry: Entry) -> None:
    answer = service.get("/changes", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    (told,) = answer.json()["changes"]
    assert told["published"] == {"added": 2, "removed": 3}
    assert {(each["name"], each["state"]) for each in told["told"]} == {
        ("A <b> & \u0007", "new"),
        ("Benin", "changed"),
        ('Mali <&> "friends"', "gone"),
    }
    assert told["id"] == entry.iri


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/ld+json", "application/rdf+xml"]
)
def test_rdf_lists_the_changes(service: TestClient, entry: Entry, media_type: str) -> None:
    answer = service.get("/changes", headers={"Accept": media_type})
    form = RdfFormat.from_media_type(answer.headers["content-type"].split(";")[0])
    assert form is not None
    said = {str(each.triple) for each in parse(answer.content, format=form)}
    assert f"<{entry.iri}> <{PROV}wasDerivedFrom> <{BASE}dumps/{entry.old}/>" in said
    assert f"<{BASE}dumps/{entry.new}/> <{PROV}wasRevisionOf> <{BASE}dumps/{entry.old}/>" in said


def test_a_change_has_all_its_statements(service: TestClient, entry: Entry, build: Path) -> None:
    path = f"/changes/{entry.old}/{entry.new}"
    trig = service.get(path, headers={"Accept": "application/trig"})
    quads = list(parse(trig.content, format=RdfFormat.TRIG))
    added = {str(each.triple) for each in quads if str(each.graph_name) == f"<{entry.iri}/added>"}
    removed = {
        str(each.triple) for each in quads if str(each.graph_name) == f"<{entry.iri}/removed>"
    }
    assert (len(added), len(removed)) == (2, 3)
    described = [each for each in quads if str(each.graph_name) == "DEFAULT"]
    parts = {
        str(each.object) for each in described if each.predicate.value.endswith("terms/hasPart")
    }
    assert parts == {f"<{entry.iri}/added>", f"<{entry.iri}/removed>"}
    patch = service.get(f"{path}.rdfp")
    assert patch.headers["content-type"] == "application/rdf-patch"
    rows = patch.text.splitlines()
    assert {f"{each} ." for each in removed} == {row[2:] for row in rows if row[:2] == "D "}
    whole = json.loads(service.get(f"{path}.json").text)
    assert len(whole["subjects"]) == 3


def test_a_change_has_a_page(service: TestClient, entry: Entry) -> None:
    path = f"/changes/{entry.old}/{entry.new}"
    page = service.get(path, headers={"Accept": "text/html"})
    assert "A &lt;b&gt; &amp; " in page.text
    assert 'href="/doc/state/BEN"' in page.text
    assert 'href="/doc/state/MLI"' not in page.text
    assert f'href="{path}"' in service.get("/changes", headers={"Accept": "text/html"}).text


def test_a_change_that_is_too_large_has_counts_and_first_things(
    service: TestClient, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treatybodies.changes.history.DETAILED", 2)
    second, first = (Release(build / "releases" / each) for each in ("second", "first"))
    record(build, second, first).mark()
    large = record(build, first, second)
    large.mark()
    (told, *_) = service.get("/changes?format=json").json()["changes"]
    assert (told["id"], told["detailed"], told["subjects"]) == (large.iri, False, 3)
    assert (told["files"], told["published"]) == ({}, {"added": 2, "removed": 3})
    assert 0 < len(told["told"]) < 3
    refused = service.get(told["url"], headers={"Accept": "application/trig"})
    assert (refused.status_code, "/dumps/" in refused.json()["detail"]) == (404, True)
    assert service.get(told["url"], headers={"Accept": "text/html"}).status_code == 200


def test_an_unknown_change_is_not_found(service: TestClient, entry: Entry) -> None:
    for path in ("a/b", f"{entry.new}/{entry.old}", f"{entry.old}/{entry.new}.xls"):
        answer = service.get(f"/changes/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_downloads_and_changes_turn_with_the_release(
    service: TestClient, build: Path, entry: Entry
) -> None:
    """What led to a release that is not in use is not told."""
    third = Release(build / "releases" / "third")
    assert third.manifest.version not in service.get("/changes").text
    assert entry.new in service.get("/dumps/latest/treatybodies.nq").url.path
    fresh = build / ".fresh"
    fresh.symlink_to("releases/third")
    fresh.replace(build / CURRENT)
    end = time.monotonic() + 30
    while third.manifest.version not in service.get("/changes").text:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert len(feed_of(service).findall(f"{ATOM}entry")) == 2
    latest = service.get("/dumps/latest/treatybodies.nq", headers={"Accept-Encoding": "identity"})
    assert latest.content == third.dump.read_bytes()
    listed = service.get("/dumps/", headers={"Accept": "application/json"}).json()["releases"]
    assert listed[0]["version"] == third.manifest.version


def test_a_long_feed_has_pages(
    service: TestClient, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treatybodies.web.changes.PAGE", 1)
    second, first = (Release(build / "releases" / each) for each in ("second", "first"))
    record(build, second, first).mark()
    record(build, first, second).mark()
    feed = feed_of(service)
    (after,) = [each.attrib["href"] for each in feed.findall(f"{ATOM}link[@rel='next']")]
    older = ElementTree.fromstring(service.get(after).content)
    ids = [each.findtext(f"{ATOM}entry/{ATOM}id") for each in (feed, older)]
    assert ids[0] != ids[1]
    assert older.findall(f"{ATOM}link[@rel='previous']")
    assert not older.findall(f"{ATOM}link[@rel='next']")
