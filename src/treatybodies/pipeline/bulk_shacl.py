"""SHACL over more statements than pySHACL takes: a compiled engine, batch by batch.

Files are sorted, so all that a set says about a thing stands together and a batch holds it whole.
What a batch only refers to is there with likenesses of its published types: ``sh:class`` takes them
for the class, but no shape is about them. (With the types themselves, three of four results were
about such things, and nothing else took as long.) Both engines find the same in the examples of
``tests/shapes`` (`tests/pipeline/test_bulk_shacl.py`).
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import shacl
from pyoxigraph import DefaultGraph, NamedNode, Store
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node
from rdflib.util import from_n3

from treatybodies.changes.blocks import Block
from treatybodies.namespaces import ID, RDF_TYPE, SCHEME, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.shacl import read_shapes

BUFFER = 1 << 20
BATCH_BYTES = 8 << 20
"""Smaller and larger ones take longer; two of these take 200 MB of memory."""
REFERRED = (ID.encode(), SCHEME.encode())
"""What must be described where it is referred to, as queries/checks/dangling-reference.rq says."""
DOCUMENT = f"<{ID}doc/".encode()
HAS_PARAGRAPH = str(tbo("hasParagraph")).encode()
SHOWN = 100
"""Results of one shape that the report lists; the rest is counted."""
THREADS = 2
LIKENESS = "urn:treatybodies:like:"
Validated = tuple[list[shacl.Result], set[str]]
_TYPE = str(RDF_TYPE).encode()
_SUBCLASS = b"<http://www.w3.org/2000/01/rdf-schema#subClassOf>"


class KnownTypes:
    """The published types of things, gathered from the lines that pass on their way to a store.

    Asking the store takes a third of the time of validation, and a dictionary 130 MB of memory.
    """

    def __init__(self) -> None:
        self._types: dict[bytes, tuple[bytes, ...]] = {}
        self._once: dict[tuple[bytes, ...], tuple[bytes, ...]] = {}
        """Sets of types are few, and each is held once."""

    @classmethod
    def of_store(cls, store: Store) -> "KnownTypes":
        """Those in a store that is filled already."""
        known = cls()
        quads = store.quads_for_pattern(None, RDF_TYPE, None, DefaultGraph())
        known.learn(f"{quad.triple} .\n".encode() for quad in quads)
        return known

    def watched(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Published lines as they are."""
        for block in blocks:
            self.learn(block)
            yield block

    def learn(self, lines: Iterable[bytes]) -> None:
        """Take what published lines say of types."""
        for line in lines:
            if _TYPE in line:
                subject, predicate, rest = line.split(b" ", 2)
                if predicate == _TYPE:
                    types = (*self.of(subject), rest[:-3])
                    self._types[subject] = self._once.setdefault(types, types)

    def of(self, thing: bytes) -> tuple[bytes, ...]:
        """The types of ``thing``, all in angle brackets."""
        return self._types.get(thing, ())


