"""``treatybodies serve`` over a release with a set attached: what a reader sees of it."""

import csv
import io
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from attached import make_garden, make_release
from pyoxigraph import RdfFormat, Store, parse

from treatybodies.paths import Garden
from treatybodies.pipeline.sets import SourceSet
from treatybodies.queries import QueryFile
from treatybodies.store import Release, current_release, select, select_one
from treatybodies.web.sections import SECTIONS

BASE = "https://w3id.org/treatybodies/"
TBO = BASE + "ontology#"
THEME = "exploitation"
Asking = Callable[..., str]


@pytest.fixture(scope="module")
def garden_of_vocabularies(garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> Garden:
    return make_garden(garden, tmp_path_factory.mktemp("garden"))


@pytest.fixture(scope="module")
def made(
    garden_of_vocabularies: Garden, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, SourceSet]:
    """A build folder with a set attached, and the set."""
    folder = tmp_path_factory.mktemp("attached")
    return folder / "build", make_release(garden_of_vocabularies, folder)


@pytest.fixture(scope="module")
def release(made: tuple[Path, SourceSet]) -> Release:
    return current_release(made[0])


@pytest.fixture(scope="module")
def ask(made: tuple[Path, SourceSet], garden_of_vocabularies: Garden) -> Iterator[Asking]:
    """Asks the running service for a path, and for a media type."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--build-dir", str(made[0]), "--root", str(garden_of_vocabularies.root)]
    command = [sys.executable, "-m", "treatybodies", "serve", *words, "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", "3"], stderr=subprocess.DEVNULL)

    def asking(path: str, accept: str = "application/json") -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
        request.add_header("Accept", accept)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(answer.read().decode())

    try:
        _wait(asking, process)
        yield asking
    finally:
        process.terminate()
        process.wait()


def _wait(asking: Asking, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(1200):
        assert process.poll() is None, "the service has ended"
        try:
            asking("/readyz")
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the service does not get ready")


def test_it_serves_the_set_without_building_again(
    ask: Asking, made: tuple[Path, SourceSet], release: Release
) -> None:
    query = quote(f"SELECT (COUNT(*) AS ?n) {{ ?position <{TBO}text> ?text }}")

    counted = ask(f"/sparql?query={query}", "text/csv")

    assert counted.split() == ["n", str(made[1].description.handled)]
    assert current_release(made[0]).folder == release.folder


def test_recommendations_on_a_theme_by_state_and_year(ask: Asking) -> None:
    rows = json.loads(ask(f"/api/v1/themes/{THEME}/recommendations?limit=1000"))["results"]

    assert rows
    for row in rows[:5]:
        state = row["addressee"].rpartition("/")[2]
        found = ask(
            f"/api/v1/states/{state}/recommendations?theme={THEME}"
            f"&published={row['year']}&limit=1000",
            "text/csv",
        )
        texts = csv.DictReader(io.StringIO(found))
        said = {each["position"] for each in texts if each["class"] == TBO + "Recommendation"}
        assert len(said) == int(row["recommendations"])


def test_a_page_of_a_theme_counts_recommendations_by_state(ask: Asking) -> None:
    page = ask(f"/doc/scheme/theme/{THEME}", "text/html")
    section = page.partition('<section id="recommendations">')[2].partition("</section>")[0]
    shown = {
        state: int(number.replace(",", ""))
        for state, number in re.findall(
            r'href="/doc/state/([A-Z]{3})[^"]*".*?<td class="number">([\d,]+)<', section
        )
    }

    rows = json.loads(ask(f"/api/v1/themes/{THEME}/recommendations?limit=1000"))["results"]
    counted: dict[str, int] = {}
    for row in rows:
        code = row["addressee"].rpartition("/")[2]
        counted[code] = counted.get(code, 0) + row["recommendations"]

    assert shown
    assert shown == {code: counted[code] for code in shown}
    # The positions themselves are counted, not listed among what is about the theme.
    assert (
        "/doc/position/uhri/"
        not in page.partition('<section id="about">')[2].partition("</section>")[0]
    )


def test_a_page_of_a_state_shows_recommendations_with_their_sources(ask: Asking) -> None:
    rows = json.loads(ask(f"/api/v1/themes/{THEME}/recommendations"))["results"]
    page = ask(f"/doc/state/{rows[0]['addressee'].rpartition('/')[2]}", "text/html")

    by_theme = page.partition('<section id="recommendations">')[2].partition("</section>")[0]
    latest = page.partition('<section id="latest-positions">')[2].partition("</section>")[0]

    assert f"/doc/scheme/theme/{THEME}" in by_theme
    assert "/doc/position/uhri/" in latest
    assert "/doc/graph/uhri/" in page


def test_a_position_has_a_page_with_its_words_and_its_document(ask: Asking) -> None:
    rows = json.loads(ask(f"/api/v1/themes/{THEME}/recommendations"))["results"]
    state = rows[0]["addressee"].rpartition("/")[2]
    said = json.loads(ask(f"/api/v1/states/{state}/recommendations"))["results"][0]

    page = ask(said["position"].replace(BASE + "id/", "/doc/"), "text/html")

    assert said["text"][:40].replace("'", "&#39;") in page
    assert said["document"].replace(BASE + "id/", "/doc/") in page


def test_sections_about_an_index_have_rows(ask: Asking, release: Release) -> None:
    store = release.open(10**7)
    for path in sorted(SECTIONS.rglob("*.rq")):
        query = QueryFile(path)
        if "an attached index" in query.head.description:
            assert select(store, query.bind(_given(query, store))), path


def _given(query: QueryFile, store: Store) -> dict[str, str]:
    """A thing that the small set says something about, of the kind of the example."""
    (parameter,) = query.head.parameters
    if "theme" in parameter.example:
        return {parameter.name: parameter.example}
    rows = select(store, f"SELECT ?state {{ ?position <{TBO}addressee> ?state }} ORDER BY ?state")
    return {parameter.name: rows[-1]["state"].value}


def test_the_description_tells_of_the_set(ask: Asking, release: Release) -> None:
    """VoID, service and release as they are sent, against what the store holds."""
    store = release.open(10**7)
    void = Store()
    void.extend(parse(ask("/.well-known/void", "text/turtle").encode(), RdfFormat.TURTLE))
    stated = select_one(
        void,
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?n {"
        f" <{BASE}dataset> void:classPartition ?part ."
        f" ?part void:class <{TBO}Recommendation> ; void:entities ?n }}",
    )
    made = select_one(store, f"SELECT (COUNT(DISTINCT ?r) AS ?n) {{ ?r a <{TBO}Recommendation> }}")
    assert stated == made != "0"

    data = ask("/dataset", "application/n-triples")
    assert f'"{release.manifest.version}"' in data


def test_the_service_description_names_the_graphs_of_the_set(ask: Asking) -> None:
    described = Store()
    described.extend(parse(ask("/sparql", "text/turtle").encode(), RdfFormat.TURTLE))
    name = "http://www.w3.org/ns/sparql-service-description#name"

    named = {
        row["graph"].value for row in select(described, f"SELECT ?graph {{ ?g <{name}> ?graph }}")
    }

    assert any(each.startswith(BASE + "graph/uhri/") for each in named)
