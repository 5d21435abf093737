"""What a State was to each treaty, along one axis of time."""

from datetime import date
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.pictures.picture import Choice, Drawing, choices, table
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
    "Title": ("title", ""),
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
    code = values["state"].rsplit("/", 1)[-1]
    name = next((each.text for each in states if each.value == code), code)
    today = day(serving(request).release.manifest.date)
    return Drawing(
        title=name,
        description=_in_words(found.rows, treaties),
        table=table(found, COLUMNS),
        shapes={"states": states, "legend": STATUSES, **_shapes(found.rows, treaties, today)},
        query=bound,
    )


def _in_words(rows: tuple[Solution, ...], treaties: list[Choice]) -> str:
    party = STATUSES[0].iri
    now = {row["code"].value for row in rows if row["status"].value == party and "until" not in row}
    codes = [each.text.partition(",")[0] for each in treaties]
    missing = [code for code in codes if code not in now]
    told = f"Party to {len(now)} of {len(codes)} treaties."
    return f"{told} Not in force for it: {', '.join(missing)}." if missing else told


def _shapes(rows: tuple[Solution, ...], treaties: list[Choice], today: date) -> dict[str, Any]:
    first = min((day(row["since"].value) for row in rows), default=today)
    time = TimeScale(date(first.year, 1, 1), today, LEFT, RIGHT)
    codes = [each.text.partition(",")[0] for each in treaties]
    return {
        "width": WIDTH,
        "height": TOP + LANE * len(codes) + 30,
        "left": LEFT,
        "right": RIGHT,
        "bottom": TOP + LANE * len(codes),
        "times": time.ticks(),
        "lane": LANE,
        "lanes": [
            {
                "code": treaty.text.partition(",")[0],
                "title": treaty.text.partition(", ")[2],
                "path": local_path(treaty.iri),
                "y": TOP + LANE * number,
                "bars": [
                    _bar(row, time, today) for row in rows if row["instrument"].value == treaty.iri
                ],
            }
            for number, treaty in enumerate(treaties)
        ],
    }


def _bar(row: Solution, time: TimeScale, today: date) -> dict[str, Any]:
    since = row["since"].value
    until = row["until"].value if "until" in row else ""
    left = time.x(day(since))
    right = time.x(day(until)) if until else time.x(today)
    act = row["act"] if "act" in row else row["instrument"]
    return {
        "x": left,
        "width": max(round(right - left, 1), 2),
        "style": status_of(row["status"].value).style,
        "name": f"{row['code'].value}: {row['statusName'].value}, since {since}"
        + (f" until {until}" if until else ""),
        "path": local_path(act.value),
    }
