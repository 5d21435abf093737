"""Why a query has no result: what the worker said, or how it died, as an exception."""

import logging
import signal
from dataclasses import dataclass

from treatybodies.errors import (
    EngineAway,
    Overloaded,
    QueryFailed,
    QueryMemory,
    QueryStopped,
    QueryTimeout,
    QueryTooComplex,
    ResultTooLarge,
    StoreUnreadable,
    WorkerCrashed,
)
from treatybodies.web.places import malformed
from treatybodies.web.wire import Job, Outcome, Reply

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exit:
    """How a worker ended: its status (negative: a signal), the processor time it had used."""

    status: int
    used: float


def fault_of(reply: Reply, job: Job) -> Exception:
    """The exception for a reply that tells of no result."""
    match reply.outcome:
        case Outcome.SYNTAX:
            return malformed(job.query, reply.message)
        case Outcome.EVALUATION:
            return QueryFailed(f"{reply.message} → rewrite this part of the query.")
        case Outcome.TOO_LARGE:
            return ResultTooLarge(
                "The result is larger than allowed → use LIMIT and OFFSET, or load the dump."
            )
        case Outcome.MEMORY:
            return _memory()
    if any(each in reply.message for each in _FULL):
        return no_room()
    return unreadable(reply.message)


def no_room() -> Overloaded:
    """The disk is full, or no more files can be open."""
    return Overloaded("There is no room for results now → ask again later.", retry_after=10)


_FULL = ("os error 28", "[Errno 28]", "os error 122", "[Errno 122]")
"""ENOSPC and EDQUOT, as the engine and as Python word them."""


def is_damaged(cause: Exception) -> bool:
    """Whether ``cause`` is RocksDB's word for a store that is not as it was written."""
    return isinstance(cause, RuntimeError) and str(cause).startswith("Corruption:")


def unreadable(message: str) -> StoreUnreadable:
    """A store that was there when the service started, and what the engine says of it now."""
    LOG.error("the store cannot be read, or a result not written: %s", message)
    return StoreUnreadable("The store cannot be read → the fault is the service's: report it.")


def cause_of(status: int, job: Job) -> QueryStopped | QueryTooComplex:
    """Why a worker with this exit status died: a negative status is the signal that ended it."""
    if -status == signal.SIGALRM:
        return timeout(job.seconds)
    if -status in (signal.SIGPROF, signal.SIGXCPU):
        return QueryTimeout(
            "The query used more processor time than allowed → bind more of it, or ask for less."
        )
    if -status in (signal.SIGSEGV, signal.SIGBUS):  # the engine's recursion has met the stack's end
        return QueryTooComplex("The query is nested too deep for the engine → flatten it.")
    # Rust aborts when it cannot allocate; the kernel's own memory killer sends SIGKILL.
    if -status in (signal.SIGABRT, signal.SIGKILL):
        return _memory()
    return WorkerCrashed("The query crashed the engine → rewrite it, simpler, and report it.")


def timeout(seconds: float) -> QueryTimeout:
    """A query that ran into the clock."""
    return QueryTimeout(
        f"The query ran longer than {seconds:g} s → bind more of it, or use LIMIT without ORDER BY."
    )


def away() -> EngineAway:
    """A query that came, or ran, when the engine had ended."""
    return EngineAway("The query engine is being restarted → ask again in a few seconds.")


def _memory() -> QueryMemory:
    return QueryMemory(
        "The query needed more memory than allowed → bind more of it, or group and sort less."
    )
