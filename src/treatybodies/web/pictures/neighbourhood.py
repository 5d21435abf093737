"""What stands around a thing: what refers to it on the left, what it refers to on the right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import Any
from unicodedata import east_asian_width

from fastapi import Request
from pyoxigraph import NamedNode

from treatybodies.queries import QueryFile
from treatybodies.web.labels import Label, Labels, read_labels
from treatybodies.web.languages import label_language
from treatybodies.web.phrases import say
from treatybodies.web.pictures.picture import Drawing, table
from treatybodies.web.pictures.values import Values
from treatybodies.web.solutions import Solution, Solutions, Term, select
from treatybodies.web.urls import local_path

MOST_NEAR = 32
"""Neighbours shown on both sides together; each property gets its share."""
MOST_FAR = 2
"""Further neighbours shown beside each neighbour."""
MOST_ROWS = 300
NODE, GAP, ROW, TOP = 210, 120, 30, 40
LETTERS = 28
"""Of a name in a box; those of East Asia count twice."""
DIRECTIONS = ("is referred to by", "refers to")
COLUMNS = {
    "How": ("direction", ""),
    "Property": ("", "property"),
    "Other thing": ("", "other"),
}
FAR_COLUMNS = {"Thing": ("", "iri"), **COLUMNS}
"""At two steps the rows are about several things."""


NAMELESS = Label("")


@dataclass
class Node:
    """A thing as a box, with what stands beyond it."""

    iri: str
    name: Label = NAMELESS
    further: list["Node"] = field(default_factory=list)
    left_out: int = 0
    x: float = 0
    y: float = 0

    @property
    def path(self) -> str:
        """Where the thing is shown."""
        return local_path(self.iri)

    @property
    def short(self) -> Label:
        """As much of the name as fits the box."""
        return Label(_cut(self.name.text), self.name.language)


@dataclass(frozen=True)
class Group:
    """The neighbours by one property on one side, and how many of them are not shown."""

    property: str
    """Its IRI."""
    nodes: list[Node]
    left_out: int


async def draw(request: Request, query: QueryFile, values: Values) -> Drawing:
    """The thing ``iri`` and its neighbours; with ``depth`` 2 also theirs."""
    iri = query.head.parameters[0].term(values["iri"]).value
    bound = query.bind(values)
    found = await select(request, bound)
    shown = _sides(found.rows)
    near = [node for side in shown for group in side for node in group.nodes]
    if values["depth"] == "2" and near:
        bound = _about(query, [iri, *(node.iri for node in near)])
        found = await select(request, bound)
        _add_further(near, found.rows, {iri, *(node.iri for node in near)})
    names = await _names(request, iri, shown, found.rows[:MOST_ROWS])
    for each in (*near, *_further(near)):
        each.name = names[each.iri]
    shapes = _shapes(Node(iri, names[iri]), *shown)
    columns = FAR_COLUMNS if values["depth"] == "2" else COLUMNS
    return Drawing(
        name=names[iri],
        table=table(_with_direction(found, label_language(request)), columns, names, MOST_ROWS),
        shapes={
            "iri": iri,
            "shown": len(near),
            "left_out": sum(group.left_out for side in shown for group in side),
            "names": names,
            **shapes,
        },
        query=bound,
    )


def _cut(text: str) -> str:
    """``text``, or as much of it as fits a box."""
    widths = accumulate(1 + (east_asian_width(letter) in "FW") for letter in text)
    fitting = sum(width <= LETTERS for width in widths)
    return text if fitting == len(text) else text[: fitting - 1].rstrip() + "…"


def _sides(rows: Sequence[Solution]) -> tuple[list[Group], list[Group]]:
    """What refers to the thing, and what it refers to: every property has its share."""
    sides: tuple[list[Group], list[Group]] = ([], [])
    groups = [
        (outgoing, property_, list(each))
        for (outgoing, property_), each in groupby(
            rows, lambda row: (_is_outgoing(row), row["property"].value)
        )
    ]
    share = max(2, MOST_NEAR // max(1, len(groups)))
    for outgoing, property_, members in groups:
        nodes = [Node(row["other"].value) for row in members[:share]]
        sides[outgoing].append(Group(property_, nodes, len(members) - len(nodes)))
    return sides


def _further(near: Iterable[Node]) -> list[Node]:
    return [each for node in near for each in node.further]


def _about(query: QueryFile, iris: Iterable[str]) -> str:
    rows = " ".join(f"({NamedNode(iri)})" for iri in dict.fromkeys(iris))
    return query.text.replace("{ (UNDEF) }", f"{{ {rows} }}", 1)


def _add_further(near: list[Node], rows: Sequence[Solution], seen: set[str]) -> None:
    """Beside each neighbour the first of its own that stand nowhere yet."""
    by_thing: dict[str, list[Solution]] = {}
    for row in rows:
        by_thing.setdefault(row["iri"].value, []).append(row)
    for node in near:
        others = dict.fromkeys(row["other"].value for row in by_thing.get(node.iri, ()))
        fresh = [iri for iri in others if iri not in seen]
        for iri in fresh[:MOST_FAR]:
            seen.add(iri)
            node.further.append(Node(iri))
        node.left_out = len(fresh) - len(node.further)


async def _names(
    request: Request, iri: str, sides: Iterable[list[Group]], rows: Iterable[Solution]
) -> Labels:
    groups = [group for side in sides for group in side]
    near = [node for group in groups for node in group.nodes]
    wanted = {iri, *(group.property for group in groups)}
    wanted |= {node.iri for node in (*near, *_further(near))}
    wanted |= {row[name].value for row in rows for name in ("iri", "property", "other")}
    return await read_labels(request, wanted, label_language(request))


def _with_direction(found: Solutions, language: str) -> Solutions:
    """The solutions with the direction in words."""
    words = [Term(say(each, language) or each) for each in DIRECTIONS]
    rows = ({**row, "direction": words[_is_outgoing(row)]} for row in found.rows)
    return Solutions(found.variables, tuple(rows))


def _is_outgoing(row: Solution) -> bool:
    return row["outgoing"].value == "true"


def _shapes(centre: Node, left: list[Group], right: list[Group]) -> dict[str, Any]:
    deep = any(_further(group.nodes) for group in (*left, *right))
    step = NODE + GAP
    outer = step if deep else 0
    height = max(_place(left, outer, -step), _place(right, outer + 2 * step, step))
    centre.x, centre.y = outer + step, height / 2
    return {
        "width": 3 * NODE + 2 * GAP + 2 * outer,
        "height": height + ROW,
        "centre": centre,
        "left": left,
        "right": right,
        "node": NODE,
        "gap": GAP,
        "row": ROW,
        "depth": 2 if deep else 1,
    }


def _place(groups: list[Group], x: float, step: float) -> float:
    """Set the places of all nodes of a side, at ``x`` and beyond it; the height it takes."""
    y: float = TOP
    for group in groups:
        for node in group.nodes:
            for number, far in enumerate(node.further):
                far.x = x + step
                far.y = y + number * ROW
            node.x = x
            node.y = y + max(0, len(node.further) - 1) * ROW / 2
            y += ROW * max(1, len(node.further))
        y += ROW * (0.6 + bool(group.left_out) * 0.7)
    return max(y, TOP + 3 * ROW)
