"""The zygote process and the query workers it forks.

``python -m treatybodies.web.worker`` is started as a fresh interpreter, so it has one thread. It
loads the release once and forks a worker for every connection to its socket; the workers share the
loaded store copy-on-write. A worker evaluates one query at a time. pyoxigraph cannot be cancelled
(oxigraph#1926) and may crash on hostile queries, so whatever bounds a query is the kernel's:

- time: ``setitimer``, whose SIGALRM ends the process;
- memory: ``RLIMIT_AS``; processor: ``RLIMIT_CPU``; size of the result: ``RLIMIT_FSIZE``;
- network: a network namespace with nothing in it, where the kernel allows one.

The zygote tells the web process over its control socket, one line each: ``ready``, ``failed``, and
``exit PID STATUS`` for every worker that ended.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from treatybodies.errors import TreatybodiesError
from treatybodies.store import Release
from treatybodies.web import wire
from treatybodies.web.formats import Format
from treatybodies.web.wire import Job, Outcome, Reply

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
MIB = 1024 * 1024


@dataclass(frozen=True)
class Assignment:
    """What the web process tells a zygote first, as JSON in a frame on the control socket."""

    release: str
    in_memory_quads: int
    folder: str
    """Private folder for the socket and the spool files; removed when the web process dies."""
    socket: str
    memory_mb: int
    result_mb: int
    prefixes: dict[str, str]

    def encode(self) -> bytes:
        """The assignment as a frame."""
        return wire.frame(json.dumps(asdict(self)).encode())


def spool_path(folder: str, pid: int) -> Path:
    """Where the worker ``pid`` writes its results."""
    return Path(folder) / f"{pid}.spool"


def main(descriptor: str) -> None:
    """Run as the zygote until the web process closes the control socket, file ``descriptor``."""
    control = socket.socket(fileno=int(descriptor))
    payload = wire.receive(control)
    if payload is None:
        return
    assignment = Assignment(**json.loads(payload))
    isolated = _leave_network()
    try:
        zygote = Zygote(assignment, control)
    except (TreatybodiesError, OSError) as cause:
        _tell(control, "failed " + " ".join(str(cause).split()))
        return
    _tell(control, f"ready {'isolated' if isolated else 'networked'}")
    zygote.run()


class Zygote:
    """Holds the loaded release and forks a worker for every connection."""

    def __init__(self, assignment: Assignment, control: socket.socket) -> None:
        self.assignment = assignment
        self.control = control
        self.release = Release(Path(assignment.release))
        # RocksDB's own threads do not survive a fork: a store on disk is opened by each worker.
        self.store = self._open() if self._fits_in_memory else None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(assignment.socket)
        self.listener.listen(128)
        gc.collect()
        gc.freeze()

    @property
    def _fits_in_memory(self) -> bool:
        return self.release.manifest.quads <= self.assignment.in_memory_quads

    def _open(self) -> ox.Store:
        return self.release.open(self.assignment.in_memory_quads)

    def run(self) -> None:
        """Fork and reap until the control socket closes; then nothing of it is left."""
        wake, woken = socket.socketpair()
        woken.setblocking(False)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self.listener, self.control, wake], [], [])
            if self.control in ready:
                shutil.rmtree(self.assignment.folder, ignore_errors=True)
                return  # the workers die with their parent
            if wake in ready:
                wake.recv(4096)
                self._reap()
            if self.listener in ready:
                self._fork()

    def _fork(self) -> None:
        connection, _ = self.listener.accept()
        zygote = os.getpid()
        try:
            child = os.fork()
        except OSError:  # out of processes or memory: the web process sees a closed connection
            connection.close()
            return
        if child == 0:
            self._become_worker(connection, zygote)
        connection.close()

    def _become_worker(self, connection: socket.socket, zygote: int) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() == zygote:
                self.listener.close()
                self.control.close()
                store = self.store if self.store is not None else self._open()
                Worker(self.assignment, store, connection).serve()
                status = 0
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            _tell(self.control, f"exit {pid} {os.waitstatus_to_exitcode(status)}")


class Worker:
    """Evaluates the jobs of one connection, one after the other."""

    def __init__(self, assignment: Assignment, store: ox.Store, connection: socket.socket) -> None:
        self.store = store
        self.connection = connection
        self.prefixes = assignment.prefixes
        self.largest = assignment.result_mb * MIB
        self.spool = spool_path(assignment.folder, os.getpid())
        _silence_standard_error()
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, self.largest)
        _limit(resource.RLIMIT_AS, _address_space() + assignment.memory_mb * MIB)

    def serve(self) -> None:
        """Answer jobs until the web process closes the connection."""
        self.connection.sendall(wire.frame(str(os.getpid()).encode()))
        while (payload := wire.receive(self.connection)) is not None:
            reply = self._answer(Job.decode(payload))
            self.connection.sendall(reply.encode())
            if reply.outcome is Outcome.INLINE:
                self.connection.sendall(wire.frame(self.spool.read_bytes()))

    def _answer(self, job: Job) -> Reply:
        with deadline(job.seconds):
            try:
                self._evaluate(job)
            except SyntaxError as cause:
                return Reply(Outcome.SYNTAX, message=str(cause))
            except MemoryError:
                return Reply(Outcome.MEMORY)
            except OSError as cause:
                return self._storage_fault(cause)
            except (RuntimeError, ValueError) as cause:
                return Reply(Outcome.EVALUATION, message=str(cause))
        length = self.spool.stat().st_size
        return Reply(Outcome.INLINE if length <= wire.INLINE_BYTES else Outcome.SPOOLED, length)

    def _storage_fault(self, cause: OSError) -> Reply:
        # The engine's OSError carries no errno; a full spool file is how RLIMIT_FSIZE shows.
        if self.spool.exists() and self.spool.stat().st_size >= self.largest:
            return Reply(Outcome.TOO_LARGE)
        return Reply(Outcome.STORAGE, message=str(cause))

    def _evaluate(self, job: Job) -> None:
        """Write the result of ``job`` to the spool file; rows never pass through Python."""
        target, chosen = str(self.spool), Format[job.format]
        result = self.store.query(
            job.query,
            default_graph=_graphs(job.default_graphs),
            named_graphs=_graphs(job.named_graphs),
        )
        if job.quads:
            assert isinstance(result, ox.QuerySolutions)
            ox.serialize(_quads(result), target, chosen.rdf, prefixes=self.prefixes)
        elif isinstance(result, ox.QueryTriples):
            ox.serialize(result, target, chosen.rdf, prefixes=self.prefixes)
        else:
            result.serialize(target, chosen.results)


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """The kernel ends this process after ``seconds``, whatever native code it is in."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 2)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _quads(solutions: ox.QuerySolutions) -> Iterator[ox.Quad]:
    for solution in solutions:
        subject, predicate, value, graph = (solution[name] for name in ("s", "p", "o", "g"))
        yield ox.Quad(subject, predicate, value, graph or ox.DefaultGraph())


def _graphs(names: tuple[str, ...] | None) -> list[Any] | None:  # the stub's lists are invariant
    return None if names is None else [ox.NamedNode(name) for name in names]


def _leave_network() -> bool:
    """Enter an empty network namespace; False where the kernel forbids it."""
    libc = _libc()
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _limit(which: int, soft: int) -> None:
    """Set the soft limit; the hard limit stays, since a CPU limit grows with every query."""
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _silence_standard_error() -> None:
    """A crashing worker's last words would let strangers fill the operator's log."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _tell(control: socket.socket, line: str) -> None:
    with contextlib.suppress(OSError):
        control.sendall(line.encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
