"""What one client may ask: queries at once, and processor time as a bucket that refills.

A client is an address, an IPv6 one by its /64 network, since that is what one household gets.
Behind a proxy that is not declared, everybody is the proxy; so loopback is exempt unless it is set
otherwise: there the limits of the pool hold alone.
"""

import math
import time
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from treatybodies.errors import BudgetSpent, ClientBusy, TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web.ledger import Ledger

UNKNOWN = "unknown"
_KNOWN = 4096
"""To read an address takes a fifth of the time of a small query: so many are kept read."""


def address_of(request: Request) -> str:
    """Where ``request`` came from."""
    return request.client.host if request.client else UNKNOWN


class Client:
    """One client: what it has running, and what is left in its bucket."""

    def __init__(
        self, name: str, exempt: bool, settings: Settings, ledger: Ledger, process: int
    ) -> None:
        self.exempt = exempt
        self._ledger, self._process = ledger, process
        self._cells = ledger.cells(name)
        self._full, self._rate = settings.client_cpu_seconds, settings.client_cpu_rate

    @property
    def running(self) -> int:
        """Its queries that run or wait, in all web processes."""
        return self._ledger.running(self._cells)

    @property
    def seconds(self) -> float:
        """The processor time left in its bucket; less than nothing when it has used more."""
        missing = max(0.0, self._ledger.full_at(self._cells) - time.monotonic())
        return self._full - missing * self._rate

    def charge(self, seconds: float) -> None:
        """Take processor time from the bucket; it may go below nothing."""
        self._ledger.delay(self._cells, time.monotonic(), seconds / self._rate)

    def enter(self) -> None:
        """One query more; `leave` when it has ended."""
        if not self.exempt:
            self._ledger.enter(self._process, self._cells)

    def leave(self) -> None:
        """One query less."""
        if not self.exempt:
            self._ledger.leave(self._process, self._cells)


class Clients:
    """All clients, as one web process sees them."""

    def __init__(self, settings: Settings, ledger: Ledger | None = None, process: int = 0) -> None:
        self.settings = settings
        self._ledger, self._process = ledger or Ledger(), process
        self._exempt = _networks(settings.exempt_clients)
        self._client = lru_cache(maxsize=_KNOWN)(self._read)

    def begin(self, address: str, admitted: bool = False) -> Client:
        """The client at ``address``, with one query more; raises `ClientBusy` or `BudgetSpent`.

        Not for what follows a query that was ``admitted``: to refuse its result would waste it.
        Whoever began calls its `leave` when the query has ended.
        """
        client = self._client(address)
        if not client.exempt:
            if not admitted:
                self._check(client)
            client.enter()
        return client

    def _check(self, client: Client) -> None:
        running, seconds = client.running, client.seconds
        if running >= self.settings.client_queries:
            raise ClientBusy(
                f"{running} queries of yours are running or waiting → wait for them first.",
                retry_after=1,
            )
        if seconds <= 0:
            wait = math.ceil(-seconds / self.settings.client_cpu_rate) + 1
            raise BudgetSpent(
                f"Your queries have used their share of processor time → ask again in {wait} s, "
                "or load the dump.",
                retry_after=wait,
            )

    def _read(self, address: str) -> Client:
        return Client(*self._read_name(address), self.settings, self._ledger, self._process)

    def _read_name(self, address: str) -> tuple[str, bool]:
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return UNKNOWN, False
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        exempt = any(parsed.version == each.version and parsed in each for each in self._exempt)
        if isinstance(parsed, IPv6Address) and not exempt:
            return str(ip_network((parsed, 64), strict=False)), False
        return str(parsed), exempt


def _networks(listed: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks in a setting; raises `TreatybodiesError` for one that is none."""
    try:
        return tuple(ip_network(each.strip()) for each in listed.split(",") if each.strip())
    except ValueError as cause:
        raise TreatybodiesError(
            f"exempt_clients: {cause} → write addresses or networks such as 192.0.2.0/24, "
            "with commas between"
        ) from cause
