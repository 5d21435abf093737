"""One thing as its page shows it: sections, statements with their sources, what refers to it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from fastapi import Request
from pyoxigraph import NamedNode

from treatybodies.errors import NotInGraph
from treatybodies.namespaces import BASE, ONTOLOGY
from treatybodies.web.glance import Fact, at_a_glance
from treatybodies.web.incoming import Counts, count_incoming, read_incoming
from treatybodies.web.labels import Label, Labels, read_all_labels, read_labels
from treatybodies.web.sections import Section, read_section, sections_of
from treatybodies.web.solutions import Solution, Term, ask, own_query, select
from treatybodies.web.sources import Source, named_by, read_graphs_of, read_sources
from treatybodies.web.withdrawn import check_not_withdrawn

MOST_STATEMENTS = 1000
AT_ONCE = 3
"""Queries of one page that run beside each other: more would crowd out other readers."""
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_NAMES = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://www.w3.org/2004/02/skos/core#notation",
    "http://www.w3.org/2004/02/skos/core#definition",
)
T = TypeVar("T")


@dataclass(frozen=True)
class Value:
    """A value of a property, the graphs that say so, and what was decided about it."""

    term: Term
    sources: tuple[str, ...]
    published: bool = True
    """False for a value that only the evidence has: a decision sets it aside."""
    reason: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Property:
    """A property and its values."""

    iri: str
    values: tuple[Value, ...]

    @property
    def disputed(self) -> bool:
        """Whether a source says otherwise than what is published."""
        return any(value.reason or not value.published for value in self.values)


@dataclass(frozen=True)
class Thing:
    """All that a page shows of one thing."""

    iri: str
    label: Label
    names: tuple[Label, ...]
    classes: tuple[str, ...]
    sections: tuple[Section, ...]
    properties: tuple[Property, ...]
    more_statements: bool
    incoming: tuple[Solution, ...]
    incoming_counts: Counts
    labels: Labels
    sources: dict[str, Source]
    facts: dict[str, list[str]]
    """Thing on whose evidence a row rests → the graphs that speak about it."""

    @property
    def glance(self) -> list[Fact]:
        """What to say of it first."""
        published = {
            each.iri: [value.term for value in each.values if value.published]
            for each in self.properties
        }
        return at_a_glance(published)

    @property
    def incoming_total(self) -> int:
        """How many statements have the thing as their value."""
        return sum(count for _, count in self.incoming_counts)


def thing_iri(path: str) -> str:
    """The IRI behind ``/doc/<path>``; raises `NotInGraph` for what cannot be an IRI."""
    iri = BASE + (path if path.startswith(("scheme/", "graph/")) else "id/" + path)
    try:
        return NamedNode(iri).value
    except ValueError:
        raise _unknown(iri) from None


async def check_known(request: Request, iri: str) -> None:
    """Raise `NotInGraph` when the release has nothing about ``iri``; `Withdrawn` when it had."""
    await check_not_withdrawn(request, iri)
    if not await ask(request, own_query("exists", iri)):
        raise _unknown(iri)


async def read_thing(request: Request, iri: str, language: str, page: int = 1) -> Thing:
    """The thing ``iri`` for a reader of ``language``; raises `NotInGraph` or `Withdrawn`."""
    await check_not_withdrawn(request, iri)
    counted = await count_incoming(request, iri)
    about = await at_most(AT_ONCE, _about(request, iri, counted, page))
    statements, evidence, decisions, incoming = about
    if not statements:
        await check_known(request, iri)
    classes = tuple(row["value"].value for row in statements if row["property"].value == RDF_TYPE)
    queries = sections_of(request.app.state.garden.ontology, iri, classes)
    work = [partial(read_section, request, query, iri) for query in queries]
    sections = [each for each in await at_most(AT_ONCE, work) if each.solutions.rows]
    mentioned = {iri, *_mentioned([*statements, *evidence, *incoming])}
    mentioned = mentioned.union(dict(counted), *(each.mentioned for each in sections))
    names, labels, (facts, sources) = await asyncio.gather(
        read_all_labels(request, [iri]),
        read_labels(request, mentioned, language),
        _sources(request, sections, evidence),
    )
    labels |= await read_labels(request, named_by(sources.values()) - labels.keys(), language)
    return Thing(
        iri=iri,
        label=labels[iri],
        names=tuple(names.get(iri, ())),
        classes=classes,
        sections=tuple(sections),
        properties=tuple(_properties(statements[:MOST_STATEMENTS], evidence, decisions, labels)),
        more_statements=len(statements) > MOST_STATEMENTS,
        incoming=tuple(incoming),
        incoming_counts=counted,
        labels=labels,
        sources=sources,
        facts=facts,
    )


async def _sources(
    request: Request, sections: Iterable[Section], evidence: Iterable[Solution]
) -> tuple[dict[str, list[str]], dict[str, Source]]:
    """The graphs that speak about each fact of ``sections``; what they and ``evidence``'s are."""
    facts = await read_graphs_of(request, {fact for each in sections for fact in each.facts})
    graphs = {row["graph"].value for row in evidence} | set().union(*facts.values())
    return facts, await read_sources(request, graphs)


