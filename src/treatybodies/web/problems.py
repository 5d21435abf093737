"""Errors as responses: RFC 9457 problem documents, a page for browsers, a line for plain text.

One table says which error becomes what. A fault of ours is never a 4xx, a client's never a 5xx.
"""

import errno
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from treatybodies import errors
from treatybodies.web.causes import no_room
from treatybodies.web.editor import query_page
from treatybodies.web.negotiation import prefers_html
from treatybodies.web.pages import page
from treatybodies.web.signposts import Link

LOG = logging.getLogger(__name__)
PROBLEM_JSON = "application/problem+json"
POST_TYPES = "application/sparql-query, application/x-www-form-urlencoded"
ACCEPTED = {"Accept-Post": POST_TYPES, "Accept-Query": POST_TYPES}
"""Which bodies the routes for queries read."""


@dataclass(frozen=True)
class Row:
    """What one class of error is to a client."""

    status: int
    code: str
    title: str


HANDLERS: Mapping[type[errors.TreatybodiesError], Row] = {
    errors.RequestMalformed: Row(400, "malformed-request", "The request is malformed"),
    errors.QueryMalformed: Row(400, "query-syntax", "The query is no valid SPARQL"),
    errors.QueryFailed: Row(400, "query-evaluation", "The query cannot be evaluated"),
    errors.QueryTooComplex: Row(400, "query-too-complex", "The query is too complex"),
    errors.UpdateRefused: Row(403, "update-refused", "The data cannot be changed here"),
    errors.FederationRefused: Row(403, "service-refused", "Federated queries are refused"),
    errors.NotInGraph: Row(404, "not-found", "There is no such thing here"),
    errors.NotAcceptable: Row(406, "not-acceptable", "There is no such format"),
    errors.BodyLate: Row(408, "late", "The request did not arrive in time"),
    errors.Withdrawn: Row(410, "withdrawn", "This IRI is used no more"),
    errors.ReleaseGone: Row(410, "release-gone", "This release is not served any more"),
    errors.HostRefused: Row(421, "host-refused", "This is another service's name"),
    errors.OriginRefused: Row(403, "origin-refused", "Pages of that site may not ask here"),
    errors.QueryTooLong: Row(413, "query-too-long", "The query is too long"),
    errors.MediaTypeUnsupported: Row(415, "unsupported-media-type", "The body is not readable"),
    errors.RangeUnsatisfiable: Row(416, "range", "There are no such bytes"),
    errors.ParameterFault: Row(422, "invalid-parameter", "A parameter is not valid"),
    errors.UnknownSymbol: Row(422, "unknown-symbol", "This is no symbol of a treaty body"),
    errors.ClientBusy: Row(429, "too-many-queries", "Too many queries at once"),
    errors.BudgetSpent: Row(429, "budget", "Too much processor time"),
    errors.ClientGone: Row(499, "client-gone", "The client has gone"),
    errors.StoreUnreadable: Row(500, "storage", "The data cannot be read"),
    errors.EngineFault: Row(502, "engine", "The engine behind the service is at fault"),
    errors.WorkerCrashed: Row(503, "crashed", "The query crashed the engine"),
    errors.QueryTimeout: Row(503, "timeout", "The query took too long"),
    errors.QueryMemory: Row(503, "memory", "The query needed too much memory"),
    errors.ResultTooLarge: Row(503, "result-size", "The result is too large"),
    errors.Overloaded: Row(503, "overload", "The service is overloaded"),
    errors.EngineAway: Row(503, "unavailable", "The engine is away"),
}
_INTERNAL = Row(500, "internal", "Something went wrong here")


def add_handlers(application: FastAPI) -> None:
    """Make every error of ``application`` a problem document."""
    application.add_exception_handler(errors.TreatybodiesError, _known)
    application.add_exception_handler(HTTPException, _http)
    application.add_exception_handler(RequestValidationError, _validation)
    application.add_exception_handler(OSError, _unexpected)
    application.add_exception_handler(Exception, _unexpected)


async def respond(request: Request, cause: Exception) -> Response:
    """The response to ``cause``, where no framework looks it up."""
    match cause:
        case errors.TreatybodiesError():
            return await _known(request, cause)
        case HTTPException():
            return await _http(request, cause)
    return await _unexpected(request, cause)


