"""The servers that are compared, each started over the same graph on a port of its own."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

from treatybodies.store import STORE, Release

HERE = Path(__file__).parent
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
    (home / "virtuoso.ini").write_text(_VIRTUOSO.format(port=port, console=console, folder=folder))
    command = [_program("virtuoso-t"), "+foreground", "+configfile", str(home / "virtuoso.ini")]
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
_VIRTUOSO = textwrap.dedent("""\
    [Database]
    DatabaseFile = virtuoso.db
    TransactionFile = virtuoso.trx
    ErrorLogFile = virtuoso.log
    xa_persistent_file = virtuoso.pxa
    [TempDatabase]
    DatabaseFile = virtuoso-temp.db
    TransactionFile = virtuoso-temp.trx
    [Parameters]
    ServerPort = 127.0.0.1:{console}
    DirsAllowed = {folder}
    NumberOfBuffers = 100000
    MaxDirtyBuffers = 75000
    ServerThreads = 100
    [HTTPServer]
    ServerPort = 127.0.0.1:{port}
    ServerThreads = 80
    [SPARQL]
    ResultSetMaxRows = 100000
    MaxQueryExecutionTime = 5
    """)


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
    return [name for name in names if not _find(name)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(*names: str) -> str:
    found = next((path for name in names if (path := _find(name))), None)
    if found is None:
        raise FileNotFoundError(f"{names[0]} is not installed → see tests/benchmarks/README.md")
    return found


def _find(name: str) -> str | None:
    beside = Path(sys.executable).with_name(name)
    return (
        str(beside) if beside.exists() else shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
    )


@contextlib.contextmanager
def _running(
    command: list[str], port: int, path: str, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)
    try:
        _await_answer(process, f"http://127.0.0.1:{port}{path}")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer at {url}")
