"""What a State was to each treaty, along one axis of time."""

from datetime import date
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.labels import Labels
from treatybodies.web.pictures.picture import (
    Choice,
    Drawing,
    choices,
    chosen,
    name_of,
    names_in,
    table,
)
from treatybodies.web.pictures.scales import TimeScale, day
from treatybodies.web.pictures.statuses import STATUSES, status_of
from treatybodies.web.pictures.values import Values
from treatybodies.web.releases import serving
from treatybodies.web.solutions import Solution, select
from treatybodies.web.urls import local_path

WIDTH, LEFT, RIGHT = 960, 130, 944
TOP, LANE = 28, 26
STATE = "/id/state/"
COLUMNS = {
    "Treaty": ("code", "instrument"),
    "Title": ("title", "instrument"),
    "Status": ("statusName", "status"),
    "Since": ("since", "act"),
    "Until": ("until", ""),
}


async def draw(request: Request, query: QueryFile, values: Values) -> Drawing:
    """A lane for each treaty, also for those the State has nothing to do with."""
    bound = query.bind(values)
    found = await select(request, bound)
    states = [each for each in await choices(request, "party-entities") if STATE in each.iri]
    treaties = await choices(request, "treaties")
    names = await names_in(request, found.rows, "instrument", "status")
    today = day(serving(request).release.manifest.date)
    return Drawing(
        name=chosen(states, values["state"]).full,
        table=table(found, COLUMNS, names),
        shapes={
            "states": states,
            "legend": STATUSES,
            "missing": _missing(found.rows, treaties),
            **_shapes(found.rows, treaties, today, names),
        },
        query=bound,
    )


def _missing(rows: tuple[Solution, ...], treaties: list[Choice]) -> list[str]:
    """The codes of the treaties to which the State is no party on the day of the data."""
    party = STATUSES[0].iri
    now = {row["code"].value for row in rows if row["status"].value == party and "until" not in row}
    return [each.code for each in treaties if each.code not in now]


def _shapes(
    rows: tuple[Solution, ...], treaties: list[Choice], today: date, names: Labels
) -> dict[str, Any]:
    first = min((day(row["since"].value) for row in rows), default=today)
    time = TimeScale(date(first.year, 1, 1), today, LEFT, RIGHT)
    bottom = TOP + LANE * len(treaties)
    return {
        "width": WIDTH,
        "height": bottom + 30,
        "left": LEFT,
        "right": RIGHT,
        "bottom": bottom,
        "times": time.ticks(),
        "lane": LANE,
        "lanes": [
            {
                "code": treaty.code,
                "title": treaty.name,
                "path": local_path(treaty.iri),
                "y": TOP + LANE * number,
                "bars": [
                    _bar(row, time, today, names)
                    for row in rows
                    if row["instrument"].value == treaty.iri
                ],
            }
            for number, treaty in enumerate(treaties)
        ],
    }


def _bar(row: Solution, time: TimeScale, today: date, names: Labels) -> dict[str, Any]:
    since = row["since"].value
    until = row["until"].value if "until" in row else ""
    left = time.x(day(since))
    right = time.x(day(until)) if until else time.x(today)
    act = row["act"] if "act" in row else row["instrument"]
    return {
        "x": left,
        "width": max(round(right - left, 1), 2),
        "style": status_of(row["status"].value).style,
        "code": row["code"].value,
        "status": name_of(row, "statusName", row["status"].value, names),
        "since": since,
        "until": until,
        "path": local_path(act.value),
    }
