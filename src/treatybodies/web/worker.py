"""The zygote process and the query workers it forks.

``python -m treatybodies.web.worker`` is started as a fresh interpreter, so it has one thread. It
loads the release once and forks a worker for every connection to its socket; the workers share the
loaded store copy-on-write. Where there are several web processes, the zygote of each is forked from
the one process that has loaded the release (see `loader`). A worker evaluates one query at a time;
the jobs that were sent after it wait in its socket. pyoxigraph cannot be cancelled (oxigraph#1926)
and may crash on hostile queries, so whatever bounds a query is the kernel's:

- time and processor time: ``setitimer``, whose SIGALRM and SIGPROF end the process;
- memory: ``RLIMIT_AS``; size of the result: ``RLIMIT_FSIZE``;
- network, files, other processes: the fences of `sandbox`.

The zygote tells the web process over its control socket, one line each: ``ready PID``, ``failed``,
and ``exit PID STATUS SECONDS`` for every worker that ended, with the processor time it used in all.
"""

import contextlib
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyoxigraph as ox

from treatybodies.errors import TreatybodiesError
from treatybodies.store import Release
from treatybodies.syntax import explain
from treatybodies.web import sandbox, wire
from treatybodies.web.causes import is_damaged
from treatybodies.web.forking import Forking
from treatybodies.web.formats import Format
from treatybodies.web.wire import Job, Outcome, Reply

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
    cpu_seconds: float
    base: str
    """What relative IRIs in queries resolve against."""
    prefixes: dict[str, str]

    def encode(self) -> bytes:
        """The assignment as a frame."""
        return wire.frame(json.dumps(asdict(self)).encode())


def spool_path(folder: str, pid: int, number: int) -> str:
    """Where the worker ``pid`` writes the result of its job ``number``, if it is large."""
    return f"{folder}/{pid}-{number}.spool"


Load = Callable[[Release, int], ox.Store | None]


def main(descriptor: str) -> None:
    """Run as the zygote until the web process closes the control socket, file ``descriptor``."""
    sandbox.heed_no_orders()
    run_zygote(socket.socket(fileno=int(descriptor)), sandbox.leave_network(), load)


def load(release: Release, in_memory_quads: int) -> ox.Store | None:
    """The store of ``release`` in memory; None for one that is too large, and stays on disk.

    RocksDB's own threads do not survive a fork: each worker opens a store on disk itself.
    """
    return release.open(in_memory_quads) if release.manifest.quads <= in_memory_quads else None


def run_zygote(control: socket.socket, isolated: bool, load: Load) -> None:
    """Be a zygote over what ``load`` gives, until the other side closes ``control``."""
    payload = wire.receive(control, bytearray())
    if payload is None:
        return
    assignment = Assignment(**json.loads(payload))
    try:
        release = Release(Path(assignment.release))
        store = load(release, assignment.in_memory_quads)
        zygote = Zygote(assignment, control, isolated, release, store)
    except (TreatybodiesError, OSError) as cause:
        _tell(control, "failed " + " ".join(str(cause).split()))
        return
    _tell(control, f"ready {os.getpid()}")
    zygote.run()


class Zygote:
    """Holds the loaded release and forks a worker for every connection."""

    def __init__(
        self,
        assignment: Assignment,
        control: socket.socket,
        isolated: bool,
        release: Release,
        store: ox.Store | None,
    ) -> None:
        self.assignment = assignment
        self.control = control
        self.isolated = isolated
        self.release = release
        if release.manifest.served_files:  # the project's prefixes say nothing about them
            self.assignment = replace(assignment, prefixes={})
        self.store = store
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(assignment.socket)
        self.listener.listen(128)
        gc.collect()
        gc.freeze()

    def run(self) -> None:
        """Fork and reap until the control socket closes; then nothing of it is left."""
        forking = Forking(self.listener)
        while True:
            ready, _, _ = select.select([self.listener, self.control, forking.wake], [], [])
            if self.control in ready:
                signal.set_wakeup_fd(-1)
                shutil.rmtree(self.assignment.folder, ignore_errors=True)
                return  # the workers die with their parent
            if forking.wake in ready:
                forking.wake.recv(4096)
                self._reap()
            if self.listener in ready:
                forking.fork(self._become_worker)

    def _become_worker(self, connection: socket.socket) -> None:
        self.control.close()
        store = self.store
        if store is None:
            store = self.release.open(self.assignment.in_memory_quads)
        Worker(self.assignment, store, connection).serve(self.isolated)

    def _reap(self) -> None:
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            exit_code = os.waitstatus_to_exitcode(status)
            _tell(self.control, f"exit {pid} {exit_code} {used.ru_utime + used.ru_stime:.3f}")


