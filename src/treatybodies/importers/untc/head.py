"""The head of a status page: title, place and day, registration, series, counts."""

import re
from datetime import date

from treatybodies.errors import PageDamaged
from treatybodies.importers.untc.dates import find_days
from treatybodies.importers.untc.status import Head

_COUNTS = re.compile(r"Signatories\s*:\s*(\d+).*?Parties\s*:\s*(\d+)", re.DOTALL)
_PARTIES = re.compile(r"Parties\s*:\s*(\d+)")


def parse_head(title: str, conclusion: str, force: str, registration: str, series: str) -> Head:
    """The head of a page from the words of its parts; empty ones are not printed."""
    place, concluded = parse_conclusion(conclusion)
    registered, number = parse_registration(registration)
    return Head(
        title=parse_title(title),
        place=place,
        concluded=concluded,
        entry_into_force=next(iter(find_days(force)), None),
        registration_date=registered,
        registration_number=number,
        series=parse_series(series),
    )


def parse_counts(text: str) -> tuple[int, int]:
    """Signatories and parties, as the line “Status” gives them."""
    if found := _COUNTS.search(text):
        return int(found[1]), int(found[2])
    if found := _PARTIES.search(text):
        return 0, int(found[1])  # a treaty that was not open for signature
    raise PageDamaged(f"the line “Status” gives no counts (“{text}”)")


def parse_title(text: str) -> str:
    """The title without the treaty's number in its chapter."""
    return re.sub(r"^\d+\.\s*(?:[a-z]\b\.?\)?\s*)?", "", text).strip()


def parse_conclusion(text: str) -> tuple[str, date]:
    """Place and day in ``New York, 18 December 1990``."""
    days = find_days(text)
    if not days:
        raise PageDamaged(f"the page gives no day of the treaty (“{text}”)")
    return text.partition(",")[0].strip(), days[0]


def parse_registration(text: str) -> tuple[date | None, str]:
    """Day and number in ``1 July 2003, No. 39481``."""
    days = find_days(text)
    number = re.search(r"No\.\s*(\d+)", text)
    return days[0] if days else None, number[1] if number else ""


def parse_series(text: str) -> str:
    """The first citation of the United Nations Treaty Series."""
    found = re.search(r"vol\.\s*(\d+)\s*,\s*p\.\s*(\d+)", text)
    return f"United Nations, Treaty Series, vol. {found[1]}, p. {found[2]}" if found else ""
