"""SHACL over more statements than pySHACL takes: a compiled engine, batch by batch.

The graphs of a source set each hold what one document's record says, so a batch of whole graphs
holds all statements about its things. What they only refer to is there with its types, from the
published view. On the examples of ``tests/shapes`` both engines find the same
(`tests/pipeline/test_bulk_shacl.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import shacl
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node
from rdflib.util import from_n3

from treatybodies.namespaces import RDF_TYPE
from treatybodies.paths import Garden
from treatybodies.pipeline.shacl import read_shapes
from treatybodies.store import dump

BATCH_BYTES = 32 << 20
SHOWN = 100
"""Results of one shape that the report lists; the rest is counted."""
THREADS = 2
_TYPE = str(RDF_TYPE).encode()
_SUBCLASS = b"<http://www.w3.org/2000/01/rdf-schema#subClassOf>"


@dataclass
class Results:
    """What was found, shape by shape."""

    shown: list[shacl.Result] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Severity, shape and message → results."""

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


def validate_graphs(store: Store, graphs: Iterable[NamedNode], garden: Garden) -> Results:
    """Validate what ``graphs`` of ``store`` say about their things."""
    shapes = compile_shapes(read_shapes(garden.ontology / "shapes"))
    classes = _class_tree(store)
    found = Results()
    with ThreadPoolExecutor(THREADS) as threads:  # the engine lets go of the interpreter lock
        batches = _batches(store, graphs)
        for results in threads.map(lambda batch: _validate(shapes, store, classes, batch), batches):
            for result in results:
                found.add(result)
    return found


def _validate(
    shapes: shacl.Shapes, store: Store, classes: bytes, batch: bytes
) -> list[shacl.Result]:
    """The results about the subjects of ``batch``, not those about what it refers to."""
    subjects, types = _context(store, batch)
    report = shapes.validate_text((batch + types + classes).decode(), format="ntriples")
    return [each for each in report.results if each.focus_node.encode() in subjects]


def _context(store: Store, batch: bytes) -> tuple[set[bytes], bytes]:
    """The subjects of ``batch``, and the types of the things that it refers to."""
    subjects, objects = set(), set()
    for line in batch.splitlines():
        subject, predicate, rest = line.split(b" ", 2)
        subjects.add(subject)
        if rest.startswith(b"<") and predicate != _TYPE:
            objects.add(rest[:-2])
    lines = []
    for thing in objects - subjects:
        node = NamedNode(thing[1:-1].decode())
        for quad in store.quads_for_pattern(node, RDF_TYPE, None, DefaultGraph()):
            lines.append(thing + b" " + _TYPE + f" {quad.object} .\n".encode())
    return subjects, b"".join(lines)


def _class_tree(store: Store) -> bytes:
    """The published subclass statements."""
    subclass = NamedNode(_SUBCLASS.decode().strip("<>"))
    quads = store.quads_for_pattern(None, subclass, None, DefaultGraph())
    return "".join(f"{quad.triple} .\n" for quad in quads).encode()


def _batches(store: Store, graphs: Iterable[NamedNode]) -> Iterator[bytes]:
    parts: list[bytes] = []
    held = 0
    for graph in graphs:
        parts.append(dump(store, RdfFormat.N_TRIPLES, graph))
        held += len(parts[-1])
        if held > BATCH_BYTES:
            yield b"".join(parts)
            parts, held = [], 0
    if parts:
        yield b"".join(parts)


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
