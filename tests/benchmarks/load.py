"""Load from wrk, on loopback only and bounded in time, and what wrk says of it."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
# Each request declares a prefix that no request has declared before, and uses it nowhere: the
# answer is the same, and no cache knows it.
_VARIED = """
local counter = {start}
request = function()
  counter = counter + 1
  return wrk.format("GET", "{before}PREFIX%20x" .. counter .. "%3A%3Curn%3Ax%3E%20{after}")
end
"""


@dataclass(frozen=True)
class Load:
    """One run of wrk."""

    rate: float
    """Requests a second."""
    median: float
    """Milliseconds; so is ``p99``."""
    p99: float
    faults: int
    """Answers that are neither 2xx nor 3xx, and socket errors."""


_start = 0


def run(
    address: str, target: str, accept: str, connections: int, seconds: float, varied: bool = False
) -> Load:
    """Ask ``target`` of ``address`` (host:port) again and again; ``varied``: never the same."""
    host, _, _ = address.partition(":")
    if host != "127.0.0.1":
        raise ValueError(f"load goes to 127.0.0.1 only, not to {host}")
    threads = 1 if connections < 32 else 2
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
    command += ["--latency", "--timeout", "8s", "-H", f"Accept: {accept}"]
    with _script(target) if varied else _nothing() as options:
        finished = subprocess.run(
            [*command, *options, f"http://{address}{target}"],
            capture_output=True,
            text=True,
            timeout=seconds + 30,
            check=True,
        )
    return parse(finished.stdout)


def parse(report: str) -> Load:
    """What wrk prints, in numbers."""
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    broken = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
    faults = int(refused[1]) if refused else 0
    faults += sum(map(int, broken.groups())) if broken else 0
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    return Load(
        float(rate[1]) if rate else 0.0, _latency(report, "50%"), _latency(report, "99%"), faults
    )


def _latency(report: str, percentile: str) -> float:
    found = re.search(rf"^\s+{percentile}\s+([\d.]+)(us|ms|s|m)$", report, re.MULTILINE)
    return float(found[1]) * _UNITS[found[2]] if found else float("nan")


@contextmanager
def _script(target: str) -> Iterator[list[str]]:
    global _start  # no two runs vary alike, or the second would be served from a cache
    _start += 100_000_000
    before, _, after = target.partition("query=")
    text = _VARIED.format(start=_start, before=before + "query=", after=after)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(text)
        script.flush()
        yield ["-s", str(Path(script.name))]


@contextmanager
def _nothing() -> Iterator[list[str]]:
    yield []
