"""The SPARQL 1.1 Protocol's query operation, and the Service Description behind a bare GET."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from treatybodies.errors import (
    MediaTypeUnsupported,
    QueryTooLong,
    ReleaseGone,
    RequestMalformed,
    UpdateRefused,
)
from treatybodies.settings import Settings
from treatybodies.web import description, problems, tables
from treatybodies.web.answers import answer, at_hand, entity_tag, shared
from treatybodies.web.aside import aside
from treatybodies.web.canonical import canonical
from treatybodies.web.formats import GRAPHS, Format, content_type, formats_for
from treatybodies.web.guard import Guarded, check_query
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.openapi import SPARQL_GET, SPARQL_POST
from treatybodies.web.percent import TooManyFields, fields_of, text_of
from treatybodies.web.posted import read_body
from treatybodies.web.problems import ACCEPTED, POST_TYPES
from treatybodies.web.releases import serving
from treatybodies.web.statements import Lookup, lookup_of, spelling
from treatybodies.web.wire import Job

router = APIRouter(tags=["SPARQL"], default_response_class=Response)
ALLOW = "GET, HEAD, POST, QUERY, OPTIONS"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
MOST_FIELDS = 1000


class Operation(NamedTuple):
    """A query operation (SPARQL 1.1 Protocol, section 2.1)."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    """Short names of formats, from the parameters that clients use for them."""
    timeout: float | None = None
    releases: tuple[str, ...] = ()
    """Versions of the release that the client holds to."""

    @property
    def plain(self) -> bool:
        """Whether it has nothing but a query and names of formats."""
        return not (self.default_graphs or self.named_graphs or self.timeout or self.releases)


@router.get("/sparql", openapi_extra=SPARQL_GET, summary="Query, or the service description")
async def get_sparql(request: Request) -> Response:
    """Evaluate ``query``; without it, describe the service, or show a form to a browser."""
    _check_url(request)
    operation = operation_of(request.scope["query_string"])
    if operation.query is None:
        return await describe(request, operation)
    return await evaluate(request, operation, operation.query)


@router.post("/sparql", openapi_extra=SPARQL_POST, summary="Query by POST")
async def post_sparql(request: Request) -> Response:
    """Evaluate the query of a form or of a body of type ``application/sparql-query``."""
    operation = await _posted(request)
    if operation.query is None:
        raise RequestMalformed("The request has no query → send it as the parameter “query”.")
    return await evaluate(request, operation, operation.query)


@router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
async def query_sparql(request: Request) -> Response:
    """The same by the HTTP method QUERY."""
    return await post_sparql(request)


@router.options("/sparql", include_in_schema=False)
async def options_sparql() -> Response:
    """Which methods and bodies there are."""
    return Response(status_code=204, headers={"Allow": ALLOW, **ACCEPTED})


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The same operations without FastAPI's dispatch, which takes longer than a small query."""
    request = Request(scope, receive)
    try:
        operation = _OPERATIONS.get(request.method)
        if operation is None:
            raise HTTPException(405, headers={"Allow": ALLOW})
        response = await operation(request)
    except Exception as cause:
        response = await problems.respond(request, cause)
    await response(scope, receive, send)


async def _options(request: Request) -> Response:
    return await options_sparql()


_OPERATIONS: Mapping[str, Callable[[Request], Awaitable[Response]]] = {
    "GET": get_sparql,
    "POST": post_sparql,
    "QUERY": query_sparql,
    "OPTIONS": _options,
}


async def evaluate(request: Request, operation: Operation, query: str) -> Response:
    """The whole result of ``query`` in the format the client likes best."""
    state = request.app.state
    check_release(request, operation.releases)
    guarded = await _guarded(request, query)
    offers = (*formats_for(guarded.form), Format.HTML)
    choice = negotiate(request.headers.get("accept"), offers, operation.formats)
    tag = tag_of(serving(request).release.manifest.version, operation, guarded, choice)
    if tag is not None and (ready := await at_hand(request, tag)):
        return ready
    page = choice.format is Format.HTML
    job = job_of(state.settings, operation, guarded, None if page else choice.format)
    if page:
        return await tables.result_page(request, job, guarded)
    result = await shared(request, job, tag)
    return await answer(request, result, content_type(choice.media_type), tag)


