"""One thing as its page shows it: statements with their sources, and what refers to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from pyoxigraph import NamedNode

from treatybodies.errors import NotInGraph
from treatybodies.namespaces import BASE, GRAPH, ONTOLOGY
from treatybodies.web.solutions import Solution, Term, ask, own_query, select

MOST_STATEMENTS = 1000
MOST_INCOMING = 50
MOST_CONTENTS = 500
_SKOS_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_TITLE = "http://purl.org/dc/terms/title"
_SOURCE = "http://purl.org/dc/terms/source"


@dataclass(frozen=True)
class Source:
    """A named graph that says something, as its description in the graph has it."""

    iri: str
    title: str
    quotation: str
    paragraph: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A value of a property, its label when it is a thing, and the graphs that say so."""

    term: Term
    label: str
    sources: tuple[Source, ...]
    published: bool = True
    """False for a value that only the evidence has: a decision sets it aside."""


@dataclass(frozen=True)
class Property:
    """A property and its values."""

    iri: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Thing:
    """All that a page shows of one thing."""

    iri: str
    label: str
    properties: tuple[Property, ...]
    more_statements: bool
    incoming: tuple[tuple[str, str, str, str], ...]
    """Subject, its label, property, its label."""
    more_incoming: bool
    contents: tuple[Solution, ...]
    more_contents: bool


def thing_iri(path: str) -> str:
    """The IRI behind ``/doc/<path>``; raises `NotInGraph` for what cannot be an IRI."""
    iri = BASE + (path if path.startswith(("scheme/", "graph/")) else "id/" + path)
    try:
        return NamedNode(iri).value
    except ValueError:
        raise _unknown(iri) from None


async def check_known(request: Request, iri: str) -> None:
    """Raise `NotInGraph` when the release has nothing about ``iri``."""
    if not await ask(request, own_query("exists", iri)):
        raise _unknown(iri)


async def read_thing(request: Request, iri: str) -> Thing:
    """The thing ``iri``; raises `NotInGraph`."""
    await check_known(request, iri)
    statements = (await select(request, own_query("statements", iri))).rows
    evidence = (await select(request, own_query("evidence", iri))).rows
    incoming = (await select(request, own_query("incoming", iri))).rows
    contents = await _contents(request, iri)
    graphs = await _graphs(request, {row["graph"].value for row in evidence})
    labels = await read_labels(request, [iri, *_mentioned([*statements, *evidence, *incoming])])
    return Thing(
        iri=iri,
        label=labels.get(iri) or _tail(iri),
        properties=tuple(_properties(statements[:MOST_STATEMENTS], evidence, graphs, labels)),
        more_statements=len(statements) > MOST_STATEMENTS,
        incoming=tuple(_incoming(incoming[:MOST_INCOMING], labels)),
        more_incoming=len(incoming) > MOST_INCOMING,
        contents=contents[:MOST_CONTENTS],
        more_contents=len(contents) > MOST_CONTENTS,
    )


async def read_labels(request: Request, iris: Iterable[str]) -> dict[str, str]:
    """The English label of each thing or term that has one, or its label in any language."""
    wanted = " ".join(f"{NamedNode(iri)}" for iri in sorted(set(iris)))
    query = (
        f"SELECT ?about ?label {{ VALUES ?about {{ {wanted} }} "
        f"?about <{_SKOS_LABEL}>|<{_RDFS_LABEL}>|<{_TITLE}> ?label }} ORDER BY ?about ?label"
    )
    labels: dict[str, Term] = {}
    for row in (await select(request, query)).rows:
        about, label = row["about"].value, row["label"]
        if about not in labels or _rank(label) < _rank(labels[about]):
            labels[about] = label
    return {about: label.value for about, label in labels.items()}


def _rank(label: Term) -> int:
    return {"en": 0, "": 1}.get(label.language, 2)


async def _contents(request: Request, iri: str) -> tuple[Solution, ...]:
    if not iri.startswith(GRAPH):
        return ()
    return (await select(request, own_query("contents", iri))).rows


async def _graphs(request: Request, iris: set[str]) -> dict[str, Source]:
    """What the named graphs ``iris`` are: title, quotation, paragraph, where to read it."""
    if not iris:
        return {}
    wanted = " ".join(f"{NamedNode(iri)}" for iri in sorted(iris))
    query = f"SELECT ?g ?p ?o {{ VALUES ?g {{ {wanted} }} ?g ?p ?o }} ORDER BY ?g ?p ?o"
    described: dict[str, dict[str, list[str]]] = {iri: {} for iri in iris}
    for row in (await select(request, query)).rows:
        properties = described[row["g"].value]
        properties.setdefault(row["p"].value, []).append(row["o"].value)
    return {iri: _source(iri, properties) for iri, properties in described.items()}


def _source(iri: str, properties: Mapping[str, Sequence[str]]) -> Source:
    def first(*names: str) -> str:
        return next((properties[name][0] for name in names if name in properties), "")

    return Source(
        iri=iri,
        title=first(_TITLE, _SKOS_LABEL, _RDFS_LABEL) or iri.removeprefix(GRAPH),
        quotation=first(f"{ONTOLOGY}#quotation"),
        paragraph=first(f"{ONTOLOGY}#sourceParagraph", f"{ONTOLOGY}#sourceDocument"),
        links=tuple(properties.get(_SOURCE, ())),
    )


def _properties(
    statements: Sequence[Solution],
    evidence: Sequence[Solution],
    graphs: Mapping[str, Source],
    labels: Mapping[str, str],
) -> Iterable[Property]:
    sources: dict[tuple[str, Term], list[Source]] = {}
    for row in evidence:
        key = (row["property"].value, row["value"])
        sources.setdefault(key, []).append(graphs[row["graph"].value])
    published = {(row["property"].value, row["value"]) for row in statements}
    grouped: dict[str, list[Value]] = {}
    for key in [*published, *(key for key in sources if key not in published)]:
        name, term = key
        label = labels.get(term.value) or _tail(term.value) if term.is_iri else ""
        value = Value(term, label, tuple(sources.get(key, ())), key in published)
        grouped.setdefault(name, []).append(value)
    for name in sorted(grouped, key=_property_order):
        values = sorted(grouped[name], key=lambda each: (each.label, each.term.value))
        yield Property(name, labels.get(name) or _tail(name), tuple(values))


def _property_order(iri: str) -> tuple[int, str]:
    """Labels and types first."""
    first = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", _SKOS_LABEL, _RDFS_LABEL)
    return (first.index(iri) if iri in first else len(first), iri)


def _incoming(
    rows: Sequence[Solution], labels: Mapping[str, str]
) -> Iterable[tuple[str, str, str, str]]:
    for row in rows:
        subject, name = row["subject"].value, row["property"].value
        yield subject, labels.get(subject) or _tail(subject), name, labels.get(name) or _tail(name)


def _mentioned(rows: Iterable[Solution]) -> Iterable[str]:
    for row in rows:
        yield from (term.value for term in row.values() if term.is_iri)


def _tail(iri: str) -> str:
    """What tells ``iri`` apart from its neighbours, for want of a label."""
    short = iri.removeprefix(BASE)
    return short if short != iri else iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _unknown(iri: str) -> NotInGraph:
    return NotInGraph(f"This release has nothing about <{iri}> → look for it from / or by /sparql.")
