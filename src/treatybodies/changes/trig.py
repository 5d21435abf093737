"""Changes as RDF: TriG with a named graph for what came, and one for what went.

The published view has its two graphs, and so has each named graph that differs: a statement of
evidence that came into ``graph/untc/IV-13`` is in ``…/added/graph/untc/IV-13``. The default graph
says what each of them is, in terms of PROV-O and Dublin Core.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from treatybodies.changes import quads
from treatybodies.changes.compare import Comparison
from treatybodies.changes.quads import as_file
from treatybodies.changes.sides import Side
from treatybodies.changes.sorting import sorted_lines
from treatybodies.namespaces import BASE, RDF_TYPE, XSD, prefixes
from treatybodies.paths import default_garden

PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"


def write_trig(comparison: Comparison, to: Path) -> None:
    """The whole comparison as TriG."""
    used = prefixes(default_garden().ontology)
    serialize(_quads(comparison), output=str(to), format=RdfFormat.TRIG, prefixes=used)


def _quads(comparison: Comparison) -> Iterator[Quad]:
    yield from described(comparison)
    names: dict[tuple[bool, bytes], bytes] = {}
    rows = (_row(added, line, comparison.iri, names) for added, line in comparison.rows())
    yield from parse(as_file(sorted_lines(rows, quads.graph_of)), format=RdfFormat.N_QUADS)


def _row(added: bool, line: bytes, iri: str, names: dict[tuple[bool, bytes], bytes]) -> bytes:
    """The statement in the graph of those like it; ``names`` holds the graphs met before."""
    place = added, quads.graph_of(line)
    if place not in names:
        names[place] = str(graph_of(iri, added, place[1][1:-1].decode())).encode()
    return quads.moved(line, names[place])


def graph_of(iri: str, added: bool, graph: str = "") -> NamedNode:
    """The named graph with what came into, or went from, ``graph`` or the published view."""
    name = f"{iri}/{'added' if added else 'removed'}"
    if not graph:
        return NamedNode(name)
    ours = graph.removeprefix(BASE)
    return NamedNode(f"{name}/{ours if ours != graph else quote(graph, safe='')}")


def described(comparison: Comparison) -> Iterator[Quad]:
    """What the comparison is of, and what each of its graphs holds."""
    whole = NamedNode(comparison.iri)
    old, new = (release_of(each.version) for each in (comparison.old, comparison.new))
    title = f"Changes from {comparison.old.name} to {comparison.new.name}"
    yield from _about(whole, "Bundle", title)
    yield _quad(whole, PROV + "wasDerivedFrom", old)
    yield _quad(whole, PROV + "wasDerivedFrom", new)
    for each in (comparison.old, comparison.new):
        yield from _release(each)
    yield _quad(new, PROV + "wasRevisionOf", old)
    for graph, count in [("", comparison.published), *comparison.evidence.items()]:
        for added, number in ((True, count.added), (False, count.removed)):
            if number:
                yield from _part(whole, graph_of(comparison.iri, added, graph), graph, added)


def release_of(version: str) -> NamedNode:
    """The IRI of a release, which leads to its files."""
    return NamedNode(f"{BASE}dumps/{version}/")


def _release(side: Side) -> Iterator[Quad]:
    release = release_of(side.version)
    yield from _about(release, "Entity", side.name)
    if side.date:
        day = Literal(side.date, datatype=NamedNode(XSD + "date"))
        yield _quad(release, DCTERMS + "date", day)


def _part(whole: NamedNode, part: NamedNode, graph: str, added: bool) -> Iterator[Quad]:
    where = f"the named graph <{graph}>" if graph else "the published view"
    what = "added to" if added else "removed from"
    yield from _about(part, "Bundle", f"Statements {what} {where}")
    yield _quad(whole, DCTERMS + "hasPart", part)
    if graph:
        yield _quad(part, PROV + "wasDerivedFrom", NamedNode(graph))


def _about(thing: NamedNode, kind: str, title: str) -> Iterator[Quad]:
    yield Quad(thing, RDF_TYPE, NamedNode(PROV + kind), DefaultGraph())
    yield _quad(thing, DCTERMS + "title", Literal(title, language="en"))


def _quad(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(subject, NamedNode(predicate), value, DefaultGraph())
