"""Where drafts lie, and what each holds: ``data/drafts/*.trig``, which no build reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from treatybodies.errors import DraftExists, Fault, InputFaults
from treatybodies.importers.drafts.drafting import Draft
from treatybodies.importers.drafts.trig import write_draft
from treatybodies.namespaces import GRAPH, SCHEME, tbo
from treatybodies.paths import Garden

STATUS = SCHEME + "review-status/"
NOTE = NamedNode("http://www.w3.org/2004/02/skos/core#editorialNote")


@dataclass(frozen=True)
class DraftFile:
    """A draft on disk."""

    path: Path
    quads: tuple[Quad, ...]

    def graphs(self, status: str) -> list[str]:
        """The graphs with a review status, each by the end of its IRI: ``CMW/C/SR.590/p5``."""
        code = NamedNode(STATUS + status)
        return sorted(
            _name(quad.subject)
            for quad in self.quads
            if quad.predicate == tbo("reviewStatus") and quad.object == code
        )

    def statements(self, graph: str) -> int:
        """How many statements a graph holds."""
        name = NamedNode(f"{GRAPH}doc/{graph}")
        return sum(quad.graph_name == name for quad in self.quads)

    @property
    def confidences(self) -> dict[str, float]:
        """Each graph that says something with the confidence of its least certain statements."""
        return {
            _name(quad.subject): float(quad.object.value)
            for quad in self.quads
            if quad.predicate == tbo("confidence")
            and isinstance(quad.object, Literal)
            and self.statements(_name(quad.subject))
        }

    @property
    def notes(self) -> Iterator[tuple[str, str]]:
        """What was not understood: the graph and the note, in the order of the text."""
        for quad in self.quads:
            if quad.predicate == NOTE and isinstance(quad.object, Literal):
                yield _name(quad.subject), quad.object.value


def save_draft(draft: Draft, path: Path, day: str, force: bool) -> None:
    """Write a draft as a whole or not at all; raises `DraftExists` unless ``force``."""
    if path.exists() and not force:
        raise DraftExists(f"{path} exists → review it, or give --force to draft it anew")
    replace_file(path, write_draft(draft, day))


def default_path(garden: Garden, draft: Draft) -> Path:
    """Where a draft lies: named after its symbol, in lower case, with hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", draft.title.lower()).strip("-")
    return garden.drafts / f"{name}.trig"


def read_drafts(garden: Garden) -> list[DraftFile]:
    """All drafts of a garden, by name; raises `InputFaults` for those that are no TriG."""
    return [read_draft(path) for path in sorted(garden.drafts.glob("*.trig"))]


def read_draft(path: Path) -> DraftFile:
    """One draft; raises `InputFaults` when it is missing or no TriG."""
    try:
        return DraftFile(path, tuple(parse(path=path, format=RdfFormat.TRIG)))
    except SyntaxError as cause:
        remedy = "mend the syntax at this place; the parser stopped here"
        raise InputFaults([Fault(path, cause.lineno or 0, str(cause.msg), remedy)]) from cause
    except (OSError, ValueError) as cause:
        remedy = "name a draft that `treatybodies review` lists"
        raise InputFaults(
            [Fault(path, 0, f"the draft cannot be read ({cause})", remedy)]
        ) from cause


def replace_file(path: Path, text: str) -> None:
    """Write a file beside its place, then put it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _name(graph: object) -> str:
    assert isinstance(graph, NamedNode)
    return graph.value.removeprefix(f"{GRAPH}doc/")
