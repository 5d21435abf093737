"""Two sorted dumps compared in one walk: what differs becomes an RDF Patch on disk.

The patch is that of the RDF Delta project (https://afs.github.io/rdf-delta/rdf-patch.html): a row
``D`` for each statement that is gone and ``A`` for each that has come, in the order of the
statements, so that the rows about one subject stand together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, parse

from treatybodies.changes.lines import Line, read_lines
from treatybodies.changes.sides import Side
from treatybodies.errors import DumpUnreadable
from treatybodies.namespaces import BASE

CHANGES = BASE + "changes"


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

    def take(self, added: bool) -> None:
        """Count one more."""
        if added:
            self.added += 1
        else:
            self.removed += 1

    @property
    def total(self) -> int:
        """Both."""
        return self.added + self.removed


@dataclass(frozen=True)
class Comparison:
    """Two sides, how much differs, and the patch that leads from the old to the new."""

    old: Side
    new: Side
    patch: Path
    published: Count = field(default_factory=Count)
    """In the default graph."""
    evidence: dict[str, Count] = field(default_factory=dict)
    """By named graph, those without a difference left out."""
    subjects: int = 0

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

    def changes(self) -> Iterator[Change]:
        """What differs, in the order of the statements."""
        with self.patch.open("rb") as rows:
            for row in rows:
                if row[:2] in (b"A ", b"D "):
                    yield Change(row[:1] == b"A", _only(row[2:]))


def compare(old: Side, new: Side, patch: Path) -> Comparison:
    """Compare two sides and write the patch file; raises `DumpUnreadable`.

    It takes the memory of one line of each side, and of a count for each named graph that differs.
    """
    published, evidence, subjects, last = Count(), dict[str, Count](), 0, None
    with patch.open("wb") as rows:
        rows.write(_head(old, new))
        for sign, side, line in _merged(old, new):
            quad = _checked(side.dump, line)
            change = Change(sign == b"A", quad)
            subjects += quad.subject != last
            last = quad.subject
            count = evidence.setdefault(change.graph, Count()) if change.graph else published
            count.take(change.added)
            rows.write(sign + b" " + line.text)
        rows.write(b"TC .\n")
    return Comparison(old, new, patch, published, dict(sorted(evidence.items())), subjects)


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


def _checked(path: Path, line: Line) -> Quad:
    try:
        quad = _only(line.text)
    except (SyntaxError, ValueError) as cause:
        message = f"{path}, line {line.number}: {cause} → name an N-Quads file"
        raise DumpUnreadable(message) from cause
    if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
        message = f"{path}, line {line.number}: blank nodes cannot be told apart → give them IRIs"
        raise DumpUnreadable(message)
    return quad


def _only(text: bytes) -> Quad:
    quad: Quad
    (quad,) = parse(text, format=RdfFormat.N_QUADS)
    return quad
