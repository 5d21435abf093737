"""The service over the real data on a port, and the programs that ask it.

A program that is missing is a reason to skip, and an error where
``TREATYBODIES_CLIENT_TESTS=required``. What they need, as Debian packages: curl, rasqal-utils,
r-base-core, r-cran-httr, libapache-jena-java, default-jre-headless, libreoffice-calc-nogui, nginx,
systemd; and Node.js with npm, from which Comunica is installed into ``TREATYBODIES_COMUNICA``.
"""

import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from pyoxigraph import Store

from treatybodies.paths import Garden
from treatybodies.pipeline.release import write_release
from treatybodies.pipeline.shacl import ShaclReport
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import Service, create_app
from treatybodies.web.files import Source, release_of_files
from treatybodies.web.guides.routes import HERE

JARS = Path("/usr/share/java")
JENA = (
    "jena-arq jena-base jena-cmds jena-core jena-iri jena-rdfconnection jena-tdb jena-tdb2 "
    "jena-shacl jena-shex jena-dboe-base jena-dboe-index jena-dboe-storage jena-dboe-trans-data "
    "jena-dboe-transaction commons-cli commons-codec commons-compress commons-csv commons-io "
    "commons-lang3 dexx.collection gson guava httpclient httpcore jackson-core jackson-databind "
    "jackson-annotations jsonld-java protobuf thrift titanium-json-ld slf4j-api slf4j-nop"
)

Serve = Callable[..., str]
"""Serves a release; its URL."""
Run = Callable[..., str]
"""Runs a command; its output."""
Serving = Callable[[Service], AbstractContextManager[tuple[str, int]]]


def missing(what: str) -> None:
    """Skip the test for want of ``what``; fail it where nothing may be missing."""
    if os.environ.get("TREATYBODIES_CLIENT_TESTS") == "required":
        pytest.fail(what)
    pytest.skip(what)


def program(name: str, package: str) -> str:
    """The path of the program ``name`` of Debian's ``package``."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        missing(f"there is no {name}: install Debian's package {package}")
    return str(path)


@pytest.fixture(scope="session")
def need() -> Callable[[str, str], str]:
    """Finds a program; see `program`."""
    return program


@pytest.fixture(scope="session")
def real_release(graph: Store, garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the real data."""
    build = tmp_path_factory.mktemp("clients")
    return write_release(build, graph, ShaclReport("", "", (), 0), "0" * 64, garden)


@pytest.fixture(scope="session")
def serve(garden: Garden, serving: Serving) -> Iterator[Serve]:
    """Serves a release on a free port; its URL."""
    with ExitStack() as stack:

        def start(release: Release, **changed: object) -> str:
            settings = Settings.model_validate({"workers": 2, "query_seconds": 20.0, **changed})
            host, port = stack.enter_context(serving(create_app(release, garden, settings)))
            return f"http://{host}:{port}"

        yield start


@pytest.fixture(scope="session")
def url(real_release: Release, serve: Serve) -> str:
    """URL of the service over the real data."""
    return serve(real_release)


@pytest.fixture(scope="session")
def notes(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Serves notes in Turtle, as somebody's second endpoint; its URL."""

    def start(turtle: str) -> str:
        folder = tmp_path_factory.mktemp("notes")
        (folder / "notes.ttl").write_text(turtle, encoding="utf-8")
        return serve(release_of_files([Source(folder / "notes.ttl")], folder / "build"))

    return start


@pytest.fixture(scope="session")
def jena(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command ``rsparql`` of Debian's Jena."""
    program("java", "default-jre-headless")
    core = JARS / "jena-core.jar"
    if not core.is_file():
        missing("there is no Jena: install Debian's package libapache-jena-java")
    folder = tmp_path_factory.mktemp("jena")
    # Debian renames the XML parser inside and forgets its messages, without which it cannot start.
    with zipfile.ZipFile(core) as jar:
        for name in jar.namelist():
            if name.startswith("org/apache/jena/ext/xerces/") and name.endswith(".properties"):
                target = folder / "messages" / name.removeprefix("org/apache/jena/ext/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    path = ":".join([*(f"{JARS}/{name}.jar" for name in JENA.split()), str(folder / "messages")])
    script = folder / "rsparql"
    script.write_text(f'#!/bin/sh\nexec java -cp "{path}" arq.rsparql "$@"\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.fixture(scope="session")
def comunica() -> Path:
    """The folder into which Comunica is installed."""
    program("node", "nodejs")
    folder = Path(os.environ.get("TREATYBODIES_COMUNICA", "/nonexistent"))
    if not (folder / "node_modules" / "@comunica" / "query-sparql").is_dir():
        missing(
            "there is no Comunica: npm install @comunica/query-sparql@4.5.0 in a folder, and "
            "set TREATYBODIES_COMUNICA to it"
        )
    return folder


@pytest.fixture
def run(tmp_path: Path, url: str) -> Run:
    """Runs a command in an empty folder, ``HERE`` in it standing for the service; its output."""

    def run_command(command: list[str], text: str = "", **changed: str) -> str:
        done = subprocess.run(
            command,
            input=text.replace(HERE, url),
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
            env={**os.environ, "HOME": str(tmp_path), **changed},
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run_command
