"""``/reconcile``, and ``/reconcile/fr`` and so on for names in another language.

Names are matched in all languages of the United Nations everywhere; the language is that of the
names in answers.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from treatybodies.errors import MediaTypeUnsupported, NotInGraph, ParameterFault
from treatybodies.store import SEARCH
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.aside import aside
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import LANGUAGES
from treatybodies.web.openapi import PROBLEM
from treatybodies.web.pages import page
from treatybodies.web.posted import read_form
from treatybodies.web.problems import problem
from treatybodies.web.reconcile import matching, suggest
from treatybodies.web.reconcile.batch import read_extension, read_queries
from treatybodies.web.reconcile.extension import extend
from treatybodies.web.reconcile.kinds import iri_of, kind_of, kinds
from treatybodies.web.reconcile.manifest import manifest
from treatybodies.web.reconcile.properties import read_values
from treatybodies.web.releases import serving
from treatybodies.web.search import NO_INDEX
from treatybodies.web.urls import local_path, public_base

router = APIRouter(prefix="/reconcile", tags=["Reconciliation"], default_response_class=Response)
LARGEST = 512 * 1024
"""Bytes of a form: a batch of names, or a thousand identifiers, percent-encoded."""
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,63}(?:\.[A-Za-z_$][\w$]{0,63}){0,4}", re.ASCII)
_OPERATION = {
    "responses": {
        "200": {"description": "JSON.", "content": {"application/json": {}}},
        **dict.fromkeys(("413", "415", "503"), PROBLEM),
    }
}


@router.get("", openapi_extra=_OPERATION, summary="The manifest, or a batch of queries")
async def reconcile(request: Request) -> Response:
    """The service manifest; with ``queries`` or ``extend``, their answer."""
    return await _dispatch(request, "")


@router.post("", openapi_extra=_OPERATION, summary="A batch of queries")
async def reconcile_posted(request: Request) -> Response:
    """The answer to ``queries`` or to ``extend``."""
    return await _dispatch(request, "")


@router.get("/{path:path}", include_in_schema=False)
async def below(request: Request, path: str) -> Response:
    """Everything else: suggestions, previews, properties, and the same in another language."""
    return await _dispatch(request, path)


@router.post("/{path:path}", include_in_schema=False)
async def below_posted(request: Request, path: str) -> Response:
    """The same by POST."""
    return await _dispatch(request, path)


async def _dispatch(request: Request, path: str) -> Response:
    first, _, rest = path.partition("/")
    language, operation = (first, rest) if first in LANGUAGES else ("en", path)
    work = _OPERATIONS.get(operation)
    if work is None:
        raise HTTPException(404)
    if request.method == "POST" and operation:
        raise HTTPException(405, headers={"Allow": "GET"})
    folder = serving(request).release.folder / SEARCH
    if not folder.is_dir():
        detail = "The release was built without one → run: treatybodies build, and serve that."
        return problem(request, NO_INDEX, detail)
    root = "/reconcile" + (f"/{language}" if first in LANGUAGES else "")
    return await work(request, folder, language, public_base(request) + root)


async def _endpoint(request: Request, folder: Path, language: str, root: str) -> Response:
    posted = request.method == "POST"
    given = await _form(request) if posted else request.query_params
    if "queries" in given:
        queries = await aside(request, lambda: read_queries(given["queries"]))
        return _json(request, await matching.answer(request, folder, queries, language))
    if "extend" in given:
        wanted = await aside(request, lambda: read_extension(given["extend"]))
        return _json(request, await extend(request, wanted, language))
    if posted:
        raise ParameterFault("queries", "The form has neither queries nor extend → give one.")
    return await _manifest(request, language, root)


async def _manifest(request: Request, language: str, root: str) -> Response:
    base = public_base(request)
    body = manifest(base, root, language, request.app.state.garden.ontology)
    if "callback" in request.query_params:
        return _json(request, body)
    text = json.dumps(body, ensure_ascii=False)
    tag = entity_tag(serving(request).release.manifest.version, "reconcile", text)
    if ready := await at_hand(request, tag):
        return ready
    return await text_answer(request, text, "application/json", tag)


async def _entities(request: Request, folder: Path, language: str, _: str) -> Response:
    return _json(request, await suggest.entities(request, folder, language))


async def _types(request: Request, *_: object) -> Response:
    return _json(request, suggest.types(request))


async def _properties(request: Request, _: Path, language: str, __: str) -> Response:
    return _json(request, await suggest.properties(request, language))


async def _proposed(request: Request, _: Path, language: str, __: str) -> Response:
    return _json(request, await suggest.proposed(request, language))


async def _preview(request: Request, _: Path, language: str, __: str) -> Response:
    """A few lines about an entity, to be shown in a frame (section “Preview Service”)."""
    given = request.query_params.get("id", "")
    iri = iri_of(given, request.app.state.prefixes) or ""
    held = await read_values(request, [iri] if iri else [], _SHOWN)
    known = kinds(request.app.state.garden.ontology)
    kind = kind_of(iri, [each.value for each in held.get((iri, _SHOWN[0]), ())], known)
    if kind is None:
        raise NotInGraph(f"There is no entity “{given[:80]}” → take an id from a result.")
    names = (await read_labels(request, [iri], language))[iri]
    lines = [
        each.value
        for name in _SHOWN[1:]
        for each in held.get((iri, name), ())
        if each.language in ("", language)
    ]
    return page(
        "reconcile-preview.html",
        request,
        name=names,
        kind=kind,
        lines=list(dict.fromkeys(lines))[:6],
        link=public_base(request) + local_path(iri),
    )


_SHOWN = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://www.w3.org/2004/02/skos/core#definition",
    "https://w3id.org/treatybodies/ontology#formalName",
    "https://w3id.org/treatybodies/ontology#documentSymbol",
    "http://www.w3.org/2004/02/skos/core#notation",
    "http://www.w3.org/2004/02/skos/core#altLabel",
)
Operation = Callable[[Request, Path, str, str], Awaitable[Response]]
_OPERATIONS: Mapping[str, Operation] = {
    "": _endpoint,
    "suggest/entity": _entities,
    "suggest/type": _types,
    "suggest/property": _properties,
    "properties": _proposed,
    "preview": _preview,
}


async def _form(request: Request) -> Mapping[str, str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise MediaTypeUnsupported(
            "Only forms are read → send application/x-www-form-urlencoded with queries or extend."
        )
    return await read_form(request, LARGEST)


def _json(request: Request, body: object) -> Response:
    """``body`` as JSON; wrapped for scripts that ask for it with ``callback`` (JSONP)."""
    text = json.dumps(body, ensure_ascii=False)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    callback = request.query_params.get("callback")
    if callback is None or request.method != "GET":
        return Response(text, media_type="application/json", headers=headers)
    if not _CALLBACK.fullmatch(callback):
        raise ParameterFault("callback", "callback is no name of a function → use letters.")
    # JSON is JavaScript but for these two ends of line; and no browser may take it for a plug-in.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    script = f"/**/{callback}({text});"
    return Response(script, media_type="application/javascript; charset=utf-8", headers=headers)
