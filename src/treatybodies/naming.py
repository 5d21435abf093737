"""Names for what has no label: put together from parts, or the end of the IRI.

The query ``web/queries/names.rq`` finds the parts of a thing's name and numbers them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from treatybodies.namespaces import BASE

_INSTRUMENT, _ACT, _CLASS, _NUMBER = 2, 3, 4, 5
"""Places of parts in a name, as ``names.rq`` numbers them."""
# Terms of others that readers meet on every page, in plain words of our own.
PLAIN = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": "kind",
    "http://www.w3.org/2000/01/rdf-schema#label": "name",
    "http://www.w3.org/2004/02/skos/core#prefLabel": "name",
    "http://www.w3.org/2004/02/skos/core#altLabel": "other name",
    "http://www.w3.org/2004/02/skos/core#notation": "code",
    "http://www.w3.org/2004/02/skos/core#definition": "definition",
    "http://www.w3.org/2004/02/skos/core#note": "note",
    "http://www.w3.org/2004/02/skos/core#editorialNote": "editorial note",
    "http://www.w3.org/2004/02/skos/core#inScheme": "in scheme",
    "http://www.w3.org/2004/02/skos/core#topConceptOf": "top concept of",
    "http://www.w3.org/2004/02/skos/core#exactMatch": "same elsewhere",
    "http://www.w3.org/2004/02/skos/core#closeMatch": "nearly the same elsewhere",
    "http://www.w3.org/2004/02/skos/core#broadMatch": "broader elsewhere",
    "http://www.w3.org/2004/02/skos/core#narrowMatch": "narrower elsewhere",
    "http://www.w3.org/2004/02/skos/core#relatedMatch": "related elsewhere",
    "http://purl.org/dc/terms/source": "where it stands",
    "http://www.w3.org/ns/prov#wasGeneratedBy": "read in",
    "http://www.w3.org/ns/prov#wasAssociatedWith": "done by",
    "http://www.w3.org/ns/prov#endedAtTime": "done at",
    "http://www.w3.org/2004/02/skos/core#Concept": "concept",
    "http://www.w3.org/2004/02/skos/core#ConceptScheme": "concept scheme",
}


@dataclass(frozen=True)
class Part:
    """One part of a name, as a row of ``names.rq`` has it."""

    order: int
    value: str
    is_iri: bool
    code: str = ""
    """The code of what is named, where it has one."""
    cycle: str = ""
    """The number of the reporting cycle that is named."""


def composed(parts: Iterable[Part], labels: Mapping[str, str]) -> str:
    """A name such as “Benin, ICRMW, Ratification, 2018-07-06”.

    The class is left out where the kind of act says more.
    """
    by_order: dict[int, list[str]] = {}
    for part in parts:
        by_order.setdefault(part.order, []).append(_word(part, labels))
    if _ACT in by_order:
        by_order.pop(_CLASS, None)
    words = dict.fromkeys(word for order in sorted(by_order) for word in by_order[order])
    return ", ".join(words)


def _word(part: Part, labels: Mapping[str, str]) -> str:
    if part.code and part.order == _INSTRUMENT:
        return part.code
    if part.cycle and part.is_iri:
        return labels.get(part.value) or f"cycle {part.cycle}"
    if part.value in labels:
        return labels[part.value]
    word = tail(part.value) if part.is_iri else part.value
    return f"number {word}" if part.order == _NUMBER and not part.is_iri else word


def tail(iri: str) -> str:
    """What tells ``iri`` apart from its neighbours, for want of a label."""
    if iri in PLAIN:
        return PLAIN[iri]
    short = iri.removeprefix(BASE)
    if short != iri and not short.startswith("ontology"):
        return short.removeprefix("id/").removeprefix("doc/")
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri
