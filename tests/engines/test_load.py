"""Filling an engine: by either way, in slices, resumed, compared; and what keeps it from it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import DefaultGraph, RdfFormat, Store

from engines import OXIGRAPH, REMOTE, behind, fill, running, virtuoso
from treatybodies.errors import EngineAway, LoadRefused, OtherRelease
from treatybodies.paths import default_garden
from treatybodies.remote.address import Address, read_address
from treatybodies.remote.connections import Connections
from treatybodies.remote.holding import counts_of, read_holding
from treatybodies.remote.load import load
from treatybodies.remote.writing import Graphs
from treatybodies.settings import Settings
from treatybodies.store import Release, dump
from treatybodies.web.app import create_app
from treatybodies.web.files import Source, release_of_files

SETTINGS = Settings.model_validate({"workers": 2, "query_seconds": 20.0})
TRIG = """
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<urn:a> <urn:p> "one"@en, "zwei"@de, 3, 4.5, true, "P3M"^^xsd:duration, "2020-05"^^xsd:gYearMonth,
  "007"^^xsd:integer, "1"^^xsd:float, "Côte “d’Ivoire”", "🙂\\n\\t\\"", "2020-01-02"^^xsd:date .
<urn:g1> { <urn:a> <urn:p> 3 . <urn:b> <urn:q> [ <urn:r> "in a blank node" ] }
<urn:g2> { <urn:c> <urn:p> <urn:d> }
"""


def release_from(trig: str, folder: Path) -> Release:
    """A release of the statements of ``trig``."""
    folder.mkdir(exist_ok=True)
    (folder / "data.trig").write_text(trig, encoding="utf-8")
    return release_of_files([Source(folder / "data.trig")], folder)


@pytest.fixture
def small(tmp_path: Path) -> Release:
    """Every kind of term, in the view and in two graphs."""
    return release_from(TRIG, tmp_path / "small")


@pytest.fixture(scope="module", params=REMOTE)
def empty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of each engine that is another."""
    with running(request.param, tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one that is plain."""
    with running(OXIGRAPH, tmp_path_factory.mktemp("engine")) as url:
        yield url


def ask(url: str, release: Release, query: str, accept: str = "text/csv") -> str:
    """What the service in front of the engine answers."""
    with TestClient(create_app(release, default_garden(), behind(SETTINGS, url))) as service:
        answer = service.post("/sparql", data={"query": query}, headers={"Accept": accept})
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.mark.parametrize("way", ["graphs", "updates"])
def test_what_was_loaded_is_served_as_it_was(empty: str, small: Release, way: str) -> None:
    address = read_address(empty)
    if way == "updates":
        address = Address(address.query, "", address.update, address.user, address.password)
    asyncio.run(load(small, address, lambda _: None, replacing=True))
    view = ask(empty, small, "CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert lines(view) == lines(of_view(small))
    named = (
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'urn:')) } "
    )
    counts = ask(empty, small, named + "GROUP BY ?g ORDER BY ?g")
    assert counts.split() == ["g,n", "urn:g1,3", "urn:g2,1"]


def lines(triples: str) -> list[str]:
    """The lines of N-Triples without blank nodes, sorted."""
    return sorted(each for each in triples.splitlines() if each and "_:" not in each)


def of_view(release: Release) -> str:
    """The view of ``release`` as N-Triples."""
    store = Store()
    store.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
    return dump(store, RdfFormat.N_TRIPLES, DefaultGraph()).decode()


def test_interrupted_loading_goes_on_where_it_stopped(
    oxigraph: str, small: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Graphs.add
    sent: list[int] = []

    async def failing(self: Graphs, graph: str, statements: list[object]) -> None:
        if len(sent) == 2:
            raise EngineAway("the line is cut")
        sent.append(len(statements))
        await real(self, graph, statements)  # type: ignore[arg-type]

    monkeypatch.setattr(Graphs, "add", failing)
    with pytest.raises(EngineAway):
        fill(oxigraph, small, size=5, replacing=True)
    with pytest.raises(OtherRelease, match="whole"):
        ask(oxigraph, small, "ASK {}")
    monkeypatch.setattr(Graphs, "add", real)
    steps: list[str] = []
    asyncio.run(load(small, read_address(oxigraph), steps.append))
    assert not any(step.startswith("slice 1 ") for step in steps)
    assert any(step.startswith("slice 3 ") for step in steps)
    assert "12" in ask(oxigraph, small, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def test_second_loading_only_compares(oxigraph: str, small: Release) -> None:
    fill(oxigraph, small, replacing=True)
    steps: list[str] = []
    asyncio.run(load(small, read_address(oxigraph), steps.append))
    assert not any(step.startswith("slice") for step in steps)


def test_engine_that_holds_others_is_left_alone(
    oxigraph: str, small: Release, tmp_path: Path
) -> None:
    fill(oxigraph, small, replacing=True)
    other = release_from("<urn:x> <urn:y> <urn:z> .", tmp_path / "other")
    with pytest.raises(LoadRefused, match="--replace"):
        fill(oxigraph, other)
    with pytest.raises(OtherRelease, match="--replace"):
        ask(oxigraph, other, "ASK {}")
    fill(oxigraph, other, replacing=True)
    assert ask(oxigraph, other, "SELECT * { ?s ?p ?o }").split() == ["o,p,s", "urn:z,urn:y,urn:x"]


def test_statements_that_vanish_are_found_out(oxigraph: str, small: Release) -> None:
    fill(oxigraph, small, replacing=True)
    url = read_address(oxigraph).graphs

    async def spoil() -> None:
        async with Connections(read_address(oxigraph)) as server:
            await server.send("DELETE", f"{url}?graph=urn:g2", b"", "text/plain", 10)

    asyncio.run(spoil())
    with pytest.raises(LoadRefused, match="urn:g2: 0 instead of 1"):
        fill(oxigraph, small)


def test_engine_filled_by_other_means_is_taken_at_its_counts(
    oxigraph: str, small: Release, tmp_path: Path
) -> None:
    fill(oxigraph, small, replacing=True)

    async def unmark() -> dict[str, int]:
        async with Connections(read_address(oxigraph)) as server:
            await Graphs(server).clear("https://w3id.org/treatybodies/graph/engine")
            assert (await read_holding(server, 10))[0] is None
            return await counts_of(server, 10)

    assert asyncio.run(unmark()) == {"urn:g1": 3, "urn:g2": 1}
    assert "12" in ask(oxigraph, small, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    other = release_from("<urn:x> <urn:y> <urn:z> .", tmp_path / "other")
    with pytest.raises(OtherRelease, match="counts"):
        ask(oxigraph, other, "ASK {}")


def test_virtuoso_that_cuts_rows_gives_no_shorter_answer(tmp_path: Path) -> None:
    """CONSTRUCT is cut there without a word, a SELECT with a header."""
    many = "\n".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(300))
    release = release_from(many, tmp_path / "many")
    folder = tmp_path / "virtuoso"
    folder.mkdir()
    with virtuoso(folder, ResultSetMaxRows=100) as url:
        fill(url, release)
        with TestClient(create_app(release, default_garden(), behind(SETTINGS, url))) as service:
            for query in (
                "SELECT ?s ?o { ?s <urn:p> ?o }",
                "CONSTRUCT WHERE { ?s <urn:p> ?o }",
                "DESCRIBE ?s { ?s <urn:p> ?o }",
            ):
                answer = service.post("/sparql", data={"query": query})
                assert (answer.status_code, answer.json()["code"]) == (503, "result-size")
            assert service.post("/sparql", data={"query": f"{query} LIMIT 50"}).status_code == 200
