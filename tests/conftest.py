"""What all tests share: the project's own data, assembled once; a service on a real port."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvicorn
from pyoxigraph import Store

from treatybodies.paths import Garden
from treatybodies.pipeline.build import assemble
from treatybodies.web.app import Service
from treatybodies.web.server import configuration

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def garden() -> Garden:
    """The repository's ontology, data and queries."""
    return Garden(ROOT)


@pytest.fixture(scope="session")
def graph(garden: Garden) -> Store:
    """The published view, evidence and derived graphs of the real data."""
    return assemble(garden, lambda _: None)


@pytest.fixture(scope="session")
def serving() -> Callable[[Service], AbstractContextManager[tuple[str, int]]]:
    """Puts an application behind a real uvicorn; its host and port."""
    return _served


@contextmanager
def _served(application: Service) -> Iterator[tuple[str, int]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(configuration(application))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        try:
            yield listener.getsockname()
        finally:  # a failed test must not leave the thread, for which Python would wait
            server.should_exit = True
            thread.join()
