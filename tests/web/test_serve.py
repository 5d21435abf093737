"""Starting and stopping the service as a process."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

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
    Release(Path(sys.argv[1])), Garden(Path(sys.argv[2])), Settings(port=0, workers=2),
    lambda url, fences: print(url, flush=True),
)
print("stopped", flush=True)
"""


@contextmanager
def started(release: Release, garden: Garden, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The service as a process whose temporary files go to ``folder``."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(release.folder), str(garden.root)],
        env={"TMPDIR": str(folder), "PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_once_ready_and_stops_when_told(
    release: Release, garden: Garden, tmp_path: Path, order: signal.Signals
) -> None:
    with started(release, garden, tmp_path) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
            assert answer.status == 200
        assert list(tmp_path.iterdir())
        process.send_signal(order)
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(timeout=30) == 0
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_when_it_is_killed(
    release: Release, garden: Garden, tmp_path: Path
) -> None:
    with started(release, garden, tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
        process.wait()
        while list(tmp_path.iterdir()):
            pass  # the zygote removes the folder, and ends with its workers


def test_a_signal_makes_it_look_for_a_new_release(
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
    with started(first, garden, scratch) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        process.send_signal(signal.SIGHUP)
        seen = b""
        while second.manifest.version.encode() not in seen:
            with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
                seen = answer.read()
        while len(list(scratch.iterdir())) > 1:
            pass  # the old release's folder goes with its pool
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


def test_an_unsound_query_file_leaves_nothing_behind(
    release: Release, settings: Settings, temporary: Path
) -> None:
    root = temporary / "garden"
    shutil.copytree(default_garden().ontology, root / "ontology")
    (root / "queries" / "api").mkdir(parents=True)
    (root / "queries" / "api" / "bad.rq").write_text("SELECT * {}", encoding="utf-8")
    with pytest.raises(InputFaults):
        run(release, Garden(root), settings.model_copy(update={"port": 0}), print)
    assert [each.name for each in temporary.iterdir()] == ["garden"]


def test_a_damaged_release_says_so(
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
    with pytest.raises(EngineFailed):
        run(Release(folder), garden, settings.model_copy(update={"port": 0}), print)
    assert [each.name for each in tmp_path.iterdir()] == ["release"]
