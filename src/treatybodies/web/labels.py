"""Labels of things and terms; a name put together from its parts for what has no label."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Request
from pyoxigraph import Literal

from treatybodies.namespaces import BASE
from treatybodies.web.solutions import Solution, own_query_about, select


@dataclass(frozen=True)
class Label:
    """What to call a thing, and in which language that is."""

    text: str
    language: str = ""


Labels = dict[str, Label]
_INSTRUMENT, _ACT, _CLASS, _NUMBER = 2, 3, 4, 5
"""Places of parts in a name, as ``names.rq`` numbers them."""
# Terms of others that readers meet on every page, in plain words of our own.
_PLAIN = {
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


async def read_all_labels(
    request: Request, iris: Iterable[str], language: str = ""
) -> dict[str, list[Label]]:
    """The labels of each of ``iris`` that has any: all, or those in ``language`` or English.

    Only our own things and terms have labels here: those of others are not copied.
    """
    wanted = sorted({iri for iri in iris if iri.startswith(BASE)})
    found: dict[str, list[Label]] = {}
    if wanted:
        spoken = f" {Literal(language)}" if language else " UNDEF"
        for row in (await select(request, own_query_about("labels", wanted, spoken))).rows:
            label = Label(row["label"].value, row["label"].language)
            found.setdefault(row["thing"].value, []).append(label)
    return found


async def read_labels(request: Request, iris: Iterable[str], language: str) -> Labels:
    """What to call each of ``iris`` for a reader of ``language``; every one has an entry."""
    wanted = set(iris)
    labels = await _given(request, wanted, language)
    ours = {iri for iri in wanted - labels.keys() if iri.startswith(BASE)}
    labels |= await _composed(request, ours, language)
    return labels | {iri: Label(tail(iri)) for iri in wanted - labels.keys()}


async def _given(request: Request, iris: set[str], language: str) -> Labels:
    """The label of each of ``iris`` that has one; in a third language where there is no other."""
    found = await read_all_labels(request, iris, language)
    found |= await read_all_labels(request, iris - found.keys())
    return {iri: in_language(each, language) for iri, each in found.items()}


def in_language(labels: list[Label], language: str) -> Label:
    """The label of ``labels`` to show to a reader of ``language``: that, English, or any."""
    order = {language: 0, "en": 1, "": 2}
    return min(labels, key=lambda each: (order.get(each.language, 3), each.language, each.text))


async def _composed(request: Request, iris: set[str], language: str) -> Labels:
    """Names such as “Benin, ICRMW, Ratification, 2018-07-06”, from what is said of each thing."""
    if not iris:
        return {}
    parts: dict[str, list[Solution]] = {}
    for row in (await select(request, own_query_about("names", sorted(iris)))).rows:
        parts.setdefault(row["thing"].value, []).append(row)
    named = {row["value"].value for rows in parts.values() for row in rows if row["value"].is_iri}
    given = await _given(request, named, language)
    labels = {iri: label.text for iri, label in given.items()}
    return {iri: Label(", ".join(_words(rows, labels)), "") for iri, rows in parts.items()}


def _words(rows: Iterable[Solution], labels: Mapping[str, str]) -> list[str]:
    """The parts of one name; the class is left out where the kind of act says more."""
    by_order: dict[int, list[str]] = {}
    for row in rows:
        value, order = row["value"], int(row["order"].value)
        number = row.get("cycle")
        text = f"cycle {number.value}" if number and value.is_iri else value.value
        code = row["code"].value if "code" in row and order == _INSTRUMENT else ""
        word = (
            code or labels.get(value.value) or (tail(text) if value.is_iri and not number else text)
        )
        if order == _NUMBER and not value.is_iri:
            word = f"number {word}"
        by_order.setdefault(order, []).append(word)
    if _ACT in by_order:
        by_order.pop(_CLASS, None)
    return list(dict.fromkeys(word for order in sorted(by_order) for word in by_order[order]))


def tail(iri: str) -> str:
    """What tells ``iri`` apart from its neighbours, for want of a label."""
    if iri in _PLAIN:
        return _PLAIN[iri]
    short = iri.removeprefix(BASE)
    if short != iri and not short.startswith("ontology"):
        return short.removeprefix("id/").removeprefix("doc/")
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri
