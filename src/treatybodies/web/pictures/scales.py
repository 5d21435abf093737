"""From days and numbers to places on paper."""

from dataclasses import dataclass
from datetime import date

YEAR_STEPS = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class TimeScale:
    """Days from ``first`` to ``last``, laid out from ``left`` to ``right``."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """The place of ``day``; days outside stand at the nearer end."""
        days = max(1, (self.last - self.first).days)
        share = min(max((day - self.first).days / days, 0.0), 1.0)
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self, most: int = 12) -> list[Tick]:
        """First days of years, as many as ``most``."""
        years = self.last.year - self.first.year + 1
        step = next((each for each in YEAR_STEPS if years / each <= most), YEAR_STEPS[-1])
        begin = -(-self.first.year // step) * step
        shown = range(begin, self.last.year + 1, step)
        return [Tick(self.x(date(year, 1, 1)), str(year)) for year in shown]


@dataclass(frozen=True)
class CountScale:
    """Numbers from 0 to ``most``, laid out from ``bottom`` up to ``top``."""

    most: float
    top: float
    bottom: float

    def y(self, count: float) -> float:
        """The place of ``count``."""
        return round(self.bottom - count / max(self.most, 1) * (self.bottom - self.top), 1)

    def ticks(self) -> list[Tick]:
        """Round numbers from 0 on."""
        step = next(each for each in (1, 2, 5, 10, 20, 25, 50, 100, 1000) if self.most / each <= 6)
        return [Tick(self.y(n), str(n)) for n in range(0, int(self.most) + 1, step)]


def day(text: str) -> date:
    """The day of an ``xsd:date``; the first day of a month or year."""
    padded = (text + "-01-01")[:10]
    return date.fromisoformat(padded)


def spread(wanted: list[float], gap: float, lowest: float) -> list[float]:
    """Places near ``wanted`` (ascending), ``gap`` apart, none below ``lowest``.

    >>> spread([10, 12, 40], 10, 45)
    [10, 20, 40]
    """
    placed: list[float] = []
    for each in wanted:
        placed.append(max(each, placed[-1] + gap) if placed else each)
    limit = lowest
    for number in range(len(placed) - 1, -1, -1):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - gap
    return placed
