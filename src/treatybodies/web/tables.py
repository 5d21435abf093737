"""Query results and the query form as pages for browsers."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from treatybodies.web.answers import unless_gone
from treatybodies.web.formats import Form, Format, formats_for
from treatybodies.web.guard import Guarded
from treatybodies.web.openapi import EXAMPLE_QUERY
from treatybodies.web.pages import page
from treatybodies.web.solutions import parse_boolean, parse_solutions
from treatybodies.web.wire import Job

MOST_ROWS = 1000
MOST_BYTES = 4 * 1024 * 1024
"""A page shows a result up to this size; above it, it says so and links to the whole."""
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}


def form_page(request: Request) -> Response:
    """The form to write a query in."""
    return page("sparql.html", request, headers=_HEADERS, query=EXAMPLE_QUERY)


async def result_page(request: Request, job: Job, guarded: Guarded) -> Response:
    """The result of ``job`` as a page; what it leaves out it names, with links to the whole."""
    chosen = Format.TURTLE if guarded.form.yields_graph else Format.JSON
    job = replace(job, format=chosen.name)
    result = await unless_gone(request, request.app.state.pool.evaluate(job))
    values = {"query": guarded.text, "downloads": _downloads(guarded), "length": result.length}
    if result.length > MOST_BYTES:
        result.close()
        return page("result.html", request, headers=_HEADERS, kind="large", **values)
    body = result.read()
    if guarded.form is Form.ASK:
        answer = parse_boolean(body)
        return page("result.html", request, headers=_HEADERS, kind="ask", answer=answer, **values)
    if guarded.form is Form.SELECT:
        table = parse_solutions(body)
        return page(
            "result.html",
            request,
            headers=_HEADERS,
            kind="select",
            table=table,
            shown=table.rows[:MOST_ROWS],
            **values,
        )
    text = body.decode()
    return page("result.html", request, headers=_HEADERS, kind="graph", text=text, **values)


def _downloads(guarded: Guarded) -> list[tuple[str, str]]:
    return [
        (each.short, "/sparql?" + urlencode({"query": guarded.text, "format": each.media_type}))
        for each in formats_for(guarded.form)
    ]
