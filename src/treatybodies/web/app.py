"""The web application over one built release."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from treatybodies.errors import TreatybodiesError
from treatybodies.namespaces import prefixes
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web import api, docs, home, ontology, problems, resources, sparql, symbol
from treatybodies.web.methods import Methods
from treatybodies.web.pages import STATIC
from treatybodies.web.pool import Pool

EXPOSED = ["ETag", "Link", "Content-Location", "Retry-After"]
DESCRIPTION = """Linked data of the United Nations human-rights treaty bodies.

Every answer is whole or an error; errors are problem documents (RFC 9457) with a `code`."""


def create_app(
    release: Release, garden: Garden, settings: Settings, pool: Pool | None = None
) -> FastAPI:
    """The service; its query workers live as long as its lifespan.

    A ``pool`` that was launched already saves the time of loading this module's imports.
    """
    application = FastAPI(
        title="treatybodies",
        description=DESCRIPTION,
        version=f"{release.manifest.date}+{release.manifest.version}",
        license_info={"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        lifespan=_lifespan,
        docs_url=None,  # the stock pages load scripts from elsewhere: web/docs.py makes ours
        redoc_url=None,
    )
    application.state.release = release
    application.state.garden = garden
    application.state.settings = settings
    application.state.prefixes = prefixes(garden.ontology)
    application.state.failure = None
    application.state.pool = pool or Pool(release.folder, application.state.prefixes, settings)
    for each in (home.router, sparql.router, resources.router, ontology.router):
        application.include_router(each)
    application.include_router(symbol.router)
    endpoints = api.read_endpoints(garden)
    application.include_router(api.router_for(endpoints))
    application.include_router(docs.router_for(endpoints))
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    problems.add_handlers(application)
    application.add_middleware(Methods)
    application.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
    )
    return application


@asynccontextmanager
async def _lifespan(application: FastAPI) -> AsyncIterator[None]:
    pool: Pool = application.state.pool
    try:
        await pool.start()
    except TreatybodiesError as cause:
        application.state.failure = cause
        raise
    try:
        yield
    finally:
        await pool.stop()
