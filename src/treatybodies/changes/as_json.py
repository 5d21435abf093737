"""Changes as JSON: counts, then the subjects with what came and went, each with its name."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from pyoxigraph import Literal, NamedNode

from treatybodies.changes.compare import Comparison, Count
from treatybodies.changes.sides import Side
from treatybodies.changes.subjects import Object, PropertyChanges, SubjectChanges

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def write_json(comparison: Comparison, subjects: Iterator[SubjectChanges], to: TextIO) -> None:
    """One object; its ``subjects`` are written one by one, a line each."""
    head = json.dumps(_head(comparison), ensure_ascii=False, indent=1)
    to.write(head.removesuffix("\n}") + ',\n "subjects": [')
    comma = ""
    for each in subjects:
        to.write(f"{comma}\n  {json.dumps(_subject(each), ensure_ascii=False)}")
        comma = ","
    to.write("\n ]\n}\n")


def _head(comparison: Comparison) -> dict[str, Any]:
    evidence = {graph: _count(count) for graph, count in comparison.evidence.items()}
    return {
        "id": comparison.iri,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "published": _count(comparison.published),
        "evidence": {**_count(comparison.evidence_total()), "graphs": evidence},
    }


def _side(side: Side) -> dict[str, str | None]:
    return {"version": side.version, "date": side.date or None}


def _count(count: Count) -> dict[str, int]:
    return {"added": count.added, "removed": count.removed}


def _subject(subject: SubjectChanges) -> dict[str, Any]:
    names = subject.names
    evidence = {graph: _properties(each, names) for graph, each in subject.evidence.items()}
    return {
        "iri": subject.iri,
        "name": subject.name,
        "state": subject.state,
        "classes": list(subject.classes),
        "published": _properties(subject.published, names),
        "evidence": evidence,
    }


def _properties(
    properties: Iterable[PropertyChanges], names: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "property": each.iri,
            "name": names[each.iri],
            "removed": [_term(term, names) for term in each.removed],
            "added": [_term(term, names) for term in each.added],
        }
        for each in properties
    ]


def _term(term: Object, names: dict[str, str]) -> dict[str, str]:
    """As in SPARQL 1.1 JSON results, with the name of what an IRI stands for."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value, "name": names[term.value]}
    if not isinstance(term, Literal):
        return {"type": "triple", "value": str(term)}
    written = {"type": "literal", "value": term.value}
    if term.language:
        return written | {"xml:lang": term.language}
    datatype = term.datatype.value
    return written if datatype == _STRING else written | {"datatype": datatype}
