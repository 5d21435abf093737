"""The questions of ``queries/questions``: each explained, with its query text and its answer."""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile, read_queries
from treatybodies.web.api import Endpoint
from treatybodies.web.examples import page_links, send_example, send_examples
from treatybodies.web.fields import fields_of
from treatybodies.web.formats import GRAPHS, Format
from treatybodies.web.languages import label_language
from treatybodies.web.negotiation import negotiate
from treatybodies.web.page_answers import TABLES, page_answer, table_answer
from treatybodies.web.pages import render, with_parameters
from treatybodies.web.paging import page_number
from treatybodies.web.runs import ordered, run, values_of


def read_questions(garden: Garden) -> dict[str, QueryFile]:
    """The questions by name; none where the garden has no such folder."""
    folder = garden.queries / "questions"
    return {query.name: query for query in read_queries(folder)} if folder.is_dir() else {}


def router_for(questions: dict[str, QueryFile], endpoints: Sequence[Endpoint]) -> APIRouter:
    """The index of questions, and a page for each."""
    router = APIRouter(include_in_schema=False)

    @router.get("/queries")
    async def index(request: Request) -> Response:
        """All questions, by topic; as RDF, all example queries."""
        choice = negotiate(request.headers.get("accept"), (Format.HTML, *GRAPHS))
        if choice.format is not Format.HTML:
            return await send_examples(request, choice)
        page = partial(_index, request, questions, endpoints)
        return await page_answer(request, page, "queries", **page_links(request, "queries"))

    @router.get("/queries/{name}")
    async def question(request: Request, name: str) -> Response:
        """One question with its answer; as RDF, the query itself."""
        if name not in questions:
            raise NotInGraph(f"There is no question “{name[:60]}” → choose one at /queries.")
        choice = negotiate(request.headers.get("accept"), (*TABLES, *GRAPHS))
        if choice.format in GRAPHS and "format" not in request.query_params:
            return await send_example(request, f"queries/{name}", choice)
        return await _answered(request, questions[name])

    return router


async def _index(
    request: Request, questions: dict[str, QueryFile], endpoints: Sequence[Endpoint]
) -> str:
    return render("questions.html", request, topics=_by_topic(questions), endpoints=endpoints)


async def _answered(request: Request, query: QueryFile) -> Response:
    values = values_of(request, query)
    examples = {each.name: each.example for each in query.head.parameters}
    # Left alone, a question shows the answer to its example; a given form is taken as it is.
    open_ones = {each.name for each in query.head.parameters if not each.required}
    asked = any(name in request.query_params for name in examples)
    used = {name: each for name, each in examples.items() if not asked or name not in open_ones}
    used |= values
    number = page_number(request)

    def whole() -> str:
        return ordered(query.bind(used), query.columns, _sort(request))

    page = partial(_page, request, query, values, used, number)
    parts = ("question", query.name, request.url.query)
    signs = page_links(request, f"queries/{query.name}")
    return await table_answer(request, page, whole, *parts, **signs)


async def _page(
    request: Request,
    query: QueryFile,
    values: dict[str, str],
    used: dict[str, str],
    number: int,
) -> str:
    language, sort = label_language(request), _sort(request)
    found = await run(request, query, used, used, language, number, {})
    return render(
        "question.html",
        request,
        query=query,
        bound=query.bind(used),
        run=found,
        fields=await fields_of(request, query, used, language),
        csv=with_parameters(request.url.path, {**used, "sort": sort, "format": "csv"}),
        json=with_parameters(request.url.path, {**used, "sort": sort, "format": "json"}),
        language=language,
        kept={**values, "sort": sort},
    )


def _sort(request: Request) -> str:
    return request.query_params.get("sort", "")


def _by_topic(questions: dict[str, QueryFile]) -> dict[str, list[QueryFile]]:
    """Questions by topic without its code: “Participation (A1)” is “Participation”."""
    topics: dict[str, list[QueryFile]] = {}
    for query in questions.values():
        topics.setdefault(query.head.topic.partition(" (")[0] or "Others", []).append(query)
    return dict(sorted(topics.items()))
