"""How many statements the published view makes about what: two walks over its sorted lines.

::

    by subject: which classes each has ─▶ sorted anew ─▶ by object: how many lead to it, from where

Joins over ten million statements take minutes, the walks half a minute and bounded memory. They
give a small graph of counts, which ``queries/describe/20-void.rq`` puts into the words of VoID.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryFile
from typing import BinaryIO

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, serialize

from treatybodies.changes.blocks import read_blocks, sort_lines
from treatybodies.namespaces import BASE, RDF_TYPE, XSD
from treatybodies.store import dump

COUNT = "urn:treatybodies:count:"
"""What the names of the rows of counts, and of what they hold, begin with."""
Row = dict[str, NamedNode | str | int]
"""What one part of the dataset is, by names such as ``class``, and how many of what it has."""
Classes = tuple[bytes, ...]

_TYPE = str(RDF_TYPE).encode()
_OWN = f"<{BASE}".encode()
_STRING = f"{XSD}string"
_END = (b"\xff", -1)
"""Sorted after every term."""
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def count_store(store: Store) -> Store:
    """The counts of what ``store`` publishes, as a graph."""
    lines = dump(store, RdfFormat.N_TRIPLES, DefaultGraph()).splitlines(keepends=True)
    return as_store(count_lines(sorted(set(lines))))


def count_lines(lines: Iterable[bytes]) -> list[Row]:
    """A row for the whole and for each part of it; ``lines`` are sorted N-Triples."""
    with TemporaryFile(prefix="treatybodies-counting-") as typed:
        subjects, objects = _Subjects(), _Objects()
        ends = sort_lines(subjects.walk(lines, typed))
        objects.walk(chain.from_iterable(ends), typed)
    return list(_rows(subjects, objects))


@contextmanager
def counting(triples: Path) -> Iterator[Callable[[], Store]]:
    """A process that counts sorted N-Triples; what is given waits for the counts, as a graph."""
    command = [sys.executable, "-m", __name__, str(triples)]
    with subprocess.Popen(command, stdout=PIPE, stdin=DEVNULL) as process:
        try:
            yield lambda: _counts_of(process)
        finally:
            process.kill()  # nobody waits for the counts of a build that has failed


def _counts_of(process: "subprocess.Popen[bytes]") -> Store:
    triples, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the counting ended with status {process.returncode}")
    return _store(triples)


def as_store(rows: Iterable[Row]) -> Store:
    """The rows as a graph: a node for each."""
    return _store(_as_triples(rows))


def _store(triples: bytes) -> Store:
    store = Store()
    store.load(input=triples, format=RdfFormat.N_TRIPLES)
    return store


@dataclass
class _Subjects:
    """What is known when all that is said about each subject has been seen."""

    classes: dict[Classes, int] = field(default_factory=dict)
    """Each set of classes that a thing has, and its number."""
    properties: dict[bytes, int] = field(default_factory=dict)
    of: Counter[int] = field(default_factory=Counter)
    """Number of a set of classes → subjects that have it."""
    having: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Numbers of a property and of classes → subjects."""
    own: int = 0
    """Those with an IRI of ours and a class."""
    _ends: dict[tuple[bytes, int], bytes] = field(default_factory=dict)

    def walk(self, lines: Iterable[bytes], typed: BinaryIO) -> Iterator[bytes]:
        """For each triple its object with the numbers of its property and its subject's classes.

        Writes each subject that has a class to ``typed``, in order, with the number of its classes.
        """
        about: list[tuple[bytes, bytes]] = []
        last = b""
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if subject != last:
                yield from self._take(last, about, typed)
                about, last = [], subject
            about.append((predicate, rest[:-3]))
        yield from self._take(last, about, typed)

    def _take(
        self, subject: bytes, about: list[tuple[bytes, bytes]], typed: BinaryIO
    ) -> Iterator[bytes]:
        if not about:
            return
        held = tuple(value for predicate, value in about if predicate == _TYPE)
        kind = self.classes.setdefault(held, len(self.classes))
        self.of[kind] += 1
        if held:
            typed.write(b"%b %d\n" % (subject, kind))
            self.own += subject.startswith(_OWN)
        for predicate in {predicate for predicate, _ in about}:
            self.having[self._number(predicate), kind] += 1
        ends = self._ends
        for predicate, value in about:
            yield value + (ends.get((predicate, kind)) or self._end(predicate, kind))

    def _end(self, predicate: bytes, kind: int) -> bytes:
        end = b" %d %d\n" % (self._number(predicate), kind)
        self._ends[predicate, kind] = end
        return end

    def _number(self, predicate: bytes) -> int:
        return self.properties.setdefault(predicate, len(self.properties))


@dataclass
class _Objects:
    """What is known when all that leads to each object has been seen."""

    count: int = 0
    triples: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    """Numbers of a property and of classes, and the form of the object → triples."""
    leading: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """Numbers of a property, of classes, and of the object's classes → triples."""
    of: Counter[tuple[int, tuple[int, ...]]] = field(default_factory=Counter)
    """Numbers of a property, and of all classes of subjects that have it → objects."""

    def walk(self, ends: Iterable[bytes], typed: BinaryIO) -> None:
        """Count lines as `_Subjects.walk` gives them, sorted; ``typed`` is what it has written."""
        things = _typed(typed)
        thing, of_thing = b"", -1
        for value, lines in groupby(_counted(ends), key=_value):
            while thing < value:
                thing, of_thing = next(things, _END)
            self._take(value, lines, of_thing if thing == value else None)

    def _take(self, value: bytes, lines: Iterable[tuple[bytes, int]], kind: int | None) -> None:
        self.count += 1
        form = _form(value)
        using: dict[int, list[int]] = {}
        for line, count in lines:
            predicate, subjects = map(int, line[len(value) :].split())
            using.setdefault(predicate, []).append(subjects)
            self.triples[predicate, subjects, form] += count
            if kind is not None:
                self.leading[predicate, subjects, kind] += count
        for predicate, held in using.items():
            self.of[predicate, tuple(held)] += 1


