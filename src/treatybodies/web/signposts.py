"""What an answer says of itself in its head: ``Link`` (RFC 8288) and ``Last-Modified``.

The relations are those of FAIR Signposting: a page leads to the name to cite, to its data, its
licence and its kind; data lead back to the thing and the page.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse

from treatybodies.namespaces import BASE
from treatybodies.store import Manifest
from treatybodies.web.formats import GRAPHS, Format
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base

DATASET = BASE + "dataset"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LINKSET = "application/linkset+json"
PAGE_KIND = "https://schema.org/AboutPage"
DATA_KIND = "http://xmlns.com/foaf/0.1/Document"
_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class Link:
    """One link of an answer."""

    target: str
    rel: str
    type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.type}"' if self.type else ""
        return f'<{quote(self.target, safe=_SAFE)}>; rel="{self.rel}"{kind}'


def head(request: Request, links: Iterable[Link]) -> dict[str, str]:
    """The header fields that carry ``links`` and the day of the release's data, if it has one."""
    day = serving(request).release.manifest.date
    dated = {"Last-Modified": last_modified(day)} if day else {}
    return {"Link": ", ".join(map(str, links)), **dated}


def last_modified(day: str) -> str:
    """The first second of ``day``, as HTTP writes it.

    Two releases may be of one day: only the entity tag tells them apart, so ``If-Modified-Since``
    alone is never answered with 304.

    >>> last_modified("2026-02-03")
    'Tue, 03 Feb 2026 00:00:00 GMT'
    """
    midnight = datetime.combine(date.fromisoformat(day), time(), UTC)
    return format_datetime(midnight, usegmt=True)


def see_other(request: Request, path: str, links: Iterable[Link] = ()) -> RedirectResponse:
    """The way from a name to ``path``, where there is what the client accepts."""
    headers = {"Vary": "Accept", "Cache-Control": "public, max-age=300"}
    if told := ", ".join(map(str, links)):
        headers["Link"] = told
    return RedirectResponse(public_base(request) + path, 303, headers)


def of_thing(base: str, page: str, data: str) -> Iterator[Link]:
    """From a thing, on the way to what describes it: page and data, as paths without extension."""
    yield Link(base + page, "describedby", Format.HTML.media_type)
    for each in GRAPHS:
        yield Link(f"{base}{data}.{each.extension}", "describedby", each.media_type)


def of_page(manifest: Manifest, base: str, iri: str, data: str, kind: str) -> Iterator[Link]:
    """From the page of the thing ``iri``, which is of the schema.org type ``kind``."""
    yield Link(iri, "canonical")
    yield Link(iri, "cite-as")
    yield Link(PAGE_KIND, "type")
    yield Link(f"https://schema.org/{kind}", "type")
    yield from _common(manifest)
    for relation in ("alternate", "describedby"):
        for each in GRAPHS:
            yield Link(f"{base}{data}.{each.extension}", relation, each.media_type)


def of_data(
    manifest: Manifest, base: str, iri: str, page: str, data: str, chosen: Format
) -> Iterator[Link]:
    """From the data about ``iri`` in the format ``chosen``."""
    yield Link(iri, "describes")
    yield Link(f"{base}{data}.{chosen.extension}", "canonical")
    yield Link(DATA_KIND, "type")
    yield from _common(manifest)
    yield Link(base + page, "alternate", Format.HTML.media_type)
    for each in GRAPHS:
        if each is not chosen:
            yield Link(f"{base}{data}.{each.extension}", "alternate", each.media_type)


def _common(manifest: Manifest) -> Iterator[Link]:
    """Licence and dataset; of files that somebody serves with ``--data`` nobody knows them."""
    if not manifest.served_files:
        yield Link(LICENCE, "license")
        yield Link(DATASET, "collection")


def linkset(anchor: str, links: Iterable[Link]) -> str:
    """``links`` from ``anchor`` as a document of their own (RFC 9264, section 4.2)."""
    targets: dict[str, list[dict[str, str]]] = defaultdict(list)
    for link in links:
        target = {"href": quote(link.target, safe=_SAFE)}
        targets[link.rel].append(target | ({"type": link.type} if link.type else {}))
    return json.dumps({"linkset": [{"anchor": anchor, **targets}]}, indent=1) + "\n"
