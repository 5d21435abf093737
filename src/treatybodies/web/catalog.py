"""The interfaces of this service for programs that look for them (RFC 9727, RFC 9264)."""

import json
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response
from starlette.routing import Match

from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base

router = APIRouter(include_in_schema=False)
PATH = "/.well-known/api-catalog"
MEDIA_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'


@dataclass(frozen=True)
class Interface:
    """One interface, and where it is described: paths of this service with their media types."""

    path: str
    title: str
    description: dict[str, str] = field(default_factory=dict)
    """For programs."""
    documentation: dict[str, str] = field(default_factory=dict)
    """For people."""


_HTML = "text/html"
_OPENAPI = {"/openapi.json": "application/json"}
INTERFACES = (
    Interface("/sparql", "SPARQL 1.1 query", {"/sparql": "text/turtle"}, {"/docs": _HTML}),
    Interface("/api/v1", "Curated queries", _OPENAPI, {"/docs": _HTML}),
    Interface("/graphs", "Single graphs (Graph Store Protocol)", _OPENAPI, {"/docs": _HTML}),
    Interface("/dumps/", "Downloads", {"/dumps/": "application/json"}, {"/dumps/": _HTML}),
    Interface("/changes", "Changes of the data", _OPENAPI, {"/changes": _HTML}),
    Interface("/reconcile", "Reconciliation", {"/reconcile": "application/json"}),
    Interface("/mcp", "Model Context Protocol"),
)


@router.get(PATH)
async def api_catalog(request: Request) -> Response:
    """A set of links to the interfaces that this service has."""
    base = public_base(request)
    version = serving(request).release.manifest.version
    tag = entity_tag(version, "api-catalog", base)
    if ready := await at_hand(request, tag):
        return ready
    there = [each for each in INTERFACES if _has(request.app, each.path)]
    links = [_catalog(base, there), *(_interface(base, each) for each in there)]
    text = json.dumps({"linkset": links}, indent=1)
    link = f'<{base}{PATH}>; rel="api-catalog"'
    return await text_answer(request, text, MEDIA_TYPE, tag, Link=link)


def _catalog(base: str, interfaces: list[Interface]) -> dict[str, object]:
    items = [{"href": base + each.path, "title": each.title} for each in interfaces]
    return {"anchor": base + PATH, "item": items}


def _interface(base: str, each: Interface) -> dict[str, object]:
    links = {
        "service-desc": each.description,
        "service-doc": each.documentation,
        "status": {"/readyz": "application/json"},
    }
    return {"anchor": base + each.path} | {
        relation: [{"href": base + path, "type": kind} for path, kind in targets.items()]
        for relation, targets in links.items()
        if targets
    }


def _has(application: FastAPI, path: str) -> bool:
    """Whether the service answers there, by whatever method."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(each.matches(scope)[0] is not Match.NONE for each in application.routes)
