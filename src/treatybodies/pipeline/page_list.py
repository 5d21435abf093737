"""Which things have a page, and since when what is said of them is as it is: for the sitemap."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, Store

from treatybodies.changes.blocks import read_blocks
from treatybodies.changes.quads import graphs_of, subjects_of
from treatybodies.namespaces import GRAPH, ID, RDF_TYPE, SCHEME, XSD, tbo

SHOWN = tuple(f"<{space}".encode() for space in (ID, SCHEME, GRAPH))


def write_pages(target: Path, dump: Path, store: Store, date: str) -> None:
    """Write a line for each thing of the published view: its IRI, a tab, a day or nothing.

    The day is the latest that a source of it shows; what is derived is of the release's ``date``.
    """
    days = dict(_days(store)) | dict.fromkeys(_of_class(store, "DerivedGraph"), date)
    withdrawn = set(_of_class(store, "WithdrawnIRI"))  # their pages say that they are gone
    with target.open("wb") as file:
        for subject, pairs in groupby(_places(dump), itemgetter(0)):
            graphs = {graph for _, graph in pairs}
            if subject.startswith(SHOWN) and b"" in graphs and subject not in withdrawn:
                day = max((days[each] for each in graphs if each in days), default="")
                file.write(b"%s\t%s\n" % (subject[1:-1], day.encode()))


def _places(dump: Path) -> Iterator[tuple[bytes, bytes]]:
    """Each subject of a sorted dump with each graph that speaks of it, at times twice."""
    with dump.open("rb") as file:
        for block in read_blocks(file):
            yield from dict.fromkeys(zip(subjects_of(block), graphs_of(block), strict=True))


def _days(store: Store) -> Iterator[tuple[bytes, str]]:
    """The day that each source shows, where it is known to the day."""
    for quad in store.quads_for_pattern(None, tbo("asOf"), None, DefaultGraph()):
        if isinstance(quad.object, Literal) and quad.object.datatype.value == XSD + "date":
            yield str(quad.subject).encode(), quad.object.value


def _of_class(store: Store, name: str) -> Iterator[bytes]:
    for quad in store.quads_for_pattern(None, RDF_TYPE, tbo(name), DefaultGraph()):
        yield str(quad.subject).encode()
