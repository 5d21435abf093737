"""HTML pages, from the templates beside this module."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from treatybodies.web.cells import attributes, cell, is_number, link, spoken
from treatybodies.web.languages import LANGUAGES, direction
from treatybodies.web.releases import serving
from treatybodies.web.rows import source_numbers, table_rows
from treatybodies.web.urls import linkable, local_path

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
# No page runs a script or loads anything from elsewhere.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'"

_CAPITALS = frozenset(("un", "iso2", "iso3", "m49"))

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
    """The text of ``template`` filled with ``values`` and with what every page shows."""
    state = request.app.state
    release = serving(request).release if hasattr(state, "releases") else None
    asked = request.query_params.get("lang", "")
    common: dict[str, Any] = {
        "manifest": release.manifest if release is not None else None,
        "lists": getattr(state, "lists", ()),
        "keep": f"?lang={asked}" if asked in LANGUAGES else "",
        "asked_lang": asked if asked in LANGUAGES else "",
        "here": request.url.path,
        "kept": {},
    }
    return environment.get_template(template).render(**(common | values))


def heading(variable: str) -> str:
    """A variable's name as the heading of a column.

    >>> heading("entryIntoForce"), heading("unStatus"), heading("iso3")
    ('Entry into force', 'UN status', 'ISO3')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", variable).lower().split()
    text = " ".join(each.upper() if each in _CAPITALS else each for each in words)
    return text[:1].upper() + text[1:]


def with_parameters(path: str, parameters: Mapping[str, str]) -> str:
    """``path`` with a query string of those ``parameters`` that have a value."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


environment.globals.update(
    attributes=attributes,
    cell=cell,
    direction=direction,
    is_number=is_number,
    languages=LANGUAGES,
    link=link,
    linkable=linkable,
    local_path=local_path,
    source_numbers=source_numbers,
    spoken=spoken,
    table_rows=table_rows,
    with_parameters=with_parameters,
)
environment.filters.update(heading=heading)
