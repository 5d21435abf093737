"""A query's result as a model reads it: few rows, and how many there are in all."""

from collections.abc import Iterable
from functools import partial

from fastapi import Request
from pyoxigraph import RdfFormat, Triple, parse, serialize

from treatybodies.web.aside import aside
from treatybodies.web.evaluation import evaluate
from treatybodies.web.formats import Form, Format
from treatybodies.web.guard import check_query
from treatybodies.web.leaving import unless_gone
from treatybodies.web.orders import Result
from treatybodies.web.wire import Job

MOST_ROWS = 200
MOST_CHARACTERS = 40_000
"""A longer answer would fill what a model can keep in mind."""
_CHUNK = 1 << 20


async def run(request: Request, query: str, rows: int) -> str:
    """The first ``rows`` rows of the result of ``query``; raises what `/sparql` answers with."""
    settings = request.app.state.settings
    guarded = await aside(request, lambda: check_query(query, settings.query_kb))
    # In both formats a line is a row: line breaks in literals are escaped.
    chosen = Format.N_TRIPLES if guarded.form.yields_graph else Format.TSV
    if guarded.form is Form.ASK:
        chosen = Format.CSV
    job = Job(guarded.text, chosen.name, settings.query_seconds)
    result = await unless_gone(request, evaluate(request, job))
    heading = 1 if chosen is Format.TSV else 0
    counted = partial(first_lines, result, rows + heading)
    lines, total = await aside(request, counted, admitted=True)
    if guarded.form is Form.ASK:
        return lines[0].strip()
    if guarded.form.yields_graph:
        return graph(lines, total, request.app.state.prefixes)
    return table(lines[0], lines[1:], total - 1)


def first_lines(result: Result, most: int) -> tuple[list[str], int]:
    """The first ``most`` lines of ``result``, and how many it has; counting is done in C."""
    kept, total, begun = bytearray(), 0, b""
    for chunk in _chunks(result):
        if total <= most and len(kept) <= _CHUNK:  # of longer lines none is shown
            kept += chunk
        total += chunk.count(b"\n")
        begun = chunk
    if begun and not begun.endswith(b"\n"):
        total += 1
    lines = bytes(kept).split(b"\n", most)[:most]
    return [each.decode(errors="replace") for each in lines if each], total


def table(head: str, rows: list[str], total: int) -> str:
    """Tab-separated rows under a line that says how many there are."""
    shown = list(_within(rows))
    return "\n".join([_told(len(shown), total, "rows"), head, *shown])


def graph(lines: list[str], total: int, prefixes: dict[str, str]) -> str:
    """Turtle of the N-Triples ``lines`` under a line that says how many there are."""
    shown = list(_within(lines))
    quads = parse("\n".join(shown), format=RdfFormat.N_TRIPLES)
    triples = [Triple(each.subject, each.predicate, each.object) for each in quads]
    return f"{_told(len(shown), total, 'triples')}\n{turtle(triples, prefixes)}"


def turtle(triples: list[Triple], prefixes: dict[str, str]) -> str:
    """``triples`` as Turtle that declares only the prefixes it uses."""
    used = " ".join(map(str, triples))
    needed = {name: space for name, space in prefixes.items() if f"<{space}" in used}
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes=needed)
    assert written is not None
    return written.decode()


def _chunks(result: Result) -> Iterable[bytes]:
    if result.spool is None:
        yield result.body
        return
    with result.spool as spool:
        while chunk := spool.read(_CHUNK):
            yield chunk


def _within(lines: list[str]) -> Iterable[str]:
    """As many of ``lines`` as fit."""
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > MOST_CHARACTERS:
            return
        yield line


def _told(shown: int, total: int, what: str) -> str:
    if shown == total:
        return f"# {total} {what}, all shown"
    return (
        f"# the first {shown} of {total} {what}: the rest is left out → add LIMIT and OFFSET, "
        "aggregate, or ask for fewer columns"
    )
