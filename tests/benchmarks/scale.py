"""How a release grows: import, build, store, start and answers at millions of quads.

``scale.py BUILD QUADS …`` attaches made-up sets of the recommendation index to a copy of the
curated release in BUILD, one release for each number of quads, and prints a table of Markdown.
Everything runs through the command; answers are asked over HTTP, none twice.
"""

import argparse
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "uhri"))
from generate import write_export

from treatybodies.paths import default_garden
from treatybodies.queries import QueryFile
from treatybodies.store import CURRENT, RELEASES, Release, current_release

QUADS_A_RECORD = 40
ROUNDS = 15
BASE = "https://w3id.org/treatybodies/"
TBO = BASE + "ontology#"
POINTS = {
    "a State's codes": f"SELECT ?code {{ <{BASE}id/state/BEN> <{TBO}iso3> ?code }}",
    "ASK for one statement": f"ASK {{ <{BASE}id/state/BEN> a <{TBO}State> }}",
    "DESCRIBE a document": f"DESCRIBE <{BASE}id/doc/CMW/C/SR.590>",
}
ENDPOINTS: dict[str, tuple[str, dict[str, str]]] = {
    "sessions of a committee": ("committee-sessions", {}),
    "parties of a treaty": ("instrument-parties", {}),
    "counts: theme, by State and year": ("theme-recommendations", {"theme": "exploitation"}),
    "counts: theme, one State": (
        "theme-recommendations",
        {"theme": "exploitation", "state": "BEN"},
    ),
    "texts: State, theme, year": (
        "state-recommendations",
        {"state": "BEN", "theme": "exploitation", "published": "2019"},
    ),
    "texts: State, theme": ("state-recommendations", {"state": "BEN", "theme": "exploitation"}),
}


@dataclass
class Cost:
    """What a command took."""

    seconds: float
    cpu: float
    peak_mb: float
    load: float
    """Processes that waited for a processor in the last minute, our own among them."""


@dataclass
class Size:
    """One column of the table."""

    quads: int = 0
    records: int = 0
    imported: Cost | None = None
    built: Cost | None = None
    store_mb: float = 0
    dump_mb: float = 0
    start: float = 0
    answers: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Question → median milliseconds, bytes of the answer."""


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("quads", type=int, nargs="+")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="scale-") as folder:
        sizes = [measure(given.build, quads, Path(folder)) for quads in given.quads]
    print(table(sizes))


def measure(build: Path, quads: int, folder: Path) -> Size:
    """Import, build, start and ask at about ``quads`` quads."""
    size = Size()
    curated = _curated(build)
    size.records = max(1, (quads - curated.manifest.quads) // QUADS_A_RECORD)
    export, held, target = (folder / name for name in ("export.json", "set", "build"))
    for each in (held, target):
        shutil.rmtree(each, ignore_errors=True)
    write_export(export, size.records)
    (target / RELEASES).mkdir(parents=True)
    shutil.copytree(curated.folder, target / RELEASES / curated.folder.name)
    (target / CURRENT).symlink_to(Path(RELEASES) / curated.folder.name)
    size.imported = _run("import", "uhri", export, "-o", held)
    size.built = _run("build", "--build-dir", target, "--with", held)
    release = current_release(target)
    size.quads = release.manifest.quads
    size.dump_mb = release.dump.stat().st_size / 1e6
    size.store_mb = sum(each.stat().st_size for each in (release.folder / "store").iterdir()) / 1e6
    since = time.monotonic()
    with _serve(target) as url:
        size.start = time.monotonic() - since
        size.answers = {name: _ask(url, text) for name, text in _questions().items()}
    return size


def table(sizes: list[Size]) -> str:
    """The sizes as columns."""
    head = ["", *(f"{size.quads:,} quads" for size in sizes)]
    rows = [
        ["records imported", *(f"{size.records:,}" for size in sizes)],
        ["import", *(_cost(size.imported) for size in sizes)],
        ["merge, derive, validate, load", *(_cost(size.built) for size in sizes)],
        ["store, dump on disk", *(f"{s.store_mb:,.0f}, {s.dump_mb:,.0f} MB" for s in sizes)],
        ["start to first answer", *(f"{size.start:.2f} s" for size in sizes)],
    ]
    for name in _questions():
        rows.append([name, *(_answer(size.answers[name]) for size in sizes)])
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def _answer(measured: tuple[float, int]) -> str:
    milliseconds, length = measured
    return f"{milliseconds:.1f} ms ({length:,} bytes)"


def _cost(cost: Cost | None) -> str:
    assert cost is not None
    taken = f"{cost.seconds:.0f} s ({cost.cpu:.0f} s of processor, load {cost.load:.0f})"
    return f"{taken}, {cost.peak_mb:,.0f} MB"


def _curated(build: Path) -> Release:
    """The release in use: an older one is of other inputs, and would be built anew."""
    release = current_release(build)
    if release.manifest.sets:
        raise SystemExit(f"{build} has sets attached → run: treatybodies build --without-sets")
    return release


def _run(*words: object) -> Cost:
    """Run the command; its peak is that of all its processes together."""
    command = [sys.executable, "-m", "treatybodies", *map(str, words)]
    since, peak = time.monotonic(), 0.0
    process = subprocess.Popen(command)
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, sum(map(_held_mb, _family(process.pid))))
        time.sleep(1)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    cpu = used.ru_utime + used.ru_stime
    return Cost(time.monotonic() - since, cpu, peak, os.getloadavg()[0])


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in path.read_text().split():
                yield from _family(int(child))


def _held_mb(pid: int) -> float:
    """Memory of a process; what several share is divided among them."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:"))
    return 0.0


@contextmanager
def _serve(build: Path) -> Iterator[str]:
    """The service over the release in use; it is not built again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--build-dir", str(build), "--port", str(port)]
    process = subprocess.Popen([sys.executable, "-m", "treatybodies", *words])
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{url}/readyz")
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(6000):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"{url} does not answer")


def _questions() -> dict[str, str]:
    api = default_garden().queries / "api"
    asked = dict(POINTS)
    for name, (stem, values) in ENDPOINTS.items():
        query = QueryFile(api / f"{stem}.rq")
        asked[name] = query.bind(values) if values else query.example()
    return asked


def _ask(url: str, query: str) -> tuple[float, int]:
    """Median time and length of an answer that no cache knows."""
    times, length = [], 0
    for number in range(ROUNDS):
        varied = re.sub(r"^", f"PREFIX n{number}: <urn:n:{number}>\n", query, count=1)
        body = urllib.parse.urlencode({"query": varied}).encode()
        since = time.perf_counter()
        with urllib.request.urlopen(f"{url}/sparql", body, timeout=60) as answer:
            length = len(answer.read())
        times.append((time.perf_counter() - since) * 1000)
    return statistics.median(times), length


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
