"""What an engine says it holds: a few statements that ``load`` leaves in a graph of their own."""

import json
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from treatybodies.errors import EngineFault
from treatybodies.remote.connections import Connections, Fields
from treatybodies.remote.dialects import MARK, VIEW

RESULTS = "application/sparql-results+json"
Row = dict[str, str]


@dataclass(frozen=True)
class Holding:
    """Which release an engine holds, and how far it has come there."""

    version: str
    view: str
    """IRI of the graph that holds the published view; empty for the default graph."""
    slices: int
    """Slices of the dump that are loaded, of ``size`` statements each."""
    size: int
    whole: bool = False
    """Whether everything is there, and its counts were found right."""

    def triples(self) -> list[Triple]:
        """The statements that say so."""
        said = {
            "version": self.version,
            "view": self.view,
            "slices": str(self.slices),
            "size": str(self.size),
            "state": "whole" if self.whole else "loading",
        }
        mark = NamedNode(MARK)
        return [Triple(mark, NamedNode(f"{MARK}#{key}"), Literal(v)) for key, v in said.items()]


async def read_holding(client: Connections, seconds: float) -> tuple[Holding | None, str]:
    """What the engine says, None when it says nothing; and the name its server goes by."""
    query = f"SELECT ?said ?value {{ GRAPH <{MARK}> {{ <{MARK}> ?said ?value }} }}"
    rows, server = await _select(client, query, seconds)
    said = {row["said"].removeprefix(MARK + "#"): row["value"] for row in rows}
    if not said:
        return None, server
    try:
        return Holding(
            said["version"],
            said["view"],
            int(said["slices"]),
            int(said["size"]),
            said["state"] == "whole",
        ), server
    except (KeyError, ValueError):
        raise EngineFault(
            f"The graph {MARK} of the engine is none of ours → empty the engine and load it anew."
        ) from None


async def counts_of(client: Connections, seconds: float) -> dict[str, int]:
    """Statements in each named graph."""
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows, _ = await _select(client, query, seconds)
    return {row["g"]: int(row["n"]) for row in rows}


async def count_of(client: Connections, graph: str, seconds: float) -> int:
    """Statements in ``graph``; in the default graph for an empty name."""
    pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
    rows, _ = await _select(client, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", seconds)
    return int(rows[0]["n"])


async def graphs_of(client: Connections, seconds: float) -> list[str]:
    """The names of all graphs but those that are no evidence."""
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    rows, _ = await _select(client, query, seconds)
    return sorted({row["g"] for row in rows} - {MARK, VIEW})


async def mark_is_in_default_graph(client: Connections, seconds: float) -> bool:
    """Whether the default graph shows what lies in a named one: then it is a union."""
    rows, _ = await _select(client, f"SELECT ?said {{ <{MARK}> ?said ?value }}", seconds)
    return bool(rows)


async def select(client: Connections, fields: Fields, seconds: float) -> list[Row]:
    """The solutions of a query that yields few, as the values of their terms."""
    rows, _ = await _rows(client, fields, seconds)
    return rows


async def _select(client: Connections, query: str, seconds: float) -> tuple[list[Row], str]:
    return await _rows(client, [("query", query)], seconds)


async def _rows(client: Connections, fields: Fields, seconds: float) -> tuple[list[Row], str]:
    answer = await client.ask(fields, RESULTS, seconds)
    with answer.body as body:
        text = body.read()
    if any(name in answer.headers for name in SHORTENED):
        raise EngineFault("The engine shortens its answers → raise its limit of rows.")
    try:
        bindings = json.loads(text)["results"]["bindings"]
        rows = [{name: str(term["value"]) for name, term in row.items()} for row in bindings]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EngineFault(
            f"What answers at {client.address.query} speaks no SPARQL → mend the address."
        ) from None
    return rows, answer.headers.get("server", "")


SHORTENED = ("x-sparql-maxrows", "x-sql-state")
"""Headers by which Virtuoso says that an answer is not whole."""
