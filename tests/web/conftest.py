"""A tiny release and garden, and the service over them: in process, and on a real port."""

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, Store, parse, serialize

from treatybodies.paths import Garden, default_garden
from treatybodies.pipeline.build import assemble
from treatybodies.pipeline.inputs import is_due
from treatybodies.pipeline.release import write_copies, write_release
from treatybodies.pipeline.search import write_index
from treatybodies.pipeline.shacl import ShaclReport
from treatybodies.settings import Settings
from treatybodies.store import DUMP, MANIFEST, SEARCH, STORE, Manifest, Release, current_release
from treatybodies.web.app import Service, create_app
from treatybodies.web.pool import Pool

HERE = Path(__file__).parent
BASE = "https://w3id.org/treatybodies/"
Serving = Callable[[Service], AbstractContextManager[tuple[str, int]]]


def make_release(folder: Path, trig: Path = HERE / "release.trig") -> Release:
    """A release folder with the quads of ``trig``, twice: as dump and as store on disk."""
    folder.mkdir(parents=True)
    quads = list(parse(path=trig, format=RdfFormat.TRIG))
    dump = serialize(quads, format=RdfFormat.N_QUADS)
    assert dump is not None
    dump = b"".join(sorted(set(dump.splitlines(keepends=True))))
    (folder / DUMP).write_bytes(dump)
    digest = hashlib.sha256(dump).hexdigest()
    store = Store(str(folder / STORE))
    store.bulk_extend(quads)
    store.flush()
    write_index(folder / SEARCH, store)
    files = write_copies(folder, store, default_garden(), digest[:12], "2026-02-03", digest)
    del store
    graphs = {str(quad.graph_name) for quad in quads} - {"DEFAULT"}
    manifest = Manifest(
        version=digest[:12],
        date="2026-02-03",
        inputs="0" * 64,
        quads=len(quads),
        triples=sum(str(quad.graph_name) == "DEFAULT" for quad in quads),
        graphs=len(graphs),
        classes={BASE + "ontology#State": 3, BASE + "ontology#CoreTreaty": 1},
        warnings=0,
        files=files,
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    return Release(folder)


@pytest.fixture
def with_pool() -> Callable[..., None]:
    """Runs a body with a pool, over a release and settings, that is stopped afterwards."""

    def start(
        release: Release, settings: Settings, body: Callable[[Pool], Awaitable[None]]
    ) -> None:
        asyncio.run(run(release, settings, body))

    async def run(
        release: Release, settings: Settings, body: Callable[[Pool], Awaitable[None]]
    ) -> None:
        pool = Pool(release.folder, {}, settings)
        await pool.start()
        try:
            await body(pool)
        finally:
            await pool.stop()

    return start


@pytest.fixture
def all_ready() -> Callable[[Pool], Awaitable[None]]:
    """Waits until every worker of a pool is idle again."""

    async def wait(pool: Pool) -> None:
        while len(pool._idle) < pool.settings.workers:
            await asyncio.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def make() -> Callable[..., Release]:
    """Makes a release; see `make_release`."""
    return make_release


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny release."""
    return make_release(tmp_path_factory.mktemp("build") / "releases" / "test")


@pytest.fixture(scope="session")
def real_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The project's own data: the built release, or one made of them that no check looked at."""
    built = default_garden().root / "build"
    if not is_due(default_garden(), built):
        return current_release(built)
    store = assemble(default_garden(), lambda _: None)
    report = ShaclReport(turtle="", text="", violations=(), warnings=0)
    return write_release(tmp_path_factory.mktemp("real"), store, report, "0" * 64, default_garden())


@pytest.fixture(scope="session")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Garden:
    """The project's ontology with the API queries of these tests."""
    root = tmp_path_factory.mktemp("garden")
    shutil.copytree(default_garden().ontology, root / "ontology")
    shutil.copytree(HERE / "api", root / "queries" / "api")
    # Every page of a thing links to pictures of it.
    shutil.copytree(default_garden().queries / "pictures", root / "queries" / "pictures")
    return Garden(root)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Small limits; generous enough for a machine under load."""
    limits = {"workers": 3, "query_seconds": 8.0, "query_memory_mb": 256, "result_mb": 4}
    return Settings.model_validate(limits)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which pools of this test make their private folders."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def client(release: Release, garden: Garden, settings: Settings) -> Iterator[TestClient]:
    """A client of the service in this process."""
    with TestClient(create_app(release, garden, settings)) as running:
        yield running


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[TestClient]:
    """A browser on the project's own queries over a made-up release with all kinds of things."""
    folder = tmp_path_factory.mktemp("pages") / "release"
    made = make_release(folder, HERE / "pages.trig")
    with TestClient(create_app(made, default_garden(), settings)) as running:
        running.headers["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
        yield running


@pytest.fixture
def service(
    release: Release, garden: Garden, settings: Settings
) -> Iterator[Callable[..., TestClient]]:
    """Makes a service with settings of its own; all stop at the end of the test."""
    running: list[TestClient] = []

    def start(**changed: object) -> TestClient:
        mine = settings.model_copy(update=changed)
        started = TestClient(create_app(release, garden, mine))
        started.__enter__()
        running.append(started)
        return started

    yield start
    for each in running:
        each.__exit__(None, None, None)


@pytest.fixture(scope="session")
def application(release: Release, garden: Garden, settings: Settings) -> Service:
    """The application behind a real uvicorn; its queries may run for a minute."""
    return create_app(release, garden, settings.model_copy(update={"query_seconds": 60.0}))


@pytest.fixture(scope="session")
def address(application: Service, serving: Serving) -> Iterator[tuple[str, int]]:
    """Host and port of the service behind a real uvicorn."""
    with serving(application) as bound:
        yield bound


@pytest.fixture(scope="session")
def url(address: tuple[str, int]) -> str:
    """URL of the service behind a real uvicorn."""
    return f"http://{address[0]}:{address[1]}"
