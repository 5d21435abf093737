"""``/shacl/report``: what SHACL found in this release, as a page and as RDF."""

from functools import lru_cache, partial
from pathlib import Path

from fastapi import APIRouter, Request
from pyoxigraph import RdfFormat, Store, parse, serialize
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.namespaces import prefixes
from treatybodies.store import SHACL_TURTLE, select
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.formats import Format, content_type
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import label_language
from treatybodies.web.negotiation import negotiate
from treatybodies.web.openapi import contents
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.releases import serving
from treatybodies.web.solutions import own_file

router = APIRouter(tags=["Ontology"], default_response_class=Response)
OFFERS = (Format.TURTLE, Format.N_TRIPLES, Format.JSON_LD, Format.RDF_XML)
_RDF = contents(*(each.media_type for each in OFFERS), description="The report.")
MOST_ROWS = 1000

Result = tuple[str, str, str, str]
"""Severity, thing, message, shape."""


@router.get("/shacl/report", responses=_RDF)
async def report(request: Request) -> Response:
    """The validation report of the release in use; a table for browsers."""
    file = serving(request).release.folder / SHACL_TURTLE
    if not file.is_file():
        raise NotInGraph("These files were not validated → see /sparql for what they hold.")
    choice = negotiate(request.headers.get("accept"), (*OFFERS, Format.HTML))
    if choice.format is Format.HTML:
        return await page_answer(request, partial(_page, request, file), "shacl-report")
    tag = release_tag(request, "shacl-report", choice.media_type)
    if ready := await at_hand(request, tag):
        return ready
    body = _as(file, choice.format, prefixes(request.app.state.garden.ontology))
    return await text_answer(request, body, content_type(choice.media_type), tag)


def _as(file: Path, chosen: Format, names: dict[str, str]) -> bytes:
    if chosen is Format.TURTLE:
        return file.read_bytes()
    triples = (quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE))
    return serialize(triples, format=chosen.rdf, prefixes=names) or b""


async def _page(request: Request, file: Path) -> str:
    results = read_results(file)
    shown = results[:MOST_ROWS]
    labels = await read_labels(request, {each[1] for each in shown}, label_language(request))
    return render(
        "shacl-report.html",
        request,
        results=shown,
        total=len(results),
        counts=_counts(results),
        labels=labels,
    )


@lru_cache(maxsize=2)
def read_results(file: Path) -> tuple[Result, ...]:
    """The results in the Turtle ``file``, violations first."""
    store = Store()
    store.bulk_load(path=file, format=RdfFormat.TURTLE)
    names = ("severity", "thing", "message", "shape")
    return tuple(
        (row[names[0]].value, row[names[1]].value, row[names[2]].value, row[names[3]].value)
        for row in select(store, own_file("shacl-report").text)
    )


def _counts(results: tuple[Result, ...]) -> dict[str, int]:
    """Severity → results, the gravest first."""
    severities = [each[0] for each in results]
    return {each: severities.count(each) for each in dict.fromkeys(severities)}
