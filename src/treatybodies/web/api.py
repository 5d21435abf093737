"""Curated endpoints under ``/api/v1``, made from the heads of ``queries/api/*.rq``."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from treatybodies.errors import Fault, InputFaults, NotInGraph, ParameterFault
from treatybodies.paths import Garden
from treatybodies.queries import Parameter, QueryFile, read_queries
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.endpoints import operation
from treatybodies.web.formats import Format
from treatybodies.web.negotiation import negotiate
from treatybodies.web.row_index import kept_rows
from treatybodies.web.solutions import Solutions, ask, own_query, select, sliced
from treatybodies.web.sparql import query_url
from treatybodies.web.urls import public_base

PREFIX = "/api/v1"
PAGING = ("limit", "offset", "format")
DEFAULT_LIMIT = 100
MOST_LIMIT = 1000
_BRACES = re.compile(r"\{(\w+)\}")


def read_endpoints(garden: Garden) -> list["Endpoint"]:
    """An endpoint for each query of ``queries/api``, in the order of their paths.

    Raises `InputFaults` for a query that is not sound.
    """
    endpoints = [Endpoint.read(query) for query in read_queries(garden.queries / "api")]
    # A path whose last parameter takes slashes would hide the paths below it: it comes last.
    return sorted(endpoints, key=lambda each: (each.route != each.path, each.path))


def router_for(endpoints: list["Endpoint"]) -> APIRouter:
    """A route for each endpoint, and their index."""
    router = APIRouter(prefix=PREFIX, tags=["Curated queries"])
    _add_index(router, endpoints)
    for endpoint in endpoints:
        router.add_api_route(
            endpoint.route,
            endpoint.respond,
            methods=["GET"],
            name=endpoint.query.name,
            summary=endpoint.query.head.summary,
            description=endpoint.query.head.description,
            openapi_extra=operation(endpoint.query, endpoint.query.columns, endpoint.in_path),
        )
    return router


def _add_index(router: APIRouter, endpoints: list["Endpoint"]) -> None:
    async def index(request: Request) -> Response:
        base = public_base(request) + PREFIX
        listed = [
            {
                "path": PREFIX + each.path,
                "summary": each.query.head.summary,
                "example": base + each.example,
            }
            for each in endpoints
        ]
        return JSONResponse(
            {"endpoints": listed, "openapi": f"{public_base(request)}/openapi.json"}
        )

    router.add_api_route("/", index, methods=["GET"], summary="The curated queries there are")
    router.add_api_route("", index, methods=["GET"], include_in_schema=False)


@dataclass(frozen=True)
class Page:
    """The slice of the solutions a client asks for."""

    limit: int
    offset: int


@dataclass(frozen=True)
class Endpoint:
    """One curated query behind one path."""

    query: QueryFile

    @classmethod
    def read(cls, query: QueryFile) -> "Endpoint":
        """The endpoint of ``query``; raises `InputFaults` when it is not sound."""
        _check_path(query)
        _ = query.columns, query.finders  # sound at the start, not only in use
        return cls(query)

    @property
    def path(self) -> str:
        """The path below ``/api/v1``, with its parameters in braces."""
        return self.query.head.path

    @property
    def in_path(self) -> frozenset[str]:
        """The parameters that stand in the path."""
        return frozenset(_BRACES.findall(self.path))

    @property
    def route(self) -> str:
        """The path for the router: a last parameter whose values have slashes takes them all."""
        slashes = {each.name for each in self.query.head.parameters if "/" in each.example}
        last = self.path.rsplit("/", 1)[-1].strip("{}")
        return (
            self.path.replace(f"{{{last}}}", f"{{{last}:path}}") if last in slashes else self.path
        )

    @property
    def example(self) -> str:
        """Path and query string with the examples of the parameters."""
        examples = {each.name: each.example for each in self.query.head.parameters}
        return self.filled(examples)

    async def respond(self, request: Request) -> Response:
        """A page of the solutions, as JSON or CSV."""
        values = self._values(request)
        page = _page(request)
        bound = self.query.bind(values)
        chosen = negotiate(
            request.headers.get("accept"), _OFFERS, request.query_params.getlist("format")
        ).format
        base = public_base(request)
        tag = release_tag(request, bound, page, chosen.name, base, self.path)
        if ready := await at_hand(request, tag):
            return ready
        await self._check_exists(request, values)
        found = await self._found(request, values, bound, page)
        links = self._links(base, values, page, len(found.rows) > page.limit, request)
        shown = Solutions(found.variables, found.rows[: page.limit])
        return await text_answer(
            request,
            *_written(
                chosen, shown, page, links, query_url(base, sliced(bound, page.limit, page.offset))
            ),
            tag,
            Link=", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items()),
        )

    async def _found(
        self, request: Request, values: Mapping[str, str], bound: str, page: Page
    ) -> Solutions:
        """The rows of ``page`` and the one behind it, if there is one."""
        rows = slice(page.offset, page.offset + page.limit + 1)
        kept = await kept_rows(request, self.query, values, rows)
        if kept is not None:
            return kept.rows
        return await select(request, sliced(bound, page.limit + 1, page.offset))

    def _values(self, request: Request) -> dict[str, str]:
        """What the client gave, checked to be known, single and complete."""
        known = {each.name: each for each in self.query.head.parameters}
        values = {name: str(request.path_params[name]) for name in self.in_path}
        for name in request.query_params:
            if (name not in known and name not in PAGING) or name in self.in_path:
                allowed = ", ".join([*(n for n in known if n not in self.in_path), *PAGING])
                raise ParameterFault(name, f"“{name[:60]}” is no parameter here → use: {allowed}.")
            if name in known:
                values[name] = _single(request, name)
        for name, parameter in known.items():
            _check(parameter, values.get(name))
        return values

    async def _check_exists(self, request: Request, values: Mapping[str, str]) -> None:
        name = self.query.head.exists
        if not name or name not in values:
            return
        parameter = next(each for each in self.query.head.parameters if each.name == name)
        iri = parameter.term(values[name]).value
        if not await ask(request, own_query("exists", iri)):
            raise NotInGraph(
                f"{name}: this release has nothing about <{iri}> → check the spelling."
            )

    def _links(
        self, base: str, values: Mapping[str, str], page: Page, more: bool, request: Request
    ) -> dict[str, str]:
        """URLs of the neighbouring pages, by link relation (RFC 8288)."""

        def url(offset: int) -> str:
            paging = {"limit": str(page.limit), "offset": str(offset)}
            if "format" in request.query_params:
                paging["format"] = request.query_params["format"]
            return base + PREFIX + self.filled({**values, **paging})

        links = {"first": url(0)}
        if page.offset:
            links["prev"] = url(max(0, page.offset - page.limit))
        if more:
            links["next"] = url(page.offset + page.limit)
        return links

    def filled(self, values: Mapping[str, str]) -> str:
        """Path and query string with ``values``; all that stand in the path are needed."""
        path = _BRACES.sub(lambda match: quote(values[match[1]], safe="/:"), self.path)
        rest = {name: value for name, value in values.items() if name not in self.in_path}
        return f"{path}?{urlencode(rest)}" if rest else path


_OFFERS = (Format.JSON, Format.CSV)


def _check_path(query: QueryFile) -> None:
    """Raise `InputFaults` unless the query has a path with its own parameters."""
    head = query.head
    unknown = set(_BRACES.findall(head.path)) - {each.name for each in head.parameters}
    if unknown or not head.path.startswith("/"):
        what = "an API query has a path whose parameters are declared"
        raise InputFaults([Fault(query.path, 1, what, "mend its head")])


def _single(request: Request, name: str) -> str:
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise ParameterFault(name, f"{name} is given {len(values)} times → give it once.")
    return values[0]


def _check(parameter: Parameter, value: str | None) -> None:
    if value is not None:
        parameter.term(value)
    elif parameter.required:
        raise ParameterFault(
            parameter.name,
            f"{parameter.name} is missing → give {parameter.description}, "
            f"for example {parameter.example}.",
        )


def _page(request: Request) -> Page:
    return Page(
        _number(request, "limit", DEFAULT_LIMIT, 1, MOST_LIMIT),
        _number(request, "offset", 0, 0, 10_000_000),
    )


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    if name not in request.query_params:
        return default
    value = _single(request, name)
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise ParameterFault(name, f"“{value[:40]}” is no number from {least} to {most}.")
    return int(value)


def _written(
    chosen: Format, found: Solutions, page: Page, links: Mapping[str, str], query: str
) -> tuple[str, str]:
    """Body and Content-Type."""
    if chosen is Format.CSV:
        return _csv(found), "text/csv; charset=utf-8"
    document: dict[str, Any] = {
        "results": [_row(found, row) for row in found.rows],
        "limit": page.limit,
        "offset": page.offset,
        "next": links.get("next"),
        "query": query,
    }
    return json.dumps(document, ensure_ascii=False), "application/json"


def _row(found: Solutions, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name].plain if name in row else None for name in found.variables}


def _csv(found: Solutions) -> str:
    target = io.StringIO()
    writer = csv.writer(target)  # RFC 4180, as SPARQL 1.1 CSV results: CRLF, quotes where needed
    writer.writerow(found.variables)
    for row in found.rows:
        writer.writerow([row[name].value if name in row else "" for name in found.variables])
    return target.getvalue()
