"""Engines behind the service, each a real server on a port of its own that ends with the test."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import processes
import pytest
from processes import find_program, free_port, write_virtuoso
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
    command = [_program("oxigraph"), "serve", "--bind", f"127.0.0.1:{port}", *options]
    with processes.running(command, f"http://127.0.0.1:{port}/", START_SECONDS):
        yield f"http://127.0.0.1:{port}/query"


def oxigraph_with_union(folder: Path) -> AbstractContextManager[str]:
    """The same, whose default graph is the union of all."""
    return oxigraph(folder, "--union-default-graph")


@contextlib.contextmanager
def virtuoso(folder: Path, **settings: int) -> Iterator[str]:
    """Virtuoso over an empty database; ``settings`` are those of its section SPARQL."""
    port, console = free_port(), free_port()
    # One thread for each query: with more, 7.2.5 now and then lost rows or never answered.
    threads = {"ServerThreads": 20, "ThreadsPerQuery": 1, "AsyncQueueMaxThreads": 1}
    buffers = {"NumberOfBuffers": 10_000, "MaxDirtyBuffers": 6000}
    limits = {"ResultSetMaxRows": 1_000_000, "MaxQueryExecutionTime": 60, **settings}
    write_virtuoso(folder, port, console, threads | buffers, limits)
    command = [_program("virtuoso-t"), "+foreground"]
    with processes.running(command, f"http://127.0.0.1:{port}/sparql", START_SECONDS, folder):
        yield f"http://dba:dba@127.0.0.1:{port}/sparql"


_ENGINES: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    OXIGRAPH: oxigraph,
    UNION: oxigraph_with_union,
    VIRTUOSO: virtuoso,
}


def _program(name: str) -> str:
    """The program ``name``; the test is skipped where it is not installed."""
    found = find_program(name)
    if found is None:
        if os.environ.get(SWITCH) == "required":
            pytest.fail(f"{name} is not installed, and {SWITCH} is required")
        pytest.skip(f"{name} is not installed")
    return found
