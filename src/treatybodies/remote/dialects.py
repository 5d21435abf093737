"""How a query is put to an engine, so that the default graph is the published view.

An engine that has a default graph of its own holds the view there. For one whose default graph is
the union of all graphs, the view is a graph with a name (`VIEW`), and every query is sent with the
dataset that makes it the default graph; the names of graphs hold evidence, never the view itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from pyoxigraph import Triple

from treatybodies.errors import EngineFailed
from treatybodies.namespaces import GRAPH
from treatybodies.remote.mending.paths import Closure
from treatybodies.remote.tokens import has_dataset, names_graphs

VIEW = GRAPH + "published"
"""Holds the published view where the default graph cannot."""
MARK = GRAPH + "engine"
"""Says which release the engine holds."""
NOWHERE = GRAPH + "none"
"""A graph that is never there: what stands for an empty dataset."""
MOST_NAMED = 5000
"""So many graphs may be named in each request to an engine that needs that."""

Fields = list[tuple[str, str]]
Members = Mapping[Closure, tuple[str, ...]]


@dataclass(frozen=True)
class Question:
    """A query, and the dataset that the protocol gives for it; None where it gives none."""

    query: str
    base: str
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None

    @property
    def based(self) -> str:
        """The query, whose relative IRIs resolve as they do here; its own BASE comes later."""
        return f"BASE <{self.base}>\n{self.query}" if self.base else self.query

    @property
    def has_dataset(self) -> bool:
        """Whether the protocol gives one."""
        return self.default_graphs is not None or self.named_graphs is not None

    @property
    def dataset(self) -> Fields:
        """The given dataset as parameters; an empty part of it is named as such."""
        return [
            *(("default-graph-uri", each) for each in self.default_graphs or [NOWHERE]),
            *(("named-graph-uri", each) for each in self.named_graphs or [NOWHERE]),
        ]


class Dialect(Protocol):
    """What one kind of engine needs."""

    name: str
    view: str
    """IRI of the graph that holds the view; empty for the default graph."""
    system_graphs: Collection[str]
    """Graphs that such an engine has of its own."""

    def closures(self, question: Question) -> Sequence[Closure]:
        """What has to be known before the question can be put."""
        ...

    def fields(self, question: Question, found: Members | None = None) -> Fields:
        """The parameters of a request, and the query as the engine understands it."""
        ...

    def probe(self, question: Question, found: Members | None = None) -> Fields | None:
        """A question whose answer's head tells that the true answer was cut; None for no need."""
        ...

    def stored(self, triple: Triple) -> Triple:
        """What is stored for ``triple``."""
        ...

    def restored(self, answer: IO[bytes]) -> IO[bytes]:
        """``answer`` in the words of the standards, with the terms that were stored for others."""
        ...


class Plain:
    """An engine with a default graph of its own: every query goes as it is."""

    name = "plain"
    view = ""
    system_graphs: Collection[str] = ()

    def closures(self, question: Question) -> Sequence[Closure]:
        """Nothing."""
        return ()

    def fields(self, question: Question, found: Members | None = None) -> Fields:
        """The query, and the dataset where one is given."""
        return [("query", question.based), *(question.dataset if question.has_dataset else [])]

    def probe(self, question: Question, found: Members | None = None) -> Fields | None:
        """Never: whole answers, or errors."""
        return None

    def stored(self, triple: Triple) -> Triple:
        """The same."""
        return triple

    def restored(self, answer: IO[bytes]) -> IO[bytes]:
        """The same."""
        return answer


class Listed(Plain):
    """An engine that keeps to the standard, but whose default graph is the union of all graphs."""

    name = "listed"
    view = VIEW

    def __init__(self, graphs: Sequence[str]) -> None:
        if len(graphs) > MOST_NAMED:
            raise EngineFailed(
                f"the engine's default graph is the union of its graphs, and {len(graphs)} graphs "
                f"are more than the {MOST_NAMED} that a request can name "
                "→ use an engine with a default graph of its own, or Virtuoso"
            )
        self._named = [("named-graph-uri", each) for each in graphs]

    def fields(self, question: Question, found: Members | None = None) -> Fields:
        """The query with the view as default graph; all graphs are named where it asks for any."""
        if question.has_dataset or has_dataset(question.query):
            return super().fields(question)
        named = self._named if names_graphs(question.query) else []
        return [("query", question.based), ("default-graph-uri", VIEW), *named]
