"""The named graphs behind the statements of a page: which document and paragraph, who read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from treatybodies.namespaces import GRAPH, ONTOLOGY
from treatybodies.web.solutions import own_query_about, select

_DCTERMS = "http://purl.org/dc/terms/"
_PROV = "http://www.w3.org/ns/prov#"
_LABELS = (
    f"{_DCTERMS}title",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
)


@dataclass(frozen=True)
class Source:
    """A named graph that says something, as its description in the graph has it."""

    iri: str
    title: str
    quotations: tuple[str, ...]
    paragraph: str
    document: str
    links: tuple[str, ...]
    publisher: str
    as_of: str
    basis: str
    """IRI of the code: read, cited, compiled."""
    rule: str
    """The rule that made a derived graph, as a path of the repository."""
    readers: tuple[str, ...]
    """IRIs of who read the document."""
    read_at: str


async def read_sources(request: Request, graphs: Iterable[str]) -> dict[str, Source]:
    """What each of the named ``graphs`` is."""
    wanted = sorted(set(graphs))
    described: dict[str, dict[str, list[str]]] = {iri: {} for iri in wanted}
    if wanted:
        for row in (await select(request, own_query_about("sources", wanted))).rows:
            properties = described[row["thing"].value]
            properties.setdefault(row["property"].value, []).append(row["value"].value)
    return {iri: _source(iri, properties) for iri, properties in described.items()}


async def read_graphs_of(request: Request, things: Iterable[str]) -> dict[str, list[str]]:
    """The named graphs that speak about each of ``things``."""
    wanted = sorted(set(things))
    graphs: dict[str, list[str]] = {}
    if wanted:
        for row in (await select(request, own_query_about("told", wanted))).rows:
            graphs.setdefault(row["thing"].value, []).append(row["graph"].value)
    return graphs


def named_by(sources: Iterable[Source]) -> set[str]:
    """The IRIs that the descriptions of ``sources`` name."""
    found: set[str] = set()
    for source in sources:
        found.update((source.basis, source.paragraph, source.document, *source.readers))
    return found - {""}


def _source(iri: str, properties: Mapping[str, Sequence[str]]) -> Source:
    def all_of(*names: str) -> tuple[str, ...]:
        return tuple(next((properties[name] for name in names if name in properties), ()))

    def first(*names: str) -> str:
        return next(iter(all_of(*names)), "")

    return Source(
        iri=iri,
        title=first(*_LABELS) or iri.removeprefix(GRAPH),
        quotations=all_of(f"{ONTOLOGY}#quotation"),
        paragraph=first(f"{ONTOLOGY}#sourceParagraph"),
        document=first(f"{ONTOLOGY}#sourceDocument"),
        links=all_of(f"{_DCTERMS}source"),
        publisher=first(f"{_DCTERMS}publisher"),
        as_of=first(f"{ONTOLOGY}#asOf"),
        basis=first(f"{ONTOLOGY}#sourceBasis"),
        rule=first(f"{ONTOLOGY}#derivedBy"),
        readers=all_of(f"{_PROV}wasAssociatedWith"),
        read_at=first(f"{_PROV}endedAtTime")[:10],
    )
