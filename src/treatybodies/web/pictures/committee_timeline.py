"""When a committee met and what it issued, along one axis of time."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.pictures.picture import Drawing, choices, table
from treatybodies.web.pictures.scales import TimeScale, day
from treatybodies.web.pictures.values import Values
from treatybodies.web.solutions import Solution, select
from treatybodies.web.urls import local_path

WIDTH, LEFT, RIGHT = 960, 220, 944
TOP, LANE, DOTS = 28, 30, 4.5
SESSIONS = "session"
COLUMNS = {
    "What": ("kind", ""),
    "Session or document": ("name", "thing"),
    "From": ("from", ""),
    "To": ("to", ""),
}


async def draw(request: Request, query: QueryFile, values: Values) -> Drawing:
    """A lane for the sessions, and one for each kind of document."""
    bound = query.bind(values)
    found = await select(request, bound)
    bodies = await choices(request, "bodies")
    code = values["body"].rsplit("/", 1)[-1]
    name = next((each.text for each in bodies if each.value == code), code)
    lanes = _lanes(found.rows)
    return Drawing(
        title=name,
        description=_in_words(lanes),
        table=table(found, COLUMNS),
        shapes={"bodies": bodies, **_shapes(lanes)},
        query=bound,
    )


Lanes = list[tuple[str, list[Solution]]]


def _lanes(rows: tuple[Solution, ...]) -> Lanes:
    """The rows by kind, sessions first, then the kinds with most."""
    ordered = sorted(rows, key=lambda row: row["kind"].value)
    lanes = [(kind, list(each)) for kind, each in groupby(ordered, lambda row: row["kind"].value)]
    return sorted(lanes, key=lambda lane: (lane[0] != SESSIONS, -len(lane[1]), lane[0]))


def _in_words(lanes: Lanes) -> str:
    if not lanes:
        return "This release knows no dated session or document of the committee."
    told = "; ".join(f"{kind} {len(rows)}" for kind, rows in lanes)
    first = min(row["from"].value for _, rows in lanes for row in rows)
    last = max(row["to"].value for _, rows in lanes for row in rows)
    return f"From {first} to {last}: {told}."


def _shapes(lanes: Lanes) -> dict[str, Any]:
    days = [day(row[end].value) for _, rows in lanes for row in rows for end in ("from", "to")]
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2001, 1, 1))
    margin = timedelta(days=90)
    time = TimeScale(first - margin, last + margin, LEFT, RIGHT)
    return {
        "width": WIDTH,
        "height": TOP + LANE * len(lanes) + 30,
        "left": LEFT,
        "right": RIGHT,
        "times": time.ticks(),
        "bottom": TOP + LANE * len(lanes),
        "lanes": [
            {
                "kind": kind[:1].upper() + kind[1:],
                "count": len(rows),
                "y": TOP + LANE * number,
                "marks": [_mark(row, time) for row in rows],
            }
            for number, (kind, rows) in enumerate(lanes)
        ],
        "lane": LANE,
        "dot": DOTS,
    }


def _mark(row: Solution, time: TimeScale) -> dict[str, Any]:
    start, end = row["from"].value, row["to"].value
    left, right = time.x(day(start)), time.x(day(end))
    return {
        "x": left,
        "width": max(round(right - left, 1), 3),
        "bar": start != end,
        "name": row["name"].value,
        "when": start if start == end else f"{start} to {end}",
        "path": local_path(row["thing"].value),
    }
