"""What stands before the framework: answers from the cache, and headers that every answer has.

A request that was answered before is answered here, from one look into a table: FastAPI's dispatch
takes four times as long. Requests with a header that an answer might depend on in a way not known
here are passed on, and so is everything that is not GET or HEAD. A release is looked up when the
request comes, so a new one is in force at once.
"""

import re
from collections.abc import Hashable

from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treatybodies.web.answers import CACHE_CONTROL
from treatybodies.web.bodies import CHUNK
from treatybodies.web.cache import Cache, Errand, Headers
from treatybodies.web.heads import Head, pairs_of
from treatybodies.web.methods import Methods
from treatybodies.web.releases import Releases
from treatybodies.web.replies import CORS, make_reply, send_reply, wire_for

METHODS = b"GET, HEAD, POST, QUERY, OPTIONS"
PREFLIGHT: Headers = (
    (b"access-control-allow-methods", METHODS),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)
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
        request = None
        if scope["method"] in ("GET", "HEAD"):
            request = _key(_target(scope), scope["scheme"], pairs_of(scope["headers"]))
        reply = None if request is None else self.cache.recall(request)
        if reply is None:
            await self._pass_on(scope, receive, send, Errand(version, self.cache), request)
        else:
            await send_reply(reply, scope, send)

    def recall(self, url: bytes, scheme: str, head: Head) -> tuple[bytes, bytes] | None:
        """The whole response to a GET, where it is known and small: status line, rest."""
        request = _key(url, scheme, head.pairs)
        self._version()
        reply = None if request is None else self.cache.recall(request)
        if reply is None or len(reply.body) > CHUNK:
            return None
        return wire_for(reply, head.held)

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

        if scope["method"] == "OPTIONS" and (scope["path"] == "*" or _is_preflight(scope)):
            headers = PREFLIGHT if _is_preflight(scope) else ((b"allow", METHODS), *PREFLIGHT[-1:])
            await with_cors({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body"})
            return
        scope["app"] = self.application
        scope["treatybodies.errand"] = errand
        application = self.framework
        if scope["path"] in ("/sparql", "/sparql/"):
            scope["path"] = "/sparql"
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


def _key(target: bytes, scheme: str, pairs: Headers | None) -> Hashable:
    """The request for ``target`` as it came, if it may be answered from the cache.

    ``pairs`` are the headers on which an answer depends.
    """
    return None if pairs is None else (target, scheme, pairs)


def _target(scope: Scope) -> bytes:
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return b"%b?%b" % (path, query) if query else path


def _is_plain(scope: Scope) -> bool:
    """Whether the request names its host, once and soundly: URLs in the answer come from there."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None


def _is_preflight(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return {b"origin", b"access-control-request-method"} <= names
