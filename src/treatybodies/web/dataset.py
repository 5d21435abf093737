"""The dataset as a thing of its own: ``/dataset``, VoID at its well-known place, and their page."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.queries import read_queries
from treatybodies.web import signposts
from treatybodies.web.about import read_part
from treatybodies.web.answers import answer, at_hand, entity_tag, release_tag, shared, text_answer
from treatybodies.web.formats import FILE_FORMATS, GRAPHS, Format, content_type
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import label_language
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.openapi import contents
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.releases import serving
from treatybodies.web.schema_org import compacted
from treatybodies.web.signposts import DATASET, LICENCE, PAGE_KIND, Link, see_other
from treatybodies.web.solutions import QUERIES, evaluate, own_file
from treatybodies.web.urls import public_base
from treatybodies.web.wire import Job

router = APIRouter(tags=["Dataset"], default_response_class=Response)
PAGE = "/dataset.html"
VOID = "/.well-known/void"
_PARTS = tuple(read_queries(QUERIES / "dataset-page"))
_RDF = contents(*(each.media_type for each in GRAPHS), description="The description.")


@router.get("/dataset", status_code=303)
async def see_dataset(request: Request) -> Response:
    """Lead from the dataset to its page or its description."""
    _check_described(request)
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    return see_other(request, f"/dataset.{choice.format.extension}")


@router.get(PAGE, include_in_schema=False)
async def show_dataset(request: Request) -> Response:
    """The page of the dataset: its numbers are those of VoID, its parts are queries."""
    _check_described(request)
    signs = signposts.head(request, _page_links(public_base(request)))
    return await page_answer(request, partial(_page, request), "dataset", **signs)


async def _page(request: Request) -> str:
    language = label_language(request)
    sections = [await read_part(request, query) for query in _PARTS]
    mentioned = {iri for each in sections for iri in each.mentioned}
    schema = await evaluate(request, own_file("dataset-schema").text, Format.JSON_LD)
    return render(
        "dataset.html",
        request,
        sections=[each for each in sections if each.solutions.rows],
        labels=await read_labels(request, mentioned, language),
        downloads=[(each.short, f"/dataset.{each.extension}", each.media_type) for each in GRAPHS],
        iri=DATASET,
        schema=compacted(schema),
        language=language,
    )


@router.get("/dataset.linkset.json", include_in_schema=False)
async def send_linkset(request: Request) -> Response:
    """The links of the page as a document of their own (Signposting, level 2)."""
    _check_described(request)
    base = public_base(request)
    text = signposts.linkset(base + PAGE, _page_links(base))
    tag = release_tag(request, "linkset", text)
    if ready := await at_hand(request, tag):
        return ready
    return await text_answer(request, text, signposts.LINKSET, tag)


@router.get("/dataset.{extension}", responses=_RDF)
async def send_dataset(request: Request, extension: str) -> Response:
    """The dataset in the words of DCAT, VoID and schema.org; the extension names the format."""
    if extension not in FILE_FORMATS:
        raise NotInGraph(f"There is no format “{extension[:20]}” → ask for /dataset.ttl.")
    chosen = FILE_FORMATS[extension]
    links = (
        Link(DATASET, "describes"),
        Link(public_base(request) + PAGE, "alternate", "text/html"),
    )
    return await send_description(request, "dataset", Choice(chosen, chosen.media_type), links)


@router.get(VOID, responses=_RDF)
async def send_void(request: Request) -> Response:
    """The VoID description: how many things of which class, with which properties and links."""
    _check_described(request)
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    if choice.format is Format.HTML:
        return see_other(request, PAGE)
    return await send_description(request, "void", choice, (Link(DATASET, "describes"),))


async def send_description(
    request: Request, document: str, choice: Choice, links: tuple[Link, ...]
) -> Response:
    """What the release says of itself in ``document``, with this service's own addresses added."""
    _check_described(request)
    base = public_base(request)
    version = serving(request).release.manifest.version
    tag = entity_tag(version, "description", document, choice.media_type, base)
    if ready := await at_hand(request, tag):
        return ready
    query = own_file("self-description").bind({"document": document, "service": base})
    job = Job(query, choice.format.name, request.app.state.settings.query_seconds)
    result = await shared(request, job, tag)
    headers = signposts.head(request, (*links, Link(LICENCE, "license")))
    return await answer(request, result, content_type(choice.media_type), tag, headers)


def _check_described(request: Request) -> None:
    if serving(request).release.manifest.served_files:
        raise NotInGraph("These files come without a description → see /sparql for the service's.")


def _page_links(base: str) -> list[Link]:
    return [
        Link(DATASET, "cite-as"),
        Link(DATASET, "canonical"),
        Link(PAGE_KIND, "type"),
        Link("https://schema.org/Dataset", "type"),
        Link(LICENCE, "license"),
        Link(f"{base}/dataset.linkset.json", "linkset", signposts.LINKSET),
        Link(base + VOID, "describedby", Format.TURTLE.media_type),
        *(
            Link(f"{base}/dataset.{each.extension}", "describedby", each.media_type)
            for each in GRAPHS
        ),
        *(
            Link(f"{base}/dataset.{each.extension}", "alternate", each.media_type)
            for each in GRAPHS
        ),
    ]
