"""The JSON-LD context: the prefixes, and every property of the ontology with its type."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from treatybodies.namespaces import ONTOLOGY, XSD, prefixes
from treatybodies.paths import Garden
from treatybodies.web import signposts
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.ontology import read_triples
from treatybodies.web.openapi import contents
from treatybodies.web.signposts import Link

router = APIRouter(tags=["Ontology"], default_response_class=Response)
_RANGE = NamedNode("https://schema.org/rangeIncludes")
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OBJECT_PROPERTY = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")


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


@cache
def _context(ontology: Path) -> str:
    definitions: dict[str, Any] = dict(prefixes(ontology))
    for triple in read_triples(ontology / "treatybodies.ttl"):
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
    if not datatype.startswith(XSD):
        return
    known = definitions.get(name)
    if known is None:
        definitions[name] = {"@id": iri, "@type": datatype}
    elif known.get("@type") != datatype:
        definitions[name] = {"@id": iri}
