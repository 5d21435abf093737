"""Filling another engine with a release, slice by slice, so that it can go on where it stopped.

A slice is so many statements of the release's dump, which is sorted: the same in every run. After
each, the engine itself is told how far it has come (`holding`), so any machine can go on. At the
end the counts of every graph are compared; only then the engine holds the release as a whole.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from math import ceil

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, Triple, parse

from treatybodies.errors import LoadRefused
from treatybodies.remote.address import Address
from treatybodies.remote.connections import Connections
from treatybodies.remote.dialects import MARK, VIEW, Dialect, Plain
from treatybodies.remote.holding import (
    Holding,
    count_of,
    counts_of,
    mark_is_in_default_graph,
    read_holding,
)
from treatybodies.remote.virtuoso import PRODUCT, Virtuoso
from treatybodies.remote.writing import SECONDS, Writer, way_of, writer_for
from treatybodies.store import Release

SLICE = 100_000
MOST_BLANK = 100_000
"""So many statements with blank nodes may go into one request for each graph."""
Steps = Callable[[str], None]


async def load(
    release: Release, address: Address, steps: Steps, replacing: bool = False, size: int = SLICE
) -> Holding:
    """Make the engine at ``address`` hold ``release``; raises `LoadRefused`, `QueryStopped`.

    With ``replacing`` everything else it holds is deleted first.
    """
    async with Connections(address) as client:
        return await _Loading(release, client, steps, size).run(replacing)


class _Loading:
    """One run of `load`."""

    def __init__(self, release: Release, client: Connections, steps: Steps, size: int) -> None:
        self.release = release
        self.client = client
        self.steps = steps
        self.size = size
        self.writer: Writer = writer_for(client)
        self.dialect: Dialect = Plain()
        self.counts: Counter[str] = Counter()
        """Statements of each graph of the dump, as far as it has been read."""
        self.blank: dict[str, list[Triple]] = {}

    async def run(self, replacing: bool) -> Holding:
        self.steps(f"asking what {self.client.address.query} holds")
        held, server = await read_holding(self.client, SECONDS)
        if server.startswith(PRODUCT):
            self.dialect = Virtuoso()
        version = self.release.manifest.version
        if held is None or held.version != version or (replacing and not held.whole):
            await self._make_room(held, replacing)
            held = await self._begin(version)
        held = await self._add_slices(held)
        await self._check_counts(held)
        held = replace(held, whole=True)
        await self.writer.replace(MARK, held.triples())
        return held

    async def _make_room(self, held: Holding | None, replacing: bool) -> None:
        """Clear the engine, or raise `LoadRefused` when it holds anything."""
        graphs = set(await counts_of(self.client, SECONDS)) - set(self.dialect.system_graphs)
        has_default = not self.dialect.view and await count_of(self.client, "", SECONDS) > 0
        if not graphs and not has_default:
            return
        if not replacing:
            what = f"release {held.version}" if held else f"{len(graphs)} graphs of others"
            raise LoadRefused(
                f"the engine holds {what} → empty it, fill another one and switch to that, "
                "or let --replace delete everything in it"
            )
        self.steps(f"deleting {len(graphs)} graphs")
        if has_default:
            await self.writer.clear("")
        # The mark goes last: until then the engine says what it held.
        for graph in sorted(graphs, key=lambda name: (name == MARK, name)):
            await self.writer.clear(graph)

    async def _begin(self, version: str) -> Holding:
        """Leave the first mark; where it shows tells what the default graph is."""
        held = Holding(version, self.dialect.view, 0, self.size)
        await self.writer.replace(MARK, held.triples())
        if not held.view and await mark_is_in_default_graph(self.client, SECONDS):
            held = replace(held, view=VIEW)
            await self.writer.replace(MARK, held.triples())
        return held

    async def _add_slices(self, held: Holding) -> Holding:
        """Add the slices that are not there yet, and count all."""
        slices = ceil(self.release.manifest.quads / held.size)
        for number, quads in enumerate(_slices(self.release, held.size)):
            graphs = self._sorted_out(quads, held.view)
            if number < held.slices:
                continue
            self.steps(f"slice {number + 1} of {slices} into {len(graphs)} graphs, by {self._way}")
            for graph, triples in graphs.items():
                await self.writer.add(graph, triples)
            held = replace(held, slices=number + 1)
            await self.writer.replace(MARK, held.triples())
        if not held.whole:
            for graph, triples in self.blank.items():
                await self.writer.add_together(graph, triples)
        return held

    @property
    def _way(self) -> str:
        return way_of(self.client.address)

    def _sorted_out(self, quads: list[Quad], view: str) -> dict[str, list[Triple]]:
        """The statements of a slice by graph; those with blank nodes are put by."""
        graphs: dict[str, list[Triple]] = {}
        for quad in quads:
            name = view if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            self.counts[name] += 1
            triple = self.dialect.stored(quad.triple)
            blank = isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
            (self.blank if blank else graphs).setdefault(name, []).append(triple)
        most = max(map(len, self.blank.values()), default=0)
        if most > MOST_BLANK:
            raise LoadRefused(
                f"a graph has more than {MOST_BLANK:,} statements with blank nodes, which must go "
                "into one request → give these nodes IRIs"
            )
        return graphs

    async def _check_counts(self, held: Holding) -> None:
        self.steps("comparing the counts of every graph")
        found = await counts_of(self.client, SECONDS)
        if not held.view:
            found[""] = await count_of(self.client, "", SECONDS)
        others = {MARK, *self.dialect.system_graphs}
        wrong = [
            f"{name or 'default graph'}: {found.get(name, 0):,} instead of {self.counts[name]:,}"
            for name in sorted({*self.counts, *found} - others)
            if self.counts[name] != found.get(name, 0)
        ]
        if wrong:
            raise LoadRefused(
                f"{len(wrong)} graphs have other counts than the release "
                f"({'; '.join(wrong[:5])}) → load again with --replace"
            )


def _slices(release: Release, size: int) -> Iterator[list[Quad]]:
    quads = parse(path=release.dump, format=RdfFormat.N_QUADS)
    while part := list(islice(quads, size)):
        yield part
