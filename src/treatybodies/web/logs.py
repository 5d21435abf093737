"""What the service writes to standard error: one line each, as text or as JSON.

What people ask is nobody's business: an access line has no query text, of an address only its
network, and of the user agent only its first word.
"""

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treatybodies.settings import Settings

ACCESS = logging.getLogger("treatybodies.access")
FIELDS = "fields"
"""The attribute of a log record that holds more members of its line."""
_AGENT = 40


def configure(settings: Settings) -> None:
    """Write warnings and errors to standard error; requests too, where that is wanted."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if settings.log == "json" else Text())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("treatybodies").setLevel(
        logging.INFO if settings.log == "json" else logging.WARNING
    )
    ACCESS.setLevel(logging.INFO if settings.access_log else logging.WARNING)


class Json(logging.Formatter):
    """A JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        members: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            members["error"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """Time, level, logger, message, and what more there is as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; the traceback of an error stands below it."""
        more = "".join(f" {name}={value}" for name, value in _fields(record).items())
        message = record.getMessage().replace("\n", "\\n")
        line = f"{_time(record)} {record.levelname} {record.name}: {message}{more}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class AccessLog:
    """Writes a line for each request that ``application`` answers."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of its answer."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        started, status, length = time.perf_counter(), 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, length
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                length += len(message.get("body", b""))
            await send(message)

        # What was asked is taken before: routing changes the scope.
        asked = _asked(scope)
        try:
            await self.application(scope, receive, counted)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            told = {**asked, "status": status, "bytes": length, "ms": took, **_who(scope)}
            line = f"{asked['method']} {asked['path']} {status}"
            ACCESS.info("%s", line, extra={FIELDS: told})


def _asked(scope: Scope) -> dict[str, object]:
    return {
        "method": scope["method"],
        "path": scope["path"],
        "query_bytes": len(scope["query_string"]),
    }


def _who(scope: Scope) -> dict[str, str]:
    client = scope.get("client")
    agent = Headers(scope=scope).get("user-agent", "").split(" ", 1)[0][:_AGENT]
    return {"client": network(client[0]) if client else "", "agent": agent}


def network(address: str) -> str:
    """The network of ``address``: what is left of it in the log.

    >>> network("192.0.2.77"), network("2001:db8:1:2::3"), network("testclient")
    ('192.0.2.0/24', '2001:db8:1::/48', '')
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    fields: Mapping[str, object] = getattr(record, FIELDS, {})
    return fields


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
