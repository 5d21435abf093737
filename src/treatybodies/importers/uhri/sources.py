"""Where the statements of a set come from: descriptions of its graphs, and of bodies it names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from treatybodies.importers.uhri import quads
from treatybodies.importers.uhri.statements import graph_path
from treatybodies.importers.uhri.tables import Tables

TITLE = "Universal Human Rights Index, full export"
ADDRESS = "https://uhri.ohchr.org/"
PUBLISHER = "Office of the United Nations High Commissioner for Human Rights"
WHOLE = quads.iri("graph/uhri")


@dataclass(frozen=True)
class Source:
    """The export that was read."""

    digest: str
    as_of: str
    """ISO 8601 day; empty when the export mentions none."""

    @property
    def extraction(self) -> str:
        """The reading of it."""
        return quads.iri(f"id/extraction/uhri/{self.digest[:12]}")


def describe(documents: Iterable[str], source: Source) -> Iterator[str]:
    """The lines that describe the graph of the export and those of its documents."""
    whole = quads.Statements(WHOLE)
    _describe_graph(whole, WHOLE, TITLE, source)
    whole.add(WHOLE, f"<{quads.DCTERMS}publisher>", quads.english(PUBLISHER))
    whole.add(source.extraction, quads.TYPE, quads.term("Extraction"))
    agent = quads.iri("id/agent/treatybodies")
    whole.add(source.extraction, f"<{quads.PROV}wasAssociatedWith>", agent)
    if source.as_of:
        day = quads.typed(source.as_of, "date")
        whole.add(source.extraction, f"<{quads.PROV}endedAtTime>", day)
    yield from whole.lines
    for path in sorted(documents):
        yield from _describe_document(path, source)


def describe_bodies(bodies: Iterable[str], tables: Tables) -> Iterator[str]:
    """The lines that describe bodies which the curated graph does not."""
    statements = quads.Statements(WHOLE)
    for iri in bodies:
        if iri in tables.body_names:
            statements.add(f"<{iri}>", quads.TYPE, quads.term("Organization"))
            statements.add(f"<{iri}>", quads.LABEL, quads.english(tables.body_names[iri]))
    yield from statements.lines


def _describe_document(path: str, source: Source) -> Iterator[str]:
    graph = quads.iri(f"graph/{graph_path(path)}")
    statements = quads.Statements(graph)
    _describe_graph(statements, graph, f"Universal Human Rights Index on {path}", source)
    statements.add(graph, quads.term("sourceDocument"), quads.iri(f"id/doc/{path}"))
    yield from statements.lines


def _describe_graph(statements: quads.Statements, graph: str, title: str, source: Source) -> None:
    statements.add(graph, quads.TYPE, quads.term("SourceGraph"))
    statements.add(graph, f"<{quads.DCTERMS}title>", quads.english(title))
    statements.add(graph, f"<{quads.DCTERMS}source>", f"<{ADDRESS}>")
    statements.add(graph, quads.term("sourceBasis"), quads.concept("source-basis", "compiled"))
    statements.add(graph, f"<{quads.PROV}wasGeneratedBy>", source.extraction)
    if source.as_of:
        statements.add(graph, quads.term("asOf"), quads.typed(source.as_of, "date"))
