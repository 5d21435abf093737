"""The version of a release: a digest of what it states."""

import hashlib

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from treatybodies.namespaces import graph_name

VERSION_GRAPH: NamedNode = graph_name("release")
"""The one graph that states the version; the version cannot depend on it."""

LENGTH = 12
"""Hexadecimal digits of a version."""


def version_of(store: Store) -> str:
    """First twelve hexadecimal digits of the SHA-256 of the sorted N-Quads of ``store``.

    The statements of `VERSION_GRAPH` are left out, so the version is the same before and after
    they are made: it is that of the release's dump without these lines.
    """
    stating = list(store.quads_for_pattern(None, None, None, VERSION_GRAPH))
    published = (
        Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in stating
    )
    apart = _lines([*stating, *published])
    whole = store.dump(format=RdfFormat.N_QUADS)
    assert whole is not None  # Oxigraph returns bytes whenever it is given no output.
    lines = sorted(set(whole.splitlines(keepends=True)) - apart)
    return hashlib.sha256(b"".join(lines)).hexdigest()[:LENGTH]


def _lines(quads: list[Quad]) -> set[bytes]:
    text = serialize(quads, format=RdfFormat.N_QUADS)
    assert text is not None
    return set(text.splitlines(keepends=True))
