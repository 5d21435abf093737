"""The SPARQL 1.1 Graph Store Protocol, as far as it reads: a graph by its IRI, or the default one.

Graphs are named indirectly (section 4.2): ``/graphs?graph=IRI`` and ``/graphs?default``.
"""

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from treatybodies.errors import NotInGraph, RequestMalformed
from treatybodies.web.answers import answer, at_hand, release_tag, shared
from treatybodies.web.formats import DATASETS, GRAPHS, content_type
from treatybodies.web.negotiation import negotiate
from treatybodies.web.openapi import GRAPH_PARAMETERS, contents
from treatybodies.web.solutions import ask
from treatybodies.web.sparql import check_release, fields, values
from treatybodies.web.wire import Job

router = APIRouter(tags=["SPARQL"], default_response_class=Response)
ALLOW = "GET, HEAD, OPTIONS"
OFFERS = tuple(each for each in GRAPHS if each not in DATASETS)
_GRAPH = contents(*(each.media_type for each in OFFERS), description="The graph.")


@router.get("/graphs", responses=_GRAPH, openapi_extra={"parameters": GRAPH_PARAMETERS})
async def get_graph(request: Request) -> Response:
    """All statements of one graph: ``graph=`` names it, ``default`` means the published view."""
    given = fields(request.scope["query_string"])
    check_release(request, values(given, "release"))
    pattern = _pattern(given)
    named = [value for name in ("format", "output") for value in values(given, name)]
    choice = negotiate(request.headers.get("accept"), OFFERS, named)
    tag = release_tag(request, "graph", pattern, choice.media_type)
    if ready := await at_hand(request, tag):
        return ready
    if not await ask(request, f"ASK {{ {pattern} }}"):
        raise NotInGraph("There is no such graph → see /sparql for those there are.")
    seconds = request.app.state.settings.query_seconds
    job = Job(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", choice.format.name, seconds)
    result = await shared(request, job, tag)
    return await answer(request, result, content_type(choice.media_type), tag)


@router.options("/graphs", include_in_schema=False)
async def options_graphs() -> Response:
    """Which methods there are."""
    return Response(status_code=204, headers={"Allow": ALLOW})


def _pattern(given: list[tuple[str, str]]) -> str:
    """The graph pattern of the statements asked for; raises `RequestMalformed`."""
    graphs, default = values(given, "graph"), values(given, "default")
    if len(graphs) + len(default) != 1:
        raise RequestMalformed("Which graph? → send either graph=IRI or default, once.")
    if default:
        return "?s ?p ?o"
    try:
        return f"GRAPH {NamedNode(graphs[0])} {{ ?s ?p ?o }}"
    except ValueError:
        raise RequestMalformed(
            f"“{graphs[0][:200]}” is no absolute IRI → name the graph by its whole IRI."
        ) from None
