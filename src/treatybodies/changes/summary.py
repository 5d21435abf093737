"""A change of release in short: counts, and the first subjects in words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

from treatybodies.changes.compare import Comparison
from treatybodies.changes.sides import Side
from treatybodies.changes.subjects import SubjectChanges
from treatybodies.changes.words import evidence_lines, published_lines
from treatybodies.namespaces import ID, SCHEME

TOLD = 100
"""Subjects that a summary tells of; the whole is in the files beside it."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Version(_Model):
    """One of the two releases."""

    version: str
    date: str


class Statements(_Model):
    """How many statements came and went."""

    added: int
    removed: int


class Told(_Model):
    """One subject in words."""

    iri: str
    name: str
    kind: str
    state: str
    lines: tuple[str, ...]


class Kind(_Model):
    """How many things of one class came, changed and went."""

    iri: str
    name: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    evidence: int = 0


class Summary(_Model):
    """What a feed tells of one change of release."""

    old: Version
    new: Version
    published: Statements
    evidence: Statements
    graphs: int
    """Named graphs that differ."""
    subjects: int
    detailed: bool
    """False when so much differs that only counts and the first subjects are kept."""
    kinds: tuple[Kind, ...]
    """Empty unless it is detailed."""
    told: tuple[Told, ...]
    """The first `TOLD` of the subjects."""


class Tally:
    """What a summary needs to know of all subjects, gathered while they pass."""

    def __init__(self) -> None:
        self._things: list[Told] = []
        self._others: list[Told] = []
        self._counts: dict[str, Counter[str]] = {}
        self._names: dict[str, str] = {}

    def watched(self, subjects: Iterable[SubjectChanges]) -> Iterator[SubjectChanges]:
        """``subjects`` as they are."""
        for each in subjects:
            told = self._things if each.iri.startswith((ID, SCHEME)) else self._others
            if len(told) < TOLD:
                told.append(_told(each))
            for iri in each.classes:
                self._counts.setdefault(iri, Counter())[each.state] += 1
                self._names[iri] = each.names[iri]
            yield each

    @property
    def told(self) -> list[Told]:
        """The first subjects: things before what the release says of itself."""
        return [*self._things, *self._others][:TOLD]

    @property
    def full(self) -> bool:
        """Whether no further subject would be told."""
        return len(self._things) == TOLD

    def kinds(self) -> Iterator[Kind]:
        """The counts of each class, in the order of their names."""
        for iri in sorted(self._counts, key=lambda each: (self._names[each], each)):
            yield Kind(iri=iri, name=self._names[iri], **self._counts[iri])


def summarised(found: Comparison, tally: Tally, detailed: bool) -> Summary:
    """The summary of a comparison whose subjects ``tally`` has watched."""
    evidence = found.evidence_total()
    return Summary(
        old=_version(found.old),
        new=_version(found.new),
        published=Statements(added=found.published.added, removed=found.published.removed),
        evidence=Statements(added=evidence.added, removed=evidence.removed),
        graphs=len(found.evidence),
        subjects=found.subjects,
        detailed=detailed,
        kinds=tuple(tally.kinds()) if detailed else (),
        told=tuple(tally.told),
    )


def _told(subject: SubjectChanges) -> Told:
    kinds = ", ".join(subject.names[each] for each in subject.classes)
    lines = (*published_lines(subject), *evidence_lines(subject, whole=False))
    return Told(
        iri=subject.iri, name=subject.name, kind=kinds, state=subject.state, lines=tuple(lines)
    )


def _version(side: Side) -> Version:
    return Version(version=side.version, date=side.date)
