"""What a draft states passes the shapes once it is accepted; all that it names is described."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from measuring import TYPE
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse
from test_drafts_measured import FLOORS, text_of

from treatybodies.importers.drafts.drafting import draft
from treatybodies.importers.drafts.readers import read_document
from treatybodies.importers.drafts.trig import write_draft
from treatybodies.namespaces import tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.bulk_shacl import KnownTypes, validate_files

SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
# A draft gives no second label to what the graph labels.
LABELLED = "<https://w3id.org/treatybodies/shapes#Thing-label>"
GRAPH = NamedNode("https://w3id.org/treatybodies/graph/drafted")
# Said of the reading, which a person's acceptance changes.
READING = {tbo("reviewStatus"), NamedNode("http://www.w3.org/2004/02/skos/core#editorialNote")}


@pytest.fixture(scope="module")
def types(graph: Store) -> Store:
    """A store whose published view says what everything of the graph is."""
    store = Store()
    for predicate in (TYPE, SUBCLASS):
        told = graph.quads_for_pattern(None, NamedNode(predicate), None, None)
        store.bulk_extend(
            Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in told
        )
    return store


def stated(name: str, graph: Store) -> Iterator[Quad]:
    """What the draft of an invented text states, all in one graph."""
    made = draft(read_document(text_of(name)), graph, FLOORS[name][0])
    for quad in parse(write_draft(made, "2026-11-23").encode(), format=RdfFormat.TRIG):
        if quad.predicate not in READING:
            yield Quad(quad.subject, quad.predicate, quad.object, GRAPH)


@pytest.mark.parametrize("name", FLOORS)
def test_what_a_draft_states_fits_the_shapes(
    name: str, graph: Store, types: Store, garden: Garden, tmp_path: Path
) -> None:
    file = tmp_path / "drafted.nq"
    lines = sorted({f"{quad} .\n" for quad in stated(name, graph)})
    file.write_text("".join(lines), encoding="utf-8")

    found = validate_files(types, KnownTypes.of_store(types), [file], garden)

    violations = [key for key in found.counts if key[0] == "Violation" and key[1] != LABELLED]
    assert violations == []
    assert found.undescribed == set()
