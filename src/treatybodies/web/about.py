"""What this graph rests on and how far it goes: sources, coverage, disagreements, rules."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.namespaces import BASE
from treatybodies.queries import QueryFile, read_queries
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import label_language
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.sections import Section
from treatybodies.web.solutions import QUERIES, select

router = APIRouter(include_in_schema=False)
_PARTS = tuple(read_queries(QUERIES / "about"))


@router.get("/about")
async def about(request: Request) -> Response:
    """The page; each table on it is a query."""
    return await page_answer(request, partial(_page, request), "about")


async def _page(request: Request) -> str:
    language = label_language(request)
    sections = [await read_part(request, query) for query in _PARTS]
    wanted = {iri for each in sections for iri in each.mentioned}
    return render(
        "about.html",
        request,
        sections=[each for each in sections if each.solutions.rows],
        labels=await read_labels(request, wanted, language),
        iri=BASE,
        language=language,
    )


async def read_part(request: Request, query: QueryFile) -> Section:
    """The whole table of ``query``, which has no parameters."""
    name = query.name.partition("-")[2]
    head = query.head
    found = await select(request, query.text)
    return Section(name, head.summary, head.description, query.text, found, more=False)
