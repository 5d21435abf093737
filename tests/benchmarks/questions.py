"""The questions that are measured: a graph's typical ones, from the smallest to the largest."""

from dataclasses import dataclass
from urllib.parse import quote

JSON = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"
PREFIXES = "PREFIX tbo: <https://w3id.org/treatybodies/ontology#> "
ID = "https://w3id.org/treatybodies/id/"


@dataclass(frozen=True)
class Question:
    """One query and the media type in which its result is asked for."""

    name: str
    query: str
    accept: str = JSON

    def target(self, path: str, extra: str = "") -> str:
        """Path and query string that ask it of the endpoint at ``path``."""
        return f"{path}?{extra}query={quote(self.query)}"


SMALL = Question(
    "small ASK",
    f"{PREFIXES}ASK {{ <{ID}state/BEN> tbo:isPartyTo <{ID}instrument/icrmw> }}",
)
ROW = Question("one row", f"{PREFIXES}SELECT ?code {{ <{ID}state/BEN> tbo:iso3 ?code }}")
WORKED = Question("one row of a worker", f"{ROW.query} LIMIT 1")
"""No one-pattern query to the service, so nothing that it looks up itself."""
RESOURCE = Question("resource", f"DESCRIBE <{ID}doc/CMW/C/SR.590>", N_TRIPLES)
MEDIUM = Question(
    "medium",
    f"{PREFIXES}SELECT ?action ?party ?date WHERE {{ "
    f"?action tbo:onInstrument <{ID}instrument/cat> ; tbo:party ?party ; tbo:actionDate ?date }} "
    "ORDER BY ?date ?action LIMIT 143",
)
LARGE = Question("large", "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 20000")
QUESTIONS = (SMALL, ROW, WORKED, RESOURCE, MEDIUM, LARGE)

HEAVY = Question(
    "heavy",
    "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c ; ?p ?o . ?o a ?d . ?o ?q ?r } "
    "GROUP BY ?c ORDER BY DESC(?n) ?c",
)
RUNAWAY = Question(
    "runaway", "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
)
HOSTILE = (
    HEAVY,
    RUNAWAY,
    LARGE,
    Question("broken", "SELECT * WHERE { ?s ?p"),
    Question("nested", "ASK " + "{" * 60 + "}" * 60),
    Question("too deep", "ASK " + "{" * 3000 + "}" * 3000),
    Question("union", "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 2000) + " }"),
    Question("sorted product", "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f LIMIT 10"),
    Question("service", "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
    Question(
        "regex", 'SELECT * WHERE { ?s ?p ?o FILTER(REGEX(STR(?o), "(a+)+$", "i")) } LIMIT 100000'
    ),
)
