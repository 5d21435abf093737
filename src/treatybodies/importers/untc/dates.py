"""Days as the depositary prints them: ``5 Jun 2007``, ``13 February 1970``, ``03-02-2026``."""

import re
from datetime import date
from difflib import get_close_matches

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
    """The day over a statement, however it is decorated; its month may be misspelt."""
    bare = _AROUND.sub("", " ".join(text.split()))
    found = _PARTS.fullmatch(re.sub(r"\bl(?=\d)", "1", bare))
    if not found:
        return None
    # “28 Septembre 2016”, “1 Decmeber 1999”
    month = get_close_matches(found[2].casefold(), _MONTHS, n=1, cutoff=0.8)
    return parse_day(f"{found[1]} {month[0]} {found[3]}") if month else None


def looks_like_day(text: str) -> bool:
    """Whether ``text`` is a number, a word and a year."""
    return bool(_PARTS.fullmatch(_AROUND.sub("", " ".join(text.split()))))


def find_days(text: str) -> list[date]:
    """Every day that ``text`` mentions, in its order."""
    found = (parse_day(match[0]) for match in _DAY.finditer(text))
    return [day for day in found if day]


def in_words(day: date) -> str:
    """``3 February 2026``."""
    names = list(_MONTHS)
    name = next(each for each in names if _MONTHS[each] == day.month)
    return f"{day.day} {name.capitalize()} {day.year}"
