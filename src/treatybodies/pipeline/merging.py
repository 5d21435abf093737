"""Curated statements and those of source sets, merged line by line into one published dump.

Nothing is held in memory: sorted lines go from file to file, and Oxigraph keeps its store on disk.
"""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from treatybodies.pipeline.decide import SET_ASIDE
from treatybodies.store import construct, select

BUFFER = 1 << 20
LINES_AT_ONCE = 300_000
"""Lines loaded in one go: with these Oxigraph takes 500 MB, with all nine million 2,400 MB."""
LABELLED = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing
WHERE {
  ?thing skos:prefLabel ?label .
  FILTER(LANG(?label) = "en")
}
"""
_LABEL = b" <http://www.w3.org/2004/02/skos/core#prefLabel> "


DESCRIPTIONS = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
SELECT ?graph
WHERE { ?graph a tbo:DescriptionGraph }
"""


@dataclass(frozen=True)
class Curated:
    """What the curated graph decides about the lines of a set, and which lines it leaves out."""

    aside: frozenset[bytes]
    """Triples that a decision sets aside."""
    labelled: frozenset[bytes]
    """Things with an English label of ours: that of a set stays in its graph."""
    descriptions: frozenset[bytes] = frozenset()
    """Lines by which the curated release describes itself: the whole is described anew."""

    def publishes(self, triple: bytes) -> bool:
        """Whether ``triple`` of a set is in the published view."""
        if triple in self.aside:
            return False
        return _LABEL not in triple or triple.partition(b" ")[0] not in self.labelled


def curated_view(store: Store) -> Curated:
    """What the curated graph in ``store`` decides."""
    aside = (f"{each}".encode() for each in construct(store, SET_ASIDE))
    labelled = (str(row["thing"]).encode() for row in select(store, LABELLED))
    return Curated(frozenset(aside), frozenset(labelled), frozenset(_descriptions(store)))


def _descriptions(store: Store) -> Iterator[bytes]:
    for row in select(store, DESCRIPTIONS):
        for quad in store.quads_for_pattern(None, None, None, row["graph"]):
            yield f"{quad.triple} .\n".encode()
            yield f"{quad.triple} {quad.graph_name} .\n".encode()


def merge_sets(
    curated: Path, sets: Iterable[Path], view: Curated, target: Path, store: Store
) -> None:
    """Merge the curated dump and the sets into ``target`` and ``store``, each line once, sorted."""
    with ExitStack() as stack:
        facts = stack.enter_context(curated.open("rb", BUFFER))
        streams: list[Iterable[bytes]] = [(line for line in facts if line not in view.descriptions)]
        for path in sets:
            lines = stack.enter_context(path.open("rb", BUFFER))
            streams.append(_publish(lines, view))
        parts = _parts(_distinct(merge(*streams)))
        file = stack.enter_context(target.open("wb", BUFFER))
        # One part is loaded while the next is merged.
        loader = stack.enter_context(ThreadPoolExecutor(1))
        loading: Future[None] | None = None
        for part in parts:
            body = b"".join(part)
            file.write(body)
            if loading:
                loading.result()
            loading = loader.submit(load, store, body)
        if loading:
            loading.result()


def load(store: Store, lines: bytes) -> None:
    """Load some lines of N-Quads."""
    store.bulk_load(input=lines, format=RdfFormat.N_QUADS)


def load_published(store: Store, path: Path, view: Curated) -> None:
    """Load a file of named graphs, and what of it is published."""
    with path.open("rb", BUFFER) as file:
        for part in _parts(_publish(file, view)):
            load(store, b"".join(part))


def add_derived(dump: Path, derived: Iterable[Path], view: Curated, target: Path) -> str:
    """Merge files of derived statements into a dump, writing ``target``; its SHA-256."""
    whole = hashlib.sha256()
    with ExitStack() as stack:
        streams: list[Iterable[bytes]] = [stack.enter_context(dump.open("rb", BUFFER))]
        for path in derived:
            streams.append(_publish(stack.enter_context(path.open("rb", BUFFER)), view))
        file = stack.enter_context(target.open("wb", BUFFER))
        for part in _parts(_distinct(merge(*streams))):
            body = b"".join(part)
            file.write(body)
            whole.update(body)
    return whole.hexdigest()


def _publish(lines: Iterable[bytes], view: Curated) -> Iterator[bytes]:
    """Each line of a set, its triple in the published view before the first line that states it.

    A triple's own line is sorted before those with a graph: a full stop comes before “<”.
    """
    last = b""
    for line in lines:
        triple = line.rpartition(b" <")[0]
        if triple != last:
            last = triple
            if view.publishes(triple):
                yield triple + b" .\n"
        yield line


def _distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each line once: what comes twice is a published triple that two sources state."""
    last = b""
    for line in lines:
        if line != last:
            last = line
            yield line


def _parts(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while part := list(islice(lines, LINES_AT_ONCE)):
        yield part
