"""Every error this package raises on purpose.

::

    TreatybodiesError            the message ends with what to do
    ├── InputFaults              faults in files a curator wrote: all of them, each with its place
    ├── ImportRefused            a published page cannot be taken up: nothing is written
    │   └── PageDamaged          something on the page cannot be read
    ├── BuildRefused             the built graph fails its checks: nothing is published
    ├── DraftRefused             a drafted record does not agree with its text: it stays a draft
    ├── DraftExists              a draft or record is there already and would be written over
    ├── BuildBusy                another process is building into the same folder
    ├── ReleaseMissing           no built release where one is needed
    ├── ReleaseDamaged           a release lacks a file, or a file does not match its manifest
    ├── ExportFault              a published export is not what it should be
    │   └── ExportTruncated      it ends in the middle; what was read before is kept
    ├── SetFault                 a source set is missing, damaged or of another version
    ├── DumpUnreadable           a file to be compared is no sorted N-Quads file
    ├── UnknownTerm              code names a term that the ontology does not declare
    ├── UnknownSymbol            a text is no document symbol of a treaty body
    ├── ParameterFault           a value given for a query's parameter does not fit its type
    ├── PortInUse                another program listens where the service should
    ├── EngineFailed             the engine that answers queries does not start
    │   └── OtherRelease         the engine behind the service holds another release, or none
    ├── EngineAddressFault       an address of another engine is no URL of a SPARQL endpoint
    ├── LoadRefused              another engine cannot be filled with a release as it stands
    ├── RequestFault             a client's request cannot be answered as it stands
    │   ├── RequestMalformed     it is not what the protocol asks for
    │   ├── QueryMalformed       its query is no SPARQL; it has line, column and the text near them
    │   ├── QueryFailed          its query is SPARQL that the engine cannot evaluate
    │   ├── QueryTooComplex      its query is nested too deep or has too many tokens
    │   ├── QueryTooLong         its query or body has too many bytes
    │   ├── UpdateRefused        it would change the data
    │   ├── FederationRefused    it would make the service ask other servers
    │   ├── MediaTypeUnsupported its body is in a format that no route reads
    │   ├── NotAcceptable        it accepts none of the formats there are
    │   ├── NotInGraph           it names a thing that the release does not know
    │   ├── Withdrawn            it names a thing by an IRI that is used no more
    │   ├── ReleaseGone          it asks for a release that is not served any more
    │   ├── RangeUnsatisfiable   it asks for bytes that a file does not have
    │   ├── BodyLate             its body did not arrive in time
    │   ├── HostRefused          it names a host that this service does not go by
    │   ├── OriginRefused        it comes from a page that may not ask this service
    │   └── ClientLimited        its client asks too much at once, or has asked too much
    │       ├── ClientBusy       too many queries of its client are running or waiting
    │       └── BudgetSpent      its client has used up its processor time
    └── QueryStopped             a query ended without a result; nothing of it was sent
        ├── QueryTimeout         it ran longer than allowed
        ├── QueryMemory          it needed more memory than allowed
        ├── ResultTooLarge       its result is larger than allowed
        ├── Overloaded           too many queries were waiting
        ├── EngineAway           the engine is being restarted, or cannot be reached
        ├── EngineFault          another engine answers what is no result
        ├── WorkerCrashed        it crashed the engine's worker process
        ├── StoreUnreadable      the worker cannot read the release, or write a result
        └── ClientGone           its client closed the connection
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class TreatybodiesError(Exception):
    """Base of all errors raised on purpose; ``str()`` is fit to show a user."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in one place of a curator's file, and its remedy.

    ``line`` counts from 1; 0 means the file as a whole.
    """

    file: Path
    line: int
    what: str
    remedy: str
    column: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        column = f" [{self.column}]" if self.column else ""
        return f"{place}{column}: {self.what} → {self.remedy}"


class InputFaults(TreatybodiesError):
    """Faults in the files that a build reads, collected before anything is built."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["InputFaults"], tuple[tuple[Fault, ...]]]:
        return InputFaults, (self.faults,)


class ImportRefused(TreatybodiesError):
    """A published page is not taken up; ``reasons`` are all that speak against it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class PageDamaged(ImportRefused):
    """Something on a published page cannot be read; the reader above it adds where."""

    def __init__(self, what: str) -> None:
        super().__init__([what])


class BuildRefused(TreatybodiesError):
    """The graph was built but fails its checks; the release in use stays as it is."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.findings))


class DraftRefused(TreatybodiesError):
    """A drafted record does not agree with its text, so that it cannot be accepted."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.findings))


class DraftExists(TreatybodiesError):
    """A draft or a record of the document exists and would be written over."""


class BuildBusy(TreatybodiesError):
    """Another process holds the lock of the build folder."""


class ReleaseMissing(TreatybodiesError):
    """There is no built release to read."""


class ReleaseDamaged(TreatybodiesError):
    """A release does not hold what its manifest says."""


class ExportFault(TreatybodiesError):
    """An export that was to be imported is not what its publisher's exports are."""