def problem(
    request: Request,
    row: Row,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """``row`` and ``detail`` in the form the client prefers."""
    request.app.state.metrics.problems.labels(row.code).inc()
    body = {
        "type": "about:blank",
        "title": row.title,
        "status": row.status,
        "detail": detail,
        "instance": request.url.path,
        "code": row.code,
    } | more
    sent = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", **(headers or {})}
    accept = request.headers.get("accept")
    if prefers_html(accept):
        if request.url.path.rstrip("/") == "/sparql":
            asked = request.query_params.get("query", "")
            return query_page("query-problem.html", request, asked, row.status, sent, problem=body)
        return page("problem.html", request, problem=body, status=row.status, headers=sent)
    if accept and accept.split(",")[0].split(";")[0].strip().lower() == "text/plain":
        return PlainTextResponse(f"{row.code}: {detail}\n", row.status, headers=sent)
    return JSONResponse(body, row.status, headers=sent, media_type=PROBLEM_JSON)


def row_of(cause: Exception) -> Row | None:
    """What ``cause`` is to a client; nothing for a fault of ours that the table does not know."""
    return next((HANDLERS[each] for each in type(cause).__mro__ if each in HANDLERS), None)


async def _known(request: Request, cause: Exception) -> Response:
    row = row_of(cause)
    if row is None:
        return await _unexpected(request, cause)
    if isinstance(cause, errors.QueryTooLong) and request.method == "GET":
        row = replace(row, status=414)
    return problem(request, row, str(cause), _headers(cause), **_members(cause))


def _members(cause: Exception) -> dict[str, Any]:
    if isinstance(cause, errors.ParameterFault):
        return {"parameter": cause.name}
    if isinstance(cause, errors.Withdrawn):
        successor = {"successor": cause.successor} if cause.successor else {}
        return {"thing": cause.iri, "reason": cause.reason, **successor}
    if isinstance(cause, errors.QueryMalformed) and cause.line is not None:
        return {"line": cause.line, "column": cause.column, "near": cause.near}
    return {}


def _headers(cause: Exception) -> dict[str, str]:
    match cause:
        case errors.Overloaded() | errors.ClientLimited():
            return {"Retry-After": str(cause.retry_after)}
        case errors.EngineAway():
            return {"Retry-After": "2"}
        case errors.RangeUnsatisfiable():
            return {"Content-Range": f"bytes */{cause.size}", "Accept-Ranges": "bytes"}
        case errors.MediaTypeUnsupported():
            return ACCEPTED
        case errors.Withdrawn() if cause.successor:
            return {"Link": str(Link(cause.successor, "successor-version"))}
    return {}


async def _http(request: Request, cause: Exception) -> Response:
    assert isinstance(cause, HTTPException)
    status = HTTPStatus(cause.status_code)
    headers = dict(cause.headers or {})
    if "Allow" in headers:
        headers["Allow"] = _allowed(headers["Allow"])
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    code = status.phrase.lower().replace(" ", "-")
    detail = cause.detail if cause.detail != status.phrase else _WHAT_TO_DO.get(status, "")
    row = Row(status, code, status.phrase)
    return problem(request, row, detail or status.phrase, headers)


def _allowed(methods: str) -> str:
    """What the router allows, and what `Methods` and this module add to it."""
    routed = methods.split(", ")
    added = [*(["HEAD"] if "GET" in routed else []), "OPTIONS"]
    return ", ".join([*routed, *(each for each in added if each not in routed)])


_EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOSPC))
_WHAT_TO_DO = {
    HTTPStatus.NOT_FOUND: "Nothing is at this address → start at / or see /docs.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method → see Allow.",
}


async def _validation(request: Request, cause: Exception) -> Response:
    assert isinstance(cause, RequestValidationError)
    first = cause.errors()[0]
    name = str(first["loc"][-1])
    row = HANDLERS[errors.ParameterFault]
    return problem(request, row, f"{name}: {first['msg']}", parameter=name)


async def _unexpected(request: Request, cause: Exception) -> Response:
    if isinstance(cause, OSError) and cause.errno in _EXHAUSTED:
        LOG.error("this machine has no more to give: %s", cause)
        return await _known(request, no_room())
    LOG.error("unexpected error at %s", request.url.path, exc_info=cause)
    return problem(request, _INTERNAL, "The fault is the service's, not yours → report it.")
