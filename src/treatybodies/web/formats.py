"""The formats an answer can have; each knows its media types, its file extension and its engine."""

from enum import Enum, StrEnum

from pyoxigraph import QueryResultsFormat, RdfFormat


class Form(StrEnum):
    """The four query forms of SPARQL 1.1 (section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def yields_graph(self) -> bool:
        """Whether the result is a graph rather than solutions or a boolean."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


class Format(Enum):
    """One format: short name, media type, extension, other media types it answers to."""

    JSON = ("json", "application/sparql-results+json", "srj", ("application/json",))
    XML = ("xml", "application/sparql-results+xml", "srx", ("application/xml", "text/xml"))
    CSV = ("csv", "text/csv", "csv", ())
    TSV = ("tsv", "text/tab-separated-values", "tsv", ())
    TURTLE = ("turtle", "text/turtle", "ttl", ("application/x-turtle", "application/turtle"))
    N_TRIPLES = ("ntriples", "application/n-triples", "nt", ("text/plain",))
    JSON_LD = ("jsonld", "application/ld+json", "jsonld", ("application/json",))
    RDF_XML = ("rdfxml", "application/rdf+xml", "rdf", ("application/xml", "text/xml"))
    TRIG = ("trig", "application/trig", "trig", ("application/x-trig",))
    N_QUADS = ("nquads", "application/n-quads", "nq", ("text/x-nquads",))
    ATOM = ("atom", "application/atom+xml", "atom", ("application/xml", "text/xml"))
    HTML = ("html", "text/html", "html", ("application/xhtml+xml",))

    def __init__(
        self, short: str, media_type: str, extension: str, aliases: tuple[str, ...]
    ) -> None:
        self.short = short
        self.media_type = media_type
        self.extension = extension
        self.aliases = aliases

    @property
    def results(self) -> QueryResultsFormat:
        """The engine's format for solutions and booleans; `AttributeError` for graph formats."""
        found: QueryResultsFormat = getattr(QueryResultsFormat, self.name)
        return found

    @property
    def rdf(self) -> RdfFormat:
        """The engine's format for graphs; `AttributeError` for result formats."""
        found: RdfFormat = getattr(RdfFormat, self.name)
        return found


RESULTS = (Format.JSON, Format.XML, Format.CSV, Format.TSV)
GRAPHS = (
    Format.TURTLE,
    Format.N_TRIPLES,
    Format.JSON_LD,
    Format.RDF_XML,
    Format.TRIG,
    Format.N_QUADS,
)
DATASETS = (Format.TRIG, Format.N_QUADS)
FILE_FORMATS = {each.extension: each for each in GRAPHS}
"""The formats of ``/data/…`` by extension."""


def formats_for(form: Form) -> tuple[Format, ...]:
    """The formats a result of ``form`` can have, the server's preference first."""
    return GRAPHS if form.yields_graph else RESULTS


def content_type(media_type: str) -> str:
    """``media_type`` as a Content-Type: the text types say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
