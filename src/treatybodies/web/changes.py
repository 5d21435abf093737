"""What changed from release to release: ``/changes`` as a feed, a page, JSON and RDF.

A release sees what led to it and no more, so a turn to another release turns this page with it.
"""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode, Triple, serialize
from starlette.responses import Response

from treatybodies.changes.compare import CHANGES
from treatybodies.changes.history import Entry, build_of, read_history
from treatybodies.changes.trig import DCTERMS, PROV, release_of
from treatybodies.errors import NotInGraph
from treatybodies.namespaces import XSD
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.atom import WHOLE, feed, title
from treatybodies.web.file_answers import Stored, file_answer
from treatybodies.web.formats import Format, content_type
from treatybodies.web.negotiation import negotiate
from treatybodies.web.openapi import contents
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.paging import Paging, page_number
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base

router = APIRouter(tags=["Changes"], default_response_class=Response)
PAGE = 50
"""Entries of one page of the feed."""
OFFERS = (
    Format.ATOM,
    Format.HTML,
    Format.JSON,
    Format.TURTLE,
    Format.JSON_LD,
    Format.RDF_XML,
    Format.N_TRIPLES,
)
ONE = (Format.HTML, Format.JSON, Format.TRIG)
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"


_LIST = contents(
    *(each.media_type for each in OFFERS if each is not Format.JSON),
    "application/json",
    description="The changes, the newest first.",
)
_ONE = contents("text/html", *WHOLE.values(), description="One change.")


@router.get("/changes", responses=_LIST)
async def changes(request: Request) -> Response:
    """What changed from release to release, the newest first; an Atom feed by default."""
    named = [each for each in request.query_params.getlist("format") if each]
    choice = negotiate(request.headers.get("accept"), OFFERS, named)
    manifest, base, number = (
        serving(request).release.manifest,
        public_base(request),
        page_number(request),
    )
    entries = await asyncio.to_thread(_history, request)
    names = [each.folder.name for each in entries]
    paging = Paging("/changes", {}, number, PAGE, len(entries))
    shown = entries[(number - 1) * PAGE : number * PAGE]
    if choice.format is Format.HTML:
        page = partial(_list_page, request, shown, paging)
        return await page_answer(request, page, "changes", names, number)
    tag = entity_tag(manifest.version, "changes", names, choice.format, base, number)
    if ready := await at_hand(request, tag):
        return ready
    match choice.format:
        case Format.ATOM:
            body = feed(shown, base, manifest.date, _neighbours(paging, base))
        case Format.JSON:
            described = {"id": CHANGES, "changes": [_described(each, base) for each in shown]}
            text = json.dumps(described, ensure_ascii=False, indent=1)
            return await text_answer(request, text, "application/json", tag)
        case _:
            body = serialize(_triples(shown, base), format=choice.format.rdf) or b""
    return await text_answer(request, body, content_type(choice.format.media_type), tag)


@router.get("/changes/{old}/{new}", responses=_ONE)
async def change(request: Request, old: str, new: str) -> Response:
    """One change of release; with the extension ``trig``, ``json`` or ``rdfp``, all statements."""
    version, _, extension = new.partition(".")
    entries = await asyncio.to_thread(_history, request)
    entry = next((each for each in entries if (each.old, each.new) == (old, version)), None)
    if entry is None or (extension and extension not in WHOLE):
        raise NotInGraph(f"No change from {old[:40]} to {new[:40]} is known → see /changes.")
    if extension:
        return await _file(request, entry, extension)
    named = [each for each in request.query_params.getlist("format") if each]
    chosen = negotiate(request.headers.get("accept"), ONE, named).format
    if chosen is not Format.HTML:
        return await _file(request, entry, "trig" if chosen is Format.TRIG else "json")
    links = _alternates(entry, public_base(request))
    page = partial(_change_page, request, entry)
    return await page_answer(request, page, "change", entry.folder.name, Link=links)


async def _list_page(request: Request, entries: list[Entry], paging: Paging) -> str:
    return render("changes.html", request, entries=entries, paging=paging, title_of=title)


async def _change_page(request: Request, entry: Entry) -> str:
    files = {extension: WHOLE[extension] for extension in entry.files}
    return render("change.html", request, entry=entry, files=files)


def _history(request: Request) -> list[Entry]:
    release = serving(request).release
    build = build_of(release)
    return read_history(build, release.manifest.version) if build else []


async def _file(request: Request, entry: Entry, extension: str) -> Response:
    """The file is written once: its name and size tell it from all others."""
    if extension not in entry.files:
        base = public_base(request)
        message = f"So much differs that it is not kept → compare {base}/dumps/ of both releases."
        raise NotInGraph(message)
    path = entry.files[extension]
    size = path.stat().st_size
    stored = Stored(path, entity_tag(entry.new, "change-file", entry.folder.name, extension, size))
    headers = {"Link": f'<{entry.iri}>; rel="describes"'}
    return await file_answer(request, stored, content_type(WHOLE[extension]), headers=headers)


def _alternates(entry: Entry, base: str) -> str:
    address = f"{base}/changes/{entry.old}/{entry.new}"
    return ", ".join(
        f'<{address}.{extension}>; rel="alternate"; type="{WHOLE[extension]}"'
        for extension in entry.files
    )


def _neighbours(paging: Paging, base: str) -> dict[str, str]:
    """The other pages of a long feed (RFC 5005, section 3)."""
    numbers = {"previous": paging.number - 1, "next": paging.number + 1}
    return {
        relation: f"{base}/changes?format=atom&page={number}"
        for relation, number in numbers.items()
        if 1 <= number <= paging.pages
    }


def _described(entry: Entry, base: str) -> dict[str, Any]:
    address = f"{base}/changes/{entry.old}/{entry.new}"
    files = {extension: f"{address}.{extension}" for extension in entry.files}
    return {"id": entry.iri, "url": address, "files": files, **entry.summary.model_dump()}


def _triples(entries: list[Entry], base: str) -> Iterator[Triple]:
    """The list in terms of PROV-O and Dublin Core; the statements are in the files it leads to."""
    yield _triple(CHANGES, RDF_TYPE, NamedNode(PROV + "Collection"))
    yield _triple(CHANGES, DCTERMS + "title", Literal("Changes of the data", language="en"))
    for entry in entries:
        yield _triple(CHANGES, PROV + "hadMember", NamedNode(entry.iri))
        yield _triple(entry.iri, RDF_TYPE, NamedNode(PROV + "Bundle"))
        yield _triple(entry.iri, DCTERMS + "title", Literal(title(entry), language="en"))
        day = Literal(entry.summary.new.date, datatype=NamedNode(XSD + "date"))
        yield _triple(entry.iri, DCTERMS + "date", day)
        for version in (entry.old, entry.new):
            yield _triple(entry.iri, PROV + "wasDerivedFrom", release_of(version))
        revision = PROV + "wasRevisionOf"
        yield _triple(release_of(entry.new).value, revision, release_of(entry.old))
        for extension in entry.files:
            address = f"{base}/changes/{entry.old}/{entry.new}.{extension}"
            yield _triple(entry.iri, SEE_ALSO, NamedNode(address))


def _triple(subject: str, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), value)
