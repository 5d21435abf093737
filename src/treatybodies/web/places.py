"""Where in a query something is wrong, in the terms an editor shows."""

import re
from typing import NamedTuple

from treatybodies.errors import QueryMalformed

# Oxigraph numbers lines and columns from 1, in characters: “error at 3:17: expected …”.
_PLACE = re.compile(r"error at (\d+):(\d+): ?")
AROUND = 20
"""Characters shown before and after the place."""


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


def place_at(text: str, offset: int) -> Place:
    """The place of the character ``offset`` of ``text``."""
    before = text.rfind("\n", 0, offset)
    return Place(text.count("\n", 0, offset) + 1, offset - before)


def malformed(text: str, message: str, place: Place | None = None) -> QueryMalformed:
    """The fault of the query ``text``; without ``place``, where the engine's ``message`` says."""
    if place is None and (found := _PLACE.search(message)):
        place = Place(int(found[1]), int(found[2]))
        message = message[: found.start()] + message[found.end() :]
    if place is None:
        return QueryMalformed(message)
    return QueryMalformed(message, place.line, place.column, _near(text, place))


def _near(text: str, place: Place) -> str:
    """The text around ``place``, within its line; at a line's end, what stands before."""
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    at = place.column - 1
    return line[max(0, at - AROUND) : at + AROUND].strip()
