"""Files as responses: whole or in ranges, unchanged or not, compressed where a sibling is.

A file is read part by part in a thread, at the client's pace: it stays out of the cache, and a slow
disk keeps nobody else waiting. A file that is removed while it is sent is sent to its end.
"""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from treatybodies.errors import ReleaseGone
from treatybodies.web.answers import CACHE_CONTROL
from treatybodies.web.bodies import CHUNK
from treatybodies.web.codings import CODINGS, choose_among
from treatybodies.web.ranges import Range, parse_ranges

SIBLINGS = {"zstd": ".zst", "gzip": ".gz"}
"""Content coding → what the name of the compressed file ends in."""


@dataclass(frozen=True)
class Stored:
    """A file to be sent."""

    path: Path
    tag: str
    """Its strong entity tag, without quotation marks: the same for the same bytes only."""
    digest: str = ""
    """SHA-256, hexadecimal, where it is known."""


async def file_answer(
    request: Request,
    plain: Stored,
    content_type: str,
    packed: Mapping[str, Stored] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """``plain``, or the one of ``packed`` (by content coding) that the client likes better."""
    there = packed or {}
    codings = tuple(each for each in CODINGS if each.name in there)
    coding = choose_among(request.headers.get("accept-encoding", ""), codings)
    chosen = there[coding.name] if coding else plain
    sent = {
        "Content-Type": content_type,
        "ETag": f'"{chosen.tag}"',
        "Cache-Control": CACHE_CONTROL,
        "Accept-Ranges": "bytes",
        "Vary": "Accept, Accept-Encoding",
        **({"Content-Encoding": coding.name} if coding else {}),
        **({"Repr-Digest": _digest_field(chosen.digest)} if chosen.digest else {}),
        **(headers or {}),
    }
    try:
        file = await asyncio.to_thread(chosen.path.open, "rb")
    except FileNotFoundError:
        raise ReleaseGone("This release has just been removed → see /dumps/.") from None
    return _answered(request, file, sent)


def _answered(request: Request, file: BinaryIO, sent: dict[str, str]) -> Response:
    status = os.fstat(file.fileno())
    sent["Last-Modified"] = formatdate(int(status.st_mtime), usegmt=True)
    try:
        if _is_unchanged(request, sent):
            return _without_body(file, 304, sent)
        parts = _ranges(request, status.st_size, sent)
    except BaseException:
        file.close()
        raise
    if len(parts) > 1:
        return _several(file, parts, status.st_size, sent)
    begin, end = parts[0] if parts else (0, status.st_size)
    sent["Content-Length"] = str(end - begin)
    if parts:
        sent["Content-Range"] = f"bytes {begin}-{end - 1}/{status.st_size}"
    elif request.scope.get("treatybodies.head"):
        return _without_body(file, 200, sent)
    return StreamingResponse(_read(file, [(begin, end)]), 206 if parts else 200, headers=sent)


def _without_body(file: BinaryIO, status: int, sent: dict[str, str]) -> Response:
    file.close()
    kept = sent if status == 200 else {name: sent[name] for name in sent if name != "Content-Type"}
    return Response(None, status, headers=kept)


def _is_unchanged(request: Request, sent: Mapping[str, str]) -> bool:
    """Whether the client holds the file (RFC 9110, section 13.2.2)."""
    if held := request.headers.get("if-none-match"):
        tags = {each.strip().removeprefix("W/") for each in held.split(",")}
        return "*" in tags or sent["ETag"] in tags
    since = request.headers.get("if-modified-since", "")
    return bool(since) and not _is_later(sent["Last-Modified"], since)


def _is_later(date: str, than: str) -> bool:
    try:
        return parsedate_to_datetime(date) > parsedate_to_datetime(than)
    except (ValueError, TypeError):  # a date that is none, or has no time zone
        return True


def _ranges(request: Request, size: int, sent: Mapping[str, str]) -> list[Range]:
    """What to send of it; empty for the whole. Ranges are for GET only, and for what was meant."""
    header, condition = request.headers.get("range"), request.headers.get("if-range")
    if header is None or request.scope.get("treatybodies.head"):
        return []
    if condition is not None and condition.strip() not in (sent["ETag"], sent["Last-Modified"]):
        return []
    return parse_ranges(header, size)


def _several(file: BinaryIO, parts: list[Range], size: int, sent: dict[str, str]) -> Response:
    """Several ranges, each with a head of its own (RFC 9110, section 14.6)."""
    boundary = f"part-{sent['ETag'][1:17]}"
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {sent['Content-Type']}\r\n"
        f"Content-Range: bytes {begin}-{end - 1}/{size}\r\n\r\n".encode()
        for begin, end in parts
    ]
    tail = f"\r\n--{boundary}--\r\n".encode()
    length = sum(map(len, heads)) + sum(end - begin for begin, end in parts) + len(tail)
    sent["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    sent["Content-Length"] = str(length)
    return StreamingResponse(_read(file, parts, heads, tail), 206, headers=sent)


async def _read(
    file: BinaryIO, parts: list[Range], heads: list[bytes] | None = None, tail: bytes = b""
) -> AsyncIterator[bytes]:
    with file:
        for number, (begin, end) in enumerate(parts):
            if heads:
                yield heads[number]
            for start in range(begin, end, CHUNK):
                length = min(CHUNK, end - start)
                yield await asyncio.to_thread(os.pread, file.fileno(), length, start)
        if tail:
            yield tail


def _digest_field(digest: str) -> str:
    """As RFC 9530 has it."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
