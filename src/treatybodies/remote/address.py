"""Where another engine is to be found: its addresses for queries, updates and graphs.

A server has one address for queries and others for writing, each product in its own place; the
habits known here are a table. User and password are taken out of the URL at once, so that no
message, log or page can show them.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from treatybodies.errors import EngineAddressFault

_HABITS = (
    # path of queries, product, path of graphs (Graph Store Protocol), path of updates
    (r"/query", "Oxigraph", "/store", "/update"),
    (r"/sparql", "Virtuoso", "/sparql-graph-crud-auth", "/sparql-auth"),
    (r"(/[^/]+)/(?:query|sparql)", "Fuseki", r"\1/data", r"\1/update"),
    (r"(.*/repositories/[^/]+)", "RDF4J", r"\1/rdf-graphs/service", r"\1/statements"),
)


@dataclass(frozen=True)
class Address:
    """The URLs of a server, without user and password."""

    query: str
    graphs: str
    """Graph Store Protocol; empty where only SPARQL Update is to be used."""
    update: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """Whether the way to it stays on this machine, or is encrypted."""
        parts = urlsplit(self.query)
        return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "::1", "localhost")


def read_address(url: str, graphs: str = "", update: str = "") -> Address:
    """The address that ``url`` means; what is not given follows the habits of servers.

    Raises `EngineAddressFault`. Giving ``update`` alone makes it the only way to write.
    """
    query, user, password = _split(url)
    own_graphs, own_update = _habit(query)
    if update and not graphs:
        own_graphs = ""
    return Address(
        query,
        _split(graphs)[0] if graphs else own_graphs,
        _split(update)[0] if update else own_update,
        user,
        password,
    )


def _split(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host or parts.fragment:
        raise EngineAddressFault(
            "the engine's address is no URL of a SPARQL endpoint "
            "→ write it as https://host/sparql, with user:password@ before the host if it asks"
        )
    name = f"[{host}]" if ":" in host else host
    place = f"{name}:{port}" if port else name
    clean = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
    return clean, unquote(parts.username or ""), unquote(parts.password or "")


def _habit(query: str) -> tuple[str, str]:
    parts = urlsplit(query)
    for pattern, _, graphs, update in _HABITS:
        if found := re.fullmatch(pattern, parts.path):
            made = (found.expand(each) for each in (graphs, update))
            first, second = (urlunsplit((parts.scheme, parts.netloc, p, "", "")) for p in made)
            return first, second
    return "", query
