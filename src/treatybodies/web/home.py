"""The home page, and whether the service is alive and ready."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from treatybodies.errors import QueryStopped
from treatybodies.web.answers import entity_tag, not_modified, text_answer
from treatybodies.web.pages import POLICY, render
from treatybodies.web.solutions import parse_boolean
from treatybodies.web.urls import public_base
from treatybodies.web.wire import Job

router = APIRouter()
READY_SECONDS = 2.0
EXAMPLES = (
    (
        "Things by class",
        "SELECT ?class (COUNT(*) AS ?things) WHERE {\n  ?thing a ?class .\n}\n"
        "GROUP BY ?class\nORDER BY DESC(?things)",
    ),
    (
        "Parties to the Convention on migrant workers",
        "PREFIX tbo: <https://w3id.org/treatybodies/ontology#>\n"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        "SELECT ?party ?name WHERE {\n"
        "  ?party tbo:isPartyTo <https://w3id.org/treatybodies/id/instrument/icrmw> ;\n"
        '    skos:prefLabel ?name .\n  FILTER (LANG(?name) = "en")\n}\nORDER BY ?name',
    ),
    (
        "Who says so: the sources of what is said about Benin",
        "SELECT ?property ?value ?source WHERE {\n"
        "  GRAPH ?source {\n"
        "    <https://w3id.org/treatybodies/id/state/BEN> ?property ?value .\n  }\n}\n"
        "ORDER BY ?property ?value ?source",
    ),
)


@router.get("/", include_in_schema=False)
async def home(request: Request) -> Response:
    """What the service is, what it holds, where to begin."""
    tag = entity_tag(request.app.state.release.manifest.version, "home", public_base(request))
    if unchanged := not_modified(request, tag):
        return unchanged
    text = render("home.html", request, examples=EXAMPLES, base=public_base(request))
    return await text_answer(
        request, text, "text/html; charset=utf-8", tag, Content_Security_Policy=POLICY
    )


@router.get("/healthz", tags=["Operation"])
async def healthz() -> Response:
    """The web process is alive."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz", tags=["Operation"], responses={503: {"description": "No worker answers."}})
async def readyz(request: Request) -> Response:
    """A query worker answers."""
    state = request.app.state
    ready = False
    try:
        async with asyncio.timeout(READY_SECONDS * 2):
            result = await state.pool.evaluate(Job("ASK {}", "JSON", READY_SECONDS))
            ready = parse_boolean(result.read())
    except (QueryStopped, TimeoutError):
        ready = False
    body = {"status": "ready" if ready else "not ready", "release": state.release.manifest.version}
    return JSONResponse(body, 200 if ready else 503, headers={"Cache-Control": "no-store"})
