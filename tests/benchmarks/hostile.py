"""How long a plain ASK takes beside the hostile queries of the tests.

``hostile.py [--clients 8] [--seconds 30] [--release DIR]``: each hostile client has an address of
its own (127.0.0.2 and so on) and sends one query of ``tests/web/test_hostile.py`` after the other;
one client more asks small questions, never the same twice: an ASK, which the web process looks
up, and one row, which a worker gives. Nobody's budget is limited, so the
pool is on its own.
"""

import argparse
import collections
import http.client
import random
import runpy
import statistics
import sys
import threading
import time
from pathlib import Path

import servers
from questions import JSON, SMALL, WORKED
from servers import Server

from treatybodies.store import Release, current_release

WEB = Path(__file__).parents[1] / "web"
WARM_SECONDS = 3.0
PAUSE_SECONDS = 0.02


def _hostile_queries() -> dict[str, str]:
    """Those of the tests."""
    sys.path.insert(0, str(WEB / "products"))
    queries: dict[str, str] = runpy.run_path(str(WEB / "test_hostile.py"))["HOSTILE"]
    return queries


def main() -> None:
    """Measure and print."""
    options = _options()
    release = Release(options.release) if options.release else current_release(Path("build"))
    queries = _hostile_queries()
    with servers.treatybodies(release) as server:
        time.sleep(WARM_SECONDS)
        alone = _plain(server, time.monotonic() + options.seconds / 4)
        end = time.monotonic() + options.seconds
        ends: collections.Counter[str] = collections.Counter()
        hostile = [
            threading.Thread(target=_hostile, args=(server, number, queries, end, ends))
            for number in range(options.clients)
        ]
        for thread in hostile:
            thread.start()
        beside = _plain(server, end)
        for thread in hostile:
            thread.join()
    for question in (SMALL, WORKED):
        print(f"{question.name}, alone:  {_words(alone[question.name])}")
        print(f"{question.name}, beside: {_words(beside[question.name])}")
    print("hostile queries ended as", ", ".join(f"{n} × {s}" for s, n in sorted(ends.items())))


def _plain(server: Server, end: float) -> dict[str, list[float]]:
    """Question → what each time took that it was asked, in milliseconds."""
    taken: dict[str, list[float]] = {SMALL.name: [], WORKED.name: []}
    while time.monotonic() < end:
        for question in (SMALL, WORKED):
            query = f"PREFIX x{random.random()}: <urn:x> ".replace("0.", "") + question.query
            started = time.monotonic()
            status = _ask(server, "127.0.0.1", query)
            taken[question.name].append((time.monotonic() - started) * 1000)
            if status != "200":
                raise SystemExit(f"a plain question was answered with {status}")
            time.sleep(PAUSE_SECONDS)
    return taken


def _hostile(
    server: Server, number: int, queries: dict[str, str], end: float, ends: collections.Counter[str]
) -> None:
    chance = random.Random(number)
    while time.monotonic() < end:
        ends[_ask(server, f"127.0.0.{number + 2}", chance.choice(list(queries.values())))] += 1


def _ask(server: Server, address: str, query: str) -> str:
    host, _, port = server.address.partition(":")
    connection = http.client.HTTPConnection(host, int(port), 60, source_address=(address, 0))
    sent = {"Content-Type": "application/sparql-query", "Accept": f"{JSON}, text/turtle"}
    try:
        connection.request("POST", server.path, query.encode(), sent)
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, http.client.HTTPException) as cause:
        return type(cause).__name__
    finally:
        connection.close()


def _words(taken: list[float]) -> str:
    parts = statistics.quantiles(taken, n=100)
    return (
        f"{len(taken)} questions, median {statistics.median(taken):.1f} ms, "
        f"p95 {parts[94]:.0f}, p99 {parts[98]:.0f}, longest {max(taken):.0f}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--release", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
