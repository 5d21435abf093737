"""Starting a process of the query engine: a fresh interpreter, so it has one thread."""

import subprocess
import sys
from collections.abc import Sequence

from treatybodies.web import allocator


def spawn(module: str, passed: Sequence[int], *arguments: str) -> subprocess.Popen[bytes]:
    """The program ``treatybodies.web.<module>``: it inherits the files ``passed``, named first."""
    # A group of its own: Ctrl-C reaches the web process only, which stops in good order. Not a
    # session: the kernel's autogroups weigh sessions alike, which makes niceness count for nothing
    # between them (sched(7)).
    return subprocess.Popen(
        [sys.executable, "-m", f"treatybodies.web.{module}", *map(str, passed), *arguments],
        stdin=subprocess.DEVNULL,
        pass_fds=passed,
        process_group=0,
        env=allocator.environment(),
    )
