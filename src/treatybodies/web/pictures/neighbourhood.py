"""What stands around a thing: what refers to it on the left, what it refers to on the right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from fastapi import Request
from pyoxigraph import NamedNode

from treatybodies.queries import QueryFile
from treatybodies.web.labels import read_labels
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
COLUMNS = {
    "Thing": ("iriName", "iri"),
    "Direction": ("direction", ""),
    "Property": ("propertyName", "property"),
    "Other thing": ("otherName", "other"),
}


@dataclass
class Node:
    """A thing as a box, with what stands beyond it."""

    iri: str
    name: str
    said: str
    """The name of the property that leads to it."""
    further: list["Node"] = field(default_factory=list)
    left_out: int = 0
    x: float = 0
    y: float = 0

    @property
    def path(self) -> str:
        """Where the thing is shown."""
        return local_path(self.iri)

    @property
    def short(self) -> str:
        """As much of the name as fits the box."""
        return self.name if len(self.name) <= LETTERS else self.name[: LETTERS - 3].rstrip() + "…"


@dataclass(frozen=True)
class Group:
    """The neighbours by one property on one side, and how many of them are not shown."""

    property: str
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
    names = await _names(request, iri, near, found.rows[:MOST_ROWS])
    for each in (*near, *_further(near)):
        each.name = names[each.iri]
    centre = Node(iri, names[iri], "")
    left_out = sum(group.left_out for side in shown for group in side)
    return Drawing(
        title=centre.name,
        description=_in_words(len(near), left_out),
        table=table(_named(found, names), COLUMNS, MOST_ROWS),
        shapes={"iri": iri, "left_out": left_out, **_shapes(centre, *shown)},
        query=bound,
    )


def _sides(rows: Sequence[Solution]) -> tuple[list[Group], list[Group]]:
    """What refers to the thing, and what it refers to: every property has its share."""
    sides: tuple[list[Group], list[Group]] = ([], [])
    groups = [
        (outgoing, name, list(each))
        for (outgoing, name), each in groupby(
            rows, lambda row: (row["outgoing"].value == "true", row["propertyName"].value)
        )
    ]
    share = max(2, MOST_NEAR // max(1, len(groups)))
    for outgoing, name, members in groups:
        nodes = [Node(row["other"].value, "", name) for row in members[:share]]
        sides[outgoing].append(Group(name, nodes, len(members) - len(nodes)))
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
        fresh = {
            row["other"].value: row
            for row in by_thing.get(node.iri, ())
            if row["other"].value not in seen
        }
        for iri, row in list(fresh.items())[:MOST_FAR]:
            seen.add(iri)
            node.further.append(Node(iri, "", row["propertyName"].value))
        node.left_out = len(fresh) - len(node.further)


async def _names(
    request: Request, iri: str, near: list[Node], rows: Sequence[Solution]
) -> dict[str, str]:
    wanted = {iri, *(node.iri for node in near)}
    wanted |= {each.iri for each in _further(near)}
    wanted |= {row[name].value for row in rows for name in ("iri", "other")}
    labels = await read_labels(request, wanted, "en")
    return {each: labels[each].text for each in wanted}


def _named(found: Solutions, names: dict[str, str]) -> Solutions:
    """The solutions with names and the direction in words."""
    rows = [
        {
            **row,
            "iriName": Term(names.get(row["iri"].value, "")),
            "otherName": Term(names.get(row["other"].value, "")),
            "direction": Term(_direction(row)),
        }
        for row in found.rows
    ]
    return Solutions(found.variables, tuple(rows))


def _direction(row: Solution) -> str:
    return "refers to" if row["outgoing"].value == "true" else "is referred to by"


def _in_words(near: int, left_out: int) -> str:
    told = f"{near} neighbours are shown."
    return f"{told} {left_out} more are left out." if left_out else f"{told} That is all of them."


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
