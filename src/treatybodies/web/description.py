"""The SPARQL 1.1 Service Description of this endpoint."""

from collections.abc import Iterator

from fastapi import Request
from pyoxigraph import RdfFormat, parse, serialize
from starlette.responses import Response

from treatybodies.remote.dialects import MARK
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.formats import GRAPHS, RESULTS, Format, content_type
from treatybodies.web.negotiation import Choice
from treatybodies.web.pages import render
from treatybodies.web.releases import serving
from treatybodies.web.signposts import DATASET, LICENCE, Link, head
from treatybodies.web.solutions import select
from treatybodies.web.urls import public_base

MOST_GRAPHS = 1000
"""Named graphs that are listed: clients read all of this before their first query."""


async def respond(request: Request, choice: Choice) -> Response:
    """The description in the chosen format; clients query the endpoint that it names."""
    text = await describe(request)
    tag = release_tag(request, "service-description", text, choice.media_type)
    if ready := await at_hand(request, tag):
        return ready
    body = text if choice.format is Format.TURTLE else _converted(text, choice.format.rdf)
    signs = head(request, links(request))
    return await text_answer(request, body, content_type(choice.media_type), tag, **signs)


def links(request: Request) -> Iterator[Link]:
    """From the description to what the data are."""
    yield Link(public_base(request) + "/sparql", "describes")
    if not serving(request).release.manifest.served_files:
        yield Link(DATASET, "collection")
        yield Link(LICENCE, "license")


async def describe(request: Request) -> str:
    """The description in Turtle."""
    return render(
        "service-description.ttl",
        request,
        base=public_base(request),
        graphs=await _graphs(request),
        formats=[f"http://www.w3.org/ns/formats/{name}" for name in _FORMAT_NAMES],
    )


async def _graphs(request: Request) -> tuple[str, ...]:
    """The named graphs of the release: the first `MOST_GRAPHS`, in the order of their IRIs."""
    mine = serving(request)
    if mine.graphs is None:
        query = f"SELECT ?g {{ GRAPH ?g {{}} }} ORDER BY ?g LIMIT {MOST_GRAPHS + 1}"
        found = (row["g"].value for row in (await select(request, query)).rows)
        # What another engine says of itself is no evidence.
        mine.graphs = tuple(name for name in found if name != MARK)[:MOST_GRAPHS]
    return mine.graphs


_FORMAT_NAMES = (
    *(f"SPARQL_Results_{each.name}" for each in RESULTS),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads"),
)
assert len(_FORMAT_NAMES) == len(RESULTS) + len(GRAPHS)


def _converted(turtle: str, target: RdfFormat) -> bytes:
    triples = (quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))
    return serialize(triples, format=target) or b""
