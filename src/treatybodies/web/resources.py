"""The things themselves: ``/id/…`` leads to a page or to data, as the client prefers."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.store import Manifest
from treatybodies.web import signposts
from treatybodies.web.answers import answer, at_hand, release_tag
from treatybodies.web.classes import with_superclasses
from treatybodies.web.evaluation import evaluate
from treatybodies.web.formats import DATASETS, FILE_FORMATS, GRAPHS, Format, content_type
from treatybodies.web.incoming import PAGE
from treatybodies.web.languages import asked_language, label_language
from treatybodies.web.leaving import unless_gone
from treatybodies.web.negotiation import negotiate
from treatybodies.web.openapi import PROBLEM, contents
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.paging import Paging, page_number
from treatybodies.web.releases import serving
from treatybodies.web.schema_org import described
from treatybodies.web.section_pages import show_section
from treatybodies.web.solutions import own_query
from treatybodies.web.things import Thing, check_known, read_thing, thing_iri
from treatybodies.web.urls import local_path, public_base
from treatybodies.web.wire import Job

router = APIRouter(tags=["Things"], default_response_class=Response)
_DATA = contents(*(each.media_type for each in GRAPHS), description="The thing's description.")
_PAGE = contents(Format.HTML.media_type, description="The thing's page.")
_SEE_OTHER: dict[int | str, dict[str, Any]] = {
    303: {"description": "The page or the data, as Accept prefers."},
    **dict.fromkeys((404, 406, 429, 503), PROBLEM),
}


@router.get("/id/{path:path}", responses=_SEE_OTHER, status_code=303)
async def see_id(request: Request, path: str) -> Response:
    """Lead from a thing to its page (HTML) or its data."""
    return await _see_other(request, path)


@router.get("/scheme/{path:path}", responses=_SEE_OTHER, status_code=303)
async def see_scheme(request: Request, path: str) -> Response:
    """Lead from a concept or concept scheme to its page or its data."""
    return await _see_other(request, f"scheme/{path}")


@router.get("/graph/{path:path}", responses=_SEE_OTHER, status_code=303)
async def see_graph(request: Request, path: str) -> Response:
    """Lead from a named graph to its page or its data."""
    return await _see_other(request, f"graph/{path}")


@router.get("/doc/{path:path}", responses=_PAGE)
async def show_thing(request: Request, path: str) -> Response:
    """The page of a thing: its sections, its statements with their sources, what refers to it."""
    iri = thing_iri(path)
    number = page_number(request)
    if "section" in request.query_params:
        return await show_section(request, iri, number)
    return await page_answer(request, partial(_page, request, iri, number), iri, number)


async def _page(request: Request, iri: str, number: int) -> tuple[str, dict[str, str]]:
    base, language = public_base(request), label_language(request)
    thing = await read_thing(request, iri, language, number)
    schema = described(iri, thing.names, _all_classes(request, thing), base + local_path(iri))
    text = render(
        "thing.html",
        request,
        thing=thing,
        paging=Paging(
            local_path(iri), {"lang": asked_language(request)}, number, PAGE, thing.incoming_total
        ),
        downloads=_downloads(iri),
        language=language,
        base=base,
        schema=schema,
        kept={"page": str(number)} if number > 1 else {},
    )
    links = signposts.of_page(_manifest(request), base, iri, _data_path(iri), str(schema["@type"]))
    return text, signposts.head(request, links)


def _all_classes(request: Request, thing: Thing) -> list[str]:
    return with_superclasses(request.app.state.garden.ontology, thing.classes)


@router.get("/data/{path:path}", responses=_DATA)
async def send_data(request: Request, path: str) -> Response:
    """What is said about a thing, as RDF; the extension of ``path`` names the format.

    TriG and N-Quads hold the named graphs that say it as well, and what these graphs are.
    """
    stem, _, extension = path.rpartition(".")
    named = FILE_FORMATS.get(extension) if stem else None
    iri = thing_iri(stem if named else path)
    choice = negotiate(
        None if named else request.headers.get("accept"), [named] if named else GRAPHS
    )
    tag = release_tag(request, "data", iri, choice.media_type, public_base(request))
    if ready := await at_hand(request, tag):
        return ready
    await check_known(request, iri)
    result = await unless_gone(request, evaluate(request, _job(request, iri, choice.format)))
    base, page, data = public_base(request), local_path(iri), _data_path(iri)
    links = signposts.of_data(_manifest(request), base, iri, page, data, choice.format)
    headers = {
        "Content-Location": f"{data}.{choice.format.extension}",
        **signposts.head(request, links),
    }
    return await answer(request, result, content_type(choice.media_type), tag, headers)


def _job(request: Request, iri: str, chosen: Format) -> Job:
    quads = chosen in DATASETS
    query = own_query("dataset" if quads else "description", iri)
    return Job(query, chosen.name, request.app.state.settings.query_seconds, quads=quads)


async def _see_other(request: Request, path: str) -> Response:
    iri = thing_iri(path)
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    await check_known(request, iri)
    base, page, data = public_base(request), local_path(iri), _data_path(iri)
    target = page if choice.format is Format.HTML else f"{data}.{choice.format.extension}"
    return signposts.see_other(request, target, signposts.of_thing(base, page, data))


def _data_path(iri: str) -> str:
    return local_path(iri).replace("/doc/", "/data/", 1)


def _downloads(iri: str) -> list[tuple[str, str, str]]:
    """Short name, local URL and media type of each format of the thing's data."""
    path = _data_path(iri)
    return [(each.short, f"{path}.{each.extension}", each.media_type) for each in GRAPHS]


def _manifest(request: Request) -> Manifest:
    return serving(request).release.manifest
