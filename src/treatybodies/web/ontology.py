"""The ontology, the shapes and the JSON-LD context, from the garden's Turtle files."""

import json
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

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
from treatybodies.web.releases import serving
from treatybodies.web.signposts import Link, see_other
from treatybodies.web.solutions import own_file, select
from treatybodies.web.urls import public_base
from treatybodies.web.vocabulary import labels_of, read_vocabulary

router = APIRouter(tags=["Ontology"], default_response_class=Response)
FILES = {"ontology": "treatybodies.ttl", "shapes": "shapes/*.ttl", "prefixes": "prefixes.ttl"}
"""Document → the Turtle files of the ontology's folder that it shows."""
_RDF = contents(*(each.media_type for each in GRAPHS), description="The graph.")
_RANGE = NamedNode("https://schema.org/rangeIncludes")
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OBJECT_PROPERTY = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
_VERSION = NamedNode("http://www.w3.org/2002/07/owl#versionIRI")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@router.get("/ontology", responses=_RDF)
async def ontology(request: Request) -> Response:
    """The ontology: its Turtle file, another RDF format, or a list for browsers."""
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    if choice.format is not Format.HTML:
        return await _graph(request, "ontology", choice)
    signs = signposts.head(request, _links(request, "ontology", Format.HTML))
    return await page_answer(request, partial(_documentation, request), "ontology", **signs)


async def _documentation(request: Request) -> str:
    manifest = serving(request).release.manifest
    garden: Garden = request.app.state.garden
    groups = read_vocabulary(garden.ontology)
    kinds = [term.kind for group in groups for term in group.terms]
    rows = (await select(request, own_file("usage").text)).rows
    used = {row["property"].value: int(row["statements"].value) for row in rows}
    return render(
        "ontology.html",
        request,
        ontology=ONTOLOGY,
        groups=groups,
        labels=labels_of(groups),
        uses=manifest.classes | used,
        classes=kinds.count("class"),
        properties=len(kinds) - kinds.count("class"),
        diagram=draw(groups),
    )


@router.get("/shapes", responses=_RDF)
async def shapes(request: Request) -> Response:
    """All SHACL shapes in one graph; for browsers, the terms with the shapes that limit them."""
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    if choice.format is Format.HTML:
        return see_other(request, "/ontology")
    return await _graph(request, "shapes", choice)


@router.get("/prefixes", responses=_RDF)
async def show_prefixes(request: Request) -> Response:
    """The prefixes of queries and data, as RDF or as a table."""
    choice = negotiate(request.headers.get("accept"), (*GRAPHS, Format.HTML))
    if choice.format is not Format.HTML:
        return await _graph(request, "prefixes", choice)
    signs = signposts.head(request, _links(request, "prefixes", Format.HTML))
    return await page_answer(request, partial(_prefixes_page, request), "prefixes", **signs)


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


@router.get("/context.jsonld", responses=contents("application/ld+json"))
async def context(request: Request) -> Response:
    """The JSON-LD context: the prefixes, and every property of the ontology with its type."""
    garden: Garden = request.app.state.garden
    text = _context(garden.ontology)
    tag = release_tag(request, "context", text)
    if ready := await at_hand(request, tag):
        return ready
    signs = signposts.head(request, (Link(signposts.LICENCE, "license"),))
    return await text_answer(request, text, "application/ld+json", tag, **signs)


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
    triples = [triple for file in files for triple in _triples(file)]
    return serialize(triples, format=chosen.rdf, prefixes=prefixes(ontology)) or b""


def _triples(file: Path) -> Iterator[Triple]:
    # Blank nodes of two files may share a name until the parser renames them.
    quads = parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return (quad.triple for quad in quads)


@cache
def _versions(ontology: Path) -> frozenset[str]:
    stated = _triples(ontology / FILES["ontology"])
    return frozenset(str(each.object) for each in stated if each.predicate == _VERSION)


@cache
def _context(ontology: Path) -> str:
    definitions: dict[str, Any] = dict(prefixes(ontology))
    for triple in _triples(ontology / "treatybodies.ttl"):
        subject = triple.subject
        if not isinstance(subject, NamedNode) or not subject.value.startswith(ONTOLOGY + "#"):
            continue
        name = subject.value.removeprefix(ONTOLOGY + "#")
        if triple.predicate == _TYPE and triple.object == _OBJECT_PROPERTY:
            definitions[name] = {"@id": subject.value, "@type": "@id"}
        elif triple.predicate == _RANGE and isinstance(triple.object, NamedNode):
            _add_range(definitions, name, subject.value, triple.object.value)
    return json.dumps({"@context": definitions}, indent=1, sort_keys=True) + "\n"


def _add_range(definitions: dict[str, Any], name: str, iri: str, datatype: str) -> None:
    """A property with one datatype gets it; with several, values must say theirs."""
    if not datatype.startswith(_XSD):
        return
    known = definitions.get(name)
    if known is None:
        definitions[name] = {"@id": iri, "@type": datatype}
    elif known.get("@type") != datatype:
        definitions[name] = {"@id": iri}
