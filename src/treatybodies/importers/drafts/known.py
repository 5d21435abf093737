"""What the graph knows of sessions, meetings and documents, apart from the record under way."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Store

from treatybodies.namespaces import GRAPH, ID
from treatybodies.store import select

PREFIXES = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
# {mine} leaves out what the record itself has said before: a draft must not read its own answer.
DOCUMENTS = """
SELECT DISTINCT ?document ?class ?party ?body ?session ?cycle
WHERE {{
  VALUES ?class {{
    tbo:ConcludingObservations tbo:ListOfIssues tbo:ListOfIssuesPriorToReporting
    tbo:StateReport tbo:FollowUpReport
  }}
  GRAPH ?source {{ ?document a ?class ; tbo:documentSymbol ?symbol ; tbo:concerns ?party }}
  {mine}
  OPTIONAL {{ GRAPH ?source {{ ?document tbo:issuedUnder ?body }} }}
  OPTIONAL {{ GRAPH ?source {{ ?document tbo:forSession ?session }} }}
  OPTIONAL {{ GRAPH ?source {{ ?document tbo:cycleRange ?cycle }} }}
}}
ORDER BY ?document
"""
DESCRIBED = """
SELECT DISTINCT ?thing ?label
WHERE {{
  GRAPH ?source {{ ?thing a ?class }}
  {mine}
  FILTER(STRSTARTS(STR(?thing), "https://w3id.org/treatybodies/id/"))
  OPTIONAL {{ GRAPH ?source {{ ?thing skos:prefLabel ?label }} }}
}}
"""
MEETINGS = """
SELECT DISTINCT ?meeting ?session
WHERE {{
  GRAPH ?source {{ ?meeting a tbo:Meeting ; tbo:partOfEvent ?session }}
  {mine}
}}
ORDER BY ?meeting
"""
ADDRESS = """
SELECT ?address WHERE {{ GRAPH ?any {{ <{graph}> dcterms:source ?address }} }} ORDER BY ?address
"""


@dataclass(frozen=True)
class KnownDocument:
    """A document with a symbol: its path below ``id/`` and what the graph says of it."""

    path: str
    session: str
    cycle: str


class Known:
    """What a built release says, without the graphs of one document."""

    def __init__(self, store: Store, document: str) -> None:
        self._store = store
        self._own = f"{GRAPH}{document}"

    def document(self, kind: str, body: str, party: str, session: str, cycle: str) -> str | None:
        """The path of the one document of a class on a party that fits session or cycle."""
        known = self._documents.get((kind, body, party), [])
        if cycle:
            fits = [each.path for each in known if cycle in each.cycle.split("-")]
        else:
            fits = [each.path for each in known if session and each.session == session]
        return fits[0] if len(set(fits)) == 1 else None

    def session_of(self, meeting: str) -> str | None:
        """The path of the session to which a meeting belongs."""
        return self._meetings.get(meeting)

    def is_described(self, path: str) -> bool:
        """Whether a source of the graph says what the thing is."""
        return path in self._described

    def is_labelled(self, path: str) -> bool:
        """Whether a source of the graph labels the thing: a second label would be a fault."""
        return self._described.get(path, False)

    def address(self) -> str | None:
        """Where the document's text can be read, if the graph knows."""
        rows = select(self._store, PREFIXES + ADDRESS.format(graph=self._own))
        return _iri(rows[0]["address"]) if rows else None

    @cached_property
    def _documents(self) -> dict[tuple[str, str, str], list[KnownDocument]]:
        found: defaultdict[tuple[str, str, str], list[KnownDocument]] = defaultdict(list)
        for row in self._select(DOCUMENTS):
            path, party = _path(row["document"]), _path(row["party"])
            body = _path(row["body"]).removeprefix("body/") if row["body"] else ""
            cycle = row["cycle"].value if isinstance(row["cycle"], Literal) else ""
            session = _path(row["session"]) if row["session"] else ""
            kind = _iri(row["class"]).partition("#")[2]
            found[kind, body, party].append(KnownDocument(path, session, cycle))
        return found

    @cached_property
    def _meetings(self) -> dict[str, str]:
        return {_path(row["meeting"]): _path(row["session"]) for row in self._select(MEETINGS)}

    @cached_property
    def _described(self) -> dict[str, bool]:
        """Each thing that a source types, and whether a source labels it."""
        described: dict[str, bool] = {}
        for row in self._select(DESCRIBED):
            path = _path(row["thing"])
            described[path] = described.get(path, False) or row["label"] is not None
        return described

    def _select(self, query: str) -> list:  # type: ignore[type-arg]
        own = f'FILTER(?source != <{self._own}> && !STRSTARTS(STR(?source), "{self._own}/"))'
        return select(self._store, PREFIXES + query.format(mine=own))


def _iri(term: object) -> str:
    assert isinstance(term, NamedNode)
    return term.value


def _path(term: object) -> str:
    return _iri(term).removeprefix(ID)
