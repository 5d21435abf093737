"""Meeting an engine for the first time: what it is, and whether it holds the release to serve."""

import logging
from collections import Counter

from pyoxigraph import DefaultGraph, RdfFormat, parse

from treatybodies.errors import OtherRelease
from treatybodies.remote.connections import Connections
from treatybodies.remote.dialects import MARK, VIEW, Dialect, Listed, Plain
from treatybodies.remote.holding import (
    Holding,
    count_of,
    counts_of,
    graphs_of,
    read_holding,
)
from treatybodies.remote.virtuoso import PRODUCT, SYSTEM_GRAPHS, Virtuoso
from treatybodies.store import Release

LOG = logging.getLogger(__name__)


async def meet(client: Connections, release: Release, seconds: float) -> tuple[Dialect, bool]:
    """How to speak to the engine, and whether it says itself which release it holds.

    Raises `OtherRelease` when it does not hold ``release``. An engine that says nothing, as one
    filled by its own bulk loader, is taken at the counts of all its graphs.
    """
    held, server = await read_holding(client, seconds)
    is_virtuoso = server.startswith(PRODUCT)
    if held is not None:
        _check(held, release, client.address.query)
        view = held.view
    else:
        has_view = is_virtuoso or await count_of(client, VIEW, seconds) > 0
        view = VIEW if has_view else ""
        await _compare_counts(client, release, view, seconds)
        LOG.warning("the engine does not say which release it holds; its counts are right")
    if await count_of(client, view, seconds) != release.manifest.triples:
        raise OtherRelease(
            f"the published view at {client.address.query} has other statements than release "
            f"{release.manifest.version} → {_remedy(client)}"
        )
    if is_virtuoso:
        return Virtuoso(), held is not None
    if view:
        return Listed(await graphs_of(client, seconds)), held is not None
    return Plain(), held is not None


def _check(held: Holding, release: Release, url: str) -> None:
    version = release.manifest.version
    if held.version != version:
        raise OtherRelease(
            f"{url} holds release {held.version}, and {version} is to be served "
            "→ run: treatybodies load --to URL --replace, or serve the release that it holds"
        )
    if not held.whole:
        raise OtherRelease(
            f"{url} does not hold the whole release {version} yet "
            "→ run treatybodies load --to URL again: it goes on where it stopped"
        )


async def _compare_counts(client: Connections, release: Release, view: str, seconds: float) -> None:
    """Raise `OtherRelease` unless each graph has as many statements as in ``release``."""
    expected: Counter[str] = Counter()
    for quad in parse(path=release.dump, format=RdfFormat.N_QUADS):
        name = quad.graph_name
        expected[view if isinstance(name, DefaultGraph) else name.value] += 1
    found = await counts_of(client, seconds)
    if not view:
        found[""] = await count_of(client, "", seconds)
    differing = {
        name
        for name in {*expected, *found} - {MARK, *SYSTEM_GRAPHS}
        if expected[name] != found.get(name, 0)
    }
    if differing:
        raise OtherRelease(
            f"{client.address.query} does not hold release {release.manifest.version}: "
            f"{len(differing)} graphs have other counts → {_remedy(client)}"
        )


def _remedy(client: Connections) -> str:
    return f"run: treatybodies load --to {client.address.query}"
