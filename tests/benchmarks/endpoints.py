"""How long each curated endpoint takes, not from the cache: ``endpoints.py RELEASE [ROUNDS]``.

Run it over a release of a million quads (see ``grow.py``); it prints a table, slowest first, and
marks what takes longer than 20 ms.
"""

import statistics
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import servers
from servers import Server

from treatybodies.paths import default_garden
from treatybodies.store import Release
from treatybodies.web.api import PREFIX, read_endpoints

MOST_MILLISECONDS = 20.0


def main(release: Release, rounds: int) -> None:
    """Ask each endpoint its example, in turns, and print the medians."""
    endpoints = read_endpoints(default_garden())
    taken: dict[str, list[float]] = {each.path: [] for each in endpoints}
    lengths: dict[str, str] = {}
    with servers.treatybodies(release, web_workers=1, cache_mb=0, query_seconds=30) as server:
        _settle(server)
        for _ in range(rounds):
            for each in endpoints:
                started = time.perf_counter()
                lengths[each.path] = _ask(server, PREFIX + each.example)
                taken[each.path].append((time.perf_counter() - started) * 1000)
    print(f"| Endpoint ({release.manifest.quads:,} quads) | ms | Bytes | |\n|---|---|---|---|")
    medians = {path: statistics.median(each) for path, each in taken.items()}
    for path in sorted(medians, key=medians.__getitem__, reverse=True):
        mark = "over" if medians[path] > MOST_MILLISECONDS else ""
        print(f"| `{path}` | {medians[path]:.1f} | {lengths[path]} | {mark} |")


def _settle(server: Server) -> None:
    """Wait until the release is in memory: the service begins on disk."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://{server.address}/metrics", timeout=10) as answer:
            if b"treatybodies_release_swaps_total 1.0" in answer.read():
                return
        time.sleep(0.2)


def _ask(server: Server, target: str) -> str:
    try:
        with urllib.request.urlopen(f"http://{server.address}{target}", timeout=60) as answer:
            return f"{len(answer.read()):,}"
    except urllib.error.HTTPError as refused:
        return f"status {refused.code}"


if __name__ == "__main__":
    main(Release(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
