"""What this graph rests on and how far it goes: sources, coverage, disagreements, rules."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.namespaces import BASE
from treatybodies.queries import QueryFile, read_queries
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import VARY, asked_language, label_language
from treatybodies.web.pages import POLICY, render
from treatybodies.web.releases import serving
from treatybodies.web.sections import Section
from treatybodies.web.solutions import QUERIES, select
from treatybodies.web.urls import public_base

router = APIRouter(include_in_schema=False)
_PARTS = tuple(read_queries(QUERIES / "about"))


@router.get("/about")
async def about(request: Request) -> Response:
    """The page; each table on it is a query."""
    language = label_language(request)
    version = serving(request).release.manifest.version
    asked = asked_language(request)
    tag = entity_tag(version, "about", language, asked, public_base(request))
    if ready := await at_hand(request, tag):
        return ready
    sections = [await read_part(request, query) for query in _PARTS]
    wanted = {iri for each in sections for iri in each.mentioned}
    text = render(
        "about.html",
        request,
        sections=[each for each in sections if each.solutions.rows],
        labels=await read_labels(request, wanted, language),
        iri=BASE,
        language=language,
    )
    headers = {"Content_Security_Policy": POLICY, "Vary": VARY}
    return await text_answer(request, text, "text/html; charset=utf-8", tag, **headers)


async def read_part(request: Request, query: QueryFile) -> Section:
    """The whole table of ``query``, which has no parameters."""
    name = query.name.partition("-")[2]
    head = query.head
    found = await select(request, query.text)
    return Section(name, head.summary, head.description, query.text, found, more=False)
