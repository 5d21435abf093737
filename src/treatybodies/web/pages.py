"""HTML pages, from the templates beside this module."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from treatybodies.namespaces import BASE, GRAPH, ID, SCHEME

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
# No page runs a script or loads anything from elsewhere.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'"

_SAFE = "/:@!$&'()*+,;=~"  # what a path may hold as it is (RFC 3986, section 3.3)

environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    template: str,
    request: Request,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """``template`` filled with ``values``."""
    sent = {"Content-Security-Policy": POLICY, **(headers or {})}
    return HTMLResponse(render(template, request, **values), status, headers=sent)


def render(template: str, request: Request, **values: Any) -> str:
    """The text of ``template`` filled with ``values``."""
    release = getattr(request.app.state, "release", None)
    manifest = release.manifest if release is not None else None
    return environment.get_template(template).render(manifest=manifest, **values)


def local_path(iri: str) -> str:
    """Where this service shows the thing ``iri``: a path of its own, or ``iri`` when not ours."""
    if iri.startswith(ID):
        return "/doc/" + quote(iri.removeprefix(ID), safe=_SAFE)
    if iri.startswith((SCHEME, GRAPH)):
        return "/doc/" + quote(iri.removeprefix(BASE), safe=_SAFE)
    if iri.startswith(BASE + "ontology"):
        return "/" + iri.removeprefix(BASE)
    return iri


def linkable(iri: str) -> bool:
    """Whether a page may link to ``iri``: never ``javascript:`` and its kind."""
    return iri.startswith(("https://", "http://", "/"))


environment.globals.update(local_path=local_path, linkable=linkable)
