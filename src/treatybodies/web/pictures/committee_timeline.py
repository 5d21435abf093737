"""When a committee met and what it issued, along one axis of time."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.labels import Label, Labels
from treatybodies.web.pictures.picture import (
    Drawing,
    choices,
    chosen,
    name_of,
    names_in,
    table,
)
from treatybodies.web.pictures.scales import TimeScale, day
from treatybodies.web.pictures.values import Values
from treatybodies.web.solutions import Solution, Solutions, select
from treatybodies.web.urls import local_path

WIDTH, LEFT, RIGHT = 960, 250, 944
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
    found = _marked(await select(request, bound))
    bodies = await choices(request, "bodies")
    names = await names_in(request, found.rows, "thing")
    return Drawing(
        name=chosen(bodies, values["body"]).full,
        table=table(found, COLUMNS, names),
        shapes={"bodies": bodies, **_shapes(_lanes(found.rows), names)},
        query=bound,
    )


def _marked(found: Solutions) -> Solutions:
    """The kinds marked as English: the query has their names without a language."""
    rows = ({**row, "kind": row["kind"]._replace(language="en")} for row in found.rows)
    return Solutions(found.variables, tuple(rows))


Lanes = list[tuple[str, list[Solution]]]


def _lanes(rows: tuple[Solution, ...]) -> Lanes:
    """The rows by kind, sessions first, then the kinds with most."""
    ordered = sorted(rows, key=lambda row: row["kind"].value)
    lanes = [(kind, list(each)) for kind, each in groupby(ordered, lambda row: row["kind"].value)]
    return sorted(lanes, key=lambda lane: (lane[0] != SESSIONS, -len(lane[1]), lane[0]))


def _shapes(lanes: Lanes, names: Labels) -> dict[str, Any]:
    days = [day(row[end].value) for _, rows in lanes for row in rows for end in ("from", "to")]
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2001, 1, 1))
    margin = timedelta(days=90)
    time = TimeScale(first - margin, last + margin, LEFT, RIGHT)
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "width": WIDTH,
        "height": TOP + LANE * len(lanes) + 30,
        "left": LEFT,
        "right": RIGHT,
        "times": time.ticks(),
        "bottom": TOP + LANE * len(lanes),
        "lanes": [
            {
                "kind": Label(kind, "en"),
                "title": Label(f"{kind[:1].upper()}{kind[1:]} ({len(rows)})", "en"),
                "count": len(rows),
                "y": TOP + LANE * number,
                "marks": [_mark(row, time, names) for row in rows],
            }
            for number, (kind, rows) in enumerate(lanes)
        ],
        "lane": LANE,
        "dot": DOTS,
    }


def _mark(row: Solution, time: TimeScale, names: Labels) -> dict[str, Any]:
    start, end = row["from"].value, row["to"].value
    left, right = time.x(day(start)), time.x(day(end))
    return {
        "x": left,
        "width": max(round(right - left, 1), 3),
        "bar": start != end,
        "name": name_of(row, "name", row["thing"].value, names),
        "start": start,
        "end": end,
        "path": local_path(row["thing"].value),
    }