async def at_most(number: int, work: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """The results of ``work``, in its order; no more than ``number`` run at the same time."""
    gate = asyncio.Semaphore(number)

    async def through(task: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await task()

    return await asyncio.gather(*(through(task) for task in work))


def _about(
    request: Request, iri: str, counted: Counts, page: int
) -> list[Callable[[], Awaitable[Sequence[Solution]]]]:
    async def rows(query: str) -> Sequence[Solution]:
        return (await select(request, query)).rows

    queries = (
        own_query("statements", iri),
        own_query("evidence", iri),
        own_query("decisions", iri),
    )
    incoming = partial(read_incoming, request, iri, counted, page)
    return [*(partial(rows, query) for query in queries), incoming]


def _properties(
    statements: Sequence[Solution],
    evidence: Sequence[Solution],
    decisions: Sequence[Solution],
    labels: Labels,
) -> Iterable[Property]:
    sources: dict[tuple[str, Term], list[str]] = {}
    for row in evidence:
        sources.setdefault((row["property"].value, row["value"]), []).append(row["graph"].value)
    published = dict.fromkeys((row["property"].value, row["value"]) for row in statements)
    decided = {(row["property"].value, row["value"]): row for row in decisions}
    grouped: dict[str, list[Value]] = {}
    for key in published | dict.fromkeys(sources):
        reason, decision = _decision(decided.get(key))
        value = Value(key[1], tuple(sources.get(key, ())), key in published, reason, decision)
        grouped.setdefault(key[0], []).append(value)
    for name in sorted(grouped, key=lambda each: (_property_order(each), labels[each].text, each)):
        values = sorted(grouped[name], key=lambda each: _value_order(each, labels))
        yield Property(name, tuple(values))


def _decision(row: Solution | None) -> tuple[str, str]:
    return ("", "") if row is None else (row["reason"].value, row["decision"].value)


def _value_order(value: Value, labels: Labels) -> tuple[str, str]:
    term = value.term
    return (labels[term.value].text if term.is_iri else "", term.value)


def _property_order(iri: str) -> int:
    """Class and names first, then the ontology's own terms, then the rest."""
    first = (RDF_TYPE, *_NAMES)
    if iri in first:
        return first.index(iri)
    return len(first) + (not iri.startswith(ONTOLOGY))


def _mentioned(rows: Iterable[Solution]) -> Iterable[str]:
    for row in rows:
        yield from (term.value for term in row.values() if term.is_iri)


def _unknown(iri: str) -> NotInGraph:
    return NotInGraph(f"This release has nothing about <{iri}> → look for it at /search.")
