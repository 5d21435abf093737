"""What one client may ask: queries at once, and processor time as a bucket that refills.

A client is an address, an IPv6 one by its /64 network, since that is what one household gets.
Behind a proxy that is not declared, everybody is the proxy; so loopback is exempt unless it is set
otherwise: there the limits of the pool hold alone.
"""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from treatybodies.errors import BudgetSpent, ClientBusy, TreatybodiesError
from treatybodies.settings import Settings

MOST_CLIENTS = 20_000
"""Clients remembered; the one that asked longest ago is forgotten first."""
UNKNOWN = "unknown"


@dataclass(eq=False)
class Client:
    """One client: what it has running, and what is left in its bucket."""

    seconds: float
    refilled: float
    running: int = 0
    exempt: bool = False

    def charge(self, seconds: float) -> None:
        """Take processor time from the bucket; it may go below nothing."""
        self.seconds -= seconds


class Clients:
    """All clients that have asked lately."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._exempt = _networks(settings.exempt_clients)
        self._known: OrderedDict[str, Client] = OrderedDict()
        # To read an address takes a fifth of the time of a small query.
        self._key = lru_cache(maxsize=4096)(self._read_key)

    def __len__(self) -> int:
        return len(self._known)

    def begin(self, address: str) -> Client:
        """The client at ``address``, with one query more; raises `ClientBusy` or `BudgetSpent`.

        Whoever began takes one off its `running` when the query has ended.
        """
        client = self._client(address)
        if not client.exempt:
            self._check(client)
        client.running += 1
        return client

    def _check(self, client: Client) -> None:
        if client.running >= self.settings.client_queries:
            raise ClientBusy(
                f"{client.running} queries of yours are running or waiting → wait for them first.",
                retry_after=1,
            )
        if client.seconds <= 0:
            wait = math.ceil(-client.seconds / self.settings.client_cpu_rate) + 1
            raise BudgetSpent(
                f"Your queries have used their share of processor time → ask again in {wait} s, "
                "or load the dump.",
                retry_after=wait,
            )

    def _client(self, address: str) -> Client:
        key, exempt = self._key(address)
        now, full = time.monotonic(), self.settings.client_cpu_seconds
        client = self._known.pop(key, None) or Client(full, now, exempt=exempt)
        gained = (now - client.refilled) * self.settings.client_cpu_rate
        client.seconds, client.refilled = min(full, client.seconds + gained), now
        self._known[key] = client
        if len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)
        return client

    def _read_key(self, address: str) -> tuple[str, bool]:
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
