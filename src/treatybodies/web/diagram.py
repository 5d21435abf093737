"""A drawing of the core of the ontology: classes as boxes, properties as lines between them."""

from dataclasses import dataclass

from treatybodies.web.vocabulary import Group

WIDTH, HEIGHT = 170, 44
STEP_X, STEP_Y = 285, 110
MARGIN = 20

# Where each class stands, as column and row, and which properties are drawn between them: a choice
# for the eye. What the ontology no longer declares is not drawn.
PLACES = {
    "State": (0, 0),
    "TreatyAction": (1, 0),
    "Treaty": (2, 0),
    "TreatyBody": (3, 0),
    "StatusPeriod": (1, 1),
    "Provision": (2, 1),
    "Session": (3, 1),
    "InteractiveDialogue": (0, 2),
    "ConcludingObservations": (1, 2),
    "GeneralComment": (2, 2),
    "Meeting": (3, 2),
    "ReportingCycle": (0, 1),
    "Position": (0, 3),
    "Paragraph": (1, 3),
    "Document": (2, 3),
    "SourceGraph": (3, 3),
}
LINES = (
    ("party", "TreatyAction", "State"),
    ("onInstrument", "TreatyAction", "Treaty"),
    ("monitors", "TreatyBody", "Treaty"),
    ("derivedFromAction", "StatusPeriod", "TreatyAction"),
    ("statusOf", "StatusPeriod", "State"),
    ("provisionOf", "Provision", "Treaty"),
    ("heldBy", "Session", "TreatyBody"),
    ("partOfEvent", "Meeting", "Session"),
    ("interprets", "GeneralComment", "Provision"),
    ("reportingParty", "ReportingCycle", "State"),
    ("inCycle", "InteractiveDialogue", "ReportingCycle"),
    ("resultedIn", "InteractiveDialogue", "ConcludingObservations"),
    ("expressedIn", "Position", "Paragraph"),
    ("hasParagraph", "Document", "Paragraph"),
    ("sourceDocument", "SourceGraph", "Document"),
    ("recordedIn", "Meeting", "Document"),
)


@dataclass(frozen=True)
class Box:
    """A class in the drawing."""

    name: str
    label: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """A property between two boxes, with the middle where its label stands."""

    name: str
    label: str
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def middle(self) -> tuple[float, float]:
        """Where the label stands."""
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2


@dataclass(frozen=True)
class Diagram:
    """Everything that is drawn, and how large the drawing is."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def draw(groups: tuple[Group, ...]) -> Diagram:
    """The core classes of the ontology that there are, and the properties between them."""
    labels = {term.name: term.label for group in groups for term in group.terms}
    boxes = {
        name: Box(name, labels[name], MARGIN + column * STEP_X, MARGIN + row * STEP_Y)
        for name, (column, row) in PLACES.items()
        if name in labels
    }
    lines = tuple(
        _line(name, labels[name], boxes[start], boxes[end])
        for name, start, end in LINES
        if name in labels and start in boxes and end in boxes
    )
    width = 2 * MARGIN + 3 * STEP_X + WIDTH
    height = 2 * MARGIN + 3 * STEP_Y + HEIGHT
    return Diagram(tuple(boxes.values()), lines, width, height)


def _line(name: str, label: str, start: Box, end: Box) -> Line:
    return Line(name, label, *_edge(start, end), *_edge(end, start))


def _edge(box: Box, other: Box) -> tuple[float, float]:
    """The point of ``box``'s edge from which a line to ``other`` goes."""
    x, y = box.x + WIDTH / 2, box.y + HEIGHT / 2
    dx, dy = other.x - box.x, other.y - box.y
    # The line leaves through the side that the straight line between the centres crosses.
    scale = min(
        WIDTH / 2 / abs(dx) if dx else 9.0,
        HEIGHT / 2 / abs(dy) if dy else 9.0,
    )
    return x + dx * scale, y + dy * scale
