"""One section of a thing on pages of its own, and as CSV or JSON: the whole of a long table."""

from fastapi import Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.queries import QueryFile
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.formats import Format, content_type
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import VARY
from treatybodies.web.negotiation import negotiate
from treatybodies.web.pages import POLICY, render
from treatybodies.web.paging import Paging
from treatybodies.web.releases import serving
from treatybodies.web.sections import ROWS, read_section, sections_of
from treatybodies.web.solutions import counted, evaluate, own_query, select
from treatybodies.web.sources import named_by, read_graphs_of, read_sources
from treatybodies.web.urls import local_path

OFFERS = (Format.HTML, Format.CSV, Format.JSON)
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


async def show_section(request: Request, iri: str, language: str, number: int) -> Response:
    """The section that ``?section=`` names, of the thing ``iri``; raises `NotInGraph`."""
    query = await _section_query(request, iri)
    formats = request.query_params.getlist("format")
    chosen = negotiate(None if formats else request.headers.get("accept"), OFFERS, formats).format
    version = serving(request).release.manifest.version
    keep = request.query_params.get("lang", "")
    tag = entity_tag(version, "section", iri, query.name, chosen.name, language, keep, number)
    if ready := await at_hand(request, tag):
        return ready
    if chosen is not Format.HTML:
        body = await evaluate(request, query.bind({"thing": iri}), chosen)
        return await text_answer(request, body, content_type(chosen.media_type), tag)
    text = await _page(request, query, iri, language, number)
    headers = {"Content_Security_Policy": POLICY, "Vary": VARY}
    return await text_answer(request, text, "text/html; charset=utf-8", tag, **headers)


async def _section_query(request: Request, iri: str) -> QueryFile:
    asked = request.query_params["section"]
    statements = (await select(request, own_query("statements", iri))).rows
    classes = [row["value"].value for row in statements if row["property"].value == _TYPE]
    for query in sections_of(request.app.state.garden.ontology, iri, classes):
        if query.name.partition("-")[2] == asked:
            return query
    raise NotInGraph(f"<{iri}> has no section “{asked[:40]}” → see {local_path(iri)}.")


async def _page(request: Request, query: QueryFile, iri: str, language: str, number: int) -> str:
    section = await read_section(request, query, iri, ROWS, (number - 1) * ROWS)
    (total,) = (await select(request, counted(section.query))).rows
    facts = await read_graphs_of(request, section.facts)
    sources = await read_sources(request, set().union(*facts.values()))
    wanted = {iri, *section.mentioned, *named_by(sources.values())}
    labels = await read_labels(request, wanted, language)
    parameters = {"section": section.name, "lang": request.query_params.get("lang", "")}
    return render(
        "section.html",
        request,
        iri=iri,
        section=section,
        labels=labels,
        facts=facts,
        sources=sources,
        paging=Paging(local_path(iri), parameters, number, ROWS, int(total["total"].value)),
    )
