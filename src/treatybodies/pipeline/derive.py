"""Derived statements: each rule a CONSTRUCT over the published view, in its own graph."""

from collections.abc import Callable

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from treatybodies.namespaces import RDF_TYPE, graph_name, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.calendar import FUNCTIONS
from treatybodies.queries import read_queries
from treatybodies.store import construct

TITLE = NamedNode("http://purl.org/dc/terms/title")
DESCRIPTION = NamedNode("http://purl.org/dc/terms/description")


def derive(store: Store, garden: Garden, on_rule: Callable[[str], None]) -> None:
    """Run ``queries/derive/*.rq`` in the order of their numbers, each seeing those before it.

    A rule reads the default graph of ``store``. What it yields is added there and to
    ``graph/derived/<name>``, where the rule is described as its source.
    """
    for rule in read_queries(garden.queries / "derive"):
        on_rule(rule.head.summary)
        name = rule.name.partition("-")[2]
        graph = graph_name(f"derived/{name}")
        triples = construct(store, rule.text, FUNCTIONS)
        described: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
            (graph, RDF_TYPE, tbo("DerivedGraph")),
            (graph, TITLE, Literal(rule.head.summary, language="en")),
            (graph, DESCRIPTION, Literal(" ".join(rule.head.description.split()), language="en")),
            (graph, tbo("derivedBy"), Literal(f"queries/derive/{rule.path.name}")),
        ]
        statements = [(each.subject, each.predicate, each.object) for each in triples] + described
        for target in (graph, DefaultGraph()):
            store.extend(
                Quad(subject, predicate, value, target) for subject, predicate, value in statements
            )
