"""Derived statements: each rule a CONSTRUCT over the published view, in its own graph."""

from collections.abc import Callable

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from treatybodies.namespaces import RDF_TYPE, graph_name, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.calendar import FUNCTIONS
from treatybodies.queries import QueryFile, read_queries
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
        graph, described = describe_rule(rule, "queries/derive")
        with rule.running():
            triples = construct(store, rule.text, FUNCTIONS) + described
        for target in (graph, DefaultGraph()):
            store.extend(
                Quad(each.subject, each.predicate, each.object, target) for each in triples
            )


def describe_rule(rule: QueryFile, folder: str) -> tuple[NamedNode, list[Triple]]:
    """The graph of what a rule of ``folder`` yields, and what is said about that graph."""
    graph = graph_name(f"derived/{rule.name.partition('-')[2]}")
    description = " ".join(rule.head.description.split())
    return graph, [
        Triple(graph, RDF_TYPE, tbo("DerivedGraph")),
        Triple(graph, TITLE, Literal(rule.head.summary, language="en")),
        Triple(graph, DESCRIPTION, Literal(description, language="en")),
        Triple(graph, tbo("derivedBy"), Literal(f"{folder}/{rule.path.name}")),
    ]