async def _guarded(request: Request, query: str) -> Guarded:
    kb = request.app.state.settings.query_kb
    if len(query) <= 4096:
        return _remembered(query, kb)
    # A long one takes some 20 ms, in which others must not wait, and would fill the memory.
    return await aside(request, lambda: check_query(query, kb))


_remembered = lru_cache(maxsize=1024)(check_query)


async def describe(request: Request, operation: Operation) -> Response:
    """The Service Description, or the form for a browser."""
    offers = (*GRAPHS, Format.HTML)
    choice = negotiate(request.headers.get("accept"), offers, operation.formats)
    if choice.format is Format.HTML:
        return tables.form_page(request)
    return await description.respond(request, choice)


def job_of(
    settings: Settings, operation: Operation, guarded: Guarded, chosen: Format | None = None
) -> Job:
    """The job; a dataset in the protocol overrides the query's own (section 2.1.4)."""
    given = bool(operation.default_graphs or operation.named_graphs)
    return Job(
        query=guarded.text,
        format=(chosen or formats_for(guarded.form)[0]).name,
        seconds=_seconds(operation, settings),
        default_graphs=operation.default_graphs if given else None,
        named_graphs=operation.named_graphs if given else None,
    )


def _seconds(operation: Operation, settings: Settings) -> float:
    # Never next to nothing: each query that times out costs a fork.
    wished = max(operation.timeout or settings.query_seconds, 0.1)
    return min(wished, settings.query_seconds)


def tag_of(version: str, operation: Operation, guarded: Guarded, choice: Choice) -> str | None:
    """The entity tag of the answer; None when it is another each time."""
    if not guarded.lasting:
        return None
    given = operation.default_graphs or operation.named_graphs
    if not given and (lookup := lookup_of(guarded.text)):
        return tag_of_lookup(version, lookup, choice.media_type)
    dataset = (sorted(set(operation.default_graphs)), sorted(set(operation.named_graphs)))
    return entity_tag(version, "sparql", canonical(guarded.text), choice.media_type, dataset)


@lru_cache(maxsize=4096)
def tag_of_lookup(version: str, lookup: Lookup, media_type: str) -> str:
    """The entity tag of a query of one triple pattern, however it is spelt."""
    return entity_tag(version, "pattern", spelling(lookup), media_type)


def _check_url(request: Request) -> None:
    limit = request.app.state.settings.query_kb * 1024 * 3  # each byte may be percent-encoded
    if len(request.scope["query_string"]) > limit + 4096:
        raise QueryTooLong("The URL is too long → send the query by POST.")


async def _posted(request: Request) -> Operation:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeUnsupported("Compressed bodies are not read → send the body as it is.")
    media_type = body_type(request.headers.get("content-type", ""))
    body = await _body(request, 3 if media_type == _FORM else 1)
    return posted_operation(media_type, request.scope["query_string"], body)


def body_type(header: str) -> str:
    """The media type that ``header`` gives a body, if such bodies are read.

    Raises `MediaTypeUnsupported` or `UpdateRefused`.
    """
    media_type, charset = _media_type(header)
    if charset not in ("utf-8", "utf8", "us-ascii", ""):
        raise MediaTypeUnsupported(f"The charset {charset[:40]} is not read → send UTF-8.")
    if media_type == _UPDATE:
        raise _update()
    if media_type not in (_QUERY, _FORM):
        raise MediaTypeUnsupported(
            f"A body of type {media_type[:60] or 'unknown'} is not read "
            f"→ send one of: {POST_TYPES}."
        )
    return media_type


