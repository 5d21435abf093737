"""HTML pages, from the templates beside this module."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse

from treatybodies.web.cells import attributes, attributes_of, cell, is_number, link, spoken
from treatybodies.web.labels import Label
from treatybodies.web.languages import LANGUAGES, direction, page_language
from treatybodies.web.phrases import english, t, told
from treatybodies.web.releases import serving
from treatybodies.web.rows import source_numbers, table_rows
from treatybodies.web.urls import linkable, local_path

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
# No page runs a script or loads anything from elsewhere.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'"

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PLACES = (
    ("/queries", "Questions"),
    ("/pictures", "Pictures"),
    ("/sparql", "SPARQL"),
    ("/docs", "API"),
    ("/guides", "Guides"),
    ("/ontology", "Ontology"),
    ("/about", "About"),
)
"""What the navigation leads to beside the lists: path and name."""
OF_FILES = ("/sparql",)
"""Those of them that have something to show of any served file."""

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
    return environment.get_template(template).render(**(_common(request) | values))


def _common(request: Request) -> dict[str, Any]:
    """What every page shows."""
    state = request.app.state
    release = serving(request).release if hasattr(state, "releases") else None
    asked = request.query_params.get("lang", "")
    language = page_language(request)
    return {
        "language": language,
        "in_english": attributes_of(Label("", "en"), language),
        "places": places_of(request),
        "manifest": release.manifest if release is not None else None,
        "lists": () if serves_files(request) else getattr(state, "lists", ()),
        "keep": f"?lang={asked}" if asked in LANGUAGES else "",
        "asked_lang": asked if asked in LANGUAGES else "",
        "here": request.url.path,
        "kept": {},
    }


@pass_context
def at(context: Context, path: str, **parameters: str) -> str:
    """``path`` for a link that keeps the language that the reader asked for."""
    return with_parameters(path, {**parameters, "lang": context["asked_lang"]})


@pass_context
def column(context: Context, variable: str) -> Markup:
    """A variable's name as the heading of a column, in the page's language."""
    return told(context, heading(variable))


def day(value: str) -> Markup:
    """A day as an element that programs read, too."""
    return Markup('<time datetime="{0}">{0}</time>').format(value)


def code(text: str) -> Markup:
    """``text`` as programs write it."""
    return Markup("<code>{}</code>").format(text)


def heading(variable: str) -> str:
    """A variable's name as the heading of a column.

    >>> heading("entryIntoForce"), heading("unStatus"), heading("iso3")
    ('Entry into force', 'UN status', 'ISO3')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", variable).lower().split()
    text = " ".join(each.upper() if each in _CAPITALS else each for each in words)
    return text[:1].upper() + text[1:]


def places_of(request: Request) -> list[tuple[str, str]]:
    """What the navigation of this request's release leads to beside the lists."""
    return [each for each in PLACES if not serves_files(request) or each[0] in OF_FILES]


def serves_files(request: Request) -> bool:
    """Whether the release is made of files as they are, which have none of this project's terms."""
    state = request.app.state
    return hasattr(state, "releases") and bool(serving(request).release.manifest.served_files)


def with_parameters(path: str, parameters: Mapping[str, str]) -> str:
    """``path`` with a query string of those ``parameters`` that have a value."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


environment.globals.update(
    at=at,
    attributes=attributes,
    cell=cell,
    code=code,
    column=column,
    day=day,
    direction=direction,
    english=english,
    is_number=is_number,
    languages=LANGUAGES,
    licence=Markup('<a href="{0}" rel="license">CC BY 4.0</a>').format(LICENCE),
    link=link,
    linkable=linkable,
    local_path=local_path,
    source_numbers=source_numbers,
    spoken=spoken,
    t=t,
    table_rows=table_rows,
    told=told,
    with_parameters=with_parameters,
)
environment.filters.update(heading=heading)
