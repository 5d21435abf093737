"""The classes above a class, as the ontology and its alignments have them."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from treatybodies.namespaces import ONTOLOGY

_SUBCLASS = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


def with_superclasses(ontology: Path, classes: Iterable[str]) -> list[str]:
    """``classes`` and all classes above them, the nearest first."""
    above = _parents(ontology)
    found = list(dict.fromkeys(classes))
    for each in found:
        found.extend(parent for parent in above.get(each, ()) if parent not in found)
    return found


def with_subclasses(ontology: Path, top: str) -> list[str]:
    """``top`` and all classes of this ontology below it."""
    below = defaultdict(list)
    for child, parents in _parents(ontology).items():
        for parent in parents:
            below[parent].append(child)
    found = [top]
    for each in found:
        found.extend(child for child in sorted(below[each]) if child not in found)
    return [each for each in found if each.startswith(ONTOLOGY)]


@cache
def _parents(ontology: Path) -> dict[str, tuple[str, ...]]:
    parents: dict[str, tuple[str, ...]] = {}
    for name in ("treatybodies.ttl", "alignments.ttl"):
        for quad in parse(path=ontology / name, format=RdfFormat.TURTLE):
            if quad.predicate == _SUBCLASS and isinstance(quad.object, NamedNode):
                child = str(getattr(quad.subject, "value", ""))
                parents[child] = (*parents.get(child, ()), quad.object.value)
    return parents
