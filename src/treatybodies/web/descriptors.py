"""How many files, sockets and pipes the process may have open: enough for its own limits."""

import logging
import resource

from treatybodies.settings import Settings

LOG = logging.getLogger(__name__)
SPARE = 256
"""For the release, the index, logs, and a release that is loaded beside."""


def make_room(settings: Settings) -> None:
    """Let this process open what its settings allow to strangers, as far as the system lets it.

    Where none can be opened any more a result finds no file: each connection may be sent one.
    """
    needed = 2 * settings.connections + 8 * settings.workers + SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < needed:
        LOG.warning(
            "this process may open %d files, and needs %d for %d connections → raise its limit "
            "(LimitNOFILE, ulimit -Hn), or lower TREATYBODIES_CONNECTIONS",
            most,
            needed,
            settings.connections,
        )
