"""The home page, and whether the service is alive and ready."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import JSONResponse, Response

from treatybodies.errors import QueryStopped
from treatybodies.queries import QueryFile
from treatybodies.web.formats import GRAPHS, Format
from treatybodies.web.negotiation import negotiate
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render, serves_files
from treatybodies.web.pictures.routes import PICTURES
from treatybodies.web.releases import serving
from treatybodies.web.signposts import DATASET, LICENCE, Link, head, see_other
from treatybodies.web.solutions import own_file, select
from treatybodies.web.urls import public_base
from treatybodies.web.wire import Job

router = APIRouter()
READY_SECONDS = 2.0
ANY = "ASK { ?s ?p ?o }"
MOST_CLASSES = 100
"""As many as ``classes.rq`` gives."""
FIRST = (
    "parties-and-since-when",
    "core-treaties-not-joined",
    "what-a-paragraph-says",
)
"""Questions of ``queries/questions`` that the page shows, as far as they are there."""


@router.get("/", include_in_schema=False)
async def home(request: Request) -> Response:
    """What the service is, what it holds, where to begin; for programs, the service description."""
    choice = negotiate(request.headers.get("accept"), (Format.HTML, *GRAPHS))
    if choice.format is not Format.HTML:
        return see_other(request, "/sparql")
    page = partial(_page, request)
    return await page_answer(request, page, "home", **head(request, _links(request)))


async def _page(request: Request) -> str:
    if serves_files(request):
        return await _files_page(request)
    return render(
        "home.html",
        request,
        numbers=(await select(request, own_file("numbers").text)).rows,
        questions=_first(request.app.state.questions),
        pictures=PICTURES,
        base=public_base(request),
    )


def _links(request: Request) -> Iterator[Link]:
    """From the home page to what programs begin with."""
    base = public_base(request)
    yield Link(base + "/sparql", "service-desc", Format.TURTLE.media_type)
    yield Link(base + "/openapi.json", "service-desc", "application/json")
    if not serving(request).release.manifest.served_files:
        yield Link(base + "/.well-known/void", "describedby", Format.TURTLE.media_type)
        yield Link(DATASET, "item")
        yield Link(LICENCE, "license")


async def _files_page(request: Request) -> str:
    """What is served instead of the project's own graph: which files, with which classes."""
    return render(
        "files.html",
        request,
        classes=(await select(request, own_file("classes").text)).rows,
        most=MOST_CLASSES,
        things_of=_things_of,
        base=public_base(request),
    )


def _things_of(kind: str) -> str:
    """A query for the things of the class ``kind``, to begin with."""
    named = NamedNode(kind)
    return f"""SELECT DISTINCT ?thing
WHERE {{
  {{ ?thing a {named} }}
  UNION {{ GRAPH ?graph {{ ?thing a {named} }} }}
}}
ORDER BY ?thing
"""


def _first(questions: Mapping[str, QueryFile]) -> list[QueryFile]:
    return [questions[name] for name in FIRST if name in questions]


@router.get("/healthz", tags=["Operation"])
async def healthz() -> Response:
    """The web process is alive."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


@router.get(
    "/readyz",
    tags=["Operation"],
    responses={503: {"description": "No worker answers, or the release cannot be read."}},
)
async def readyz(request: Request) -> Response:
    """A query worker answers, and can read what it is asked about."""
    mine = serving(request)
    ready = True
    try:
        async with asyncio.timeout(READY_SECONDS * 2):
            # Whatever the answer is: files that are served may hold nothing.
            (await mine.pool.evaluate(Job(ANY, "JSON", READY_SECONDS))).close()
    except (QueryStopped, TimeoutError):
        ready = False
    version = mine.release.manifest.version
    body = {"status": "ready" if ready else "not ready", "release": version}
    return JSONResponse(body, 200 if ready else 503, headers={"Cache-Control": "no-store"})