class Worker:
    """Evaluates the jobs of one connection, one after the other."""

    def __init__(self, assignment: Assignment, store: ox.Store, connection: socket.socket) -> None:
        self.store = store
        self.connection = connection
        self.prefixes = assignment.prefixes
        self.base = assignment.base
        self.cpu_seconds = assignment.cpu_seconds
        self.largest = assignment.result_mb * MIB
        self.folder = assignment.folder
        self.pid = os.getpid()
        self.answered = 0
        self.release = Path(assignment.release)
        _silence_standard_error()
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, self.largest)
        _limit(resource.RLIMIT_AS, _address_space() + assignment.memory_mb * MIB)

    def serve(self, isolated: bool) -> None:
        """Answer jobs until the web process closes the connection."""
        fences = sandbox.confine(Path(self.folder), self.release)
        hello = {"pid": self.pid, "fences": ["namespace"] * isolated + list(fences)}
        self.connection.sendall(wire.frame(json.dumps(hello).encode()))
        received = bytearray()
        while (payload := wire.receive(self.connection, received)) is not None:
            reply = self._answer(Job.decode(payload))
            # Never kept back for the next one's: that may run for seconds.
            self.connection.sendall(reply.encode(time.process_time()))
            self.answered += 1

    def _answer(self, job: Job) -> Reply:
        spool = Spool(spool_path(self.folder, self.pid, self.answered))
        # The kernel ends this process at either limit, whatever native code it is in.
        signal.setitimer(signal.ITIMER_REAL, job.seconds)
        signal.setitimer(signal.ITIMER_PROF, self.cpu_seconds)
        try:
            self._evaluate(job, spool)
            spool.close()
        except SyntaxError as cause:
            return _failed(Outcome.SYNTAX, explain(job.query, str(cause), self.base or None))
        except MemoryError:
            return Reply(Outcome.MEMORY)
        except OSError as cause:
            # The engine's OSError carries no errno; a full spool file is how RLIMIT_FSIZE shows.
            full = spool.is_full(self.largest)
            return Reply(Outcome.TOO_LARGE) if full else _failed(Outcome.STORAGE, cause)
        except (RuntimeError, ValueError) as cause:
            # A fault of ours is never the client's; nor are its files' names told.
            outcome = Outcome.STORAGE if is_damaged(cause) else Outcome.EVALUATION
            return _failed(outcome, cause)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
        if spool.file is not None:
            return Reply(Outcome.SPOOLED, spool.length)
        return Reply(Outcome.INLINE, spool.length, b"".join(spool.parts))

    def _evaluate(self, job: Job, spool: "Spool") -> None:
        """Write the result of ``job`` to ``spool``; rows never pass through Python."""
        target, chosen = cast(IO[bytes], spool), Format[job.format]
        result = self.store.query(
            job.query,
            base_iri=self.base or None,
            default_graph=_graphs(job.default_graphs),
            named_graphs=_graphs(job.named_graphs),
        )
        if job.quads:
            assert isinstance(result, ox.QuerySolutions)
            ox.serialize(_quads(result), target, chosen.rdf, prefixes=self.prefixes)
        elif isinstance(result, ox.QueryTriples):
            ox.serialize(result, target, chosen.rdf, prefixes=self.prefixes)
        elif isinstance(result, ox.QueryBoolean):
            spool.write(result.serialize(format=chosen.results) or b"")
        else:
            result.serialize(target, chosen.results)


class Spool:
    """What a result is written to: memory while it is small, else a file.

    To make a file takes a hundred times as long as a small query.
    """

    def __init__(self, path: str) -> None:
        self.length = 0
        self.parts: list[bytes] = []
        """A small result."""
        self.file: BinaryIO | None = None
        self._path = path

    def write(self, part: bytes) -> int:
        """Take the next part; raises `OSError` when the file is too large."""
        self.length += len(part)
        if self.file is not None:
            return self.file.write(part)
        self.parts.append(part)
        if self.length > wire.INLINE_BYTES:
            self.file = Path(self._path).open("wb", buffering=1 << 18)  # noqa: SIM115 - `close` does
            self.file.writelines(self.parts)
            self.parts.clear()
        return len(part)

    def flush(self) -> None:
        """Nothing; the engine calls it now and then."""

    def close(self) -> None:
        """The result is whole; raises `OSError` when the file is too large."""
        if self.file is not None:
            self.file.close()

    def is_full(self, largest: int) -> bool:
        """Whether the file has reached ``largest`` bytes."""
        return self.file is not None and Path(self._path).stat().st_size >= largest


def _failed(outcome: Outcome, cause: Exception | str) -> Reply:
    return Reply(outcome, rest=str(cause).encode("utf-8", "replace"))


def _quads(solutions: ox.QuerySolutions) -> Iterator[ox.Quad]:
    for solution in solutions:
        subject, predicate, value, graph = (solution[name] for name in ("s", "p", "o", "g"))
        yield ox.Quad(subject, predicate, value, graph or ox.DefaultGraph())


def _graphs(names: tuple[str, ...] | None) -> list[Any] | None:  # the stub's lists are invariant
    return None if names is None else [ox.NamedNode(name) for name in names]


def _limit(which: int, most: int) -> None:
    """Set the limit ``which`` for good; never above the one that is in force."""
    _, hard = resource.getrlimit(which)
    value = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (value, value))


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
