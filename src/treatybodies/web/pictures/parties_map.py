"""The world map of who was party to a treaty on a day."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.editor import VENDOR
from treatybodies.web.pictures.picture import Drawing, choices, chosen, names_in, table
from treatybodies.web.pictures.scales import day
from treatybodies.web.pictures.statuses import NONE, STATUSES, first_of
from treatybodies.web.pictures.values import Values
from treatybodies.web.releases import serving
from treatybodies.web.solutions import Solutions, own_file, select
from treatybodies.web.urls import local_path

WORLD = VENDOR / "world.json"
COLUMNS = {
    "State or organization": ("name", "party"),
    "Status on that day": ("statusName", "status"),
    "Since": ("since", ""),
    "Until": ("until", ""),
}


async def draw(request: Request, query: QueryFile, values: Values) -> Drawing:
    """The map for ``instrument`` on ``date``, or the same as tiles where there is no geometry."""
    bound = query.bind(values)
    found = await select(request, bound)
    treaties = await choices(request, "treaties")
    entities = (await select(request, own_file("party-entities").text)).rows
    names = await names_in(request, (*found.rows, *entities), "party", "status", "thing")
    held = _held(found)
    areas: list[dict[str, Any]] = [
        {
            "name": names[row["thing"].value],
            "m49": row["m49"].value if "m49" in row else "",
            "path": local_path(row["thing"].value),
            "status": first_of(held.get(row["thing"].value, ())),
        }
        for row in entities
    ]
    counts = Counter(each["status"].style for each in areas)
    return Drawing(
        name=chosen(treaties, values["instrument"]).short,
        table=table(found, COLUMNS, names),
        shapes={
            "treaties": treaties,
            "world": _world(WORLD),
            "areas": sorted(areas, key=lambda each: each["name"].text.casefold()),
            "by_m49": {each["m49"]: each for each in areas if each["m49"]},
            "legend": [(each, counts[each.style]) for each in (*STATUSES, NONE)],
            "days": _days(request, values["date"]),
        },
        query=bound,
    )


def _held(found: Solutions) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {}
    for row in found.rows:
        held.setdefault(row["party"].value, set()).add(row["status"].value)
    return held


def _days(request: Request, chosen: str) -> list[str]:
    """The same day in other years, and the day of the data."""
    last = serving(request).release.manifest.date
    years = range(1970, int(last[:4]) + 1, 10)
    days = {f"{year}-01-01" for year in years} | {last} | {day(chosen).isoformat()}
    return sorted(days)


@cache
def _world(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    world: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return world
