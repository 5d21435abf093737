"""Where in a query something is wrong, in the terms an editor shows."""

from treatybodies.errors import QueryMalformed
from treatybodies.syntax import PLACE, Place

AROUND = 20
"""Characters shown before and after the place."""


def malformed(text: str, message: str, place: Place | None = None) -> QueryMalformed:
    """The fault of the query ``text``; without ``place``, where the engine's ``message`` says."""
    if place is None and (found := PLACE.search(message)):
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
