"""Engines behind the service, each a real server on a port of its own that ends with the test."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pydantic import SecretStr
from pyoxigraph import RdfFormat, Store

from treatybodies.remote.address import read_address
from treatybodies.remote.load import load
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.files import Source, release_of_files

START_SECONDS = 60
SWITCH = "TREATYBODIES_ENGINE_TESTS"
"""Set to ``required``, a missing engine is a failure instead of a skip."""
OWN, OXIGRAPH, UNION, VIRTUOSO = "own", "Oxigraph", "Oxigraph with union", "Virtuoso"
THREE = (OWN, OXIGRAPH, VIRTUOSO)
"""The engines that must answer alike."""
REMOTE = (OXIGRAPH, UNION, VIRTUOSO)


@contextlib.contextmanager
def running(name: str, folder: Path) -> Iterator[str]:
    """The address of the engine ``name``; empty for the service's own, which needs none."""
    if name == OWN:
        yield ""
        return
    folder.mkdir(parents=True, exist_ok=True)
    with _ENGINES[name](folder) as url:
        yield url


def release_of(graph: Store, folder: Path) -> Release:
    """A release of the statements of ``graph`` in ``folder``."""
    dump = folder / "graph.nq"
    graph.dump(str(dump), RdfFormat.N_QUADS)
    return release_of_files([Source(dump)], folder)


def fill(url: str, release: Release, **options: object) -> None:
    """Let the engine at ``url`` hold ``release``, if it is not the service's own."""
    if url:
        asyncio.run(load(release, read_address(url), lambda _: None, **options))  # type: ignore[arg-type]


def behind(settings: Settings, url: str) -> Settings:
    """``settings`` of a service in front of ``url``."""
    return settings.model_copy(update={"store": SecretStr(url)})


@contextlib.contextmanager
def oxigraph(_: Path, *options: str) -> Iterator[str]:
    """Oxigraph's own server, in memory."""
    port = free_port()
    command = [str(_program("oxigraph")), "serve", "--bind", f"127.0.0.1:{port}", *options]
    with _process(command, None, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/query"


def oxigraph_with_union(folder: Path) -> AbstractContextManager[str]:
    """The same, whose default graph is the union of all."""
    return oxigraph(folder, "--union-default-graph")


@contextlib.contextmanager
def virtuoso(folder: Path, **settings: int) -> Iterator[str]:
    """Virtuoso over an empty database; ``settings`` are those of its section SPARQL."""
    program = _program("virtuoso-t")
    port, console = free_port(), free_port()
    given = {"ResultSetMaxRows": 1_000_000, "MaxQueryExecutionTime": 60, **settings}
    lines = "\n".join(f"{key} = {value}" for key, value in given.items())
    text = _VIRTUOSO.format(port=port, console=console) + lines + "\n"
    (folder / "virtuoso.ini").write_text(text, encoding="ascii")
    with _process([str(program), "+foreground"], folder, f"http://127.0.0.1:{port}/sparql"):
        yield f"http://dba:dba@127.0.0.1:{port}/sparql"


_VIRTUOSO = textwrap.dedent("""\
    [Database]
    DatabaseFile = virtuoso.db
    TransactionFile = virtuoso.trx
    ErrorLogFile = virtuoso.log
    LockFile = virtuoso.lck
    xa_persistent_file = virtuoso.pxa
    [TempDatabase]
    DatabaseFile = virtuoso-temp.db
    TransactionFile = virtuoso-temp.trx
    [Parameters]
    ServerPort = 127.0.0.1:{console}
    NumberOfBuffers = 10000
    MaxDirtyBuffers = 6000
    ServerThreads = 20
    [HTTPServer]
    ServerPort = 127.0.0.1:{port}
    ServerThreads = 16
    [SPARQL]
    """)
_ENGINES: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    OXIGRAPH: oxigraph,
    UNION: oxigraph_with_union,
    VIRTUOSO: virtuoso,
}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> Path:
    """The program ``name``; the test is skipped where it is not installed."""
    beside = Path(sys.executable).with_name(name)
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        if os.environ.get(SWITCH) == "required":
            pytest.fail(f"{name} is not installed, and {SWITCH} is required")
        pytest.skip(f"{name} is not installed")
    return Path(found)


@contextlib.contextmanager
def _process(command: list[str], folder: Path | None, url: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)
    try:
        _await_answer(process, url)
        yield
    finally:
        process.kill()
        process.wait()


def _await_answer(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer at {url}")
