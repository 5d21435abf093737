"""The address under which clients reach this service, and where it shows a thing."""

import re
from functools import lru_cache
from urllib.parse import quote

from fastapi import Request

from treatybodies.namespaces import BASE, GRAPH, ID, SCHEME

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")

_SAFE = "/:@!$&'()*+,;=~"  # what a path may hold as it is (RFC 3986, section 3.3)

_PATHS = (
    *("ontology", "shapes#", "prefixes", "dataset", "queries/"),
    *(".well-known/", "sparql", "dumps/"),
)
_DOCUMENTS = tuple(BASE + path for path in _PATHS)
"""What has an IRI of ours and is no thing: its IRI is the address of a document."""


def public_base(request: Request) -> str:
    """The service's URL without a trailing slash; a malformed Host header is never echoed."""
    setting: str = request.app.state.settings.public_url
    server = request.scope.get("server") or ("localhost", None)
    host = request.headers.get("host", "")
    base = base_of(setting, request.scope["scheme"], host, tuple(server))
    return base if setting else base + request.scope.get("root_path", "")


@lru_cache(maxsize=1024)
def base_of(setting: str, scheme: str, host: str, server: tuple[str, int | None]) -> str:
    """The URL that is set, else the one under which the request came."""
    if setting:
        return setting.rstrip("/")
    if not _HOST.fullmatch(host):
        host = f"{server[0]}:{server[1]}" if server[1] else server[0]
    return f"{scheme}://{host}"


def local_path(iri: str) -> str:
    """Where this service shows the thing ``iri``: a path of its own, or ``iri`` when not ours."""
    if iri.startswith(ID):
        return "/doc/" + quote(iri.removeprefix(ID), safe=_SAFE)
    if iri.startswith((SCHEME, GRAPH)):
        return "/doc/" + quote(iri.removeprefix(BASE), safe=_SAFE)
    if iri.startswith(_DOCUMENTS):
        return "/" + iri.removeprefix(BASE)
    return iri


def linkable(iri: str) -> bool:
    """Whether a page may link to ``iri``: never ``javascript:`` and its kind."""
    return iri.startswith(("https://", "http://", "/"))
