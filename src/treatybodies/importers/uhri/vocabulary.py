"""Concepts of the index itself: what it files a record under, each list a scheme of its own.

Labels come with the records, so the concepts of a set are those its records use. Where a curators'
table says that one equals a theme of ours, the set says so too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from treatybodies.importers.uhri import quads
from treatybodies.importers.uhri.fields import Goal
from treatybodies.importers.uhri.tables import Tables
from treatybodies.namespaces import SCHEME
from treatybodies.words import fold_words

SCHEMES = {
    "uhri-theme": "Themes of the Universal Human Rights Index",
    "uhri-affected-person": "Affected persons of the Universal Human Rights Index",
    "uhri-sdg": "Sustainable Development Goals and targets in the Universal Human Rights Index",
    "uhri-annotation-type": "Annotation types of the Universal Human Rights Index",
    "uhri-upr-position": "Positions of States under review in the Universal Human Rights Index",
    "uhri-party": "Names in the Universal Human Rights Index of no party to the treaties",
}
SDG = "http://metadata.un.org/sdg/"
KOSOVO = "kosovo"
_TARGET = re.compile(r"(\d+)-(\w+)")


@dataclass
class Vocabulary:
    """The concepts used so far: scheme → key → label."""

    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def use(self, scheme: str, label: str) -> str:
        """The concept with that label, as an N-Quads term."""
        key = make_key(label)
        self.labels.setdefault(scheme, {}).setdefault(key, label)
        return quads.concept(scheme, key)

    def use_goal(self, goal: Goal) -> str:
        """The concept of a goal or target; a target brings its goal with it."""
        known = self.labels.setdefault("uhri-sdg", {})
        name = f"Goal {goal.goal}" if not goal.target else f"Target {goal.code}"
        known.setdefault(str(goal.goal), f"Goal {goal.goal}")
        key = goal.code.replace(".", "-")
        known.setdefault(key, name)
        return quads.concept("uhri-sdg", key)

    def state(self, tables: Tables, graph: str) -> Iterator[str]:
        """The lines that describe the concepts, in ``graph``."""
        statements = quads.Statements(graph)
        for scheme in sorted(self.labels):
            _describe_scheme(statements, scheme, sorted(self.labels[scheme]))
            for key, label in sorted(self.labels[scheme].items()):
                _describe_concept(statements, scheme, key, label)
                _match(statements, tables, scheme, key, label)
        yield from statements.lines


@lru_cache(maxsize=100_000)
def make_key(label: str) -> str:
    """What the IRI of the concept with that label ends with."""
    key = "-".join(fold_words(label)) or "unnamed"
    return re.sub(r"[^0-9a-z-]", lambda found: f"u{ord(found[0]):x}", key)


def _describe_scheme(statements: quads.Statements, scheme: str, keys: list[str]) -> None:
    subject = f"<{SCHEME}{scheme}>"
    statements.add(subject, quads.TYPE, f"<{quads.SKOS}ConceptScheme>")
    statements.add(subject, f"<{quads.DCTERMS}title>", quads.english(SCHEMES[scheme]))
    source = "labels in the export of the Universal Human Rights Index"
    statements.add(subject, f"<{quads.DCTERMS}source>", quads.english(source))
    for key in keys:
        if not _broader(scheme, key):
            statements.add(subject, f"<{quads.SKOS}hasTopConcept>", quads.concept(scheme, key))


def _describe_concept(statements: quads.Statements, scheme: str, key: str, label: str) -> None:
    subject = quads.concept(scheme, key)
    statements.add(subject, quads.TYPE, f"<{quads.SKOS}Concept>")
    statements.add(subject, quads.LABEL, quads.english(label))
    definition = f"What the Universal Human Rights Index calls “{label}”."
    if scheme == "uhri-party" and key == KOSOVO:
        definition += " References are in the context of Security Council resolution 1244 (1999)."
    statements.add(subject, f"<{quads.SKOS}definition>", quads.english(definition))
    statements.add(subject, f"<{quads.SKOS}inScheme>", f"<{SCHEME}{scheme}>")
    broader = _broader(scheme, key)
    if broader:
        statements.add(subject, f"<{quads.SKOS}broader>", quads.concept(scheme, broader))
    else:
        statements.add(subject, f"<{quads.SKOS}topConceptOf>", f"<{SCHEME}{scheme}>")


def _match(statements: quads.Statements, tables: Tables, scheme: str, key: str, label: str) -> None:
    subject = quads.concept(scheme, key)
    if scheme == "uhri-sdg":
        target = f"<{SDG}{key.replace('-', '.')}>"
        statements.add(subject, f"<{quads.SKOS}exactMatch>", target)
    match = tables.match(scheme, label)
    if match:
        statements.add(subject, f"<{quads.SKOS}{match.property}>", f"<{match.theme}>")


def _broader(scheme: str, key: str) -> str:
    """The key of the goal of a target; other lists of the index are flat."""
    found = _TARGET.fullmatch(key) if scheme == "uhri-sdg" else None
    return found[1] if found else ""
