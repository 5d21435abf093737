"""Lines of how many parties each treaty had, year by year."""

from datetime import date
from typing import Any

from fastapi import Request

from treatybodies.queries import QueryFile
from treatybodies.web.labels import Label
from treatybodies.web.pictures.picture import Cell, Drawing, Table, choices
from treatybodies.web.pictures.scales import CountScale, TimeScale, spread
from treatybodies.web.pictures.values import Values
from treatybodies.web.releases import serving
from treatybodies.web.solutions import Solutions, select

WIDTH, HEIGHT = 960, 560
LEFT, RIGHT, TOP, BOTTOM = 40, 840, 16, 524
LABEL_GAP = 15

Series = dict[int, int]


async def draw(request: Request, query: QueryFile, values: Values) -> Drawing:
    """One line for each treaty; ``highlight`` names the one that stands out."""
    bound = query.bind({})
    series, iris = _series(await select(request, bound))
    last = int(serving(request).release.manifest.date[:4])
    first = min((min(each) for each in series.values()), default=last)
    years = list(range(first, last + 1))
    filled = {code: _filled(each, years) for code, each in series.items()}
    return Drawing(
        name=Label(""),
        table=_table(filled, iris, years),
        shapes={
            "treaties": await choices(request, "treaties"),
            **_shapes(filled, years, values.get("highlight", "")),
        },
        query=bound,
    )


def _series(found: Solutions) -> tuple[dict[str, Series], dict[str, str]]:
    series: dict[str, Series] = {}
    iris: dict[str, str] = {}
    for row in found.rows:
        code = row["code"].value
        iris[code] = row["instrument"].value
        series.setdefault(code, {})[int(row["year"].value)] = int(row["parties"].value)
    return series, iris


def _filled(series: Series, years: list[int]) -> list[int]:
    """The number of every year: that of the last change before, 0 before the first."""
    filled, known = [], 0
    for year in years:
        known = series.get(year, known)
        filled.append(known)
    return filled


def _table(filled: dict[str, list[int]], iris: dict[str, str], years: list[int]) -> Table:
    """The years from the latest back; under each treaty its number."""
    counts = filled.values()
    rows = [
        [Cell(Label(text)) for text in (str(year), *(str(each[number] or "") for each in counts))]
        for number, year in reversed(list(enumerate(years)))
    ]
    return Table(("Year", *filled), rows, len(rows))


def _shapes(filled: dict[str, list[int]], years: list[int], chosen: str) -> dict[str, Any]:
    time = TimeScale(date(years[0], 1, 1), date(years[-1] + 1, 1, 1), LEFT, RIGHT)
    count = CountScale(max((each[-1] for each in filled.values()), default=0), TOP, BOTTOM)
    ranked = sorted(filled.items(), key=lambda each: (-each[1][-1], each[0]))
    labels = spread([count.y(counts[-1]) + 4 for _, counts in ranked], LABEL_GAP, BOTTOM + 4)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "year": years[-1],
        "left": LEFT,
        "right": RIGHT,
        "bottom": BOTTOM,
        "times": time.ticks(),
        "counts": count.ticks(),
        "lines": [
            {
                "code": code,
                "value": code.lower(),
                "points": _points(counts, years, time, count),
                "end": count.y(counts[-1]),
                "label": label,
                "parties": counts[-1],
                "style": _style(code, chosen, number),
            }
            for number, ((code, counts), label) in enumerate(zip(ranked, labels, strict=True))
        ],
    }


def _points(counts: list[int], years: list[int], time: TimeScale, count: CountScale) -> str:
    """The ends of the years, from the first that has parties on."""
    begun = [(year, each) for year, each in zip(years, counts, strict=True) if each]
    return " ".join(f"{time.x(date(year + 1, 1, 1))},{count.y(each)}" for year, each in begun)


def _style(code: str, chosen: str, number: int) -> str:
    kind = "protocol" if "-OP" in code or code == "OPCAT" else "treaty"
    if not chosen:
        return f"{kind} tone{number % 6}"
    return f"{kind} chosen" if code.lower() == chosen else f"{kind} pale"
