"""The web application over one built release."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from treatybodies.errors import TreatybodiesError
from treatybodies.namespaces import prefixes
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web import (
    about,
    api,
    catalog,
    changes,
    codes,
    context,
    crawlers,
    dataset,
    docs,
    dumps,
    editor,
    examples,
    graphs,
    home,
    lists,
    monitoring,
    ontology,
    problems,
    questions,
    resources,
    search,
    shacl_report,
    sparql,
    symbol,
)
from treatybodies.web.answers import new_flights
from treatybodies.web.cache import Cache
from treatybodies.web.clients import Clients
from treatybodies.web.engine import Engine, engine_for
from treatybodies.web.front import Front
from treatybodies.web.guides import routes as guides
from treatybodies.web.loaders import Loaders
from treatybodies.web.mcp import transport as mcp
from treatybodies.web.methods import Methods
from treatybodies.web.metrics import Metrics, State
from treatybodies.web.openapi import PROBLEM
from treatybodies.web.pages import STATIC
from treatybodies.web.pictures import routes as pictures
from treatybodies.web.reconcile import routes as reconcile
from treatybodies.web.releases import Releases, Serving
from treatybodies.web.slot import Slot
from treatybodies.web.ticker import Ticker

DESCRIPTION = """Linked data of the United Nations human-rights treaty bodies.

Every answer is whole or an error; errors are problem documents (RFC 9457) with a `code`."""


class Service(FastAPI):
    """FastAPI behind the `Front`."""

    front: Front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the events of the lifespan."""
        await self.front(scope, receive, send)

    async def dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What FastAPI does with a request."""
        await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The description, with the problems that any operation may answer with."""
        described = super().openapi()
        for path in described["paths"].values():
            for operation in path.values():
                for status in ("400", "404", "406", "422", "429", "503"):
                    operation["responses"].setdefault(status, PROBLEM)
        return described


def create_app(
    release: Release,
    garden: Garden,
    settings: Settings,
    pool: Engine | None = None,
    slot: Slot | None = None,
) -> Service:
    """The service; its query workers live as long as its lifespan.

    A ``pool`` that was launched already saves the time of loading this module's imports; ``slot``
    is its place among several web processes.
    """
    application = Service(
        title="treatybodies",
        description=DESCRIPTION,
        license_info={"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        lifespan=_lifespan,
        docs_url=None,  # the stock pages load scripts from elsewhere: web/docs.py makes ours
        redoc_url=None,
    )
    application.state.garden = garden
    application.state.settings = settings
    application.state.prefixes = prefixes(garden.ontology)
    application.state.failure = None
    application.state.metrics = metrics = pool.metrics if pool else Metrics()
    metrics.announce(slot.settings if slot else settings)
    metrics.watch(lambda: _state(application))
    shared = (slot.ledger, slot.number) if slot else ()
    application.state.clients = Clients(settings, *shared)
    make_pool = _maker(application, settings, slot.loaders if slot else None)
    application.state.releases = _releases(application, release, make_pool, pool)
    _show_release(application)
    application.state.cache = Cache(settings.cache_mb * 1024 * 1024)
    application.state.aside = asyncio.Lock()
    application.state.flights = new_flights()
    application.state.ticker = Ticker()
    _follow_cache(metrics, application.state.cache)
    pin = application.state.releases.pin
    application.front = Front(application, pin(sparql.application), pin(application.dispatch))
    pages = (editor, pictures, home, resources, ontology, context, shacl_report, search, about)
    copies = (dumps, changes, crawlers, catalog)
    services = (dataset, monitoring, sparql, graphs, reconcile, guides)
    for module in (*pages, *copies, *services):
        application.include_router(module.router)
    application.include_router(symbol.router)
    endpoints = api.read_endpoints(garden)
    application.include_router(api.router_for(endpoints))
    application.include_router(docs.router_for(endpoints))
    application.state.questions = questions.read_questions(garden)
    application.state.lists = shown = lists.pages_of(endpoints)
    application.include_router(lists.router_for(shown))
    application.include_router(codes.router_for(endpoints))
    application.include_router(examples.router_for(endpoints))
    application.include_router(questions.router_for(application.state.questions, endpoints))
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    application.state.reconcile_properties = {}
    application.state.mcp = mcp.Transport(application)
    application.router.routes.append(Route(mcp.PATH, application.state.mcp))
    problems.add_handlers(application)
    application.add_middleware(Methods)
    return application


def _maker(
    application: FastAPI, settings: Settings, loaders: Loaders | None
) -> Callable[[Release], Engine]:
    state = application.state

    def make_pool(of: Release) -> Engine:
        return engine_for(of, state.prefixes, settings, state.metrics, loaders)

    return make_pool


def _releases(
    application: FastAPI,
    release: Release,
    make_pool: Callable[[Release], Engine],
    pool: Engine | None,
) -> Releases:
    first = Serving(release, pool or make_pool(release))
    return Releases(first, make_pool, lambda: _show_release(application))


def _state(application: FastAPI) -> State:
    current: Serving = application.state.releases.current
    manifest = current.release.manifest
    return State(current.pool.load, manifest.version, manifest.date)


def _follow_cache(metrics: Metrics, cache: Cache) -> None:
    metrics.follow("cache_hits", "Requests answered from the cache", lambda: cache.hits)
    metrics.follow("cache_misses", "Answers that were not in it", lambda: cache.misses)
    metrics.follow("cache_answers", "Answers in the cache", lambda: len(cache))
    metrics.follow("cache_bytes", "Memory of the answers in the cache", lambda: cache.size)


def _show_release(application: FastAPI) -> None:
    """What stands before the application, and OpenAPI, tell of the release in use."""
    current: Serving = application.state.releases.current
    application.state.release = current.release
    application.state.pool = current.pool
    manifest = current.release.manifest
    application.version = f"{manifest.date}+{manifest.version}"
    application.openapi_schema = None


@asynccontextmanager
async def _lifespan(application: FastAPI) -> AsyncIterator[None]:
    releases: Releases = application.state.releases
    try:
        await releases.start()
    except TreatybodiesError as cause:
        application.state.failure = cause
        raise
    wanted: Settings = application.state.settings
    if releases.current.pool.settings.in_memory_quads < wanted.in_memory_quads:
        releases.settle()
    try:
        yield
    finally:
        await application.state.mcp.stop()
        await releases.stop()
