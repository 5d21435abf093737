"""Browsable lists of States, committees, documents and so on: pages over the curated endpoints.

A list is one line of ``LISTS``. Its rows and filters are those of the endpoint with the same path.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.web.api import PREFIX, Endpoint
from treatybodies.web.fields import fields_of
from treatybodies.web.languages import label_language
from treatybodies.web.page_answers import table_answer
from treatybodies.web.pages import render, with_parameters
from treatybodies.web.paging import page_number
from treatybodies.web.runs import Run, ordered, run, values_of


@dataclass(frozen=True)
class Listing:
    """One list: where it is, what it is called, which columns of the endpoint it shows."""

    path: str
    title: str
    columns: tuple[str, ...]
    sort: dict[str, str] = field(default_factory=dict)
    """Column of things → the column with their names, by which it is sorted."""
    top: str = ""
    """Class above those of which a filter by class lists."""


LISTS = (
    Listing(
        "/committees",
        "Committees",
        ("body", "abbreviation", "instruments", "memberCount", "established"),
        {"body": "name"},
    ),
    Listing(
        "/states",
        "States",
        ("state", "iso3", "inRegion", "inGroup", "unStatus"),
        {"state": "name", "inRegion": "inRegionName", "inGroup": "inGroupName"},
    ),
    Listing(
        "/instruments",
        "Instruments",
        ("instrument", "code", "class", "adopted", "entryIntoForce", "parties", "signatories"),
        {"instrument": "title", "class": "className"},
        "Instrument",
    ),
    Listing(
        "/general-comments",
        "General comments",
        ("comment", "notations", "bodies", "symbol", "listedDate", "status"),
        {"comment": "title"},
    ),
    Listing(
        "/sessions",
        "Sessions",
        ("session", "abbreviation", "number", "start", "end", "venue"),
        {"session": "name"},
    ),
    Listing(
        "/documents",
        "Documents",
        ("document", "symbol", "class", "issuedUnder", "concerns", "session", "date"),
        {"document": "name", "class": "className"},
        "Document",
    ),
)


THEMES = Listing("/themes", "Themes", ())
"""Shown as a tree, by `codes`."""


@dataclass(frozen=True)
class ListPage:
    """The page of one list."""

    listing: Listing
    endpoint: Endpoint

    @property
    def path(self) -> str:
        """Where it is."""
        return self.listing.path

    @property
    def title(self) -> str:
        """What it is called."""
        return self.listing.title

    async def respond(self, request: Request) -> Response:
        """The list as a page, as CSV or as SPARQL results."""
        query = self.endpoint.query
        values = values_of(request, query)
        number = page_number(request)

        def whole() -> str:
            return ordered(query.bind(values), query.columns, _sort(request))

        page = partial(self._page, request, values, number)
        return await table_answer(request, page, whole, self.listing.path, request.url.query)

    async def _page(self, request: Request, values: dict[str, str], number: int) -> str:
        language = label_language(request)
        query = self.endpoint.query
        spoken = {each.name for each in query.head.parameters if each.type == "language"}
        # Every thing here has an English name; in another language some would be missing.
        used = {name: value for name, value in values.items() if name not in spoken}
        found: Run = await run(
            request,
            query,
            used,
            values,
            language,
            number,
            self.listing.sort,
        )
        form = await fields_of(request, query, values, language, self.listing.top)
        as_csv = {**values, "sort": _sort(request), "format": "csv"}
        return render(
            "list.html",
            request,
            listing=self.listing,
            run=found,
            columns=[each for each in self.listing.columns if each in found.section.columns],
            fields=form,
            filtered=bool(values),
            csv=with_parameters(self.listing.path, as_csv),
            api=with_parameters(PREFIX + self.listing.path, values),
            language=language,
            kept={**values, "sort": _sort(request)},
        )


def pages_of(endpoints: Sequence[Endpoint]) -> list[ListPage]:
    """The lists whose endpoints there are."""
    known = {each.path: each for each in endpoints}
    return [ListPage(each, known[each.path]) for each in (*LISTS, THEMES) if each.path in known]


def router_for(pages: Sequence[ListPage]) -> APIRouter:
    """A route for each of ``pages``."""
    router = APIRouter(include_in_schema=False)
    for each in (each for each in pages if each.listing is not THEMES):
        router.add_api_route(each.listing.path, each.respond, methods=["GET"])
    return router


def _sort(request: Request) -> str:
    return request.query_params.get("sort", "")
