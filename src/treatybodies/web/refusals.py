"""Requests that are refused before the application knows of them: what they are told."""

import json
from http import HTTPStatus

REFUSALS = {
    400: ("malformed-http", "The request is no HTTP/1.1 → see RFC 9112."),
    408: ("late", "The request did not arrive in time → send it in one go."),
    414: ("url-too-long", "The URL is too long → send the query by POST."),
    431: ("headers-too-large", "The request's headers are too large → send fewer."),
    501: ("transfer-coding", "The body comes in a coding other than chunked → send it plainly."),
    503: ("overload", "Too many connections are open → ask again later."),
}
RETRY_SECONDS = 5


def refusal(status: int) -> bytes:
    """The whole response: a problem document (RFC 9457), and the end of the connection."""
    code, detail = REFUSALS[status]
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps({**problem, "code": code}).encode()
    retry = f"retry-after: {RETRY_SECONDS}\r\n" if status == 503 else ""
    head = (
        f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\n{retry}"
        "connection: close\r\n\r\n"
    )
    return head.encode() + body
