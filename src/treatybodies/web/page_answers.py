"""A page as a response: its entity tag, its headers, and the table behind it in other formats."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.responses import Response

from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.formats import Format, content_type
from treatybodies.web.languages import VARY, asked_language, label_language
from treatybodies.web.negotiation import asked_format
from treatybodies.web.pages import POLICY
from treatybodies.web.solutions import evaluate
from treatybodies.web.urls import public_base

TABLES = (Format.HTML, Format.CSV, Format.JSON)
"""In which formats a page with one table answers."""
Made = str | tuple[str, dict[str, str]]
Make = Callable[[], Awaitable[Made]]
_HTML = "text/html; charset=utf-8"


async def page_answer(request: Request, make: Make, *parts: object, **headers: str) -> Response:
    """The page that ``make`` writes, unless it is at hand; with its headers, if it gives any.

    ``parts`` are what it depends on beside the release, the address of the service and the
    reader's language, on which every page depends. Raises `ParameterFault` for a ``lang`` that is
    no language here.
    """
    spoken = (label_language(request), asked_language(request))
    tag = release_tag(request, "page", public_base(request), *spoken, *parts)
    if ready := await at_hand(request, tag):
        return ready
    made = await make()
    text, signs = (made, {}) if isinstance(made, str) else made
    named = {"Content_Security_Policy": POLICY, "Vary": VARY, **headers, **signs}
    return await text_answer(request, text, _HTML, tag, **named)


async def table_answer(
    request: Request,
    make: Make,
    query: Callable[[], str],
    *parts: object,
    **headers: str,
) -> Response:
    """The page that ``make`` writes, or the whole result of ``query`` where a file is asked for."""
    label_language(request)  # refuses what is no language here, whatever the format
    chosen = asked_format(request, TABLES)
    if chosen is Format.HTML:
        return await page_answer(request, make, *parts, **headers)
    tag = release_tag(request, "table", chosen, *parts)
    if ready := await at_hand(request, tag):
        return ready
    body = await evaluate(request, query(), chosen)
    return await text_answer(request, body, content_type(chosen.media_type), tag)