@dataclass
class Results:
    """What was found, shape by shape."""

    shown: list[shacl.Result] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Severity, shape and message → results."""
    undescribed: set[str] = field(default_factory=set)
    """Things of ours that are referred to, but have no type."""

    def add(self, result: shacl.Result) -> None:
        """Count one, and keep it while there are few like it."""
        key = (result.severity, result.root_shape or "", result.message or "")
        self.counts[key] += 1
        if self.counts[key] <= SHOWN:
            self.shown.append(result)

    @property
    def left_out(self) -> Iterator[str]:
        """In words, what is only counted."""
        for (severity, shape, message), count in sorted(self.counts.items()):
            if count > SHOWN:
                yield f"{severity} | {shape.strip('<>')} | {count - SHOWN} more | {message}"

    @property
    def left_out_violations(self) -> Iterator[str]:
        """Those of them that are violations."""
        return (line for line in self.left_out if line.startswith("Violation"))

    def graph(self) -> Graph:
        """A ``sh:ValidationReport`` as pySHACL gives it."""
        graph, whole = Graph(), BNode()
        graph.add((whole, RDF.type, SH.ValidationReport))
        for result in self.shown:
            node = BNode()
            graph.add((whole, SH.result, node))
            graph.add((node, RDF.type, SH.ValidationResult))
            for prop, value in _parts(result):
                graph.add((node, prop, value))
        return graph


def compile_shapes(shapes: Graph) -> shacl.Shapes:
    """``shapes``, ready to validate with."""
    return shacl.Shapes.from_text(shapes.serialize(format="nt"), format="ntriples")


def validate_files(
    store: Store,
    known: KnownTypes,
    files: Iterable[Path],
    garden: Garden,
    before: Results | None = None,
) -> Results:
    """Validate what sorted files of named graphs say, all of which ``store`` holds.

    ``known`` are the types in ``store``. What was found ``before`` is added to.
    """
    shapes = read_shapes(garden.ontology / "shapes")
    classes = _class_tree(store, shapes)
    compiled = compile_shapes(_with_likenesses(shapes))
    found = before or Results()
    waiting: deque[Future[Validated]] = deque()
    with ThreadPoolExecutor(THREADS) as threads:  # the engine lets go of the interpreter lock
        for batch in chain.from_iterable(map(_batches, files)):
            if len(waiting) == THREADS:
                _add(found, waiting.popleft().result())
            waiting.append(threads.submit(_validate, compiled, known, classes, batch))
        for each in waiting:
            _add(found, each.result())
    return found


def _add(found: Results, validated: Validated) -> None:
    results, undescribed = validated
    found.undescribed |= undescribed
    for result in results:
        found.add(result)


def _validate(shapes: shacl.Shapes, known: KnownTypes, classes: bytes, batch: bytes) -> Validated:
    """The results about the subjects of ``batch``, and what it refers to in vain."""
    subjects, objects = _read_things(batch)
    types, undescribed = _read_types(known, objects - subjects)
    report = shapes.validate_text((batch + types + classes).decode(), format="ntriples")
    results = [each for each in report.results if each.focus_node.encode() in subjects]
    return results, undescribed


def _read_things(batch: bytes) -> tuple[set[bytes], set[bytes]]:
    """The subjects of ``batch``, and the things that it refers to."""
    subjects, objects = set(), set()
    for line in batch.splitlines():
        subject, predicate, rest = line.split(b" ", 2)
        subjects.add(subject)
        if rest.startswith(b"<") and predicate != _TYPE:
            objects.add(rest[:-2])
    return subjects, objects


def _read_types(known: KnownTypes, things: Iterable[bytes]) -> tuple[bytes, set[str]]:
    """The likenesses of the published types of ``things``, and those of ours that have none."""
    lines: list[bytes] = []
    undescribed = set()
    for thing in things:
        types = known.of(thing)
        lines += (b"%b %b %b .\n" % (thing, _TYPE, _likeness(each)) for each in types)
        if not types and thing[1:].startswith(REFERRED):
            undescribed.add(thing[1:-1].decode())
    return b"".join(lines), undescribed


def _with_likenesses(shapes: Graph) -> Graph:
    """``shapes`` whose ``sh:class`` takes the likeness of a class for the class."""
    changed = Graph()
    for subject, predicate, value in shapes:
        asked = URIRef(f"{LIKENESS}{value}") if predicate == SH["class"] else value
        changed.add((subject, predicate, asked))
    return changed


def _class_tree(store: Store, shapes: Graph) -> bytes:
    """The published subclass statements; those of likenesses; each class asked for is alike."""
    asked = (f"<{value}>".encode() for value in set(shapes.objects(None, SH["class"])))
    lines = {_subclass(each, _likeness(each)) for each in asked}
    subclass = NamedNode(_SUBCLASS.decode().strip("<>"))
    for quad in store.quads_for_pattern(None, subclass, None, DefaultGraph()):
        below, above = str(quad.subject).encode(), str(quad.object).encode()
        lines |= {_subclass(below, above), _subclass(_likeness(below), _likeness(above))}
    return b"".join(sorted(lines))


def _subclass(below: bytes, above: bytes) -> bytes:
    return b"%b %b %b .\n" % (below, _SUBCLASS, above)


def _likeness(of_class: bytes) -> bytes:
    return b"<%b%b" % (LIKENESS.encode(), of_class[1:])


def _batches(path: Path) -> Iterator[bytes]:
    """The file's triples, in parts that each hold whatever is said about their subjects."""
    part: list[bytes] = []
    held, last, whole = 0, b"", True
    with path.open("rb", BUFFER) as file:
        for line in file:
            triple = line.rpartition(b" <")[0]
            subject, predicate, _ = triple.split(b" ", 2)
            if subject != last:
                if held > BATCH_BYTES and whole:
                    yield b"".join(part)
                    part, held = [], 0
                # A document is sorted after its paragraphs, whose shape looks back at it.
                last, whole = subject, DOCUMENT not in subject
            whole = whole or predicate == HAS_PARAGRAPH
            part.append(triple + b" .\n")
            held += len(line)
    if part:
        yield b"".join(part)


def _parts(result: shacl.Result) -> Iterator[tuple[URIRef, Node]]:
    named = {
        SH.focusNode: result.focus_node,
        SH.resultSeverity: result.severity_iri,
        SH.sourceConstraintComponent: result.component_iri,
        SH.sourceShape: result.root_shape,
        SH.value: result.value,
    }
    for prop, text in named.items():
        if text:
            yield prop, _term(text)
    for message in result.messages:
        yield SH.resultMessage, Literal(message, lang="en")  # as all messages of the shapes are


def _term(text: str) -> Node:
    """A term as the engine writes it: N-Triples, IRIs at times without brackets."""
    found = from_n3(text if text.startswith(('"', "<", "_:")) else f"<{text}>")
    assert isinstance(found, Node)
    return found