class ExportTruncated(ExportFault):
    """An export ends in the middle; an import goes on from there once the whole is at hand."""


class SetFault(TreatybodiesError):
    """A source set cannot be attached to a build."""


class DumpUnreadable(TreatybodiesError):
    """A file is not what a comparison reads: sorted N-Quads, whole and without blank nodes."""


class UnknownTerm(TreatybodiesError):
    """A term is used that ``ontology/treatybodies.ttl`` does not declare."""


class UnknownSymbol(TreatybodiesError):
    """``symbol`` is no document symbol of a treaty body; ``nearest`` is a known one like it."""

    def __init__(self, symbol: str, reason: str, nearest: str | None = None) -> None:
        self.symbol = symbol
        self.reason = reason
        self.nearest = nearest
        example = nearest or "CMW/C/SR.590"
        super().__init__(f"“{symbol}”: {reason} → write a symbol such as {example}")


class ParameterFault(TreatybodiesError):
    """A parameter's value does not fit its declared type; ``name`` is the parameter."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(message)


class PortInUse(TreatybodiesError):
    """The service cannot listen on its address."""


class EngineFailed(TreatybodiesError):
    """What answers queries did not start: our own process, or the engine behind the service."""


class OtherRelease(EngineFailed):
    """The engine behind the service does not hold the release that is to be served."""


class EngineAddressFault(TreatybodiesError):
    """An address of another engine cannot be used; it is not shown, as it may hold a password."""


class LoadRefused(TreatybodiesError):
    """Another engine cannot be filled with the release as things are."""


class RequestFault(TreatybodiesError):
    """A client's request cannot be answered as it stands; the fault is the client's."""


class RequestMalformed(RequestFault):
    """The request is not what the protocol asks for."""


class QueryMalformed(RequestFault):
    """The query is no SPARQL; where known, ``line`` and ``column`` count from 1.

    ``near`` is the query's text around that place.
    """

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None, near: str = ""
    ) -> None:
        self.line = line
        self.column = column
        self.near = near
        super().__init__(message)


class QueryFailed(RequestFault):
    """The query is SPARQL, but asks what the engine cannot do, as an unknown function."""


class QueryTooComplex(RequestFault):
    """The query is nested too deep or has too many tokens."""


class QueryTooLong(RequestFault):
    """The query, or the request's body, has too many bytes."""


class UpdateRefused(RequestFault):
    """The request would change the data."""


class FederationRefused(RequestFault):
    """The query would make the service ask other servers."""


class MediaTypeUnsupported(RequestFault):
    """The request's body is in a format that the route does not read."""


class NotAcceptable(RequestFault):
    """The client accepts none of the formats there are."""


class NotInGraph(RequestFault):
    """The request names a thing that the release does not know."""


class Withdrawn(RequestFault):
    """``iri`` names nothing any more; ``successor`` is what took its place, empty for nothing."""

    def __init__(self, iri: str, day: str, reason: str, successor: str) -> None:
        self.iri = iri
        self.reason = reason
        self.successor = successor
        remedy = f"use {successor}" if successor else "there is no successor: remove the link"
        super().__init__(f"{iri} was withdrawn on {day}. {reason} → {remedy}.")


class ReleaseGone(RequestFault):
    """The request is bound to a release that is not, or no longer, the one in use."""


class RangeUnsatisfiable(RequestFault):
    """The request asks for a part that lies outside the file of ``size`` bytes."""

    def __init__(self, message: str, size: int) -> None:
        self.size = size
        super().__init__(message)


class BodyLate(RequestFault):
    """The request's body did not arrive in time."""


class HostRefused(RequestFault):
    """The request names a host that this service does not go by."""


class OriginRefused(RequestFault):
    """The request comes from a page of a site that may not ask this service."""


class ClientLimited(RequestFault):
    """The client asks too much; ``retry_after`` is when to ask again, in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class ClientBusy(ClientLimited):
    """Too many queries of the client are running or waiting."""


class BudgetSpent(ClientLimited):
    """The client has used up its share of processor time."""


class QueryStopped(TreatybodiesError):
    """A query ended without a result; nothing of a result was sent."""


class QueryTimeout(QueryStopped):
    """The query ran longer than allowed."""


class QueryMemory(QueryStopped):
    """The query needed more memory than allowed."""


class ResultTooLarge(QueryStopped):
    """The query's result is larger than allowed."""


class Overloaded(QueryStopped):
    """Too many queries were waiting; ``retry_after`` is when to ask again, in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class EngineAway(QueryStopped):
    """The process that forks query workers is being restarted, or another engine is away."""


class EngineFault(QueryStopped):
    """The engine behind the service has refused, broken off or garbled its answer."""


class WorkerCrashed(QueryStopped):
    """The query crashed its worker process."""


class StoreUnreadable(QueryStopped):
    """The worker cannot read the release, or has no room for a result."""


class ClientGone(QueryStopped):
    """The client closed the connection before its query had ended."""
