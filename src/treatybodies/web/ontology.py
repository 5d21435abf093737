"""The ontology, the shapes and the JSON-LD context, from the garden's Turtle files."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from starlette.responses import Response

from treatybodies.namespaces import ONTOLOGY, prefixes
from treatybodies.paths import Garden
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.diagram import draw
from treatybodies.web.formats import Format, content_type
from treatybodies.web.negotiation import negotiate
from treatybodies.web.openapi import contents
from treatybodies.web.pages import POLICY, render
from treatybodies.web.releases import serving
from treatybodies.web.solutions import own_file, select
from treatybodies.web.vocabulary import labels_of, read_vocabulary

router = APIRouter(tags=["Ontology"], default_response_class=Response)
OFFERS = (Format.TURTLE, Format.N_TRIPLES, Format.JSON_LD, Format.RDF_XML)
_RDF = contents(*(each.media_type for each in OFFERS), description="The graph.")
_RANGE = NamedNode("https://schema.org/rangeIncludes")
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OBJECT_PROPERTY = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_HTML = "text/html; charset=utf-8"


@router.get("/ontology", responses=_RDF)
async def ontology(request: Request) -> Response:
    """The ontology: its Turtle file, another RDF format, or a list for browsers."""
    choice = negotiate(request.headers.get("accept"), (*OFFERS, Format.HTML))
    if choice.format is not Format.HTML:
        return await _graph(request, "treatybodies.ttl", choice.format, choice.media_type)
    return await _documentation(request)


async def _documentation(request: Request) -> Response:
    manifest = serving(request).release.manifest
    tag = entity_tag(manifest.version, "ontology")
    if ready := await at_hand(request, tag):
        return ready
    garden: Garden = request.app.state.garden
    groups = read_vocabulary(garden.ontology)
    kinds = [term.kind for group in groups for term in group.terms]
    rows = (await select(request, own_file("usage").text)).rows
    used = {row["property"].value: int(row["statements"].value) for row in rows}
    text = render(
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
    return await text_answer(request, text, _HTML, tag, Content_Security_Policy=POLICY)


@router.get("/shapes", responses=_RDF)
async def shapes(request: Request) -> Response:
    """All SHACL shapes in one graph."""
    choice = negotiate(request.headers.get("accept"), OFFERS)
    return await _graph(request, "shapes/*.ttl", choice.format, choice.media_type)


@router.get("/context.jsonld", responses=contents("application/ld+json"))
async def context(request: Request) -> Response:
    """The JSON-LD context: the prefixes, and every property of the ontology with its type."""
    garden: Garden = request.app.state.garden
    text = _context(garden.ontology)
    tag = entity_tag(serving(request).release.manifest.version, "context", text)
    if ready := await at_hand(request, tag):
        return ready
    return await text_answer(request, text, "application/ld+json", tag)


async def _graph(request: Request, pattern: str, chosen: Format, media_type: str) -> Response:
    garden: Garden = request.app.state.garden
    body = _serialized(garden.ontology, pattern, chosen)
    tag = entity_tag(serving(request).release.manifest.version, pattern, body.hex(), media_type)
    if ready := await at_hand(request, tag):
        return ready
    return await text_answer(request, body, content_type(media_type), tag)


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
