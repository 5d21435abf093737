"""Two sorted dumps compared in one walk: what differs becomes an RDF Patch on disk.

The patch is that of the RDF Delta project (https://afs.github.io/rdf-delta/rdf-patch.html): a row
``D`` for each statement that is gone and ``A`` for each that has come, in the order of the
statements, so that the rows about one subject stand together.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, tee
from operator import lt
from pathlib import Path
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, parse

from treatybodies.changes.blocks import Block, differences, read_blocks
from treatybodies.changes.lines import Line, read_lines
from treatybodies.changes.quads import as_file, graph_of, graphs_of, subject_of, subjects_of
from treatybodies.changes.sides import Side
from treatybodies.errors import DumpUnreadable
from treatybodies.namespaces import BASE

CHANGES = BASE + "changes"
BATCH = 10_000
"""Lines that are parsed together."""


@dataclass(frozen=True)
class Change:
    """One statement that has come or gone."""

    added: bool
    quad: Quad

    @property
    def graph(self) -> str:
        """IRI of the named graph; empty for the published view."""
        name = self.quad.graph_name
        return "" if isinstance(name, DefaultGraph) else str(name.value)


@dataclass
class Count:
    """How many statements have come and gone."""

    added: int = 0
    removed: int = 0

    def take(self, added: bool, number: int = 1) -> None:
        """Count one more, or as many as there are."""
        if added:
            self.added += number
        else:
            self.removed += number

    @property
    def total(self) -> int:
        """Both."""
        return self.added + self.removed


@dataclass
class Comparison:
    """Two sides, how much differs, and the patch that leads from the old to the new."""

    old: Side
    new: Side
    patch: Path
    published: Count = field(default_factory=Count)
    """In the default graph."""
    subjects: int = 0
    total: int = 0
    """Statements that differ, in whatever graph."""
    _graphs: dict[bytes, Count] = field(default_factory=dict)
    _last: bytes = b""

    def take(self, added: bool, line: bytes) -> None:
        """Count one more statement; they come in their order."""
        subject, graph = subject_of(line), graph_of(line)
        self.total += 1
        self.subjects += subject != self._last
        self._last = subject
        count = self._graphs.setdefault(graph, Count()) if graph else self.published
        count.take(added)

    def take_all(self, gone: Block, come: Block) -> None:
        """Count many, which follow those counted before."""
        for added, lines in ((False, gone), (True, come)):
            for graph, number in Counter(graphs_of(lines)).items():
                count = self._graphs.setdefault(graph, Count()) if graph else self.published
                count.take(added, number)
        lines = sorted(gone + come) if gone and come else gone or come
        subjects = list(dict.fromkeys(subjects_of(lines)))
        self.total += len(gone) + len(come)
        self.subjects += len(subjects) - (subjects[:1] == [self._last])
        self._last = subjects[-1] if subjects else self._last

    @property
    def evidence(self) -> dict[str, Count]:
        """By named graph, those without a difference left out."""
        return {name[1:-1].decode(): self._graphs[name] for name in sorted(self._graphs)}

    @property
    def iri(self) -> str:
        """The IRI of this pair of versions."""
        return f"{CHANGES}/{self.old.version}/{self.new.version}"

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not self.subjects

    def evidence_total(self) -> Count:
        """All named graphs together."""
        each = self.evidence.values()
        return Count(sum(one.added for one in each), sum(one.removed for one in each))

    def rows(self) -> Iterator[tuple[bool, bytes]]:
        """What differs: whether it came, and its line, in the order of the statements."""
        with self.patch.open("rb") as rows:
            for row in rows:
                if row[:2] in (b"A ", b"D "):
                    yield row[:1] == b"A", row[2:]

    def changes(self) -> Iterator[Change]:
        """The same, parsed."""
        rows, again = tee(self.rows())
        quads = parse(as_file(line for _, line in rows), format=RdfFormat.N_QUADS)
        for (added, _), quad in zip(again, quads, strict=True):
            yield Change(added, quad)


def compare(old: Side, new: Side, patch: Path, most: int | None = None) -> Comparison:
    """Compare two sides and write the patch file; raises `DumpUnreadable`.

    It takes the memory of some lines of each side, and of a count for each graph that differs. With
    ``most``, the two are releases of ours, whose lines need no parser, and what lies beyond so many
    rows is counted but not written.
    """
    found = Comparison(old, new, patch)
    with patch.open("wb") as file:
        file.write(_head(old, new))
        if most is None:
            for sign, line in _checked(_merged(old, new)):
                found.take(sign == b"A", line)
                file.write(sign + b" " + line)
        else:
            for gone, come in _differences(old.dump, new.dump):
                if found.total < most:
                    file.writelines(_rows(gone, come)[: most - found.total])
                found.take_all(gone, come)
        file.write(b"TC .\n")
    return found


def _differences(old: Path, new: Path) -> Iterator[tuple[Block, Block]]:
    """The lines that only one of two dumps of ours has."""
    with old.open("rb") as mine, new.open("rb") as theirs:
        yield from differences(_sound_blocks(old, mine), _sound_blocks(new, theirs))


def _rows(gone: Block, come: Block) -> Block:
    """Rows of a patch, in the order of their lines."""
    rows = [b"D " + line for line in gone] + [b"A " + line for line in come]
    return sorted(rows, key=lambda row: row[2:])


def _sound_blocks(path: Path, file: BinaryIO) -> Iterator[Block]:
    last = b""
    for block in read_blocks(file):
        whole = all(line.endswith(b" .\n") for line in block)
        if not whole or block[0] <= last or not all(map(lt, block, islice(block, 1, None))):
            deque(read_lines(path), maxlen=0)  # which tells what is wrong, and where
            block = sorted(set(block) - {last})  # only a line that comes twice
        if block:
            yield block
            last = block[-1]


def _merged(old: Side, new: Side) -> Iterator[tuple[bytes, Side, Line]]:
    """The lines that only one side has, each with the row it makes."""
    mine, theirs = read_lines(old.dump), read_lines(new.dump)
    left, right = next(mine, None), next(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.text < right.text):
            assert left is not None
            yield b"D", old, left
            left = next(mine, None)
        elif left is None or right.text < left.text:
            yield b"A", new, right
            right = next(theirs, None)
        else:
            left, right = next(mine, None), next(theirs, None)


def _head(old: Side, new: Side) -> bytes:
    """Identifiers made of the versions: the same pair gives the same patch."""
    this, before = (
        uuid5(NAMESPACE_URL, f"{CHANGES}/{each}") for each in (new.version, old.version)
    )
    return f"H id <urn:uuid:{this}> .\nH prev <urn:uuid:{before}> .\nTX .\n".encode()


def _checked(rows: Iterator[tuple[bytes, Side, Line]]) -> Iterator[tuple[bytes, bytes]]:
    """Sign and line of each row, once a parser has read it; many at once are ten times as fast."""
    while batch := list(islice(rows, BATCH)):
        whole = b"".join(line.text for _, _, line in batch)
        try:
            quads = list(parse(whole, format=RdfFormat.N_QUADS))
            sound = len(quads) == len(batch) and not any(map(_has_blank, quads))
        except (SyntaxError, ValueError):
            sound = False
        if not sound:
            for _, side, line in batch:
                _check(side.dump, line)
        for sign, _, line in batch:
            yield sign, line.text


def _check(path: Path, line: Line) -> None:
    try:
        (quad,) = parse(line.text, format=RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as cause:
        message = f"{path}, line {line.number}: {cause} → name an N-Quads file"
        raise DumpUnreadable(message) from cause
    if _has_blank(quad):
        message = f"{path}, line {line.number}: blank nodes cannot be told apart → give them IRIs"
        raise DumpUnreadable(message)


def _has_blank(quad: Quad) -> bool:
    return any(isinstance(each, BlankNode) for each in (quad.subject, quad.object, quad.graph_name))
