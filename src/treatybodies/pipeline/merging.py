"""Curated statements and those of source sets, merged into one published dump.

Nothing is held in memory: sorted lines go from file to file, and Oxigraph keeps its store on disk.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from treatybodies.changes.blocks import Block, distinct, merge_blocks, read_blocks
from treatybodies.pipeline.decide import SET_ASIDE
from treatybodies.store import construct, select

Blocks = Iterator[Block]
BUFFER = 1 << 20
LINES_AT_ONCE = 300_000
"""Lines loaded in one go: with these Oxigraph takes 500 MB, with all nine million 2,400 MB."""
LOADERS = 2
"""Parts that are loaded at the same time."""
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


@dataclass(frozen=True)
class Written:
    """What a dump is."""

    lines: int
    digest: str
    """SHA-256, hexadecimal."""


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


def merge(curated: Path, files: Iterable[Path], view: Curated) -> Iterator[Block]:
    """The lines of the curated dump and of sorted ``files`` of named graphs, each line once.

    What of the files is published is there too; what the curated release says of itself is not.
    """
    with ExitStack() as stack:
        facts = read_blocks(stack.enter_context(curated.open("rb")))
        sources: list[Iterator[Block]] = [_without(facts, view.descriptions)]
        for path in files:
            lines = read_blocks(stack.enter_context(path.open("rb")))
            sources.append(_publish(lines, view))
        yield from distinct(merge_blocks(sources))


def add(dump: Path, files: Iterable[Path], view: Curated) -> Iterator[Block]:
    """The lines of a merged dump and of more ``files``, each line once."""
    return merge(dump, files, replace(view, descriptions=frozenset()))


def load(store: Store, blocks: Iterable[Block]) -> None:
    """Load ``blocks`` into ``store``, a part while the next ones are merged."""
    with ThreadPoolExecutor(LOADERS) as threads:  # the engine lets go of the interpreter lock
        loading: deque[Future[None]] = deque()
        for part in _parts(blocks):
            if len(loading) == LOADERS:
                loading.popleft().result()
            loading.append(threads.submit(_load, store, part))
        for each in loading:
            each.result()


def load_published(
    store: Store, path: Path, view: Curated, watched: Callable[[Blocks], Blocks] = iter
) -> None:
    """Load a file of named graphs, and what of it is published; ``watched`` sees all that is."""
    with path.open("rb") as file:
        load(store, watched(_publish(read_blocks(file), view)))


def write(blocks: Iterable[Block], target: Path) -> Written:
    """Write ``blocks`` to ``target``."""
    with target.open("wb", BUFFER) as file:
        return _digest(blocks, file.write)


def digest(blocks: Iterable[Block]) -> Written:
    """What ``blocks`` would be as a file."""
    return _digest(blocks, lambda _: None)


def _digest(blocks: Iterable[Block], take: Callable[[bytes], object]) -> Written:
    whole, lines = hashlib.sha256(), 0
    for block in blocks:
        body = b"".join(block)
        take(body)
        whole.update(body)
        lines += len(block)
    return Written(lines, whole.hexdigest())


def _load(store: Store, lines: bytes) -> None:
    store.bulk_load(input=lines, format=RdfFormat.N_QUADS)


def _without(blocks: Iterable[Block], left_out: frozenset[bytes]) -> Iterator[Block]:
    for block in blocks:
        yield [line for line in block if line not in left_out] if left_out else block


def _publish(blocks: Iterable[Block], view: Curated) -> Iterator[Block]:
    """Each line of a set, its triple in the published view before the first line that states it.

    A triple's own line is sorted before those with a graph: a full stop comes before “<”.
    """
    last = b""
    for block in blocks:
        lines: Block = []
        for line in block:
            triple = line.rpartition(b" <")[0]
            if triple != last:
                last = triple
                if view.publishes(triple):
                    lines.append(triple + b" .\n")
            lines.append(line)
        yield lines


def _parts(blocks: Iterable[Block]) -> Iterator[bytes]:
    """The lines of ``blocks`` as texts of about `LINES_AT_ONCE` of them."""
    part: list[bytes] = []
    held = 0
    for block in blocks:
        part.append(b"".join(block))
        held += len(block)
        if held >= LINES_AT_ONCE:
            yield b"".join(part)
            part, held = [], 0
    if part:
        yield b"".join(part)
