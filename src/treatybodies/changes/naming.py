"""What things are called in plain words, looked up in the new release and then in the old one."""

from collections.abc import Collection, Iterator

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from treatybodies.namespaces import BASE
from treatybodies.naming import Part, composed, tail
from treatybodies.paths import PACKAGE
from treatybodies.queries import QueryFile
from treatybodies.store import select

# The pages ask the same two questions.
_LABELS = QueryFile(PACKAGE / "web" / "queries" / "labels.rq")
_PARTS = QueryFile(PACKAGE / "web" / "queries" / "names.rq")
MOST = 100_000
"""Names that are remembered."""
_LANGUAGES = {"en": 0, "": 1}


class Names:
    """The names of things for one comparison; those looked up last are remembered."""

    def __init__(self, *stores: Store) -> None:
        self._stores = stores
        self._known: dict[str, str] = {}

    def of(self, iris: Collection[str]) -> dict[str, str]:
        """What to call each of ``iris``; every one has an entry."""
        names = {iri: self._known[iri] for iri in iris if iri in self._known}
        for store in self._stores:
            names |= _found(store, [iri for iri in iris if iri not in names])
        names |= {iri: tail(iri) for iri in iris if iri not in names}
        if len(self._known) > MOST:
            self._known.clear()
        self._known |= names
        return names


def _found(store: Store, iris: list[str]) -> dict[str, str]:
    """The labels of our own things and terms, or names made of their parts."""
    ours = sorted(iri for iri in iris if iri.startswith(BASE))
    labels = _labels(store, ours)
    parts: dict[str, list[Part]] = {}
    for row in _rows(store, _PARTS, [iri for iri in ours if iri not in labels]):
        parts.setdefault(row["thing"].value, []).append(_part(row))
    named = {part.value for each in parts.values() for part in each if part.is_iri}
    words = _labels(store, sorted(iri for iri in named if iri.startswith(BASE)))
    return labels | {iri: composed(each, words) for iri, each in parts.items()}


def _labels(store: Store, iris: list[str]) -> dict[str, str]:
    """The English label of each that has one, else one without or in another language."""
    best: dict[str, tuple[int, str, str]] = {}
    for row in _rows(store, _LABELS, iris, " UNDEF"):
        label = row["label"]
        language = (label.language or "") if isinstance(label, Literal) else ""
        rank = (_LANGUAGES.get(language, 2), language, str(label.value))
        thing = row["thing"].value
        best[thing] = min(rank, best.get(thing, rank))
    return {iri: text for iri, (_, _, text) in best.items()}


def _rows(
    store: Store, query: QueryFile, iris: list[str], more: str = ""
) -> Iterator[QuerySolution]:
    if iris:
        yield from select(store, query.about(iris, more))


def _part(row: QuerySolution) -> Part:
    value, code, cycle = row["value"], row["code"], row["cycle"]
    return Part(
        int(row["order"].value),
        str(value.value),
        isinstance(value, NamedNode),
        str(code.value) if code is not None else "",
        str(cycle.value) if cycle is not None else "",
    )
