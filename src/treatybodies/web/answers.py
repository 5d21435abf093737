"""A result as a response: entity tags, compression, streaming from the spool."""

import asyncio
import hashlib
import json
import re
import zlib
from collections.abc import AsyncIterator, Coroutine, Mapping
from importlib.metadata import version
from typing import Any, BinaryIO, TypeVar

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from treatybodies.errors import ClientGone
from treatybodies.web.processes import Result

CHUNK = 256 * 1024
COMPRESS_FROM = 1024
"""Bodies shorter than this are not worth compressing."""
MAX_AGE = 300
"""Seconds a cache may go on without asking whether there is a new release."""
CACHE_CONTROL = f"public, max-age={MAX_AGE}"

PROGRAM_VERSION = version("treatybodies")

T = TypeVar("T")


def entity_tag(release: str, *parts: object) -> str:
    """A strong entity tag of what an answer depends on; without its quotation marks."""
    described = json.dumps([PROGRAM_VERSION, release, *parts], default=str).encode()
    return hashlib.blake2b(described, digest_size=16).hexdigest()


def not_modified(request: Request, tag: str) -> Response | None:
    """A 304 when the client holds this answer already; no query need run to know that."""
    held = re.findall(r'"([^"]*)"', request.headers.get("if-none-match", ""))
    for mine in (tag, f"{tag}-gzip") if _takes_gzip(request) else (tag,):
        if mine in held:
            return Response(status_code=304, headers=_headers(mine))
    return None


async def answer(
    request: Request,
    result: Result,
    content_type: str,
    tag: str | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """``result`` as a response, compressed where the client takes it; no ``tag``, no caching."""
    zipped = _takes_gzip(request) and result.length >= COMPRESS_FROM
    sent = _headers(None if tag is None else f"{tag}-gzip" if zipped else tag) | dict(headers or {})
    sent["Content-Type"] = content_type
    if zipped:
        sent["Content-Encoding"] = "gzip"
    if result.spool is None:
        body = await asyncio.to_thread(_gzip, result.body) if zipped else result.body
        return Response(body, headers=sent)
    if not zipped:
        sent["Content-Length"] = str(result.length)
    if request.scope.get("treatybodies.head"):
        result.close()
        return Response(headers=sent)
    chunks = _chunks(result.spool)
    return StreamingResponse(_zipped(chunks) if zipped else chunks, headers=sent)


async def text_answer(
    request: Request, text: str | bytes, content_type: str, tag: str, **headers: str
) -> Response:
    """A body that is at hand, with the same headers as a result."""
    body = text.encode() if isinstance(text, str) else text
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await answer(request, Result(len(body), body), content_type, tag, named)


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``; cancels it and raises `ClientGone` when the client hangs up first."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientGone("The client closed the connection.")
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _headers(tag: str | None) -> dict[str, str]:
    if tag is None:
        return {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    vary = "Accept, Accept-Encoding"
    return {"ETag": f'"{tag}"', "Cache-Control": CACHE_CONTROL, "Vary": vary}


def _takes_gzip(request: Request) -> bool:
    for coding in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, parameter = coding.replace(" ", "").partition(";")
        if name in ("gzip", "x-gzip", "*"):
            return not re.fullmatch(r"q=0(\.0*)?", parameter)
    return False


def _gzip(body: bytes) -> bytes:
    compressor = _compressor(6)
    return compressor.compress(body) + compressor.flush()


def _compressor(level: int) -> "zlib._Compress":
    return zlib.compressobj(level, wbits=16 + zlib.MAX_WBITS)


async def _chunks(spool: BinaryIO) -> AsyncIterator[bytes]:
    with spool:
        while chunk := spool.read(CHUNK):
            yield chunk


async def _zipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    compressor = _compressor(1)
    async for chunk in chunks:
        # zlib lets go of the interpreter lock, so other requests are served meanwhile.
        if part := await asyncio.to_thread(compressor.compress, chunk):
            yield part
    yield compressor.flush()
