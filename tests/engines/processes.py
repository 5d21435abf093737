"""Servers as processes: found, started on a free port, awaited, ended."""

import contextlib
import shutil
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

END_SECONDS = 15
"""A server that takes longer to end is killed."""


@contextlib.contextmanager
def running(
    command: list[str], url: str, seconds: float, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The process of ``command``, once ``url`` answers; raises when it does not in ``seconds``."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=folder)
    try:
        _await_answer(process, url, seconds)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(process: subprocess.Popen[bytes], url: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer at {url}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_program(name: str) -> str | None:
    """The path of the program ``name``, of this environment or of the system."""
    beside = Path(sys.executable).with_name(name)
    if beside.exists():
        return str(beside)
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def write_virtuoso(
    folder: Path,
    port: int,
    console: int,
    parameters: Mapping[str, int | str],
    sparql: Mapping[str, int],
    web: int = 16,
) -> None:
    """Write the settings of a Virtuoso that is started in ``folder``, with ``web`` threads."""
    lines = (
        "\n".join(f"{key} = {value}" for key, value in each.items())
        for each in (parameters, sparql)
    )
    text = _VIRTUOSO.format(console, port, web, *lines)
    (folder / "virtuoso.ini").write_text(text, encoding="ascii")


def _lines(given: Mapping[str, int | str]) -> str:
    return "\n".join(f"{key} = {value}" for key, value in given.items())


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
    [HTTPServer]
    ServerPort = 127.0.0.1:{1}
    ServerThreads = {2}
    [Parameters]
    ServerPort = 127.0.0.1:{0}
    {3}
    [SPARQL]
    {4}
    """)