def _counted(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each of the sorted lines, and how often it comes."""
    last, count = b"", 0
    for line in lines:
        if line == last:
            count += 1
        else:
            if count:
                yield last, count
            last, count = line, 1
    if count:
        yield last, count


def _value(counted: tuple[bytes, int]) -> bytes:
    """The object of a line: all but two numbers."""
    return counted[0].rsplit(b" ", 2)[0]


def _typed(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """What was written of each subject, from the beginning; read when all of it is there."""
    file.seek(0)
    for line in file:
        subject, _, kind = line.rpartition(b" ")
        yield subject, int(kind)


def _form(value: bytes) -> str:
    """The datatype of a literal, ``@`` and the language of a text, nothing for all else."""
    if not value.startswith(b'"'):
        return ""
    tail = value[value.rindex(b'"') + 1 :].decode()
    return tail.removeprefix("^^").strip("<>") or _STRING


def _rows(subjects: _Subjects, objects: _Objects) -> Iterator[Row]:
    names = [NamedNode(each[1:-1].decode()) for each in subjects.properties]
    classes = [_iris(each) for each in subjects.classes]
    yield {
        "of": "dataset",
        "triples": objects.triples.total(),
        "subjects": subjects.of.total(),
        "properties": len(names),
        "objects": objects.count,
        "classes": len({each for held in classes for each in held}),
        "entities": subjects.own,
    }
    entities: Counter[NamedNode] = Counter()
    for kind, number in subjects.of.items():
        for each in classes[kind]:
            entities[each] += number
    for each, number in entities.items():
        yield {"of": "class", "class": each, "entities": number}
    yield from _property_rows(subjects, objects, names, classes)
    yield from _value_rows(objects, names, classes)


def _property_rows(
    subjects: _Subjects, objects: _Objects, names: list[NamedNode], classes: list[list[NamedNode]]
) -> Iterator[Row]:
    """What each property is used for, by all things and by those of each class."""
    Part = tuple[NamedNode | None, NamedNode]
    triples: Counter[Part] = Counter()
    having: Counter[Part] = Counter()
    values: Counter[Part] = Counter()
    for (predicate, kind, _), number in objects.triples.items():
        for each in (None, *classes[kind]):
            triples[each, names[predicate]] += number
    for (predicate, kind), number in subjects.having.items():
        for each in (None, *classes[kind]):
            having[each, names[predicate]] += number
    for (predicate, kinds), number in objects.of.items():
        for each in {None, *chain.from_iterable(classes[kind] for kind in kinds)}:
            values[each, names[predicate]] += number
    for part, number in triples.items():
        of_class, name = part
        row: Row = {"of": "property", "property": name, "triples": number}
        row |= {"subjects": having[part], "objects": values[part]}
        yield row if of_class is None else row | {"of": "class property", "class": of_class}


def _value_rows(
    objects: _Objects, names: list[NamedNode], classes: list[list[NamedNode]]
) -> Iterator[Row]:
    """Which classes and datatypes the values of a property have, and which languages."""
    rows: Counter[tuple[str, NamedNode | None, NamedNode, NamedNode | str]] = Counter()
    for (predicate, kind, form), number in objects.triples.items():
        if form.startswith("@"):
            rows["language", None, names[predicate], form[1:]] += number
        if form:
            datatype = NamedNode(_LANG_STRING if form.startswith("@") else form)
            for each in classes[kind]:
                rows["datatype", each, names[predicate], datatype] += number
    for (predicate, kind, leads), number in objects.leading.items():
        for each in classes[kind]:
            for value in classes[leads]:
                rows["value class", each, names[predicate], value] += number
    for (of, of_class, name, leading), number in rows.items():
        row: Row = {"of": of, "property": name, "value": leading, "triples": number}
        yield row if of_class is None else row | {"class": of_class}


def _iris(held: Classes) -> list[NamedNode]:
    return [NamedNode(each[1:-1].decode()) for each in held]


def _as_triples(rows: Iterable[Row]) -> bytes:
    triples = serialize(
        (
            Triple(NamedNode(f"{COUNT}{number}"), NamedNode(COUNT + name), _term(value))
            for number, row in enumerate(rows)
            for name, value in row.items()
        ),
        format=RdfFormat.N_TRIPLES,
    )
    assert triples is not None  # Oxigraph returns bytes whenever it is given no output.
    return triples


def _term(value: NamedNode | str | int) -> NamedNode | Literal:
    return value if isinstance(value, NamedNode) else Literal(value)


def _print_counts(path: Path) -> None:
    """Count sorted N-Triples, and print the graph of counts."""
    with path.open("rb") as file:
        lines = chain.from_iterable(read_blocks(file))
        sys.stdout.buffer.write(_as_triples(count_lines(lines)))


if __name__ == "__main__":
    _print_counts(Path(sys.argv[1]))
