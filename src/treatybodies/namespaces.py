"""The IRIs this project mints, its prefixes, and the terms its ontology declares.

The vocabulary is closed: a misspelt term raises instead of making a new one.
"""

from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from treatybodies.errors import UnknownTerm
from treatybodies.paths import default_garden

BASE = "https://w3id.org/treatybodies/"
ONTOLOGY = BASE + "ontology"
SHAPES = BASE + "shapes#"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
SCHEME = BASE + "scheme/"
XSD = "http://www.w3.org/2001/XMLSchema#"

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")
SH_PREFIX = NamedNode("http://www.w3.org/ns/shacl#prefix")
SH_NAMESPACE = NamedNode("http://www.w3.org/ns/shacl#namespace")


def tbo(name: str) -> NamedNode:
    """The ontology's term ``name``; raises `UnknownTerm` unless the ontology declares it."""
    if name not in _declared_terms(default_garden().ontology):
        raise UnknownTerm(
            f"tbo:{name} is not declared → declare it in ontology/treatybodies.ttl or mend the name"
        )
    return NamedNode(f"{ONTOLOGY}#{name}")


def graph_name(path: str) -> NamedNode:
    """The IRI of the named graph ``path``, such as ``untc/IV-13``."""
    return NamedNode(GRAPH + path)


@cache
def prefixes(ontology: Path) -> dict[str, str]:
    """Prefix → namespace, as ``prefixes.ttl`` declares them with ``sh:declare``."""
    names: dict[str, str] = {}
    spaces: dict[str, str] = {}
    for quad in parse(path=ontology / "prefixes.ttl", format=RdfFormat.TURTLE):
        if quad.predicate == SH_PREFIX:
            names[str(quad.subject)] = quad.object.value
        elif quad.predicate == SH_NAMESPACE:
            spaces[str(quad.subject)] = quad.object.value
    return {names[subject]: spaces[subject] for subject in sorted(names, key=names.__getitem__)}


@cache
def _declared_terms(ontology: Path) -> frozenset[str]:
    triples = parse(path=ontology / "treatybodies.ttl", format=RdfFormat.TURTLE)
    return frozenset(
        str(quad.subject.value).partition("#")[2]
        for quad in triples
        if quad.predicate == RDFS_DEFINED_BY
    )
