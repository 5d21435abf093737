"""Territories in the depositary's lists of territorial application."""

import re
from collections.abc import Iterable, Iterator

# Names that hold a comma or “and” of their own.
_WHOLE = ("Pitcairn, Henderson, Ducie and Oeno Islands", "Pitcairn, Ducie, Henderson and Oeno")
_DEPENDENCIES = re.compile(r"\s+and\s+(?=(?:its )?Dependencies\b)")
_GLUE = "\x00"


def split_territories(text: str, known: Iterable[str]) -> Iterator[str]:
    """The names in a list such as ``Aruba, Curaçao and Sint Maarten``; ``known`` stay whole."""
    for name in sorted({*_WHOLE, *known}, key=len, reverse=True):
        text = text.replace(name, name.replace(",", _GLUE + "c").replace(" and ", _GLUE + "a"))
    text = _DEPENDENCIES.sub(_GLUE + "a", text)
    for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*;\s*", text):
        name = part.replace(_GLUE + "c", ",").replace(_GLUE + "a", " and ").strip(" .")
        if name:
            yield name
