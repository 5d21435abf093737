"""What refers to a thing: how much by which property, and the statements themselves, in pages."""

from collections.abc import Iterator

from fastapi import Request

from treatybodies.web.solutions import Solution, own_file, own_query, select, sliced

PAGE = 50
"""Statements on one page."""
SORTED = 2_000
"""References by one property up to which they are sorted: more take seconds."""
Counts = tuple[tuple[str, int], ...]
"""Property and number of statements, the most frequent first."""


async def count_incoming(request: Request, iri: str) -> Counts:
    """How many statements have the thing as their value, by property."""
    rows = (await select(request, own_query("incoming-count", iri))).rows
    return tuple((row["property"].value, int(row["subjects"].value)) for row in rows)


async def read_incoming(request: Request, iri: str, counts: Counts, number: int) -> list[Solution]:
    """Page ``number`` of the statements, by property and within it by subject.

    Of a property that more than `SORTED` use, they come in the order of the engine.
    """
    start = (number - 1) * PAGE
    if all(count <= SORTED for _, count in counts):
        return list((await select(request, sliced(own_query("incoming", iri), PAGE, start))).rows)
    found: list[Solution] = []
    for name, count, offset, length in _slices(counts, start, start + PAGE):
        file = own_file("incoming" if count <= SORTED else "incoming-many")
        query = sliced(file.bind({"thing": iri, "property": name}), length, offset)
        found += (await select(request, query)).rows
    return found


def _slices(counts: Counts, start: int, end: int) -> Iterator[tuple[str, int, int, int]]:
    """Each property of a page, how many use it, and which part of these the page has."""
    before = 0
    for name, count in sorted(counts):
        first, last = max(start - before, 0), min(end - before, count)
        if first < last:
            yield name, count, first, last - first
        before += count
