"""Days as the depositary prints them: ``5 Jun 2007``, ``13 February 1970``, ``03-02-2026``."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
DAY = r"\d{1,2}\s*(?:" + "|".join(_MONTHS) + r")\.?,?\s*\d{4}"
_DAY = re.compile(DAY, re.IGNORECASE)
_PARTS = re.compile(r"(\d{1,2})\s*([A-Za-z]+)\.?,?\s*(\d{4})")
# The depositary's typists write the letter l for the digit 1, and mark a day that a note explains;
# a day in parentheses is that of the letter, not of its receipt.
_AROUND = re.compile(r"^(?:on\s+)?|[*.,:;]*$", re.IGNORECASE)


def parse_day(text: str) -> date | None:
    """The day that is all of ``text``, if it is one of the calendar."""
    found = _PARTS.fullmatch(" ".join(text.split()))
    if not found or found[2].casefold() not in _MONTHS:
        return None
    try:
        return date(int(found[3]), _MONTHS[found[2].casefold()], int(found[1]))
    except ValueError:
        return None


def parse_heading_day(text: str) -> date | None:
    """The day over a statement, however it is decorated."""
    bare = _AROUND.sub("", " ".join(text.split()))
    return parse_day(re.sub(r"\bl(?=\d{3}\b)", "1", bare))


def find_days(text: str) -> list[date]:
    """Every day that ``text`` mentions, in its order."""
    found = (parse_day(match[0]) for match in _DAY.finditer(text))
    return [day for day in found if day]


def in_words(day: date) -> str:
    """``3 February 2026``."""
    names = list(_MONTHS)
    name = next(each for each in names if _MONTHS[each] == day.month)
    return f"{day.day} {name.capitalize()} {day.year}"
