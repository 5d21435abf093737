"""A new release comes into use while requests go on, and processes die while queries run."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from products import RUNAWAY

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import CURRENT, Release
from treatybodies.web.app import create_app

COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
MORE = "\n<https://a.example/s> <https://a.example/p> 1 .\n"


@pytest.fixture
def build(tmp_path: Path, make: Callable[..., Release]) -> Path:
    """A build folder with one release in use, and a second one beside it."""
    folder = tmp_path / "build"
    make(folder / "releases" / "first")
    second = tmp_path / "second.trig"
    second.write_text((Path(__file__).with_name("release.trig")).read_text("utf-8") + MORE, "utf-8")
    make(folder / "releases" / "second", second)
    (folder / CURRENT).symlink_to("releases/first")
    return folder


@pytest.fixture
def service(build: Path, garden: Garden, settings: Settings) -> Iterator[TestClient]:
    """The service over the first release; the second has one more triple."""
    release = Release((build / CURRENT).resolve())
    with TestClient(create_app(release, garden, settings)) as client:
        yield client


def publish(build: Path, name: str) -> None:
    """Turn the link, as a build does."""
    fresh = build / ".fresh"
    fresh.symlink_to(f"releases/{name}")
    fresh.replace(build / CURRENT)


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for ``condition``."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def count(client: TestClient) -> tuple[int, int, str]:
    """Status, number of triples and entity tag of one query."""
    answer = client.get("/sparql", params=COUNT, headers={"Accept": "text/csv"})
    return answer.status_code, int(answer.text.split()[1]), answer.headers["etag"]


def test_a_new_release_is_taken_into_use_without_a_failed_request(
    service: TestClient, build: Path
) -> None:
    before = count(service)
    seen: list[tuple[int, int, str]] = []
    others: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            seen.append(count(service))
            for path in ("/dumps/latest/treatybodies.nq", "/dumps/", "/changes", "/sitemap.xml"):
                others.append(service.get(path).status_code)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for each in asking:
        each.start()
    releases = service.app.state.releases  # type: ignore[attr-defined]
    old = releases.current
    publish(build, "second")
    eventually(lambda: releases.current is not old)
    time.sleep(0.2)
    stop.set()
    for each in asking:
        each.join()
    after = count(service)
    assert {status for status, _, _ in seen} == set(others) == {200}
    assert set(seen) <= {before, after}
    assert (before[1], after[1]) == (32, 33)
    assert before[2] != after[2]
    eventually(lambda: old.pool.zygote is None or old.pool._stopping)
    version = Release(build / "releases" / "second").manifest.version
    for path in ("/", "/metrics", "/openapi.json", "/readyz"):
        assert version in service.get(path).text
    assert "treatybodies_release_swaps_total 1.0" in service.get("/metrics").text


def test_a_running_query_ends_on_the_release_it_began_with(
    service: TestClient, build: Path
) -> None:
    """It is not stopped by the swap, and the old workers go once it has ended."""
    ended: list[str] = []
    asked = {"params": {"query": RUNAWAY, "timeout": "3"}}
    running = threading.Thread(
        target=lambda: ended.append(service.get("/sparql", **asked).json()["code"])  # type: ignore[arg-type]
    )
    releases = service.app.state.releases  # type: ignore[attr-defined]
    old = releases.current
    running.start()
    eventually(lambda: bool(old.pool._busy))
    publish(build, "second")
    eventually(lambda: releases.current is not old)
    assert count(service)[1] == 33
    assert running.is_alive()
    running.join()
    assert ended == ["timeout"]
    eventually(lambda: old.pool._stopping)


def test_a_release_that_does_not_load_is_not_taken(service: TestClient, build: Path) -> None:
    damaged = build / "releases" / "damaged"
    shutil.copytree(build / "releases" / "second", damaged)
    (damaged / "manifest.json").write_text("{}", "utf-8")
    publish(build, "damaged")
    refused = "treatybodies_refused_releases_total 1.0"
    eventually(lambda: refused in service.get("/metrics").text)
    assert count(service)[:2] == (200, 32)
    publish(build, "second")
    eventually(lambda: count(service)[1] == 33)


def test_a_client_can_hold_to_a_release(service: TestClient, build: Path) -> None:
    version = Release(build / "releases" / "first").manifest.version
    held = {**COUNT, "release": version}
    assert service.get("/sparql", params=held).status_code == 200
    assert service.get("/graphs", params={"default": "", "release": version}).status_code == 200
    publish(build, "second")
    eventually(lambda: count(service)[1] == 33)
    for path, params in (("/sparql", held), ("/graphs", {"default": "", "release": version})):
        gone = service.get(path, params=params)
        assert (gone.status_code, gone.json()["code"]) == (410, "release-gone")


@pytest.mark.parametrize("whom", ["zygote", "worker"])
def test_a_process_killed_under_a_query_is_replaced(service: TestClient, whom: str) -> None:
    pool = service.app.state.pool  # type: ignore[attr-defined]
    ended: list[tuple[int, str]] = []

    def ask() -> None:
        answer = service.get("/sparql", params={"query": RUNAWAY})
        ended.append((answer.status_code, answer.json()["code"]))

    running = threading.Thread(target=ask)
    running.start()
    eventually(lambda: bool(pool._busy))
    (worker,) = pool._busy
    os.kill(pool.zygote._process.pid if whom == "zygote" else worker.pid, signal.SIGKILL)
    running.join()
    assert ended == [(503, "unavailable" if whom == "zygote" else "memory")]
    eventually(lambda: service.get("/readyz").status_code == 200)
    assert count(service)[:2] == (200, 32)
