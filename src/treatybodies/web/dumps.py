"""Downloads: ``/dumps/`` lists them, ``/dumps/<version>/…`` has them, ``latest`` leads there.

What is served is what the build wrote, byte for byte. A release that is not kept any more is gone
(410); a version that never was is not found.
"""

import asyncio
import json
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import serialize
from starlette.responses import RedirectResponse, Response

from treatybodies.changes.history import build_of, read_history
from treatybodies.changes.sides import kept_releases
from treatybodies.errors import NotInGraph, ReleaseGone
from treatybodies.store import DumpFile, Release
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.distributions import (
    DCAT,
    LATEST,
    LICENSE,
    SPDX,
    Distribution,
    described,
    distributions,
    triples,
)
from treatybodies.web.file_answers import SIBLINGS, Stored, file_answer
from treatybodies.web.formats import Format, content_type
from treatybodies.web.negotiation import negotiate
from treatybodies.web.openapi import PROBLEM, contents
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base

router = APIRouter(tags=["Downloads"], default_response_class=Response)
OFFERS = (
    Format.HTML,
    Format.JSON,
    Format.TURTLE,
    Format.JSON_LD,
    Format.RDF_XML,
    Format.N_TRIPLES,
)
_LIST = contents(
    *(each.media_type for each in OFFERS if each is not Format.JSON),
    "application/json",
    description="The list of files.",
)
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file, compressed where the client takes it.", "content": {"*/*": {}}},
    206: {"description": "The parts of it that Range asks for.", "content": {"*/*": {}}},
    304: {"description": "The client holds the file already."},
    307: {"description": "The file of the release in use, for “latest”."},
    **dict.fromkeys((404, 410, 416), PROBLEM),
}


@router.get("/dumps", include_in_schema=False)
@router.get("/dumps/", responses=_LIST)
async def index(request: Request) -> Response:
    """All releases that are kept, with their files: as a page, JSON or RDF (DCAT)."""
    return await _listed(request, await asyncio.to_thread(_kept, request))


@router.get("/dumps/{version}/", responses=_LIST)
@router.get("/dumps/{version}", include_in_schema=False)
async def one_release(request: Request, version: str) -> Response:
    """The files of one release; ``latest`` is the one in use."""
    return await _listed(request, [await asyncio.to_thread(_find, request, version)])


@router.get("/dumps/{version}/{name:path}", responses=_FILE)
async def download(request: Request, version: str, name: str) -> Response:
    """One file, whole or in ranges; ``latest`` leads to the release in use."""
    release = await asyncio.to_thread(_find, request, version)
    if name not in release.dumps:
        known = release.manifest.version
        raise NotInGraph(f"Release {known} has no file “{name[:100]}” → see /dumps/{known}/.")
    base = public_base(request)
    latest = f"{base}/dumps/{LATEST}/{name}"
    if version == LATEST:
        headers = {"Cache-Control": "public, max-age=60", "Link": f'<{latest}>; rel="canonical"'}
        return RedirectResponse(f"{base}/dumps/{release.manifest.version}/{name}", 307, headers)
    file = release.dumps[name]
    packed = {
        coding: _stored(release.dumps[name + suffix])
        for coding, suffix in SIBLINGS.items()
        if name + suffix in release.dumps
    }
    links = f'<{latest}>; rel="latest-version", <{LICENSE}>; rel="license"'
    kind = Distribution(file, "", 0).sent_type
    return await file_answer(request, _stored(file), kind, packed, {"Link": links})


def _stored(file: DumpFile) -> Stored:
    return Stored(file.path, file.digest[:32], file.digest)


def _kept(request: Request) -> list[Release]:
    """The release in use, then the others that are kept, the newest first; each version once."""
    current = serving(request).release
    build = build_of(current)
    others = kept_releases(build) if build else []
    versions = {each.manifest.version: each for each in (current, *others)}
    return list((versions | {current.manifest.version: current}).values())


def _find(request: Request, version: str) -> Release:
    current = serving(request).release
    if version in (LATEST, current.manifest.version):
        return current
    kept = {each.manifest.version: each for each in _kept(request)}
    if version in kept:
        return kept[version]
    build = build_of(current)
    past = read_history(build, current.manifest.version) if build else []
    if any(version in (each.old, each.new) for each in past):
        message = f"Release {version} is not kept any more → see /dumps/ and /changes."
        raise ReleaseGone(message)
    raise NotInGraph(f"There is no release “{version[:60]}” → see /dumps/.")


async def _listed(request: Request, releases: list[Release]) -> Response:
    named = [each for each in request.query_params.getlist("format") if each]
    choice = negotiate(request.headers.get("accept"), OFFERS, named)
    base = public_base(request)
    versions = [each.manifest.version for each in releases]
    current = serving(request).release.manifest.version
    if choice.format is Format.HTML:
        page = partial(_page, request, releases, base, current)
        return await page_answer(request, page, "dumps", versions, request.url.path)
    tag = entity_tag(current, "dumps", versions, choice.format, base, request.url.path)
    if ready := await at_hand(request, tag):
        return ready
    if choice.format is Format.JSON:
        body = json.dumps(described(releases, base, current), ensure_ascii=False, indent=1)
        return await text_answer(request, body, "application/json", tag)
    listed = [triple for each in releases for triple in triples(each, base)]
    data = serialize(listed, format=choice.format.rdf, prefixes={"dcat": DCAT, "spdx": SPDX})
    assert data is not None  # Oxigraph returns bytes whenever it is given no output.
    return await text_answer(request, data, content_type(choice.media_type), tag)


async def _page(request: Request, releases: list[Release], base: str, current: str) -> str:
    shown = [(each, distributions(each, base)) for each in releases]
    return render("dumps.html", request, releases=shown, latest=current, base=base)
