"""For crawlers: which pages there are (``/sitemap.xml``), and what to keep away from."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from treatybodies.errors import NotInGraph
from treatybodies.store import PAGES
from treatybodies.web.answers import at_hand, entity_tag, text_answer
from treatybodies.web.releases import serving
from treatybodies.web.urls import local_path, public_base

router = APIRouter(include_in_schema=False)
PART = 50_000
"""Addresses in one sitemap, as the protocol allows (https://www.sitemaps.org/protocol.html)."""
SITE = "site"
"""Name of the sitemap with the pages that are about no single thing."""
PAGES_OF_THE_SITE = ("/", "/queries", "/pictures", "/sparql", "/docs", "/ontology", "/about")
LISTS_OF_FILES = ("/dumps/", "/changes")
# Whatever makes work of an address that somebody could make up, and the large files. Crawlers that
# know no asterisk meet the commonest spelling; “/sparql?” alone would close the page to some.
KEPT_FROM = (
    "/sparql?query=",
    "/sparql?*",
    "/graphs",
    "/search?q=",
    "/search?*",
    "/api/",
    "/data/",
    "/dumps/*/",
    "/changes/*.",
    "/metrics",
    "/mcp",
    "/reconcile",
    "/*?*sort=",
    "/*?*page=",
    "/*?*section=",
    "/*?*format=",
)
_XML = "application/xml"
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    """Pages may be read; queries and large files are no business of crawlers (RFC 9309)."""
    base = public_base(request)
    # The file lies at the root of a host, the service perhaps below it.
    prefix = urlsplit(base).path
    rules = [f"Disallow: {prefix}{path}" for path in KEPT_FROM]
    lines = ["User-agent: *", *rules, "", f"Sitemap: {base}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "max-age=86400"})


@router.get("/sitemap.xml")
async def sitemap_index(request: Request) -> Response:
    """The sitemaps there are."""
    base, release = public_base(request), serving(request).release
    tag = entity_tag(release.manifest.version, "sitemap", base)
    if ready := await at_hand(request, tag):
        return ready
    total = await asyncio.to_thread(_count, release.folder / PAGES)
    names = [SITE, *(str(number) for number in range(1, -(-total // PART) + 1))]
    parts = ((f"{base}/sitemap-{name}.xml", release.manifest.date) for name in names)
    return await text_answer(request, _written("sitemapindex", "sitemap", parts), _XML, tag)


@router.get("/sitemap-{name}.xml")
async def sitemap(request: Request, name: str) -> Response:
    """One sitemap; a day is that of the data that a page shows."""
    base, release = public_base(request), serving(request).release
    tag = entity_tag(release.manifest.version, "sitemap", name, base)
    if ready := await at_hand(request, tag):
        return ready
    if name == SITE:
        day = release.manifest.date
        text = _written("urlset", "url", ((base + path, day) for path in _site(request)))
    else:
        text = await asyncio.to_thread(_things, release.folder / PAGES, name, base)
    return await text_answer(request, text, _XML, tag)


def _site(request: Request) -> Iterator[str]:
    state = request.app.state
    lists = (each.path for each in state.lists)
    questions = (f"/queries/{quote(name)}" for name in state.questions)
    yield from dict.fromkeys((*PAGES_OF_THE_SITE, *lists, *LISTS_OF_FILES, *questions))


def _things(path: Path, name: str, base: str) -> str:
    """The part ``name`` of the pages of things; raises `NotInGraph`."""
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 7 else 0
    lines = list(islice(_lines(path), max(0, number - 1) * PART, number * PART))
    if not lines:
        raise NotInGraph(f"There is no sitemap “{name[:20]}” → see /sitemap.xml.")
    rows = (line.rstrip("\n").split("\t") for line in lines)
    return _written("urlset", "url", ((base + local_path(iri), day) for iri, day in rows))


def _lines(path: Path) -> Iterator[str]:
    """The list that the build has written; a release that was not built by it has none."""
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from file


def _count(path: Path) -> int:
    return sum(1 for _ in _lines(path))


def _written(root: str, element: str, places: Iterable[tuple[str, str]]) -> str:
    rows = (
        f"<{element}><loc>{escape(url)}</loc>"
        + (f"<lastmod>{day}</lastmod>" if day else "")
        + f"</{element}>\n"
        for url, day in places
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_NAMESPACE}>\n'
    return f"{head}{''.join(rows)}</{root}>\n"
