"""How long each curated endpoint takes, not from the cache: ``endpoints.py RELEASE [ROUNDS]``.

Run it over a release of a million quads (see ``grow.py``). Each endpoint is asked with its required
parameters only, with each optional one besides, and with all; where there is a next page, the last
full hundred rows as well. It prints a table, slowest first, and marks what takes longer than 20 ms.
"""

import json
import statistics
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import servers
from servers import Server

from treatybodies.paths import default_garden
from treatybodies.store import Release
from treatybodies.web.api import DEFAULT_LIMIT, MOST_LIMIT, PREFIX, Endpoint, read_endpoints

MOST_MILLISECONDS = 20.0
SECONDS = 60


def main(release: Release, rounds: int) -> None:
    """Ask every variant of each endpoint, in turns, and print the medians."""
    with servers.treatybodies(release, web_workers=1, cache_mb=0, query_seconds=30) as server:
        _settle(server)
        targets = [
            target
            for each in read_endpoints(default_garden())
            for variant in variants(each)
            for target in pages(server, variant)
        ]
        taken: dict[str, list[float]] = {each: [] for each in targets}
        lengths: dict[str, str] = {}
        for _ in range(rounds):
            for each in targets:
                started = time.perf_counter()
                lengths[each] = _ask(server, each)
                taken[each].append((time.perf_counter() - started) * 1000)
    _print(release, {target: statistics.median(each) for target, each in taken.items()}, lengths)


def variants(endpoint: Endpoint) -> Iterator[str]:
    """Its address with the examples of the required parameters, of one more, and of all."""
    declared = endpoint.query.head.parameters
    required = {each.name: each.example for each in declared if each.required}
    optional = {each.name: each.example for each in declared if not each.required}
    yield endpoint.filled(required)
    for name, example in optional.items():
        yield endpoint.filled({**required, name: example})
    if len(optional) > 1:
        yield endpoint.filled({**required, **optional})


def pages(server: Server, target: str) -> Iterator[str]:
    """The first page of ``target``, and the last full one if there are several."""
    yield target
    total, sign = 0, "&" if "?" in target else "?"
    while (found := _rows(server, f"{target}{sign}limit={MOST_LIMIT}&offset={total}")) > 0:
        total += found
        if found < MOST_LIMIT:
            break
    if total > DEFAULT_LIMIT:
        yield f"{target}{sign}offset={total - DEFAULT_LIMIT}"


def _rows(server: Server, target: str) -> int:
    with urllib.request.urlopen(_url(server, target), timeout=SECONDS) as answer:
        return len(json.load(answer)["results"])


def _print(release: Release, medians: dict[str, float], lengths: dict[str, str]) -> None:
    print(f"| Endpoint ({release.manifest.quads:,} quads) | ms | Bytes | |\n|---|---|---|---|")
    for target in sorted(medians, key=medians.__getitem__, reverse=True):
        mark = "over" if medians[target] > MOST_MILLISECONDS else ""
        print(f"| `{target}` | {medians[target]:.1f} | {lengths[target]} | {mark} |")


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
        with urllib.request.urlopen(_url(server, target), timeout=SECONDS) as answer:
            return f"{len(answer.read()):,}"
    except urllib.error.HTTPError as refused:
        return f"status {refused.code}"


def _url(server: Server, target: str) -> str:
    return f"http://{server.address}{PREFIX}{target}"


if __name__ == "__main__":
    main(Release(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
