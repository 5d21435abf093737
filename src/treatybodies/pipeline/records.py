"""TriG files written from documents, and the vocabularies of ``ontology/``, to quads."""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse

from treatybodies.errors import Fault, InputFaults
from treatybodies.namespaces import graph_name
from treatybodies.paths import Garden


def read_records(garden: Garden) -> Iterator[Quad]:
    """The quads of all records and decisions; raises `InputFaults` for all bad files at once."""
    paths = sorted(garden.records.glob("**/*.trig"))
    if garden.decisions.is_file():
        paths.append(garden.decisions)
    yield from _read_all(paths, None)


def read_vocabularies(garden: Garden) -> Iterator[Quad]:
    """The ontology, code lists, themes and alignments, each file in the graph of its name."""
    for path in sorted(garden.ontology.glob("*.ttl")):
        yield from _read_all([path], graph_name(path.stem))


def _read_all(paths: list[Path], graph: NamedNode | None) -> Iterator[Quad]:
    faults: list[Fault] = []
    quads = [quad for path in paths for quad in _read_file(path, graph, faults)]
    if faults:
        raise InputFaults(faults)
    yield from quads


def _read_file(path: Path, graph: NamedNode | None, faults: list[Fault]) -> Iterator[Quad]:
    """The quads of one file, in ``graph`` when one is given; its faults go to ``faults``."""
    count = 0
    try:
        for quad in parse(path=path, format=RdfFormat.TRIG if graph is None else RdfFormat.TURTLE):
            count += 1
            name = graph or quad.graph_name
            faults.extend(_check_quad(path, quad, name))
            yield Quad(quad.subject, quad.predicate, quad.object, name)
    except SyntaxError as cause:
        remedy = "mend the syntax at this place; the parser stopped here"
        faults.append(Fault(path, cause.lineno or 0, str(cause.msg), remedy))
    except OSError as cause:
        what = f"the file cannot be read ({cause.strerror or cause})"
        faults.append(Fault(path, 0, what, "check the file and its permissions"))
    except (UnicodeDecodeError, ValueError) as cause:
        faults.append(Fault(path, 0, f"the file is not UTF-8 ({cause})", "save it as UTF-8"))
    else:
        if not count:
            faults.append(Fault(path, 0, "the file states nothing", "fill it or delete it"))


def _check_quad(path: Path, quad: Quad, graph: object) -> Iterator[Fault]:
    if isinstance(graph, DefaultGraph):
        remedy = "put it inside a named graph that the record describes"
        yield Fault(path, 0, f"{quad.subject} {quad.predicate} … stands in no graph", remedy)
    if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
        remedy = "give the node an IRI: published data has no blank nodes"
        yield Fault(path, 0, f"a blank node as in {quad.subject} {quad.predicate}", remedy)
