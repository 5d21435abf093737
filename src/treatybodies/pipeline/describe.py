"""The release described by itself: rules that count and name, each in its own named graph.

The rules of ``queries/describe`` read the graph as it is without any of them, so what they count
does not depend on their order, and a release never counts its own description. Those that read
``queries`` get the heads and texts of `SHOWN` instead. A rule with the parameter ``version`` comes
last: the version is a digest over everything else.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from treatybodies.namespaces import BASE, RDF_TYPE, prefixes, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.derive import DESCRIPTION, TITLE
from treatybodies.pipeline.version import VERSION_GRAPH, version_of
from treatybodies.queries import QueryFile, read_queries
from treatybodies.store import Functions, construct

SHOWN = ("api", "questions")
"""The folders of queries that a release shows as examples."""
QUERY = "urn:treatybodies:query:"
SHORT_NAME = NamedNode(BASE + "function#shortName")

_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT)\b", re.MULTILINE)


def describe(store: Store, garden: Garden, on_rule: Callable[[str], None]) -> None:
    """Add to ``store`` what the rules say of it, to their graphs and to the default graph."""
    rules = list(read_queries(garden.queries / "describe"))
    shown = _shown_queries(garden)
    functions = _functions(garden.ontology)
    made: list[tuple[QueryFile, list[Triple]]] = []
    for rule in rules:
        if not rule.variables:
            on_rule(rule.head.summary)
            read = shown if rule.head.reads == "queries" else store
            made.append((rule, construct(read, rule.text, functions)))
    for rule, triples in made:
        _add(store, rule, triples)
    for rule in rules:
        if rule.variables:
            on_rule(rule.head.summary)
            bound = rule.bind({"version": version_of(store)})
            _add(store, rule, construct(store, bound, functions))


def _add(store: Store, rule: QueryFile, triples: Iterable[Triple]) -> None:
    graph = NamedNode(BASE + rule.head.graph)
    assert ("version" in rule.variables) is (graph == VERSION_GRAPH), rule.path
    for triple in (*triples, *_described(rule, graph)):
        for target in (graph, DefaultGraph()):
            store.add(Quad(triple.subject, triple.predicate, triple.object, target))


def _described(rule: QueryFile, graph: NamedNode) -> Iterator[Triple]:
    yield Triple(graph, RDF_TYPE, tbo("DescriptionGraph"))
    yield Triple(graph, TITLE, Literal(rule.head.summary, language="en"))
    text = " ".join(rule.head.description.split())
    yield Triple(graph, DESCRIPTION, Literal(text, language="en"))
    yield Triple(graph, tbo("derivedBy"), Literal(f"queries/describe/{rule.path.name}"))


def _shown_queries(garden: Garden) -> Store:
    """A node for each query that a release shows, with the parts of its head and its text."""
    store = Store()
    for folder in SHOWN:
        for query in read_queries(garden.queries / folder):
            node = NamedNode(f"{QUERY}{folder}/{query.name}")
            for name, value in _parts(folder, query).items():
                store.add(Quad(node, NamedNode(QUERY + name), Literal(value)))
    return store


def _parts(folder: str, query: QueryFile) -> dict[str, str]:
    form = _FORM.search(query.text)
    assert form is not None, f"{query.path} has no query form"
    return {
        "folder": folder,
        "name": query.name,
        "form": form[1],
        "text": query.example(),
        "summary": query.head.summary,
        "description": " ".join(query.head.description.split()),
        "topic": query.head.topic,
    }


def _functions(ontology: Path) -> Functions:
    known = prefixes(ontology)

    def short(iri: object) -> Literal | None:
        return Literal(short_name(iri.value, known)) if isinstance(iri, NamedNode) else None

    return {SHORT_NAME: short}


def short_name(iri: str, known: dict[str, str]) -> str:
    """``iri`` as a part of another one: prefix and local name, else the whole of it, escaped.

    >>> short_name("http://www.w3.org/2004/02/skos/core#Concept",
    ...            {"skos": "http://www.w3.org/2004/02/skos/core#"})
    'skos.Concept'
    >>> short_name("http://example.org/a b", {})
    'http%3A%2F%2Fexample.org%2Fa%20b'
    """
    fitting = [(space, name) for name, space in known.items() if iri.startswith(space)]
    space, name = max(fitting, default=("", ""))
    local = iri.removeprefix(space)
    return f"{name}.{local}" if re.fullmatch(r"[\w-]+", local) else quote(iri, safe="")
