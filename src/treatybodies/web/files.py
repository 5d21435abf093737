"""A release made of any RDF files, for serving them as they are: no tables, rules or checks."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from treatybodies.errors import Fault, InputFaults
from treatybodies.store import DUMP, MANIFEST, RELEASES, STORE, Manifest, Release, select_one

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
_EXTENSIONS = ", ".join(FORMATS)


@dataclass(frozen=True)
class Source:
    """A file, and the named graph its triples go to; None for the default graph."""

    file: Path
    graph: str | None = None


def read_source(given: str) -> Source:
    """``FILE`` or ``IRI=FILE``, as on the command line.

    The last equals sign divides: an IRI may hold others.
    """
    iri, equals, name = given.rpartition("=")
    return Source(Path(name), iri) if equals and not Path(given).exists() else Source(Path(given))


def release_of_files(given: Iterable[Source], folder: Path) -> Release:
    """The release in ``folder`` that holds all the files ``given``; raises `InputFaults`.

    Blank nodes of different files stay different.
    """
    sources = list(given)
    release = folder / RELEASES / "files"
    release.mkdir(parents=True)
    store = Store(str(release / STORE))
    faults = [fault for source in sources if (fault := _load(store, source))]
    if faults:
        raise InputFaults(faults)
    store.flush()
    (release / DUMP).write_bytes(b"")
    store.dump(output=str(release / DUMP), format=RdfFormat.N_QUADS)
    manifest = _manifest(store, release / DUMP, sources)
    del store  # lets go of its lock
    (release / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    return Release(release)


def _load(store: Store, source: Source) -> Fault | None:
    """Load one file; returns what is wrong with it."""
    if not source.file.is_file():
        return Fault(source.file, 0, "there is no such file", "mend its name")
    form = FORMATS.get(source.file.suffix.lower())
    if form is None:
        remedy = f"give its name one of {_EXTENSIONS}"
        return Fault(source.file, 0, "its format is not known", remedy)
    if source.graph is not None and form.supports_datasets and form != RdfFormat.JSON_LD:
        remedy = "leave out the IRI before it"
        return Fault(source.file, 0, f"{form.name} names its graphs itself", remedy)
    triples_only = source.graph is not None or not form.supports_datasets
    try:
        graph = NamedNode(source.graph) if source.graph is not None else DefaultGraph()
        store.bulk_load(
            path=source.file,
            format=form,
            base_iri=source.graph or source.file.resolve().as_uri(),
            to_graph=graph if triples_only else None,
        )
    except SyntaxError as cause:
        return Fault(source.file, cause.lineno or 0, str(cause.msg), "mend the file")
    except ValueError:
        what = f"“{source.graph}” is no absolute IRI"
        return Fault(source.file, 0, what, "write IRI=FILE, such as http://example.org/g=a.ttl")
    except OSError as cause:
        return Fault(source.file, 0, str(cause), "name a file that can be read")
    return None


def _manifest(store: Store, dump: Path, sources: list[Source]) -> Manifest:
    with dump.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    newest = max(source.file.stat().st_mtime for source in sources)
    triples = select_one(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return Manifest(
        version=digest[:12],
        date=datetime.fromtimestamp(newest, UTC).date().isoformat(),
        inputs="",
        quads=len(store),
        triples=int(triples),
        graphs=sum(1 for _ in store.named_graphs()),
        classes={},
        warnings=0,
        files={DUMP: digest},
        served_files=tuple(source.file.name for source in sources),
    )
