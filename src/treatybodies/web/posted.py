"""Forms that clients post, read up to a limit."""

from collections.abc import Mapping

from fastapi import Request
from starlette.requests import ClientDisconnect

from treatybodies.errors import ClientGone, QueryTooLong, RequestMalformed
from treatybodies.web.percent import fields_of

MOST_FIELDS = 100


async def read_body(request: Request, limit: int) -> bytes:
    """The body of ``request``; raises `QueryTooLong` as soon as it is longer than ``limit``."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:18]) > limit:
        raise _too_long(limit)
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > limit:
                raise _too_long(limit)
    except ClientDisconnect:
        raise ClientGone("The client closed the connection.") from None
    return bytes(body)


def _too_long(limit: int) -> QueryTooLong:
    return QueryTooLong(f"The body has more than {limit} bytes → send less at a time.")


async def read_form(request: Request, limit: int) -> Mapping[str, str]:
    """The fields of a posted form, the first where one is given twice."""
    body = await read_body(request, limit)
    try:
        fields = fields_of(body, MOST_FIELDS)
    except ValueError:
        raise RequestMalformed("The form is not percent-encoded UTF-8 → encode it.") from None
    found: dict[str, str] = {}
    for name, value in fields:
        found.setdefault(name, value)
    return found
