"""A built release: one immutable folder, found through the link ``current``.

::

    build/
      current -> releases/<version>
      releases/<version>/
        manifest.json        version, dates, counts, SHA-256 of every file
        treatybodies.nq      all quads, sorted, default graph included
        store/               the same quads as an Oxigraph store, opened read-only
        shacl-report.ttl     what SHACL found; shacl-report.txt the same in words
        search/              index of all labels (Tantivy), made by pipeline/search.py
        rows/                index of rows of curated queries, by pipeline/row_index.py
        dumps/               the same in other formats, as tables, and compressed
        pages.tsv            what has a page, and since when it is as it is
      changes/               what differed from release to release; outlives the releases
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from treatybodies.errors import ReleaseDamaged, ReleaseMissing

Functions = dict[NamedNode, Callable[..., NamedNode | BlankNode | Literal | Triple | None]]

CURRENT = "current"
RELEASES = "releases"
MANIFEST = "manifest.json"
DUMP = "treatybodies.nq"
TRIPLES = "treatybodies.nt"
STORE = "store"
SEARCH = "search"
ROWS = "rows"
DUMPS = "dumps"
PAGES = "pages.tsv"
CHANGES = "changes"
SHACL_TURTLE = "shacl-report.ttl"
SHACL_TEXT = "shacl-report.txt"


class Manifest(BaseModel):
    """What a release says of itself; written last, so its presence means the rest is there."""

    model_config = ConfigDict(frozen=True)

    version: str
    """Twelve hexadecimal digits of a digest over all but the graph that states the version."""
    date: str
    """Latest as-of date of its sources (ISO 8601 day): the data's date, not the build's."""
    inputs: str
    """SHA-256 over the files it was built from; tells whether a build is due."""
    quads: int
    """Quads in the dump, default graph included."""
    triples: int
    """Triples in the default graph, the published view."""
    graphs: int
    """Named graphs."""
    classes: dict[str, int]
    """Class IRI → things of that class in the published view."""
    warnings: int
    """SHACL results below violation."""
    files: dict[str, str]
    """File name → SHA-256, hexadecimal."""
    sets: dict[str, str] = {}
    """Name → digest of the source sets it holds beside the curated statements."""
    served_files: tuple[str, ...] = ()
    """Names of the RDF files it was made of by ``serve --data``; empty for the project's graph."""


@dataclass(frozen=True)
class DumpFile:
    """One file of a release for whoever wants the whole."""

    name: str
    """Below ``/dumps/<version>/``."""
    path: Path
    digest: str
    """SHA-256, hexadecimal."""


class Release:
    """One built release, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = _read_manifest(folder / MANIFEST)

    @property
    def dump(self) -> Path:
        """The canonical N-Quads file."""
        return self.folder / DUMP

    @property
    def triples(self) -> Path:
        """The published view as sorted N-Triples."""
        return self.folder / DUMPS / TRIPLES

    @cached_property
    def dumps(self) -> dict[str, DumpFile]:
        """The files to download, by name; the N-Quads file first, then in the order of names."""
        listed = self.manifest.files
        copies = sorted(each for each in listed if each.startswith(f"{DUMPS}/"))
        names = [*([DUMP] if DUMP in listed else []), *copies]
        files = (
            DumpFile(each.removeprefix(f"{DUMPS}/"), self.folder / each, listed[each])
            for each in names
        )
        return {each.name: each for each in files}

    def open(self, in_memory_quads: int) -> Store:
        """Load the release into memory when it is small enough, else open its store read-only."""
        if self.manifest.quads > in_memory_quads:
            return Store.read_only(str(self.folder / STORE))
        store = Store()
        store.bulk_load(path=self.dump, format=RdfFormat.N_QUADS)
        return store


def current_release(build: Path) -> Release:
    """The release that ``build`` publishes; raises `ReleaseMissing` before the first build."""
    link = build / CURRENT
    if not link.exists():
        raise ReleaseMissing(f"{build} holds no built release → run: treatybodies build")
    return Release(link.resolve())


def link_to(release: Release) -> Path | None:
    """The link that publishes ``release``; None for a release outside a build folder."""
    if release.folder.parent.name != RELEASES:
        return None
    return release.folder.parent.parent / CURRENT


def select(store: Store, query: str) -> list[QuerySolution]:
    """The solutions of a SELECT query; a query of another form raises `TypeError`."""
    result = store.query(query)
    if isinstance(result, QuerySolutions):
        return list(result)
    del result  # only its own thread may drop it, and a fault that keeps this frame goes anywhere
    raise TypeError(f"a SELECT query is expected: {query}")


def select_one(store: Store, query: str) -> str:
    """The one value of a SELECT query of one row and column; empty when it is unbound."""
    ((value, *_),) = select(store, query)
    return "" if value is None else str(getattr(value, "value", value))


def construct(store: Store, query: str, functions: Functions | None = None) -> list[Triple]:
    """The triples of a CONSTRUCT query; a query of another form raises `TypeError`."""
    return list(triples_of(store, query, functions))


def triples_of(store: Store, query: str, functions: Functions | None = None) -> QueryTriples:
    """The same, one after the other."""
    result = store.query(query, custom_functions=functions)
    if isinstance(result, QueryTriples):
        return result
    del result  # as in `select`
    raise TypeError(f"a CONSTRUCT query is expected: {query}")


def dump(store: Store, form: RdfFormat, graph: NamedNode | DefaultGraph | None = None) -> bytes:
    """All statements of ``store``, or those of ``graph``, serialised."""
    data = store.dump(format=form, from_graph=graph)
    assert data is not None  # Oxigraph returns bytes whenever it is given no output.
    return data


def _read_manifest(path: Path) -> Manifest:
    remedy = "delete the release's folder and run: treatybodies build"
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as cause:
        raise ReleaseDamaged(f"{path} cannot be read ({cause.strerror}) → {remedy}") from cause
    except ValidationError as cause:
        raise ReleaseDamaged(f"{path} is no manifest of this version → {remedy}") from cause
