"""For whom a proxy has sent a request on, as the application is told of it."""

import contextlib
from functools import lru_cache
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from treatybodies.web.cache import Headers
from treatybodies.web.inquiries import Peer


class Proxies:
    """The proxies that are believed; ``trusted`` is the setting `trusted_proxies`."""

    def __init__(self, trusted: str) -> None:
        self._middleware = ProxyHeadersMiddleware(_nothing, trusted)
        self.behind = lru_cache(maxsize=1024)(self._behind)

    def _behind(self, peer: Peer, forwarded: Headers) -> Peer:
        """``peer`` with the client and the scheme that ``forwarded`` names, if it is believed.

        uvicorn's own reading, which stands before the application too; it waits for nothing.
        """
        client = (peer.client, 0) if peer.client is not None else None
        scope: Any = {"type": "http", "client": client, "scheme": peer.scheme, "headers": forwarded}
        with contextlib.suppress(StopIteration):
            self._middleware(scope, _nothing, _nothing).send(None)  # type: ignore[arg-type]
        client = scope["client"]
        return Peer(scope["scheme"], peer.server, client[0] if client else None)


async def _nothing(*_: object) -> None:
    """What stands behind the middleware has nothing to do."""
