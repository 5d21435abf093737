"""Which things have a page, and since when what is said of them is as it is: for the sitemap."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, Store

from treatybodies.changes.quads import graph_of, subject_of
from treatybodies.namespaces import GRAPH, ID, RDF_TYPE, SCHEME, tbo
from treatybodies.queries import XSD

SHOWN = tuple(f"<{space}".encode() for space in (ID, SCHEME, GRAPH))


def write_pages(target: Path, dump: Path, store: Store, date: str) -> None:
    """Write a line for each thing of the published view: its IRI, a tab, a day or nothing.

    The day is the latest that a source of it shows; what is derived is of the release's ``date``.
    """
    days = dict(_days(store)) | dict.fromkeys(_of_class(store, "DerivedGraph"), date)
    withdrawn = set(_of_class(store, "WithdrawnIRI"))  # their pages say that they are gone
    with dump.open("rb") as lines, target.open("wb") as file:
        for subject, group in groupby(lines, subject_of):
            graphs = {graph_of(line) for line in group}
            if subject.startswith(SHOWN) and b"" in graphs and subject not in withdrawn:
                day = max((days[each] for each in graphs if each in days), default="")
                file.write(b"%s\t%s\n" % (subject[1:-1], day.encode()))


def _days(store: Store) -> Iterator[tuple[bytes, str]]:
    """The day that each source shows, where it is known to the day."""
    for quad in store.quads_for_pattern(None, tbo("asOf"), None, DefaultGraph()):
        if isinstance(quad.object, Literal) and quad.object.datatype.value == XSD + "date":
            yield str(quad.subject).encode(), quad.object.value


def _of_class(store: Store, name: str) -> Iterator[bytes]:
    for quad in store.quads_for_pattern(None, RDF_TYPE, tbo(name), DefaultGraph()):
        yield str(quad.subject).encode()
