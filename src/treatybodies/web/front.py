"""What stands before the framework: answers from the cache, and headers that every answer has.

A request that was answered before is answered here, from one look into a table: FastAPI's dispatch
takes four times as long. Requests with a header that an answer might depend on in a way not known
here are passed on, and so is everything that is not GET or HEAD. A release is looked up when the
request comes, so a new one is in force at once.
"""

import re
from collections.abc import Hashable, Iterable

from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treatybodies.web.answers import CACHE_CONTROL
from treatybodies.web.bodies import CHUNK
from treatybodies.web.cache import Cache, Errand, Headers
from treatybodies.web.methods import Methods
from treatybodies.web.releases import Releases
from treatybodies.web.replies import CORS, make_reply, send_reply, wire_for

PREFLIGHT: Headers = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, QUERY, OPTIONS"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)
# What an answer depends on, beside method, path and query string. A handler that looks at any
# other header must answer without an entity tag.
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
_HOST = re.compile(rb"[A-Za-z0-9.:\[\]-]{1,260}")


class Front:
    """The cache before ``sparql``, which answers at its path, and ``framework``, which does else.

    Both leave the answer they found in the scope's `Errand`.
    """

    def __init__(self, application: Starlette, sparql: ASGIApp, framework: ASGIApp) -> None:
        self.application = application
        self.releases: Releases = application.state.releases
        self.cache: Cache = application.state.cache
        self.sparql = sparql
        self.sparql_head = Methods(sparql)
        self.framework = framework

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or pass the request on."""
        if scope["type"] != "http":
            await self.framework(scope, receive, send)
            return
        version = self._version()
        request = _key(scope)
        reply = None if request is None else self.cache.recall(request)
        if reply is None:
            await self._pass_on(scope, receive, send, Errand(version, self.cache), request)
        else:
            await send_reply(reply, scope, send)

    def recall(
        self, url: bytes, scheme: str, headers: list[tuple[bytes, bytes]]
    ) -> tuple[bytes, bytes] | None:
        """The whole response to a GET, where it is known and small: status line, rest.

        A request that a proxy has sent on is left to the application, which reads its headers.
        """
        path, _, query = url.partition(b"?")
        if b"%" in path or b"#" in url or not path.startswith(b"/"):
            return None
        pairs = _pairs(headers)
        if pairs is None or any(name.startswith(b"x-f") for name, _ in headers):
            return None
        self._version()
        reply = self.cache.recall((path.decode("latin-1"), query, scheme, pairs))
        if reply is None or len(reply.body) > CHUNK:
            return None
        return wire_for(reply, headers)

    def _version(self) -> str:
        """The version in use; the cache is of it from now on."""
        version: str = self.releases.current.release.manifest.version
        if version != self.cache.version:
            self.cache.renew(version)
        return version

    async def _pass_on(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        errand: Errand,
        request: Hashable,
    ) -> None:
        started: list[Message] = []

        async def with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *CORS]
                started.append(message)
            await send(message)

        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            await with_cors({"type": "http.response.start", "status": 200, "headers": PREFLIGHT})
            await send({"type": "http.response.body"})
            return
        scope["app"] = self.application
        scope["treatybodies.errand"] = errand
        application = self.framework
        if scope["path"] in ("/sparql", "/sparql/"):
            application = self.sparql_head if scope["method"] == "HEAD" else self.sparql
        await application(scope, receive, with_cors)
        if request is not None and errand.entry is not None and started and _is_plain(scope):
            self._remember(request, scope, errand, started[0])

    def _remember(self, request: Hashable, scope: Scope, errand: Errand, start: Message) -> None:
        entry = errand.entry
        headers: Headers = tuple(start["headers"])
        names = {name for name, _ in headers}
        if (
            entry is None
            or start["status"] != 200
            or errand.version != self.cache.version
            or b"set-cookie" in names
            or (b"cache-control", CACHE_CONTROL.encode()) not in headers
        ):
            return
        reply = make_reply(entry, entry.bodies[errand.coding], headers, errand.tags)
        size = len(reply.body) + len(scope["path"]) + len(scope["query_string"])
        size += sum(len(name) + len(value) for name, value in (*headers, *scope["headers"]))
        self.cache.remember(request, reply, size)


def _key(scope: Scope) -> Hashable:
    """The request as it came, if it may be answered from the cache."""
    if scope["method"] not in ("GET", "HEAD"):
        return None
    pairs = _pairs(scope["headers"])
    if pairs is None:
        return None
    return scope["path"], scope["query_string"], scope["scheme"], pairs


def _pairs(headers: Iterable[tuple[bytes, bytes]]) -> Headers | None:
    """The headers that an answer depends on; None where another may count."""
    pairs = []
    for pair in headers:
        name = pair[0]
        if name in KEYED:
            pairs.append(pair)
        elif name in PASSED_ON:
            return None
    return tuple(pairs)


def _is_plain(scope: Scope) -> bool:
    """Whether the request names its host, once and soundly: URLs in the answer come from there."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None


def _is_preflight(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return {b"origin", b"access-control-request-method"} <= names
