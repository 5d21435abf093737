"""A result as a response: entity tags, content codings, the cache, and who asks at once."""

import asyncio
import hashlib
import re
from collections.abc import Coroutine, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from treatybodies.errors import QueryFailed, QueryMalformed, QueryStopped
from treatybodies.web import codings
from treatybodies.web.bodies import Whole, chunks_of, packed
from treatybodies.web.cache import Cache, Entry, Errand
from treatybodies.web.codings import Coding
from treatybodies.web.evaluation import evaluate
from treatybodies.web.flights import Flights
from treatybodies.web.leaving import unless_gone
from treatybodies.web.orders import Result
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base
from treatybodies.web.wire import Job

COMPRESS_FROM = 1024
"""Bodies shorter than this are not worth compressing."""
THREAD_FROM = 64 * 1024
"""Bodies longer than this are compressed in a thread: it takes longer than a millisecond."""
MAX_AGE = 300
"""Seconds a cache may go on without asking whether there is a new release."""
CACHE_CONTROL = f"public, max-age={MAX_AGE}"
VARY = "Accept, Accept-Encoding"

OUTCOME = "treatybodies.outcome"
"""Where the scope of a request has a result, or its fault, that is there already: see `express`."""

PROGRAM_VERSION = version("treatybodies")
_TAG = re.compile(r'"([^"]*)"')


def entity_tag(release: str, *parts: object) -> str:
    """A strong entity tag of what an answer depends on; without its quotation marks."""
    described = repr((PROGRAM_VERSION, release, *parts)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(described, digest_size=16).hexdigest()


def release_tag(request: Request, *parts: object) -> str:
    """The entity tag of an answer from the release that this request reads."""
    return entity_tag(serving(request).release.manifest.version, *parts)


async def at_hand(request: Request, tag: str) -> Response | None:
    """What needs no query: a 304 when the client holds this answer, or the cached answer."""
    coding = _coding(request)
    if "if-none-match" in request.headers and request.method != "POST":  # RFC 9110, 13.1.2
        held = _TAG.findall(request.headers["if-none-match"])
        for mine in (tag, f"{tag}-{coding.name}") if coding else (tag,):
            if mine in held:
                return Response(status_code=304, headers=headers_of(mine))
    entry = _cache(request).find(_key(request, tag))
    if entry is None:
        return None
    _errand(request).entry = entry  # asked for again: worth remembering by the request itself
    return await _whole(request, entry, tag, coding)


async def answer(
    request: Request,
    result: Result,
    content_type: str,
    tag: str | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """``result`` as a response, compressed where the client takes it; no ``tag``, no caching."""
    named = {**(headers or {}), "Content-Type": content_type}
    coding = _coding(request)
    cache = _cache(request)
    if result.spool is not None and (tag is None or result.length > cache.largest):
        return _streamed(request, result.spool, result.length, coding, headers_of(tag) | named, tag)
    body = result.body if result.spool is None else await asyncio.to_thread(result.read)
    entry = Entry(_key(request, tag or ""), {"": body}, named)
    if tag is not None and _errand(request).version == cache.version:
        cache.keep(entry)
    return await _whole(request, entry, tag, coding)


async def text_answer(
    request: Request, text: str | bytes, content_type: str, tag: str, **headers: str
) -> Response:
    """A body that is at hand, with the same headers as a result."""
    body = text.encode() if isinstance(text, str) else text
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await answer(request, Result(len(body), body), content_type, tag, named)


async def shared(request: Request, job: Job, tag: str | None) -> Result:
    """The result of ``job``; with a ``tag``, one evaluation serves all who wait for it now."""
    state = request.app.state
    outcome: Result | Exception | None = request.scope.pop(OUTCOME, None)
    if isinstance(outcome, Exception):
        try:
            raise outcome
        finally:
            del outcome  # a fault holds its frames: they must not hold the fault
    if outcome is not None:
        return outcome

    def work() -> Coroutine[Any, Any, Result]:
        return evaluate(request, job)

    if tag is None:
        return await unless_gone(request, work())
    flights: Flights[Result] = state.flights
    return await unless_gone(request, flights.share((_errand(request).version, job), work))


def new_flights() -> Flights[Result]:
    """For `shared`: what a query itself is at fault for is the same for all who ask it."""
    return Flights(_copy, (QueryStopped, QueryMalformed, QueryFailed))


def _copy(result: Result) -> Result:
    if result.spool is None:
        return result
    # Opened anew, it has a position of its own; the file has no name any more.
    again = Path(f"/proc/self/fd/{result.spool.fileno()}")
    return Result(result.length, spool=again.open("rb"))


async def _whole(
    request: Request, entry: Entry, tag: str | None, coding: Coding | None
) -> Response:
    if coding is not None and len(entry.bodies[""]) < COMPRESS_FROM:
        coding = None
    name = coding.name if coding else ""
    if coding is not None and name not in entry.bodies:
        _cache(request).add_body(entry, name, await _compressed(coding, entry.bodies[""]))
    mine = f"{tag}-{name}" if tag and name else tag
    headers = headers_of(mine) | entry.headers
    if name:
        headers["Content-Encoding"] = name
    errand = _errand(request)
    if tag is not None and errand.entry is entry:
        errand.coding, errand.tags = name, (tag, f"{tag}-{name}")
    return Whole(entry.bodies[name], headers)


async def _compressed(coding: Coding, body: bytes) -> bytes:
    if len(body) <= THREAD_FROM:
        return coding.compress(body)
    return await asyncio.to_thread(coding.compress, body)


def _streamed(
    request: Request,
    spool: BinaryIO,
    length: int,
    coding: Coding | None,
    headers: dict[str, str],
    tag: str | None,
) -> Response:
    if coding is None:
        headers["Content-Length"] = str(length)
    else:
        headers["Content-Encoding"] = coding.name
        if tag is not None:
            headers["ETag"] = f'"{tag}-{coding.name}"'
    if request.scope.get("treatybodies.head"):
        spool.close()
        headless = Response(headers=headers)
        if coding is not None:  # nobody knows how long it would be
            del headless.headers["Content-Length"]
        return headless
    chunks = chunks_of(spool)
    return StreamingResponse(packed(chunks, coding) if coding else chunks, headers=headers)


def headers_of(tag: str | None) -> dict[str, str]:
    """The headers of an answer with this entity tag; without one it may not be kept."""
    if tag is None:
        return {"Cache-Control": "no-store", "Vary": VARY}
    return {"ETag": f'"{tag}"', "Cache-Control": CACHE_CONTROL, "Vary": VARY}


def _coding(request: Request) -> Coding | None:
    header = request.headers.get("accept-encoding")
    return codings.choose(header) if header else None


def _key(request: Request, tag: str) -> tuple[str, str]:
    # Tags tell public bases apart where a body holds URLs; this keeps them apart in any case.
    errand = _errand(request)
    if errand.base is None:
        errand.base = public_base(request)
    return tag, errand.base


def _cache(request: Request) -> Cache:
    return _errand(request).cache


def _errand(request: Request) -> Errand:
    errand: Errand = request.scope["treatybodies.errand"]
    return errand
