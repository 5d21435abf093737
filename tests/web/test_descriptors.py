"""As many files may be open as the service's own limits need."""

import subprocess
import sys

import pytest

LIMITED = """
import logging, resource
from treatybodies.settings import Settings
from treatybodies.web.descriptors import make_room
logging.basicConfig(format="%(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
make_room(Settings(connections=50, workers=4))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "then", "told"),
    [(100, 1000, 388, False), (600, 1000, 600, False), (100, 200, 200, True)],
)
def test_room_is_made_as_far_as_the_system_lets(
    soft: int, hard: int, then: int, told: bool
) -> None:
    script = LIMITED.format(soft=soft, hard=hard)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(ran.stdout) == then
    assert ("needs 388 for 50 connections" in ran.stderr) == told
