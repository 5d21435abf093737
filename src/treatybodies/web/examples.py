"""Questions and endpoints as RDF: SHACL executables, at the places where tools look for them."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.namespaces import BASE
from treatybodies.web import signposts
from treatybodies.web.answers import answer, at_hand, entity_tag, shared
from treatybodies.web.api import Endpoint
from treatybodies.web.dataset import send_description
from treatybodies.web.formats import GRAPHS, Format, content_type
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.openapi import contents
from treatybodies.web.releases import serving
from treatybodies.web.signposts import DATASET, LICENCE, Link, see_other
from treatybodies.web.solutions import own_query
from treatybodies.web.urls import public_base
from treatybodies.web.wire import Job

EXAMPLES = "/.well-known/sparql-examples"
_RDF = contents(*(each.media_type for each in GRAPHS), description="The examples.")


def router_for(endpoints: Sequence[Endpoint]) -> APIRouter:
    """The well-known places of the examples, and the addresses of the endpoints' queries."""
    router = APIRouter(tags=["Dataset"], default_response_class=Response)
    names = {each.query.name for each in endpoints}

    @router.get(EXAMPLES, responses=_RDF)
    async def examples(request: Request) -> Response:
        """All example queries, in the form of SIB's sparql-examples."""
        choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
        if choice.format is Format.HTML:
            return see_other(request, "/queries")
        return await send_examples(request, choice)

    # The same below the endpoint's path, which is the name of the graph that holds them.
    router.add_api_route("/sparql" + EXAMPLES, examples, include_in_schema=False)

    @router.get("/queries/api/{name}", include_in_schema=False)
    async def endpoint_query(request: Request, name: str) -> Response:
        """The query of one endpoint as RDF, or the place in the documentation that explains it."""
        if name not in names:
            raise NotInGraph(f"There is no endpoint “{name[:60]}” → choose one at /docs.")
        choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
        if choice.format is Format.HTML:
            return see_other(request, f"/docs#{name}")
        return await send_example(request, f"queries/api/{name}", choice)

    return router


async def send_examples(request: Request, choice: Choice) -> Response:
    """All example queries as RDF."""
    links = (Link(f"{BASE}sparql{EXAMPLES}", "describes"), Link(DATASET, "collection"))
    return await send_description(request, "examples", choice, links)


async def send_example(request: Request, path: str, choice: Choice) -> Response:
    """The example query with the IRI ``path`` below the base IRI, as RDF."""
    iri = BASE + path
    tag = entity_tag(serving(request).release.manifest.version, "example", iri, choice.media_type)
    if ready := await at_hand(request, tag):
        return ready
    seconds = request.app.state.settings.query_seconds
    job = Job(own_query("description", iri), choice.format.name, seconds)
    result = await shared(request, job, tag)
    links = (Link(iri, "describes"), Link(DATASET, "collection"), Link(LICENCE, "license"))
    headers = signposts.head(request, links)
    return await answer(request, result, content_type(choice.media_type), tag, headers)


def page_links(request: Request, path: str) -> dict[str, str]:
    """The header fields of the page about the question ``path``, or of the list of them all."""
    links = [Link(BASE + path, "canonical"), Link(LICENCE, "license")]
    here = f"{public_base(request)}/{path}"
    links += [Link(here, "alternate", each.media_type) for each in GRAPHS]
    return signposts.head(request, links)
