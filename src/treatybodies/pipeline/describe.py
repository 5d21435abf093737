"""The release described by itself: rules that count and name, each in its own named graph.

The rules of ``queries/describe`` read the graph as it is without any of them, so what they count
does not depend on their order, and a release never counts its own description. Those that read
``queries`` get the heads and texts of `SHOWN` instead, those that read ``counts`` what `counting`
has counted. A rule with the parameter ``version`` comes last: the version is a digest over
everything else.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from treatybodies.namespaces import BASE, RDF_TYPE, prefixes, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.counting import count_store
from treatybodies.pipeline.derive import DESCRIPTION, TITLE
from treatybodies.pipeline.dumps import LARGE, is_written
from treatybodies.pipeline.version import VERSION_GRAPH, version_of
from treatybodies.queries import QueryFile, read_queries
from treatybodies.store import Functions, construct

RULES = "describe"
Described = tuple[NamedNode, list[Triple]]
"""A named graph and its statements."""
SHOWN = ("api", "questions")
"""The folders of queries that a release shows as examples."""
QUERY = "urn:treatybodies:query:"
SHORT_NAME = NamedNode(BASE + "function#shortName")
IS_WRITTEN = NamedNode(BASE + "function#isWritten")

_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT)\b", re.MULTILINE)


def describe(store: Store, garden: Garden, on_rule: Callable[[str], None]) -> None:
    """Add to ``store`` what the rules say of it, to their graphs and to the default graph."""
    counts = count_store(store)
    for graph, triples in list(descriptions(store, lambda: counts, garden, on_rule)):
        _add(store, graph, triples)
    for graph, triples in versions(store, garden, version_of(store), on_rule):
        _add(store, graph, triples)


def descriptions(
    store: Store, counts: Callable[[], Store], garden: Garden, on_rule: Callable[[str], None]
) -> Iterator[Described]:
    """What each rule but the last says of ``store``, which must not hold any of it yet.

    ``counts`` gives the counts of ``store``, when a rule reads them.
    """
    read: dict[str, Callable[[], Store]] = {
        "graph": lambda: store,
        "counts": counts,
        "queries": lambda: _shown_queries(garden),
    }
    rules = [rule for rule in read_queries(garden.queries / RULES) if not rule.variables]
    # Those that read counts come last: counting may go on beside the others.
    for rule in sorted(rules, key=lambda each: each.head.reads == "counts"):
        on_rule(rule.head.summary)
        yield _run(rule, rule.text, read[rule.head.reads](), garden)


def versions(
    store: Store, garden: Garden, version: str, on_rule: Callable[[str], None]
) -> Iterator[Described]:
    """What the last rule says of ``store``, which holds all other descriptions."""
    for rule in read_queries(garden.queries / RULES):
        if rule.variables:
            on_rule(rule.head.summary)
            yield _run(rule, rule.bind({"version": version}), store, garden)


def _run(rule: QueryFile, text: str, store: Store, garden: Garden) -> Described:
    graph = NamedNode(BASE + rule.head.graph)
    assert bool(rule.variables) is (graph == VERSION_GRAPH), rule.path
    with rule.running():
        triples = construct(store, text, functions(garden.ontology, store))
    return graph, [*triples, *_described(rule, graph)]


def _add(store: Store, graph: NamedNode, triples: Iterable[Triple]) -> None:
    for triple in triples:
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


def functions(ontology: Path, store: Store) -> Functions:
    """What rules of ``describe`` call beside SPARQL's own; ``store`` tells the release's size."""
    known = prefixes(ontology)
    is_large = cache(lambda: len(store) > LARGE)  # on disk it counts for seconds

    def short(iri: object) -> Literal | None:
        return Literal(short_name(iri.value, known)) if isinstance(iri, NamedNode) else None

    def written(extension: object) -> Literal:
        assert isinstance(extension, Literal), "an extension such as “ttl” is expected"
        return Literal(is_written(extension.value, is_large()))

    return {SHORT_NAME: short, IS_WRITTEN: written}


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
