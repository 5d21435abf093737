"""A process with one thread that forks a child for every connection to its socket."""

import os
import signal
import socket
from collections.abc import Callable

from treatybodies.web import sandbox


class Forking:
    """Forks children, which die with this process, and is woken when one ends."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.wake, self._woken = socket.socketpair()
        """The first can be read from when a child has ended."""
        self._woken.setblocking(False)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def fork(self, become: Callable[[socket.socket], None]) -> bool:
        """Have a child ``become`` what serves the next connection; whether it was forked.

        Where it was not, for want of processes or memory, the other side sees a closed connection.
        """
        connection, _ = self._listener.accept()
        parent = os.getpid()
        with connection:
            try:
                child = os.fork()
            except OSError:
                return False
            if child == 0:
                self._be(parent, become, connection)
        return True

    def _be(
        self, parent: int, become: Callable[[socket.socket], None], connection: socket.socket
    ) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sandbox.die_with_parent(signal.SIGKILL)
            if os.getppid() == parent:
                self._listener.close()
                become(connection)
                status = 0
        finally:
            os._exit(status)
