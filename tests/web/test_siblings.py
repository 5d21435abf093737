"""What several web processes count is told as one."""

from pathlib import Path

import pytest

from treatybodies.settings import Settings
from treatybodies.web.metrics import Metrics, State
from treatybodies.web.siblings import Siblings


def metrics(folder: Path, number: int, version: str = "one") -> Metrics:
    """The metrics of a web process with one idle worker and one query, which took 2 ms."""
    made = Metrics(Siblings(folder, number, 2))
    made.announce(Settings(workers=7))
    made.watch(lambda: State({"idle": 1}, version, "2026-02-03"))
    made.results.inc()
    made.seconds.observe(0.002)
    made.look_up(10)
    return made


def test_whoever_is_asked_answers_for_all(tmp_path: Path) -> None:
    one, other = metrics(tmp_path, 0), metrics(tmp_path, 1)
    other.tell()
    one.results.inc()
    text = one.page().decode()
    for line in (
        'treatybodies_queries_total{end="result"} 3.0',
        'treatybodies_queries_total{end="looked up"} 2.0',
        'treatybodies_query_seconds_bucket{le="0.003"} 2.0',
        "treatybodies_query_seconds_count 2.0",
        'treatybodies_workload{state="idle"} 2.0',
        'treatybodies_limit{name="workers"} 7.0',
        'treatybodies_release_info{date="2026-02-03",version="one"} 1.0',
    ):
        assert f"{line}\n" in text


def test_while_a_release_turns_both_are_shown(tmp_path: Path) -> None:
    metrics(tmp_path, 0, "old").tell()
    text = metrics(tmp_path, 1, "new").page().decode()
    for version in ("old", "new"):
        assert f'release_info{{date="2026-02-03",version="{version}"}} 1.0\n' in text


def test_a_successor_goes_on_from_what_was_counted(tmp_path: Path) -> None:
    metrics(tmp_path, 0).tell()
    successor = metrics(tmp_path, 0)
    for _ in range(2):  # what was counted before is added once, however often it is told
        text = successor.page().decode()
        assert 'treatybodies_queries_total{end="result"} 2.0\n' in text
        assert 'treatybodies_workload{state="idle"} 1.0\n' in text


def test_no_room_to_tell_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = metrics(tmp_path / "gone", 0)
    for _ in range(3):
        made.tell()
    assert b'queries_total{end="result"} 1.0' in made.page()
    assert len(caplog.records) == 1
