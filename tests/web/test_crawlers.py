"""Sitemaps, robots.txt and the catalog of interfaces."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from treatybodies.store import PAGES, Release
from treatybodies.web import crawlers

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
Service = Callable[..., TestClient]
CATALOG = "/.well-known/api-catalog"


def locations(client: TestClient, path: str) -> list[str]:
    """The addresses that a sitemap, or an index of them, lists."""
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/xml"
    return [
        each.text or "" for each in ElementTree.fromstring(answer.content).iter(f"{SITEMAP}loc")
    ]


def test_every_thing_of_the_published_view_is_in_a_sitemap(
    client: TestClient, release: Release
) -> None:
    parts = locations(client, "/sitemap.xml")
    assert parts == [f"http://testserver/sitemap-{name}.xml" for name in ("site", "1")]
    found = locations(client, "/sitemap-1.xml")
    subjects = {
        line.split(b" ")[0].decode()
        for line in release.dump.read_bytes().splitlines()
        if line.startswith(b"<https://w3id.org/treatybodies/")
    }
    ours = {each for each in subjects if re.search(r"treatybodies/(id|scheme|graph)/", each)}
    assert len(found) == len(set(found)) == len(ours) > 5
    assert "http://testserver/doc/state/BEN" in found


@pytest.mark.parametrize("part", ["site", "1"])
def test_every_page_of_a_sitemap_is_there_and_open_to_crawlers(
    client: TestClient, part: str
) -> None:
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    for url in locations(client, f"/sitemap-{part}.xml"):
        answer = client.get(url, headers={"Accept": "text/html"})
        assert answer.status_code == 200, url
        assert answer.headers["content-type"].startswith("text/html"), url
        assert rules.can_fetch("*", url), url


def test_days_are_those_of_the_data(client: TestClient) -> None:
    text = client.get("/sitemap-site.xml").text
    assert set(re.findall("<lastmod>(.*?)</lastmod>", text)) == {"2026-02-03"}


def test_large_releases_have_several_parts(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    whole = locations(client, "/sitemap-1.xml")
    monkeypatch.setattr(crawlers, "PART", 3)
    other = service(cache_mb=0)
    parts = locations(other, "/sitemap.xml")[1:]
    assert len(parts) == -(-len(whole) // 3) > 1
    assert [url for each in parts for url in locations(other, urlsplit(each).path)] == whole


@pytest.mark.parametrize("name", ["0", "2", "x", "-1", "9999999999", "%E0%A5%A7"])
def test_a_sitemap_that_is_not_there_says_so(client: TestClient, name: str) -> None:
    answer = client.get(f"/sitemap-{name}.xml")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_sitemaps_name_the_public_address(service: Service) -> None:
    behind = service(public_url="https://data.example/bodies/")
    assert locations(behind, "/sitemap.xml")[0] == "https://data.example/bodies/sitemap-site.xml"
    robots = behind.get("/robots.txt").text
    assert "Sitemap: https://data.example/bodies/sitemap.xml" in robots
    assert "Disallow: /bodies/sparql?" in robots
    assert "https://data.example/bodies/doc/state/BEN" in locations(behind, "/sitemap-1.xml")


def test_crawlers_are_kept_from_what_makes_work(client: TestClient) -> None:
    robots = client.get("/robots.txt")
    assert robots.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(robots.text.splitlines())
    for path in ("/sparql?query=ASK{}", "/graphs?default", "/api/v1/states", "/data/state/BEN.ttl"):
        assert not rules.can_fetch("*", path), path
    assert "Disallow: /dumps/*/" in robots.text
    for path in ("/", "/sparql", "/doc/state/BEN", "/dumps/", "/changes", "/queries"):
        assert rules.can_fetch("*", path), path


def test_a_release_without_a_list_of_pages_has_the_site_alone(
    make: Callable[..., Release], tmp_path: Path, client: TestClient
) -> None:
    """As one that an older program has built, or files served as they are."""
    from treatybodies.web.app import create_app

    old = make(tmp_path / "old")
    (old.folder / PAGES).unlink()
    state = client.app.state  # type: ignore[attr-defined]
    with TestClient(create_app(old, state.garden, state.settings)) as one:
        assert locations(one, "/sitemap.xml") == ["http://testserver/sitemap-site.xml"]


def test_the_catalog_links_every_interface_that_is_there(client: TestClient) -> None:
    answer = client.get(CATALOG)
    assert answer.headers["content-type"].startswith("application/linkset+json; profile=")
    catalog, *interfaces = answer.json()["linkset"]
    assert catalog["anchor"] == f"http://testserver{CATALOG}"
    assert [each["href"] for each in catalog["item"]] == [each["anchor"] for each in interfaces]
    assert {"http://testserver/sparql", "http://testserver/dumps/"} <= {
        each["anchor"] for each in interfaces
    }
    for each in interfaces:
        for relation in ("service-desc", "service-doc", "status"):
            for target in each.get(relation, []):
                found = client.get(target["href"], headers={"Accept": target["type"]})
                assert found.status_code == 200, target
                assert found.headers["content-type"].split(";")[0] == target["type"]


def test_the_catalog_is_found_by_head(client: TestClient) -> None:
    answer = client.head(CATALOG)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["link"] == f'<http://testserver{CATALOG}>; rel="api-catalog"'
