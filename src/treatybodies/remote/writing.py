"""Two ways to change an engine's data: the Graph Store Protocol, and SPARQL Update.

Statements are added as sets: to add them twice is to add them once.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol
from urllib.parse import quote

from pyoxigraph import RdfFormat, Triple, serialize

from treatybodies.remote.address import Address
from treatybodies.remote.connections import Connections

GRAPH_BATCH = 20_000
UPDATE_BATCH = 1_000
"""Statements in one request. Virtuoso compiles an update, up to ten thousand lines of it."""
SECONDS = 600.0
"""How long one request may take."""

Statements = Sequence[Triple]


class Writer(Protocol):
    """Writes to one engine; the graph with the empty name is the default graph."""

    async def add(self, graph: str, statements: Statements) -> None:
        """Add ``statements`` to ``graph``."""
        ...

    async def add_together(self, graph: str, statements: Statements) -> None:
        """The same in one request, so that a blank node stays one."""
        ...

    async def replace(self, graph: str, statements: Statements) -> None:
        """Make ``statements`` all that the named ``graph`` holds."""
        ...

    async def clear(self, graph: str) -> None:
        """Remove ``graph`` with all its statements; it must be there."""
        ...


def writer_for(client: Connections) -> Writer:
    """The way that the address names: graphs where it can, else updates."""
    return Graphs(client) if client.address.graphs else Updates(client)


def way_of(address: Address) -> str:
    """The way in words, and where it leads."""
    if address.graphs:
        return f"graphs at {address.graphs}"
    return f"updates at {address.update}"


class Graphs:
    """The SPARQL 1.1 Graph Store HTTP Protocol, graphs named indirectly."""

    def __init__(self, client: Connections) -> None:
        self._client = client

    async def add(self, graph: str, statements: Statements) -> None:
        """POST merges."""
        for batch in _batches(statements, GRAPH_BATCH):
            await self.add_together(graph, batch)

    async def add_together(self, graph: str, statements: Statements) -> None:
        """One POST."""
        await self._send("POST", graph, statements)

    async def replace(self, graph: str, statements: Statements) -> None:
        """PUT."""
        await self._send("PUT", graph, statements)

    async def _send(self, method: str, graph: str, statements: Statements) -> None:
        body = serialize(statements, format=RdfFormat.N_TRIPLES) or b""
        media_type = RdfFormat.N_TRIPLES.media_type
        await self._client.send(method, self._url(graph), body, media_type, SECONDS)

    async def clear(self, graph: str) -> None:
        """DELETE."""
        await self._client.send("DELETE", self._url(graph), b"", "text/plain", SECONDS)

    def _url(self, graph: str) -> str:
        which = f"graph={quote(graph, safe='')}" if graph else "default"
        return f"{self._client.address.graphs}?{which}"


class Updates:
    """SPARQL 1.1 Update by POST."""

    def __init__(self, client: Connections) -> None:
        self._client = client

    async def add(self, graph: str, statements: Statements) -> None:
        """INSERT DATA, in batches."""
        for batch in _batches(statements, UPDATE_BATCH):
            await self._send(_insertion(graph, batch))

    async def add_together(self, graph: str, statements: Statements) -> None:
        """One INSERT; not of data, in which Virtuoso allows no blank nodes."""
        await self._send(_insertion(graph, statements, "INSERT") + " WHERE {}")

    async def replace(self, graph: str, statements: Statements) -> None:
        """CLEAR and INSERT DATA, in one request."""
        await self._send(f"CLEAR SILENT GRAPH <{graph}> ;\n{_insertion(graph, statements)}")

    async def clear(self, graph: str) -> None:
        """CLEAR; SILENT, as some engines forget a graph with its last statement."""
        await self._send(f"CLEAR SILENT {f'GRAPH <{graph}>' if graph else 'DEFAULT'}")

    async def _send(self, update: str) -> None:
        url, media_type = self._client.address.update, "application/sparql-update"
        await self._client.send("POST", url, update.encode(), media_type, SECONDS)


def _insertion(graph: str, statements: Statements, word: str = "INSERT DATA") -> str:
    lines = (serialize(statements, format=RdfFormat.N_TRIPLES) or b"").decode()
    data = f"GRAPH <{graph}> {{\n{lines}}}" if graph else lines
    return f"{word} {{\n{data}}}"


def _batches(statements: Statements, size: int) -> Iterable[Statements]:
    for start in range(0, len(statements), size):
        yield statements[start : start + size]
