"""Validation shared out over processes finds what one validation of all shapes finds."""

from pyoxigraph import RdfFormat, Store
from rdflib import RDF, SH, Graph, Literal

from treatybodies.paths import Garden
from treatybodies.pipeline.shacl import (
    merge,
    read_shapes,
    report,
    share_out,
    validate_graph,
    validate_published,
)

FAULTY = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix state: <https://w3id.org/treatybodies/id/state/> .
@prefix tbo: <https://w3id.org/treatybodies/ontology#> .
state:BEN a tbo:State ; tbo:iso3 "Benin" ; skos:prefLabel "Benin"@en .
<https://w3id.org/treatybodies/id/session/cmw/1> a tbo:Session .
<https://w3id.org/treatybodies/id/person/nobody> a tbo:Person .
"""


def test_shares_find_the_same_as_the_whole(garden: Garden) -> None:
    store = Store()
    store.load(FAULTY.encode(), RdfFormat.TURTLE)
    ontology = Graph().parse(garden.ontology / "treatybodies.ttl")
    shapes = read_shapes(garden.ontology / "shapes")

    whole = report(validate_graph(Graph().parse(data=FAULTY), shapes, ontology))
    shared = validate_published(store, garden)

    assert shared.text == whole.text
    assert len(shared.violations) >= 3


def test_every_targeted_shape_is_in_one_share(garden: Garden) -> None:
    shapes = read_shapes(garden.ontology / "shapes")

    shares = share_out(shapes, {"https://w3id.org/treatybodies/ontology#State": 200}, 3)

    dealt = [shape for share in shares for shape in share]
    assert sorted(dealt) == sorted({str(each) for each in shapes.subjects(SH.targetClass)})
    assert all(shares)


def test_merged_reports_are_one_report(garden: Garden) -> None:
    ontology = Graph().parse(garden.ontology / "treatybodies.ttl")
    shapes = read_shapes(garden.ontology / "shapes")
    part = validate_graph(Graph().parse(data=FAULTY), shapes, ontology)

    merged = merge([part, Graph()])

    (top,) = merged.subjects(RDF.type, SH.ValidationReport)
    assert merged.value(top, SH.conforms) == Literal(False)
    assert len(list(merged.objects(top, SH.result))) == len(list(part.objects(None, SH.result)))
