"""Checks over the published view: queries that must find nothing, and counts within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from treatybodies.namespaces import BASE
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile, read_queries
from treatybodies.store import select, select_one


@dataclass(frozen=True)
class Finding:
    """What one check found; a violation stops the build, a warning is reported."""

    check: str
    violation: bool
    message: str

    def __str__(self) -> str:
        return f"{'violation' if self.violation else 'warning'} [{self.check}] {self.message}"


def run_checks_on_sets(store: Store, garden: Garden) -> Iterator[Finding]:
    """Findings of those checks that say they look at source sets too."""
    for query in read_queries(garden.queries / "checks"):
        if query.head.sets:
            with query.running():
                rows = select(store, query.text)
            for row in rows:
                yield _finding(query, row)


def run_checks(store: Store, garden: Garden) -> Iterator[Finding]:
    """Findings of ``queries/checks`` (each row is one) and of ``queries/expectations``."""
    for query in read_queries(garden.queries / "checks"):
        with query.running():
            rows = select(store, query.text)
        for row in rows:
            yield _finding(query, row)
    for query in read_queries(garden.queries / "expectations"):
        with query.running():
            count = int(select_one(store, query.text))
        yield from _compare(query, count)


def _finding(query: QueryFile, row: QuerySolution) -> Finding:
    values = " · ".join(_short(value) for value in row if value is not None)
    message = f"{query.head.summary} {values} → {query.head.remedy}"
    return Finding(query.name, query.head.severity == "violation", message)


def _compare(query: QueryFile, count: int) -> Iterator[Finding]:
    low, high = query.head.minimum, query.head.maximum
    if (low is not None and count < low) or (high is not None and count > high):
        bounds = f"between {low if low is not None else 0} and {'any' if high is None else high}"
        remedy = "find the cause; move the bounds only when the change is meant"
        message = f"{query.head.summary} {count}, expected {bounds} → {remedy}"
        yield Finding(query.name, True, message)


def _short(value: object) -> str:
    if isinstance(value, NamedNode):
        return value.value.removeprefix(BASE)
    return value.value if isinstance(value, Literal) else str(value)
