"""The code lists and the tree of themes, as pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.web.api import PREFIX, Endpoint
from treatybodies.web.labels import read_labels
from treatybodies.web.languages import label_language
from treatybodies.web.lists import THEMES
from treatybodies.web.page_answers import page_answer, table_answer
from treatybodies.web.pages import render
from treatybodies.web.runs import values_of
from treatybodies.web.solutions import Solution, own_file, select


@dataclass(frozen=True)
class Node:
    """A theme in the tree, with those below it."""

    row: Solution
    below: tuple["Node", ...]

    @property
    def all_things(self) -> int:
        """Things with this theme or one below it, counted with each of their themes."""
        return int(self.row["things"].value) + sum(each.all_things for each in self.below)


def router_for(endpoints: Sequence[Endpoint]) -> APIRouter:
    """The routes ``/codes`` and, where there is such an endpoint, ``/themes``."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/codes", codes, methods=["GET"])
    for endpoint in endpoints:
        if endpoint.path == THEMES.path:
            router.add_api_route(THEMES.path, _themes(endpoint), methods=["GET"])
    return router


async def codes(request: Request) -> Response:
    """Every code list with its codes, their definitions and how often they are used."""
    return await page_answer(request, partial(_codes_page, request), "codes")


async def _codes_page(request: Request) -> str:
    language = label_language(request)
    query = own_file("codes").text
    rows = (await select(request, query)).rows
    schemes: dict[str, list[Solution]] = {}
    for row in rows:
        schemes.setdefault(row["scheme"].value, []).append(row)
    wanted = {each.value for row in rows for each in row.values() if each.is_iri}
    labels = await read_labels(request, wanted, language)
    return render(
        "codes.html",
        request,
        schemes=dict(sorted(schemes.items(), key=lambda each: labels[each[0]].text)),
        labels=labels,
        query=query,
        language=language,
    )


def _themes(endpoint: Endpoint):  # type: ignore[no-untyped-def]  # FastAPI reads the signature
    async def themes(request: Request) -> Response:
        """The tree of themes; with ``text``, those whose names hold it."""
        values = values_of(request, endpoint.query)
        bound = endpoint.query.bind(values)
        page = partial(_themes_page, request, endpoint, values)
        return await table_answer(request, page, lambda: bound, THEMES.path, bound)

    return themes


async def _themes_page(request: Request, endpoint: Endpoint, values: dict[str, str]) -> str:
    language = label_language(request)
    # Every theme has an English name; in another language some would be missing.
    bound = endpoint.query.bind({n: v for n, v in values.items() if n != "language"})
    rows = (await select(request, bound)).rows
    labels = await read_labels(request, {row["theme"].value for row in rows}, language)
    return render(
        "themes.html",
        request,
        tree=tree_of(rows),
        labels=labels,
        text=values.get("text", ""),
        total=len({row["theme"].value for row in rows}),
        query=bound,
        api=PREFIX + THEMES.path,
        language=language,
        kept={"text": values.get("text", "")},
    )


def tree_of(rows: Sequence[Solution]) -> tuple[Node, ...]:
    """The themes as a tree; one whose broader theme is not among ``rows`` stands at the top."""
    known = {row["theme"].value for row in rows}
    below: dict[str, list[Solution]] = {}
    for row in rows:
        broader = row["broader"].value if "broader" in row else ""
        below.setdefault(broader if broader in known else "", []).append(row)
    return _nodes("", below, frozenset())


def _nodes(
    parent: str, below: Mapping[str, Sequence[Solution]], above: frozenset[str]
) -> tuple[Node, ...]:
    return tuple(
        Node(row, _nodes(row["theme"].value, below, above | {parent}))
        for row in below.get(parent, ())
        if row["theme"].value not in above
    )
