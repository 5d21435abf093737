"""Statements of a rule, filled with what a sentence gives: Turtle terms to triples."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from treatybodies.namespaces import BASE, prefixes
from treatybodies.paths import default_garden

Slots = dict[str, tuple[str, ...]]
Says = dict[str, dict[str, str | list[str]]]
_SLOT = re.compile(r"\{([A-Za-z_-]+)\}")
# Predicates that rules write without a prefix.
_SHORT = {"a": "a", "label": "skos:prefLabel", "description": "dcterms:description"}


def fill(says: Says, slots: Slots) -> list[Triple]:
    """The triples of ``says``; a statement with an empty slot is left out."""
    lines = list(_lines(says, slots))
    text = "\n".join([_head(), *lines])
    return [
        Triple(quad.subject, quad.predicate, quad.object)
        for quad in parse(text.encode(), format=RdfFormat.TURTLE, base_iri=BASE)
        if not isinstance(quad.subject, BlankNode)
    ]


def _lines(says: Says, slots: Slots) -> Iterator[str]:
    for subject, statements in says.items():
        for filled in _filled(subject, slots):
            for predicate, written in statements.items():
                values = written if isinstance(written, list) else [written]
                for value in values:
                    for term in _filled(value, slots):
                        yield f"{filled} {_predicate(predicate)} {_term(predicate, term)} ."


def _filled(text: str, slots: Slots) -> Iterator[str]:
    """``text`` with its slots filled, once for each combination of their values."""
    names = list(dict.fromkeys(_SLOT.findall(text)))
    if any(not slots.get(name) for name in names):
        return
    for values in product(*(slots[name] for name in names)):
        filled = text
        for name, value in zip(names, values, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        yield filled


def _predicate(name: str) -> str:
    return _SHORT.get(name, name if ":" in name else f"tbo:{name}")


def _term(predicate: str, value: str) -> str:
    """A value as a Turtle term: labels are plain text in the rules, classes have no prefix."""
    if predicate == "a":
        return value if ":" in value else f"tbo:{value}"
    if predicate in ("label", "description"):
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{plain}"@en'
    return value


@cache
def _head() -> str:
    declared = prefixes(default_garden().ontology)
    return "\n".join(f"@prefix {name}: <{space}> ." for name, space in declared.items())
