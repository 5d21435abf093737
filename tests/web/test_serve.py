"""Starting and stopping the service as a process."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from treatybodies.errors import EngineFailed, InputFaults, PortInUse
from treatybodies.paths import Garden, default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.serve import run

PROGRAM = """
import sys
from pathlib import Path
from treatybodies.paths import Garden, default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.serve import run

run(
    Release(Path(sys.argv[1])), Garden(Path(sys.argv[2])),
    Settings(port=0, workers=2, web_workers=int(sys.argv[3])),
    lambda url, fences: print(url, flush=True),
)
print("stopped", flush=True)
"""


@contextmanager
def started(
    release: Release, garden: Garden, folder: Path, web_workers: int
) -> Iterator[subprocess.Popen[str]]:
    """The service as a process whose temporary files go to ``folder``."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(release.folder), str(garden.root), str(web_workers)],
        env={"TMPDIR": str(folder), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("web_workers", [1, 2])
@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_once_ready_and_stops_when_told(
    release: Release, garden: Garden, tmp_path: Path, order: signal.Signals, web_workers: int
) -> None:
    with started(release, garden, tmp_path, web_workers) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
            assert answer.status == 200
        assert list(tmp_path.iterdir())
        process.send_signal(order)
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(timeout=30) == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("web_workers", [1, 2])
def test_an_order_to_every_process_is_one_order(
    release: Release, garden: Garden, tmp_path: Path, web_workers: int
) -> None:
    with started(release, garden, tmp_path, web_workers) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        everyone = [process.pid, *_descendants(process.pid)]
        for pid in everyone:
            os.kill(pid, signal.SIGTERM)
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == ""
    assert len(everyone) >= 3  # a zygote and its first worker, at least
    assert not list(tmp_path.iterdir())


def _descendants(pid: int) -> Iterator[int]:
    """The processes below ``pid``, the oldest first."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _descendants(child)


@pytest.mark.parametrize("web_workers", [1, 2])
def test_nothing_is_left_when_it_is_killed(
    release: Release, garden: Garden, tmp_path: Path, web_workers: int
) -> None:
    with started(release, garden, tmp_path, web_workers) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
        process.wait()
        while list(tmp_path.iterdir()):
            time.sleep(0.01)  # zygotes and loader remove their folders, and end


def test_web_processes_tell_of_all_and_share_what_is_loaded(
    release: Release, garden: Garden, tmp_path: Path
) -> None:
    with started(release, garden, tmp_path, 2) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        for number in range(20):  # each on a connection of its own
            query = quote(f"SELECT * {{ ?s ?p ?o }} LIMIT {number}")
            urllib.request.urlopen(f"{url}/sparql?query={query}", timeout=30).close()
        counted = b""
        while b'queries_total{end="result"} 20.0' not in counted:
            with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
                counted = answer.read()
            time.sleep(0.05)
        assert b'limit{name="workers"} 2.0' in counted
        assert b'workload{state="idle"} 4.0' in counted
        loaders = [each for each in _programs() if b"treatybodies.web.loader" in each]
        assert len({each for each in loaders if bytes(release.folder) in each}) == 1


def _programs() -> Iterator[bytes]:
    """The command lines of the processes that run."""
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield each.read_bytes()


@pytest.mark.parametrize(("web_workers", "folders"), [(1, 1), (2, 3)])
def test_a_signal_makes_it_look_for_a_new_release(
    web_workers: int,
    folders: int,
    garden: Garden,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    make: Callable[..., Release],
) -> None:
    first = make(tmp_path / "build" / "releases" / "first")
    trig = tmp_path / "second.trig"
    trig.write_text("<https://a.example/s> <https://a.example/p> 1 .", "utf-8")
    second = make(tmp_path / "build" / "releases" / "second", trig)
    (tmp_path / "build" / "current").symlink_to("releases/second")
    scratch = tmp_path_factory.mktemp("s")
    with started(first, garden, scratch, web_workers) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        process.send_signal(signal.SIGHUP)
        seen = b""
        while second.manifest.version.encode() not in seen:
            with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
                seen = answer.read()
        while len(list(scratch.iterdir())) > folders:
            time.sleep(0.01)  # the old release's folder goes with its pool
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "stopped\n"
    assert not list(scratch.iterdir())


def test_a_port_in_use_says_what_to_do(
    release: Release, garden: Garden, settings: Settings
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = settings.model_copy(update={"port": other.getsockname()[1]})
        with pytest.raises(PortInUse, match="--port"):
            run(release, garden, taken, print)


@pytest.mark.parametrize("web_workers", [1, 2])
def test_an_unsound_query_file_leaves_nothing_behind(
    release: Release, settings: Settings, temporary: Path, web_workers: int
) -> None:
    root = temporary / "garden"
    shutil.copytree(default_garden().ontology, root / "ontology")
    (root / "queries" / "api").mkdir(parents=True)
    (root / "queries" / "api" / "bad.rq").write_text("SELECT * {}", encoding="utf-8")
    chosen = settings.model_copy(update={"port": 0, "web_workers": web_workers})
    with pytest.raises(InputFaults):
        run(release, Garden(root), chosen, print)
    assert [each.name for each in temporary.iterdir()] == ["garden"]


@pytest.mark.parametrize("web_workers", [1, 2])
def test_a_damaged_release_says_so(
    web_workers: int,
    release: Release,
    garden: Garden,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "manifest.json").write_bytes((release.folder / "manifest.json").read_bytes())
    chosen = settings.model_copy(update={"port": 0, "web_workers": web_workers})
    with pytest.raises(EngineFailed):
        run(Release(folder), garden, chosen, print)
    assert [each.name for each in tmp_path.iterdir()] == ["release"]
