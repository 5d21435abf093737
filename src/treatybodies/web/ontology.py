"""The ontology, the shapes and the prefixes, from the garden's Turtle files."""

from collections.abc import Awaitable, Callable, Iterator
from functools import cache, partial
from pathlib import Path

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.namespaces import BASE, ONTOLOGY, prefixes
from treatybodies.paths import Garden
from treatybodies.web import signposts
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.diagram import draw
from treatybodies.web.formats import FILE_FORMATS, GRAPHS, Format, content_type
from treatybodies.web.negotiation import Choice, negotiate
from treatybodies.web.openapi import contents
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.prefixed import shorten
from treatybodies.web.releases import serving
from treatybodies.web.shapes import about_others, by_term
from treatybodies.web.signposts import Link, see_other
from treatybodies.web.solutions import own_file, select
from treatybodies.web.urls import public_base
from treatybodies.web.vocabulary import labels_of, read_vocabulary

router = APIRouter(tags=["Ontology"], default_response_class=Response)
FILES = {"ontology": "treatybodies.ttl", "shapes": "shapes/*.ttl", "prefixes": "prefixes.ttl"}
"""Document → the Turtle files of the ontology's folder that it shows."""
_RDF = contents(*(each.media_type for each in GRAPHS), description="The graph.")
_VERSION = NamedNode("http://www.w3.org/2002/07/owl#versionIRI")


@router.get("/ontology", responses=_RDF)
async def ontology(request: Request) -> Response:
    """The ontology: its Turtle file, another RDF format, or a list for browsers."""
    return await _answer(request, "ontology", _documentation)


async def _documentation(request: Request) -> str:
    garden: Garden = request.app.state.garden
    groups = read_vocabulary(garden.ontology)
    known = prefixes(garden.ontology)
    terms = [term for group in groups for term in group.terms]
    others = {iri for term in terms for iri in (*term.above, *term.domain, *term.range)}
    others |= {iri for term in terms for _, iri in term.alignments}
    return render(
        "ontology.html",
        request,
        ontology=ONTOLOGY,
        groups=groups,
        labels=labels_of(groups),
        things=serving(request).release.manifest.classes,
        statements=await _statements(request),
        shapes={each.term.iri: len(each.shapes) for each in by_term(garden.ontology)},
        short={iri: shorten(iri, known).strip("<>") for iri in others},
        classes=sum(term.kind == "class" for term in terms),
        properties=sum(term.kind != "class" for term in terms),
        diagram=draw(groups),
    )


async def _statements(request: Request) -> dict[str, int]:
    """How many statements each property has; of a release that was not counted, nothing."""
    rows = (await select(request, own_file("usage").text)).rows
    return {row["property"].value: int(row["statements"].value) for row in rows}


@router.get("/shapes", responses=_RDF)
async def show_shapes(request: Request) -> Response:
    """All SHACL shapes in one graph; for browsers, the terms with the shapes that limit them."""
    return await _answer(request, "shapes", _shapes_page)


async def _shapes_page(request: Request) -> str:
    files = request.app.state.garden.ontology
    return render("shapes.html", request, terms=by_term(files), others=about_others(files))


@router.get("/prefixes", responses=_RDF)
async def show_prefixes(request: Request) -> Response:
    """The prefixes of queries and data, as RDF or as a table."""
    return await _answer(request, "prefixes", _prefixes_page)


async def _prefixes_page(request: Request) -> str:
    known = prefixes(request.app.state.garden.ontology)
    return render("prefixes.html", request, prefixes=known)


@router.get("/ontology/{version}", status_code=303, include_in_schema=False)
async def see_version(request: Request, version: str) -> Response:
    """Lead from the version IRI of the ontology in use to the ontology."""
    if f"<{ONTOLOGY}/{version}>" not in _versions(request.app.state.garden.ontology):
        raise NotInGraph("This version of the ontology is not served → see /ontology.")
    return see_other(request, "/ontology")


def _file_route(document: str) -> None:
    @router.get(f"/{document}.{{extension}}", responses=_RDF, include_in_schema=False)
    async def send_file(request: Request, extension: str) -> Response:
        """The document in the format that the extension names."""
        if extension not in FILE_FORMATS:
            known = ", ".join(FILE_FORMATS)
            raise NotInGraph(f"There is no format “{extension[:20]}” → choose one of {known}.")
        chosen = FILE_FORMATS[extension]
        return await _graph(request, document, Choice(chosen, chosen.media_type))


for _document in FILES:
    _file_route(_document)


async def _answer(
    request: Request, document: str, make: Callable[[Request], Awaitable[str]]
) -> Response:
    """The document in the format that Accept names, or the page that ``make`` writes of it."""
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    if choice.format is not Format.HTML:
        return await _graph(request, document, choice)
    signs = signposts.head(request, _links(request, document, Format.HTML))
    return await page_answer(request, partial(make, request), document, **signs)


async def _graph(request: Request, document: str, choice: Choice) -> Response:
    garden: Garden = request.app.state.garden
    body = _serialized(garden.ontology, FILES[document], choice.format)
    tag = release_tag(request, document, body.hex(), choice.media_type, public_base(request))
    if ready := await at_hand(request, tag):
        return ready
    signs = signposts.head(request, _links(request, document, choice.format))
    return await text_answer(request, body, content_type(choice.media_type), tag, **signs)


def _links(request: Request, document: str, chosen: Format) -> Iterator[Link]:
    """Name, licence, and the other formats of ``document``."""
    here = f"{public_base(request)}/{document}"
    yield Link(BASE + document, "canonical")
    yield Link("http://www.w3.org/2002/07/owl#Ontology", "type")
    yield Link(signposts.LICENCE, "license")
    if chosen is not Format.HTML:
        yield Link(BASE + document, "describes")
        yield Link(here, "alternate", Format.HTML.media_type)
    for each in GRAPHS:
        if each is not chosen:
            yield Link(f"{here}.{each.extension}", "alternate", each.media_type)


@cache
def _serialized(ontology: Path, pattern: str, chosen: Format) -> bytes:
    files = sorted(ontology.glob(pattern))
    if chosen is Format.TURTLE and len(files) == 1:
        return files[0].read_bytes()  # as it was written, comments and all
    triples = [triple for file in files for triple in read_triples(file)]
    return serialize(triples, format=chosen.rdf, prefixes=prefixes(ontology)) or b""


def read_triples(file: Path) -> Iterator[Triple]:
    """What a Turtle file states."""
    # Blank nodes of two files may share a name until the parser renames them.
    quads = parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return (quad.triple for quad in quads)


@cache
def _versions(ontology: Path) -> frozenset[str]:
    stated = read_triples(ontology / FILES["ontology"])
    return frozenset(str(each.object) for each in stated if each.predicate == _VERSION)
