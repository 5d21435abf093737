"""Query results and the query form as pages for browsers."""

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from treatybodies.web.aside import aside
from treatybodies.web.cells import is_number
from treatybodies.web.editor import asked_question, query_page
from treatybodies.web.evaluation import evaluate
from treatybodies.web.formats import Form, Format, formats_for
from treatybodies.web.guard import Guarded
from treatybodies.web.leaving import unless_gone
from treatybodies.web.short import short
from treatybodies.web.solutions import parse_beginning, parse_boolean
from treatybodies.web.wire import Job

MOST_ROWS = 1000
MOST_CELLS = 10_000
"""A page shows so much of a table, and at least a row; to write it takes 20 µs each."""
MOST_BYTES = 2 * 1024 * 1024
"""A page shows a result up to this size; above it, it says so and links to the whole."""


def form_page(request: Request) -> Response:
    """The form to write a query in."""
    seconds = request.app.state.settings.query_seconds
    return query_page("sparql.html", request, asked_question(request), seconds=f"{seconds:g}")


async def result_page(request: Request, job: Job, guarded: Guarded) -> Response:
    """The result of ``job`` as a page; what it leaves out it names, with links to the whole."""
    chosen = Format.TURTLE if guarded.form.yields_graph else Format.JSON
    job = job._replace(format=chosen.name)
    result = await unless_gone(request, evaluate(request, job))
    values: dict[str, Any] = {"downloads": _downloads(guarded), "length": result.length}
    if result.length > MOST_BYTES:
        result.close()
        return query_page("result.html", request, guarded.text, kind="large", **values)

    def written() -> Response:
        shown = values | _shown(request, guarded.form, result.read())
        return query_page("result.html", request, guarded.text, **shown)

    return await aside(request, written, admitted=True)


def _shown(request: Request, form: Form, body: bytes) -> dict[str, Any]:
    """What the page shows of the result ``body``."""
    if form is Form.ASK:
        return {"kind": "ask", "answer": parse_boolean(body)}
    if form is not Form.SELECT:
        return {"kind": "graph", "text": body.decode()}
    table, total = parse_beginning(body, MOST_ROWS, MOST_CELLS)
    return {
        "kind": "select",
        "table": table,
        "total": total,
        "short": short,
        "prefixes": request.app.state.prefixes,
        "is_number": is_number,
    }


def _downloads(guarded: Guarded) -> list[tuple[str, str]]:
    return [
        (each.short, "/sparql?" + urlencode({"query": guarded.text, "format": each.media_type}))
        for each in formats_for(guarded.form)
    ]
