"""What the headers of a request say, for whoever answers before the application.

A client sends the same headers again and again, so they are read once.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from treatybodies.web import codings
from treatybodies.web.cache import Headers

LONGEST = 2048
"""Bytes of headers that are remembered; longer ones are the application's."""
# What an answer depends on, beside method, URL and scheme. A handler that looks at any other
# header must answer without an entity tag.
KEYED = frozenset(
    (
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"forwarded",
        b"host",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
    )
)
PASSED_ON = frozenset((b"authorization", b"cookie", b"range", b"expect"))
# What a plain query reads, and what it may pass over.
_READ = frozenset((b"accept", b"accept-encoding", b"host", b"content-type", b"content-length"))
_FORWARDED = frozenset((b"x-forwarded-for", b"x-forwarded-proto"))
_HARMLESS = _FORWARDED | frozenset(
    (
        *(b"user-agent", b"connection", b"accept-language", b"origin", b"referer"),
        *(b"cache-control", b"pragma", b"priority", b"dnt", b"te"),
        *(b"sec-fetch-dest", b"sec-fetch-mode", b"sec-fetch-site", b"sec-fetch-user", b"sec-gpc"),
        *(b"sec-ch-ua", b"sec-ch-ua-mobile", b"sec-ch-ua-platform", b"x-requested-with"),
        *(b"forwarded", b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-server"),
        *(b"via", b"x-real-ip", b"x-request-id"),
    )
)


class Head(NamedTuple):
    """The headers of one request, read."""

    pairs: Headers | None
    """Those that an answer depends on; None where another may count."""
    forwarded: Headers
    """Those in which a proxy says for whom it sent the request on."""
    held: tuple[bytes, ...]
    """The entity tags of what the client holds, as it sent them."""
    plain: bool
    """No header is there that could make a query special."""
    accept: bytes
    host: str
    compressed: bool
    """The client takes compressed answers."""
    content_type: str
    length: int
    """Of the body; 0 where it is not told."""
    named: bool
    """The service's host is named once, as it must (RFC 9112, section 3.2)."""


@lru_cache(maxsize=1024)
def head_of(headers: Headers) -> Head:
    """What ``headers`` say, their names in lower case."""
    names = [name for name, _ in headers]
    read = {name: value for name, value in headers if name in _READ}
    known = all(name in _READ or name in _HARMLESS for name in names)
    twice = sum(name in _READ for name in names) > len(read)
    return Head(
        pairs=pairs_of(headers),
        forwarded=tuple(pair for pair in headers if pair[0] in _FORWARDED),
        held=tuple(value for name, value in headers if name == b"if-none-match"),
        plain=known and not twice,
        accept=read.get(b"accept", b""),
        host=read.get(b"host", b"").decode("latin-1"),
        compressed=codings.choose(read.get(b"accept-encoding", b"").decode("latin-1")) is not None,
        content_type=read.get(b"content-type", b"").decode("latin-1"),
        length=int(read.get(b"content-length", b"0")),
        named=names.count(b"host") == 1,
    )


def pairs_of(headers: Iterable[tuple[bytes, bytes]]) -> Headers | None:
    """The headers that an answer depends on; None where another may count."""
    pairs = []
    for pair in headers:
        name = pair[0]
        if name in KEYED:
            pairs.append(pair)
        elif name in PASSED_ON:
            return None
    return tuple(pairs)


_ABSOLUTE = re.compile(
    rb"(?i:https?)://((?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{0,5})?)([/?#].*)?", re.DOTALL
)


def in_origin_form(target: bytes, headers: Headers) -> tuple[bytes, Headers] | None:
    """A request's target without the address that may stand in it, and headers that name that host.

    None for what is no target (RFC 9112, section 3.2).
    """
    if target.startswith(b"/") or target == b"*":
        return target, headers
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        return None
    path = found[2] or b"/"
    others = (each for each in headers if each[0] != b"host")
    return path if path.startswith(b"/") else b"/" + path, ((b"host", found[1]), *others)


def is_coded(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a body is said to come in any transfer coding but ``chunked`` (RFC 9112, 6.1).

    The parser undoes that one, and would hand over what others made as if it were the body.
    """
    return any(
        name == b"transfer-encoding" and value.strip().lower() != b"chunked"
        for name, value in headers
    )


def without_upgrade(
    method: bytes, target: bytes, version: str, headers: Iterable[tuple[bytes, bytes]]
) -> bytes:
    """The head of a request that asks for no other protocol (RFC 9110, section 7.8)."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    for name, value in headers:
        if name == b"connection":
            options = (each.strip() for each in value.split(b","))
            value = b", ".join(each for each in options if each.lower() not in _UPGRADING)
        if name not in _UPGRADING:
            lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join(lines) + b"\r\n\r\n"


_UPGRADING = (b"upgrade", b"http2-settings")
