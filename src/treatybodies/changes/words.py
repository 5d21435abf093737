"""Changes in words: a heading for each subject, a line for each property."""

from collections.abc import Iterator
from typing import TextIO

from pyoxigraph import Literal, NamedNode

from treatybodies.changes.compare import Comparison, Count
from treatybodies.changes.subjects import Object, PropertyChanges, SubjectChanges
from treatybodies.namespaces import BASE

LONGEST = 200
"""Characters of a value that are shown in a line; where it is cut, an ellipsis says so."""
STATES = {"new": "new", "gone": "gone", "changed": "changed", "evidence": "changed in the evidence"}


def write_words(
    comparison: Comparison, subjects: Iterator[SubjectChanges], with_evidence: bool, to: TextIO
) -> None:
    """The counts, then each subject with what changed in the published view.

    ``with_evidence`` tells the statements of named graphs too; without it, how many they are.
    """
    to.write(f"old: {comparison.old.name}\nnew: {comparison.new.name}\n")
    if comparison.empty:
        to.write("no differences\n")
        return
    to.write(f"published view: {counted(comparison.published)}\n")
    graphs = len(comparison.evidence)
    to.write(f"evidence, in {graphs} named graphs: {counted(comparison.evidence_total())}\n")
    for each in subjects:
        to.write(f"\n{heading(each)}\n")
        to.writelines(f"  {line}\n" for line in published_lines(each))
        to.writelines(f"  {line}\n" for line in evidence_lines(each, with_evidence))


def counted(count: Count) -> str:
    """How many statements, in words."""
    return f"{count.added:,} added, {count.removed:,} removed"


def heading(subject: SubjectChanges) -> str:
    """Name and kind of a subject, what became of it, and where it is."""
    kinds = ", ".join(subject.names[each] for each in subject.classes)
    kind = f"{kinds}, " if kinds else ""
    return f"{subject.name} ({kind}{STATES[subject.state]}): {short(subject.iri)}"


def published_lines(subject: SubjectChanges) -> Iterator[str]:
    """What changed in the published view, a line for each property."""
    for each in subject.published:
        yield _line(each, subject.names)


def evidence_lines(subject: SubjectChanges, whole: bool) -> Iterator[str]:
    """What changed in named graphs: the statements, or how many they are."""
    for graph, properties in subject.evidence.items():
        title = f"evidence in {short(graph)}"
        if whole:
            yield from (f"{title}: {_line(each, subject.names)}" for each in properties)
            continue
        added = sum(len(each.added) for each in properties)
        yield f"{title}: {counted(Count(added, sum(len(each.removed) for each in properties)))}"


def _line(changes: PropertyChanges, names: dict[str, str]) -> str:
    removed = [told(each, names) for each in changes.removed]
    added = [told(each, names) for each in changes.added]
    name = names[changes.iri]
    if len(removed) == len(added) == 1:
        return f"{name}: {removed[0]} → {added[0]}"
    signed = [f"− {each}" for each in removed] + [f"+ {each}" for each in added]
    return f"{name}: {'; '.join(signed)}"


def told(term: Object, names: dict[str, str]) -> str:
    """A value in words: a name, or the text of a literal with its language."""
    if isinstance(term, NamedNode):
        return names[term.value]
    if not isinstance(term, Literal):
        return str(term)
    text = " ".join(term.value.split())
    if len(text) > LONGEST:
        text = text[:LONGEST].rstrip() + " …"
    return f"“{text}” ({term.language})" if term.language else text


def short(iri: str) -> str:
    """``iri`` without the project's base."""
    return iri.removeprefix(BASE) if iri.startswith(BASE) else iri
