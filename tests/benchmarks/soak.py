"""A hostile mix for some minutes, and what is left afterwards.

``soak.py [--minutes 10] [--clients 64] [--release DIR]``: clients that ask broken, endless, huge
and ordinary queries, hang up in the middle, or read slowly. Memory, file handles, workers and
temporary space are compared before and after; the exit status says whether they stayed.
"""

import argparse
import collections
import http.client
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import servers
from questions import HOSTILE, MEDIUM, RESOURCE, ROW, SMALL, WORKED, Question
from servers import Server

from treatybodies.store import Release, current_release

ORDINARY = (SMALL, ROW, WORKED, RESOURCE, MEDIUM)
CACHE_MB = 32
REST_SECONDS = 15
"""After the load, until all that is on its way has ended."""


@dataclass(frozen=True)
class Holdings:
    """What the service and its processes hold."""

    resident_mb: int
    handles: int
    processes: int
    temporary_kb: int


def main() -> int:
    """0 when the service holds afterwards what it held before."""
    options = _options()
    release = Release(options.release) if options.release else current_release(Path("build"))
    with tempfile.TemporaryDirectory(prefix="treatybodies-soak-") as folder:
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = None
        with servers.treatybodies(release, client_seconds=5, cache_mb=CACHE_MB) as server:
            _load(server, 8, 20.0)  # a first mix: caches fill, each kind of worker was there once
            time.sleep(REST_SECONDS)
            before = holdings(server, Path(folder))
            ends = _load(server, options.clients, options.minutes * 60)
            time.sleep(REST_SECONDS)
            after = holdings(server, Path(folder))
    for status, number in sorted(ends.items()):
        print(f"{status:>12}: {number}")
    print(f"before: {before}\nafter:  {after}")
    faults = faults_of(before, after, ends)
    print("\n".join(faults) or "all is where it was")
    return len(faults)


def faults_of(before: Holdings, after: Holdings, ends: collections.Counter[str]) -> list[str]:
    """What is not where it was."""
    faults = []
    # The cache may fill in the meantime, and an allocator keeps some of what it was given.
    if after.resident_mb > before.resident_mb * 1.2 + CACHE_MB + 32:
        faults.append("memory has grown")
    if after.handles > before.handles + 8:
        faults.append("file handles have leaked")
    if after.processes != before.processes:
        faults.append("the number of processes has changed")
    if after.temporary_kb > before.temporary_kb + 64:
        faults.append("temporary files have leaked")
    if ends["500"]:
        faults.append("some answers were 500")
    return faults


def holdings(server: Server, folder: Path) -> Holdings:
    """What the service holds now, from /proc."""
    assert server.process is not None
    pids = _family(server.process.pid)
    program = _program(server.process.pid)
    web = [each for each in pids if _program(each) == program]  # forked, so of the same words
    files = [each for each in folder.rglob("*") if each.is_file()]
    return Holdings(
        resident_mb=sum(map(_proportional_kb, web)) // 1024,
        handles=sum(1 for pid in web for _ in Path(f"/proc/{pid}/fd").iterdir()),
        processes=len(pids),
        temporary_kb=sum(each.stat().st_size for each in files) // 1024,
    )


def _family(pid: int) -> list[int]:
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            found += _family(int(child))
    return found


def _program(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _proportional_kb(pid: int) -> int:
    """Its memory; what it shares with others counts in part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _load(server: Server, clients: int, seconds: float) -> collections.Counter[str]:
    end = time.monotonic() + seconds
    ends: collections.Counter[str] = collections.Counter()
    threads = [
        threading.Thread(target=_client, args=(server, random.Random(number), end, ends))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def _client(
    server: Server, chance: random.Random, end: float, ends: collections.Counter[str]
) -> None:
    while time.monotonic() < end:
        kind = chance.random()
        question = chance.choice(HOSTILE if kind < 0.3 else ORDINARY)
        varied = Question("", f"PREFIX s{chance.random()}: <urn:x> ".replace(".", "x"), "")
        query = varied.query + question.query if chance.random() < 0.5 else question.query
        ends[_ask(server, Question("", query, question.accept), chance)] += 1


def _ask(server: Server, question: Question, chance: random.Random) -> str:
    connection = http.client.HTTPConnection(server.address, timeout=60)
    try:
        connection.request("GET", question.target(server.path), headers={"Accept": question.accept})
        if chance.random() < 0.1:
            return "hung up"
        answer = connection.getresponse()
        if chance.random() < 0.05:
            answer.read(1000)
            time.sleep(chance.random() * 8)
            return "read slowly"
        answer.read()
        return str(answer.status)
    except (TimeoutError, OSError, http.client.HTTPException) as cause:
        return type(cause).__name__
    finally:
        connection.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--release", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
