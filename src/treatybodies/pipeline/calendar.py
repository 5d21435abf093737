"""Calendar arithmetic for derivation rules, as the SPARQL extension function ``fn:addDuration``.

Oxigraph 0.5.13 leaves ``?date + ?duration`` unbound in some queries and not in others, so rules
call this function instead of the operator.
"""

from datetime import date

import isodate
from pyoxigraph import Literal, NamedNode

from treatybodies.namespaces import BASE
from treatybodies.store import Functions

XSD_DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
ADD_DURATION = NamedNode(BASE + "function#addDuration")


def add_duration(day: str, duration: str) -> str:
    """The ISO 8601 ``day`` plus an ISO 8601 ``duration`` (XML Schema part 2, appendix E).

    A day that the target month lacks becomes its last.

    >>> add_duration("2018-01-31", "P1M")
    '2018-02-28'
    >>> add_duration("1969-12-17", "P30D")
    '1970-01-16'
    """
    moved: date = date.fromisoformat(day) + isodate.parse_duration(duration)
    return moved.isoformat()


def _add_duration(day: object, duration: object) -> Literal | None:
    if isinstance(day, Literal) and isinstance(duration, Literal) and day.datatype == XSD_DATE:
        return Literal(add_duration(day.value, duration.value), datatype=XSD_DATE)
    return None


FUNCTIONS: Functions = {ADD_DURATION: _add_duration}
