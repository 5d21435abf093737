"""Curated statements and those of source sets, merged into one published dump.

Nothing is held in memory: sorted lines go from file to file, and Oxigraph keeps its store on disk.
What of a set is published is found once, and kept beside.
"""

import hashlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from treatybodies.changes.blocks import BYTES, Block, distinct, merge_blocks, read_blocks
from treatybodies.pipeline.decide import SET_ASIDE
from treatybodies.store import construct, select

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

    def published(self, quads: Iterable[bytes]) -> Block:
        """The lines of the published view that lines of named graphs give, each once."""
        triples = dict.fromkeys(line.rpartition(b" <")[0] for line in quads)
        return [
            triple + b" .\n"
            for triple in triples
            if triple not in self.aside
            and (_LABEL not in triple or triple.partition(b" ")[0] not in self.labelled)
        ]

    def facts(self, dump: Path) -> Iterator[Block]:
        """The lines of the curated release, without those by which it describes itself."""
        for block in read(dump):
            yield [line for line in block if line not in self.descriptions]


@dataclass(frozen=True)
class Part:
    """A sorted file of named graphs, and the file of what of it is published."""

    quads: Path
    triples: Path


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


def read(path: Path) -> Iterator[Block]:
    """The lines of a sorted file."""
    with path.open("rb") as file:
        yield from read_blocks(file)


def publish(part: Part, view: Curated) -> Iterator[Block]:
    """What of the quads of ``part`` is published; it is written to its triples as well.

    A triple's own line is sorted as those with a graph are: both go on with a blank.
    """
    with part.triples.open("wb", BUFFER) as file:
        for block in distinct(filter(None, map(view.published, read(part.quads)))):
            file.writelines(block)
            yield block


def merge(*sources: Iterator[Block]) -> Iterator[Block]:
    """The lines of sorted sources in their order, each once."""
    return distinct(merge_blocks(sources))


def insert(dump: Path, lines: Sequence[bytes]) -> Iterator[bytes]:
    """The text of a sorted dump with a few sorted lines at their places, each line once.

    Only where one of them belongs is the text taken apart.
    """
    place = 0
    with dump.open("rb") as file:
        while text := file.read(BYTES) + file.readline():
            end = bisect_right(lines, text[text.rfind(b"\n", 0, -1) + 1 :], place)
            if place < end:
                text = b"".join(sorted({*text.splitlines(keepends=True), *lines[place:end]}))
            place = end
            yield text
    yield b"".join(lines[place:])


def load(store: Store, blocks: Iterable[Block]) -> None:
    """Load ``blocks`` into ``store``, some parts while the next one is merged."""
    with ThreadPoolExecutor(LOADERS) as threads:  # the engine lets go of the interpreter lock
        loading: deque[Future[None]] = deque()
        for part in _parts(blocks):
            if len(loading) == LOADERS:
                loading.popleft().result()
            loading.append(threads.submit(_load, store, part))
        for each in loading:
            each.result()


def write_lines(blocks: Iterable[Block], target: Path) -> None:
    """Write ``blocks`` to ``target``."""
    with target.open("wb", BUFFER) as file:
        file.writelines(map(b"".join, blocks))


def write(texts: Iterable[bytes], target: Path) -> Written:
    """Write ``texts`` to ``target``."""
    with target.open("wb", BUFFER) as file:
        return _digest(texts, file.write)


def digest(texts: Iterable[bytes]) -> Written:
    """What ``texts`` would be as a file."""
    return _digest(texts, lambda _: None)


def _digest(texts: Iterable[bytes], take: Callable[[bytes], object]) -> Written:
    whole, lines = hashlib.sha256(), 0
    for text in texts:
        take(text)
        whole.update(text)
        lines += text.count(b"\n")
    return Written(lines, whole.hexdigest())


def _load(store: Store, lines: bytes) -> None:
    store.bulk_load(input=lines, format=RdfFormat.N_QUADS)


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
