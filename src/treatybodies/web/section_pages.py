"""One section of a thing on pages of its own, and as CSV or JSON: the whole of a long table."""

from functools import partial

from fastapi import Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.queries import QueryFile
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import asked_language, label_language
from treatybodies.web.page_answers import table_answer
from treatybodies.web.pages import render
from treatybodies.web.paging import Paging
from treatybodies.web.sections import ROWS, read_section, sections_of
from treatybodies.web.solutions import counted, own_query, select
from treatybodies.web.sources import named_by, read_graphs_of, read_sources
from treatybodies.web.urls import local_path

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


async def show_section(request: Request, iri: str, number: int) -> Response:
    """The section that ``?section=`` names, of the thing ``iri``; raises `NotInGraph`."""
    query = await _section_query(request, iri)

    def whole() -> str:
        return query.bind({"thing": iri})

    page = partial(_page, request, query, iri, number)
    return await table_answer(request, page, whole, "section", iri, query.name, number)


async def _section_query(request: Request, iri: str) -> QueryFile:
    asked = request.query_params["section"]
    statements = (await select(request, own_query("statements", iri))).rows
    classes = [row["value"].value for row in statements if row["property"].value == _TYPE]
    for query in sections_of(request.app.state.garden.ontology, iri, classes):
        if query.name.partition("-")[2] == asked:
            return query
    raise NotInGraph(f"<{iri}> has no section “{asked[:40]}” → see {local_path(iri)}.")


async def _page(request: Request, query: QueryFile, iri: str, number: int) -> str:
    language = label_language(request)
    section = await read_section(request, query, iri, ROWS, (number - 1) * ROWS)
    (total,) = (await select(request, counted(section.query))).rows
    facts = await read_graphs_of(request, section.facts)
    sources = await read_sources(request, set().union(*facts.values()))
    wanted = {iri, *section.mentioned, *named_by(sources.values())}
    labels = await read_labels(request, wanted, language)
    parameters = {"section": section.name, "lang": asked_language(request)}
    return render(
        "section.html",
        request,
        iri=iri,
        section=section,
        labels=labels,
        facts=facts,
        sources=sources,
        paging=Paging(local_path(iri), parameters, number, ROWS, int(total["total"].value)),
        kept={**parameters, "page": str(number) if number > 1 else ""},
    )
