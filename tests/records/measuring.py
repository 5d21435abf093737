"""How much of what a careful reader states a draft states, and how much of a draft is right.

Compared are triples, wherever they stand. Provenance is left out (paragraphs, quotations, digests,
who read what), and so are labels and descriptions, which are each writer's own words. Keys that
a writer makes up (``encounter/high-commissioner``) are matched first: two nodes of one class, one
kind of IRI and the same State, if any, are the same when they share half of what is said of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

BASE = "https://w3id.org/treatybodies/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OWN_WORDS = {
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2004/02/skos/core#editorialNote",
    "http://purl.org/dc/terms/description",
}
PROVENANCE = {f"{BASE}ontology#{name}" for name in ("SourceGraph", "Extraction", "Paragraph")}
PARAGRAPHS = {f"{BASE}ontology#{name}" for name in ("hasParagraph", "paragraphNumber")}
MADE_UP = (
    "event/",
    "position/",
    "planned-event/",
    "situation/",
    "process/",
    "general-comment/",
    "doc/",
    "office/",
)
POSITIONS = ("position/", "situation/", "process/")

Statement = tuple[str, str, str]


@dataclass(frozen=True)
class Measure:
    """Statements that both have, that only the reader has, and that only the draft has."""

    right: frozenset[Statement]
    missed: frozenset[Statement]
    wrong: frozenset[Statement]

    @property
    def precision(self) -> float:
        """The share of the draft that is right."""
        return len(self.right) / ((len(self.right) + len(self.wrong)) or 1)

    @property
    def recall(self) -> float:
        """The share of the reader's statements that the draft has."""
        return len(self.right) / ((len(self.right) + len(self.missed)) or 1)

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}, recall {self.recall:.3f}"


def measure(drafted: Iterable[Quad], expected: Iterable[Quad], match_keys: bool = True) -> Measure:
    """A draft compared with what a reader states of the same text."""
    ours, theirs = statements(drafted), statements(expected)
    if match_keys:
        ours = rename(ours, matched(ours, theirs))
    return Measure(frozenset(ours & theirs), frozenset(theirs - ours), frozenset(ours - theirs))


def without_positions(quads: Iterable[Quad]) -> list[Quad]:
    """The quads that say nothing of positions, situations and processes: no draft has them."""
    ends = tuple(f"{BASE}id/{folder}" for folder in POSITIONS)
    return [
        quad for quad in quads
        if not any(
            isinstance(node, NamedNode) and node.value.startswith(ends)
            for node in (quad.subject, quad.object)
        )
    ]  # fmt: skip


def statements(quads: Iterable[Quad]) -> set[Statement]:
    """What is compared of a record."""
    quads = list(quads)
    left_out = {str(quad.subject) for quad in quads if value_of(quad.object) in PROVENANCE}
    themed = {f"{BASE}ontology#hasTheme", f"{BASE}ontology#cites"}
    return {
        (value_of(quad.subject), quad.predicate.value, value_of(quad.object))
        for quad in quads
        if quad.predicate.value not in OWN_WORDS | PARAGRAPHS
        and (str(quad.subject) not in left_out or quad.predicate.value in themed)
    }


def value_of(term: object) -> str:
    """A term as text; the datatype of a literal is part of it."""
    if isinstance(term, Literal):
        return str(term)
    assert isinstance(term, NamedNode)
    return term.value.removeprefix(BASE + "id/") if "ontology#" not in term.value else term.value


def matched(ours: set[Statement], theirs: set[Statement]) -> dict[str, str]:
    """Made-up keys of the draft that mean a node of the reader, best matches first."""
    candidates = []
    mine, other = described(ours - theirs), described(theirs - ours)
    known = {subject for subject, _, _ in theirs}
    for node, said in mine.items():
        if node in known or not node.startswith(MADE_UP):
            continue
        for target, told in other.items():
            shared = len(said & told)
            alike = node.rpartition("/")[0] == target.rpartition("/")[0] and same_party(said, told)
            if (
                alike
                and shared >= 1
                and 2 * shared >= min(len(said), len(told))
                and same_class(said, told)
            ):
                candidates.append((shared, node, target))
    names: dict[str, str] = {}
    for _, node, target in sorted(candidates, key=lambda each: (-each[0], each[1], each[2])):
        if node not in names and target not in names.values():
            names[node] = target
    return names


def same_class(said: set[tuple[str, str]], told: set[tuple[str, str]]) -> bool:
    """Whether two nodes have a class in common."""
    return bool({each for each in said if each[0] == TYPE} & told)


def same_party(said: set[tuple[str, str]], told: set[tuple[str, str]]) -> bool:
    """Whether two nodes concern the same States, or none."""
    concerns = f"{BASE}ontology#concerns"
    first, second = ({value for name, value in each if name == concerns} for each in (said, told))
    return first == second


def described(found: set[Statement]) -> dict[str, set[tuple[str, str]]]:
    """What is said of each node."""
    nodes: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for subject, predicate, value in found:
        nodes[subject].add((predicate, value))
    return nodes


def rename(found: set[Statement], names: dict[str, str]) -> set[Statement]:
    """The statements with some nodes called as the reader calls them."""
    return {
        (names.get(subject, subject), predicate, names.get(value, value))
        for subject, predicate, value in found
    }
