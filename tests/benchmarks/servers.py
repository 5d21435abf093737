"""The servers that are compared, each started over the same graph on a port of its own."""

import contextlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

from treatybodies.store import STORE, Release

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "engines"))

import processes  # noqa: E402
from processes import find_program, free_port, write_virtuoso  # noqa: E402

START_SECONDS = 120
QUERY_SECONDS = 5
"""How long one query may run, where a server can be told."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    path: str
    """Path of its SPARQL endpoint."""
    extra: str = ""
    """Parameters it needs besides the query."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


@contextlib.contextmanager
def treatybodies(
    release: Release, name: str = "treatybodies", **settings: object
) -> Iterator[Server]:
    """This service."""
    port = free_port()
    given = {"port": port, "query_seconds": QUERY_SECONDS, **settings}
    options = [f"{key}={value}" for key, value in given.items()]
    command = [sys.executable, str(HERE / "serve.py"), str(release.folder), *options]
    with _running(command, port, "/readyz") as process:
        yield Server(name, port, "/sparql", process=process)


@contextlib.contextmanager
def oxigraph(release: Release) -> Iterator[Server]:
    """Oxigraph's own server over the release's store."""
    port = free_port()
    command = [_program("oxigraph"), "serve-read-only", "--location", str(release.folder / STORE)]
    command += ["--bind", f"127.0.0.1:{port}"]
    with _running(command, port, "/") as process:
        yield Server("Oxigraph", port, "/query", process=process)


@contextlib.contextmanager
def rdflib_endpoint(release: Release, folder: Path) -> Iterator[Server]:
    """rdflib-endpoint over the published view, in rdflib's own store."""
    port = free_port()
    command = [_program("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with _running([*command, str(published(release, folder))], port, "/") as process:
        yield Server("rdflib-endpoint", port, "/", process=process)


@contextlib.contextmanager
def virtuoso(release: Release, folder: Path) -> Iterator[Server]:
    """Virtuoso over the published view, in one of its graphs."""
    port, console = free_port(), free_port()
    home = folder / "virtuoso"
    home.mkdir()
    view = published(release, folder)
    buffers = {"ServerThreads": 100, "NumberOfBuffers": 100_000, "MaxDirtyBuffers": 75_000}
    limits = {"ResultSetMaxRows": 100_000, "MaxQueryExecutionTime": QUERY_SECONDS}
    write_virtuoso(home, port, console, {"DirsAllowed": str(folder), **buffers}, limits, web=80)
    command = [_program("virtuoso-t"), "+foreground"]
    with _running(command, port, "/sparql", home) as process:
        load = f"ld_dir('{view.parent}', '{view.name}', '{_GRAPH}'); rdf_loader_run(); checkpoint;"
        isql = _program("isql-vt", "isql-virtuoso", "isql-v")
        subprocess.run(
            [isql, str(console), "dba", "dba", f"exec={load}"],
            check=True,
            capture_output=True,
            timeout=START_SECONDS,
        )
        extra = f"default-graph-uri={_GRAPH}&"
        yield Server("Virtuoso", port, "/sparql", extra, process)


_GRAPH = "http://example.org/published"


@contextlib.contextmanager
def constant() -> Iterator[Server]:
    """uvicorn with an application that does nothing."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "constant:app", "--app-dir", str(HERE)]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    with _running(command, port, "/") as process:
        yield Server("uvicorn, constant", port, "/", process=process)


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """nginx with a file of two kilobytes."""
    port = free_port()
    folder.chmod(0o755)  # its workers run as another user when it is started by root
    (folder / "constant").write_bytes(b"x" * 2048)
    (folder / "nginx.conf").write_text(_NGINX.format(port=port, folder=folder))
    command = [_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _running([*command, "-g", "daemon off;"], port, "/constant"):
        yield Server("nginx, static", port, "/constant")


_NGINX = textwrap.dedent("""\
    worker_processes 2;
    pid {folder}/nginx.pid;
    error_log {folder}/nginx.log;
    events {{ worker_connections 1024; }}
    http {{
      access_log off;
      sendfile on;
      keepalive_requests 100000000;
      client_body_temp_path {folder}/body;
      proxy_temp_path {folder}/proxy;
      fastcgi_temp_path {folder}/fastcgi;
      uwsgi_temp_path {folder}/uwsgi;
      scgi_temp_path {folder}/scgi;
      server {{ listen 127.0.0.1:{port}; root {folder}; }}
    }}
    """)


def published(release: Release, folder: Path) -> Path:
    """The default graph of ``release`` as an N-Triples file in ``folder``."""
    target = folder / "published.nt"
    if not target.exists():
        store = Store.read_only(str(release.folder / STORE))
        store.dump(str(target), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return target


def missing() -> list[str]:
    """Programs that are compared with and are not installed."""
    names = ("oxigraph", "rdflib-endpoint", "virtuoso-t", "nginx")
    return [name for name in names if not find_program(name)]


def _program(*names: str) -> str:
    found = next((path for name in names if (path := find_program(name))), None)
    if found is None:
        raise FileNotFoundError(f"{names[0]} is not installed → see tests/benchmarks/README.md")
    return found


def _running(
    command: list[str], port: int, path: str, folder: Path | None = None
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return processes.running(command, f"http://127.0.0.1:{port}{path}", START_SECONDS, folder)
