"""HTTP to another engine: a question answered whole, or an error that says what is wrong with it.

An answer is spooled up to a limit before anybody sees it, so that a connection that breaks off
yields an error. Redirects are not followed: they could lead to another host with our password.
"""

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import IO, Self
from urllib.parse import urlencode, urlsplit

import httpx2 as httpx

from treatybodies.errors import (
    EngineAway,
    EngineFault,
    Overloaded,
    QueryFailed,
    QueryTimeout,
    ResultTooLarge,
)
from treatybodies.remote.address import Address

LOG = logging.getLogger(__name__)
MIB = 1024 * 1024
IN_MEMORY = 256 * 1024
"""Answers up to this size never touch a file."""
CONNECT_SECONDS = 5.0
KEEP_SECONDS = 4.0
"""How long an idle connection is kept: less than servers do, so that none closes as we write."""
RETRY_SECONDS = 5
FORM = "application/x-www-form-urlencoded"
_ENDED_IN_ITSELF = ("json", "xml")
"""Formats in which a missing end shows, whatever the connection says."""

Fields = Sequence[tuple[str, str]]


@dataclass
class Answer:
    """A whole answer: its media type and its bytes, in memory or in a file without a name."""

    media_type: str
    body: IO[bytes]
    length: int
    headers: httpx.Headers


class Connections:
    """Connections to one server; use it as an asynchronous context manager, or `close` it."""

    def __init__(self, address: Address, connections: int = 4) -> None:
        self.address = address
        limits = httpx.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEP_SECONDS,
        )
        self._http = httpx.AsyncClient(
            auth=Credentials(address.user, address.password) if address.user else None,
            follow_redirects=False,
            limits=limits,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            trust_env=False,  # no proxy, and no password from a .netrc file
            headers={"Accept-Encoding": "identity", "User-Agent": "treatybodies"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connections."""
        await self._http.aclose()

    async def ask(
        self, fields: Fields, accept: str, seconds: float, most_bytes: int = 64 * MIB
    ) -> Answer:
        """The answer to the query in the form ``fields``; raises `QueryStopped`, `QueryFailed`."""
        headers = {"Accept": accept, "Content-Type": FORM}
        body = urlencode(fields).encode()
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange("POST", self.address.query, body, headers, most_bytes)
        except TimeoutError:
            raise _late(seconds) from None

    async def send(
        self, method: str, url: str, body: bytes, media_type: str, seconds: float
    ) -> None:
        """Change the server's data; raises what `ask` raises."""
        headers = {"Content-Type": media_type, "Accept": "*/*"}
        try:
            async with asyncio.timeout(seconds):
                (await self._exchange(method, url, body, headers, MIB)).body.close()
        except TimeoutError:
            raise _late(seconds) from None

    async def _exchange(
        self, method: str, url: str, body: bytes, headers: dict[str, str], most_bytes: int
    ) -> Answer:
        try:
            return await self._once(method, url, body, headers, most_bytes)
        except _Stale:
            # The server has closed a kept connection as we wrote; nothing was done, or it was
            # done whole: every request here may be made twice.
            with contextlib.suppress(_Stale):
                return await self._once(method, url, body, headers, most_bytes)
        raise EngineAway("The engine behind the service closes its connections → ask again later.")

    async def _once(
        self, method: str, url: str, body: bytes, headers: dict[str, str], most_bytes: int
    ) -> Answer:
        begun = False
        try:
            async with self._http.stream(method, url, content=body, headers=headers) as response:
                begun = True
                if response.status_code >= 300:
                    raise await _refusal(response)
                return await _whole(response, most_bytes)
        except (httpx.ConnectError, httpx.ConnectTimeout) as cause:
            raise EngineAway(
                "The engine behind the service cannot be reached → ask again later."
            ) from cause
        except httpx.TransportError as cause:
            if not begun:
                raise _Stale from cause
            raise EngineFault(
                "The engine behind the service broke off its answer → ask again."
            ) from cause


class _Stale(Exception):
    """A connection ended before an answer had begun."""


class Credentials(httpx.Auth):
    """User and password in the way the server asks for: nothing is sent before it has asked."""

    def __init__(self, user: str, password: str) -> None:
        self._basic = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)
        self._known: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask; when refused, ask again with what was demanded, and from then on at once."""
        if self._known is None:
            response = yield request
            if response.status_code != 401:
                return
            demanded = response.headers.get("www-authenticate", "").lower()
            self._known = self._digest if demanded.startswith("digest") else self._basic
        yield from self._known.auth_flow(request)


async def _whole(response: httpx.Response, most_bytes: int) -> Answer:
    media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if response.headers.get("content-encoding", "identity") != "identity":
        raise EngineFault("The engine behind the service packs its answers → turn that off.")
    framed = "content-length" in response.headers or "transfer-encoding" in response.headers
    if not framed and response.status_code != 204 and not media_type.endswith(_ENDED_IN_ITSELF):
        raise EngineFault(
            "The engine behind the service does not tell where its answer ends → use HTTP/1.1."
        )
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller closes it
    try:
        length = await _copied(response, body, most_bytes)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return Answer(media_type, body, length, response.headers)


async def _copied(response: httpx.Response, body: IO[bytes], most_bytes: int) -> int:
    length = 0
    async for part in response.aiter_raw():
        length += len(part)
        if length > most_bytes:
            raise ResultTooLarge(
                "The result is larger than allowed → use LIMIT and OFFSET, or load the dump."
            )
        body.write(part)
    return length


async def _refusal(response: httpx.Response) -> Exception:
    status = response.status_code
    said = await _first_line(response)
    LOG.info("the engine behind the service answers %d: %s", status, said)
    match status:
        case 300 | 301 | 302 | 303 | 307 | 308:
            place = urlsplit(response.headers.get("location", "")).hostname or "another place"
            return EngineFault(
                f"The engine behind the service sends elsewhere, to {place} "
                "→ set the address it leads to."
            )
        case 400:
            return QueryFailed(f"The engine behind the service says: {said} → rewrite the query.")
        case 401 | 403:
            return EngineFault("The engine behind the service refuses us → mend user and password.")
        case 408 | 504:
            return QueryTimeout("The engine behind the service took too long → ask for less.")
        case 429 | 503:
            return Overloaded(
                "The engine behind the service is overloaded → ask again later.", RETRY_SECONDS
            )
    if status == 500 and (fault := _told(said)):
        return fault
    return EngineFault(f"The engine behind the service answers {status}: {said} → see its log.")


def _told(said: str) -> Exception | None:
    """What Virtuoso means by a status of 500: its message begins with an SQL state."""
    word, _, rest = said.partition(" ")
    if word != "Virtuoso":
        return None
    state = rest.split(" ", 1)[0]
    if state in ("S1T00", "S1TAT") or "Transaction timed out" in rest:
        return QueryTimeout("The engine behind the service took too long → ask for less.")
    if state[:2] in ("22", "37", "42") or state.startswith("RDF"):
        return QueryFailed(f"The engine behind the service says: {said} → rewrite the query.")
    return None


async def _first_line(response: httpx.Response) -> str:
    text = bytearray()
    with contextlib.suppress(httpx.TransportError):
        async for part in response.aiter_raw():
            text += part
            if len(text) > 2000:
                break
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[0][:300] if lines else "nothing more"


def _late(seconds: float) -> QueryTimeout:
    return QueryTimeout(
        f"The query ran longer than {seconds:g} s → bind more of it, or use LIMIT without ORDER BY."
    )
