"""What differs, one subject at a time, with everything it takes to tell it in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from treatybodies.changes.compare import Change, Comparison
from treatybodies.changes.naming import Names
from treatybodies.namespaces import RDF_TYPE

BATCH = 500
"""Subjects whose names are looked up together."""
Object = NamedNode | Literal | Triple


@dataclass(frozen=True)
class PropertyChanges:
    """The values of one property that have gone and come, in one graph or in the published view."""

    iri: str
    removed: tuple[Object, ...]
    added: tuple[Object, ...]


@dataclass(frozen=True)
class SubjectChanges:
    """What differs about one subject."""

    iri: str
    state: str
    """``new``, ``gone`` or ``changed`` in the published view; ``evidence``: only outside it."""
    classes: tuple[str, ...]
    published: tuple[PropertyChanges, ...]
    evidence: dict[str, tuple[PropertyChanges, ...]]
    """By named graph."""
    names: dict[str, str]
    """What to call the subject, its classes, and all that is mentioned."""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.names[self.iri]


def read_subjects(comparison: Comparison, old: Store, new: Store) -> Iterator[SubjectChanges]:
    """Each subject that differs, in the order of their IRIs."""
    names = Names(new, old)
    grouped = ((iri, list(group)) for iri, group in groupby(comparison.changes(), key=_subject_of))
    while batch := list(islice(grouped, BATCH)):
        classes = {iri: _classes(iri, new) or _classes(iri, old) for iri, _ in batch}
        known = names.of({iri for group in batch for iri in _mentioned(group, classes)})
        for iri, changes in batch:
            yield _told(iri, changes, classes[iri], old, new, known)


def _told(
    iri: str,
    changes: list[Change],
    classes: tuple[str, ...],
    old: Store,
    new: Store,
    known: dict[str, str],
) -> SubjectChanges:
    graphs = sorted({each.graph for each in changes} - {""})
    published = _by_property(each for each in changes if not each.graph)
    evidence = {
        graph: _by_property(each for each in changes if each.graph == graph) for graph in graphs
    }
    names = {name: known[name] for name in _mentioned((iri, changes), {iri: classes})}
    state = _state(iri, bool(published), old, new)
    return SubjectChanges(iri, state, classes, published, evidence, names)


def _by_property(changes: Iterable[Change]) -> tuple[PropertyChanges, ...]:
    values: dict[str, tuple[list[Object], list[Object]]] = {}
    for change in changes:
        pair = values.setdefault(change.quad.predicate.value, ([], []))
        pair[change.added].append(_object(change.quad))
    return tuple(
        PropertyChanges(iri, tuple(removed), tuple(added))
        for iri, (removed, added) in values.items()
    )


def _object(quad: Quad) -> Object:
    assert isinstance(quad.object, NamedNode | Literal | Triple)  # `compare` refuses blank nodes
    return quad.object


def _subject_of(change: Change) -> str:
    subject = change.quad.subject
    return str(subject.value) if isinstance(subject, NamedNode) else str(subject)


def _state(iri: str, published: bool, old: Store, new: Store) -> str:
    if not published:
        return "evidence"
    if not _is_published(iri, old):
        return "new"
    return "changed" if _is_published(iri, new) else "gone"


def _is_published(iri: str, store: Store) -> bool:
    quads = store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph())
    return next(quads, None) is not None


def _classes(iri: str, store: Store) -> tuple[str, ...]:
    quads = store.quads_for_pattern(NamedNode(iri), RDF_TYPE, None, DefaultGraph())
    return tuple(sorted(each.object.value for each in quads if isinstance(each.object, NamedNode)))


def _mentioned(
    group: tuple[str, list[Change]], classes: dict[str, tuple[str, ...]]
) -> Iterator[str]:
    iri, changes = group
    yield iri
    yield from classes[iri]
    for change in changes:
        yield change.quad.predicate.value
        if isinstance(change.quad.object, NamedNode):
            yield change.quad.object.value
        if change.graph:
            yield change.graph
