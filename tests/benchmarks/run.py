"""Compare this service with its peers over one graph, in turns, on loopback; write one table.

``uv run --group bench python tests/benchmarks/run.py [--quick] [--release DIR] [--output FILE]``
"""

import argparse
import contextlib
import os
import platform
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import load
import servers
from load import Load
from questions import HEAVY, QUESTIONS, RUNAWAY, SMALL, WORKED, Question
from servers import Server

from treatybodies.store import Release, current_release

OURS = "treatybodies"
WAYS = (("repeated", False), ("varied", True))


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    connections: tuple[int, ...]
    seconds: float


FULL = Plan(3, (1, 16, 64), 1.0)
QUICK = Plan(2, (16,), 1.0)


def main() -> None:
    """Measure and write."""
    options = _options()
    release = Release(options.release) if options.release else current_release(Path("build"))
    plan = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory(prefix="treatybodies-bench-") as scratch:
        lines = []
        for line in chain(_head(release, plan), measure(release, plan, Path(scratch))):
            print(line, flush=True)
            lines.append(line)
    if options.output:
        options.output.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def measure(release: Release, plan: Plan, folder: Path) -> Iterator[str]:
    """The tables, line by line."""
    yield from _starting(release, plan)
    with contextlib.ExitStack() as stack:
        compared = _start_all(stack, release, folder)
        yield from _throughput(compared, plan)
        yield from _beside(compared, plan)
        yield from _ceilings(compared[0], stack, folder, plan)


def _start_all(stack: contextlib.ExitStack, release: Release, folder: Path) -> list[Server]:
    """All at once: one that is not asked costs nothing."""
    makers: dict[str, Callable[[], contextlib.AbstractContextManager[Server]]] = {
        OURS: lambda: servers.treatybodies(release),
        "one web process": lambda: servers.treatybodies(release, "treatybodies ×1", web_workers=1),
        "oxigraph": lambda: servers.oxigraph(release),
        "rdflib-endpoint": lambda: servers.rdflib_endpoint(release, folder),
        "virtuoso-t": lambda: servers.virtuoso(release, folder),
    }
    absent = servers.missing()
    return [stack.enter_context(make()) for name, make in makers.items() if name not in absent]


def _throughput(compared: Sequence[Server], plan: Plan) -> Iterator[str]:
    names = [server.name for server in compared]
    yield "## Throughput, requests a second (median of the rounds)\n"
    yield (
        "“Repeated” asks the same again and again, which this service answers from its cache; "
        "“varied” never asks the same twice, so each request is evaluated. "
        f"×N: {OURS} against that server. A star: some requests failed or got no answer in time.\n"
    )
    yield "| Question | Bytes | Way | Connections | " + " | ".join(names) + " |"
    yield "|" + "---|" * (4 + len(names))
    for question in QUESTIONS:
        length = _length(compared[0], question)
        for way, varied in WAYS:
            for connections in plan.connections:
                if question.name == "large" and connections > 16:
                    continue
                found = _in_turns(compared, question, connections, plan, varied)
                cells = _cells(found, compared)
                yield f"| {question.name} | {length:,} | {way} | {connections} | {cells} |"
    yield ""


def _in_turns(
    compared: Sequence[Server], question: Question, connections: int, plan: Plan, varied: bool
) -> dict[str, list[Load]]:
    found: dict[str, list[Load]] = {server.name: [] for server in compared}
    seconds = plan.seconds * (2 if question.name == "large" else 1)
    for _ in range(plan.rounds if connections == 16 else 2):
        for server in compared:
            target = question.target(server.path, server.extra)
            if len(found[server.name]) == 1 and found[server.name][0].rate == 0:
                continue  # not one answer in the first round: the rest would be the same
            found[server.name].append(
                load.run(server.address, target, question.accept, connections, seconds, varied)
            )
    return found


def _cells(found: dict[str, list[Load]], compared: Sequence[Server]) -> str:
    rates = {name: statistics.median(each.rate for each in runs) for name, runs in found.items()}
    ours = rates[OURS]
    cells = []
    for server in compared:
        rate = rates[server.name]
        star = "*" if any(each.faults for each in found[server.name]) else ""
        ratio = f" (×{ours / rate:.2g})" if rate and not server.name.startswith(OURS) else ""
        cells.append(f"{rate:,.0f}{star}{ratio}" if rate >= 10 else f"{rate:.1f}{star}{ratio}")
    return " | ".join(cells)


def _beside(compared: Sequence[Server], plan: Plan) -> Iterator[str]:
    """Small queries alone, then beside two heavy queries at a time, then four runaways more."""
    yield "## Small varied queries beside heavy ones, 16 connections\n"
    yield "The ASK is looked up by the web process.\n"
    yield (
        "| Server | Question | Alone /s | p99 ms | Beside 2 heavy and 4 runaway /s | p99 ms | Kept "
        "| Runaways ended as |"
    )
    yield "|" + "---|" * 8
    for question in (SMALL, WORKED):
        for server in compared:
            if server.name.startswith((OURS, "Oxigraph")):
                yield _beside_row(server, question, plan)
    yield ""