def posted_operation(media_type: str, parameters: bytes, body: bytes) -> Operation:
    """What a ``body`` says that was sent to a URL with ``parameters``; raises `RequestFault`."""
    if media_type == _FORM:
        return operation_of(body)
    return operation_of(parameters, (("query", _text(body)),))


def _media_type(header: str) -> tuple[str, str]:
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((each for each in parameters if each.startswith("charset=")), "")
    return media_type, charset.removeprefix("charset=").strip('"')


async def _body(request: Request, times: int) -> bytes:
    """The body, up to ``times`` the longest query: a form percent-encodes its bytes."""
    return await read_body(request, request.app.state.settings.query_kb * 1024 * times + 4096)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")  # editors put a mark before it
    except UnicodeDecodeError:
        raise RequestMalformed("The query is not valid UTF-8 → send it in UTF-8.") from None


def operation_of(encoded: bytes, more: Sequence[tuple[str, str]] = ()) -> Operation:
    """What the parameters say; ones nobody here knows are passed over. Raises `RequestFault`."""
    if encoded.startswith(b"query=") and not more and b"&" not in encoded:
        return Operation(decoded(encoded[6:]))
    given = [*fields(encoded), *more]
    if values(given, "update"):
        raise _update()
    queries = values(given, "query")
    if len(queries) > 1:
        raise RequestMalformed("The request has more than one query → send one.")
    return Operation(
        query=queries[0] if queries else None,
        default_graphs=_graphs(given, "default-graph-uri"),
        named_graphs=_graphs(given, "named-graph-uri"),
        formats=tuple(v for name in ("format", "output", "results") for v in values(given, name)),
        timeout=_timeout(values(given, "timeout")),
        releases=tuple(values(given, "release")),
    )


def decoded(value: bytes) -> str:
    """A parameter's value; raises `RequestMalformed`."""
    try:
        return text_of(value)
    except UnicodeDecodeError:
        raise RequestMalformed(_NOT_ENCODED) from None


_NOT_ENCODED = "The parameters are not percent-encoded UTF-8 → encode them so."


def fields(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters in percent-encoded UTF-8; raises `RequestMalformed`."""
    try:
        return fields_of(encoded, MOST_FIELDS)
    except UnicodeDecodeError:
        raise RequestMalformed(_NOT_ENCODED) from None
    except TooManyFields:
        raise RequestMalformed(f"The request has more than {MOST_FIELDS} parameters.") from None


def values(given: Sequence[tuple[str, str]], name: str) -> list[str]:
    """The values of the parameter ``name``."""
    return [value for key, value in given if key == name]


def check_release(request: Request, wanted: Sequence[str]) -> None:
    """Raise `ReleaseGone` unless the release in use is the one that the client holds to.

    Who fetches a result in parts asks for one release, so that no part is of another.
    """
    version = serving(request).release.manifest.version
    if any(each != version for each in wanted):
        raise ReleaseGone(
            f"The release in use is {version}, not the one asked for → begin again with it, "
            "or leave out “release”."
        )


def _graphs(given: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    graphs = tuple(values(given, name))
    for graph in graphs:
        try:
            NamedNode(graph)
        except ValueError:
            raise RequestMalformed(f"{name}: “{graph[:200]}” is no absolute IRI.") from None
    return graphs


def _timeout(values: Sequence[str]) -> float | None:
    """The least of the limits a client sets for itself; 0 and what is no number set none."""
    numbers = [float(value) for value in values if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value)]
    return min((number for number in numbers if number > 0), default=None)


def _update() -> UpdateRefused:
    return UpdateRefused(
        "This service answers queries only → build a graph of your own to change it."
    )


def query_url(base: str, query: str) -> str:
    """The URL that runs ``query`` at the endpoint under ``base``."""
    return f"{base}/sparql?{urlencode({'query': query})}"