def _beside_row(server: Server, question: Question, plan: Plan) -> str:
    target, accept = question.target(server.path, server.extra), question.accept
    seconds = 2 if plan is QUICK else 3
    alone = load.run(server.address, target, accept, 16, seconds, varied=True)
    with _heavy_load(server) as runaways:
        time.sleep(0.5)
        beside = load.run(server.address, target, accept, 16, seconds, varied=True)
    # The context has waited for the runaways: `runaways` now holds how they ended.
    kept = beside.rate / alone.rate if alone.rate else float("nan")
    ends = ", ".join(sorted(runaways)) or "not in time"
    return (
        f"| {server.name} | {question.name} | {alone.rate:,.0f} | {alone.p99:.1f} "
        f"| {beside.rate:,.0f} | {beside.p99:.1f} | {kept:.0%} | {ends} |"
    )


@contextlib.contextmanager
def _heavy_load(server: Server) -> Iterator[list[str]]:
    """Two clients with one heavy query after the other, four with a runaway each."""
    stop = threading.Event()
    ended: list[str] = []
    heavy = [threading.Thread(target=_heavy, args=(server, stop, n)) for n in range(2)]
    runaway = [threading.Thread(target=_runaway, args=(server, ended)) for _ in range(4)]
    for thread in (*heavy, *runaway):
        thread.start()
    yield ended
    stop.set()
    for thread in (*heavy, *runaway):
        thread.join()


def _heavy(server: Server, stop: threading.Event, client: int) -> None:
    count = 0
    while not stop.is_set():
        count += 1
        _ask(server, HEAVY, f"PREFIX h{client}x{count}: <urn:x> ")


def _runaway(server: Server, ended: list[str]) -> None:
    started = time.monotonic()
    status = _ask(server, RUNAWAY, "", servers.QUERY_SECONDS * 3)
    ended.append(f"{status} after {time.monotonic() - started:.1f} s")


def _ask(server: Server, question: Question, before: str, patience: float = 60.0) -> str:
    varied = Question(question.name, before + question.query, question.accept)
    url = f"http://{server.address}{varied.target(server.path, server.extra)}"
    request = urllib.request.Request(url, headers={"Accept": question.accept})
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            answer.read()
            return str(answer.status)
    except urllib.error.HTTPError as refused:
        return str(refused.code)
    except OSError:
        return "no answer"


def _length(server: Server, question: Question) -> int:
    url = f"http://{server.address}{question.target(server.path, server.extra)}"
    request = urllib.request.Request(url, headers={"Accept": question.accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return len(answer.read())


def _ceilings(ours: Server, stack: contextlib.ExitStack, folder: Path, plan: Plan) -> Iterator[str]:
    """The repeated small query beside what uvicorn and nginx do with a constant."""
    plain = [stack.enter_context(servers.constant())]
    if "nginx" not in servers.missing():
        plain.append(stack.enter_context(servers.nginx(folder)))
    targets = [(ours, SMALL.target(ours.path)), *((each, each.path) for each in plain)]
    yield "## Ceilings, requests a second\n"
    yield "| Connections | " + " | ".join(server.name for server, _ in targets) + " |"
    yield "|" + "---|" * (1 + len(targets))
    for connections in plan.connections:
        rates: dict[str, list[float]] = {}
        for _ in range(plan.rounds):
            for server, target in targets:
                found = load.run(server.address, target, SMALL.accept, connections, plan.seconds)
                rates.setdefault(server.name, []).append(found.rate)
        middle = [statistics.median(each) for each in rates.values()]
        cells = " | ".join(f"{rate:,.0f} ({rate / middle[0]:.2g})" for rate in middle)
        yield f"| {connections} | {cells} |"
    yield ""


def _starting(release: Release, plan: Plan) -> Iterator[str]:
    taken = []
    for _ in range(plan.rounds):
        started = time.monotonic()
        with servers.treatybodies(release):
            taken.append(time.monotonic() - started)
    yield (
        f"Start to first answer, new process: {min(taken):.2f}–{max(taken):.2f} s "
        f"({len(taken)} starts).\n"
    )


def _head(release: Release, plan: Plan) -> Iterator[str]:
    now = datetime.now(UTC)
    busy = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    yield f"# Measured on {now:%d %B %Y}\n"
    yield (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
        f"load average before the start {busy}. Graph: {release.manifest.quads:,} quads, "
        f"{release.manifest.triples:,} published statements. wrk shares the cores with the "
        f"servers, so only ratios count. {plan.rounds} rounds in turns of {plan.seconds:g} s at 16 "
        "connections, 2 otherwise.\n"
    )
    absent = servers.missing()
    if absent:
        yield f"Not installed, so not compared: {', '.join(absent)}.\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of ten")
    parser.add_argument("--release", type=Path, help="folder of a release; the current one if left")
    parser.add_argument("--output", type=Path, help="file to write the tables to as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
