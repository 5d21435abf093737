"""Writing a release: a new folder, complete before the link ``current`` turns to it."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import RdfFormat, Store

from treatybodies import store as layout
from treatybodies.changes.history import Entry, record
from treatybodies.errors import BuildBusy, DumpUnreadable, ReleaseDamaged, ReleaseMissing
from treatybodies.namespaces import prefixes
from treatybodies.paths import Garden
from treatybodies.pipeline.dump_tables import write_tables
from treatybodies.pipeline.dumps import write_dumps, write_packed
from treatybodies.pipeline.inputs import file_digest
from treatybodies.pipeline.page_list import write_pages
from treatybodies.pipeline.row_index import write_row_index
from treatybodies.pipeline.search import write_index
from treatybodies.pipeline.shacl import ShaclReport
from treatybodies.pipeline.version import version_of
from treatybodies.removal import remove

LOG = logging.getLogger(__name__)
KEPT_RELEASES = 3

RELEASE_DATE = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT (MAX(?day) AS ?date)
WHERE {
  ?source tbo:asOf ?day .
  FILTER(DATATYPE(?day) = xsd:date)
}
"""
CLASS_COUNTS = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
SELECT ?class (COUNT(?thing) AS ?count)
WHERE {
  ?thing a ?class .
  FILTER(STRSTARTS(STR(?class), STR(tbo:)))
}
GROUP BY ?class
ORDER BY ?class
"""
IS_LARGE = """
BASE <https://w3id.org/treatybodies/dataset>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
ASK {
  <> dcat:distribution <#treatybodies.nt>
  FILTER NOT EXISTS { <> dcat:distribution <#treatybodies.ttl> }
}
"""
"""Whether the release says that it lacks the formats that a large one lacks."""
COUNTS = """
SELECT (COUNT(*) AS ?triples)
WHERE { ?subject ?predicate ?object }
"""


@contextmanager
def build_lock(build: Path) -> Iterator[None]:
    """Hold the folder ``build`` alone; raises `BuildBusy` when another process does."""
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            message = f"{build} is being built by another process → wait for it, or stop it"
            raise BuildBusy(message) from cause
        _sweep(build)
        yield


def write_release(
    build: Path, store: Store, report: ShaclReport, inputs: str, garden: Garden
) -> layout.Release:
    """Write the release beside the one in use, complete or not at all."""
    releases = build / layout.RELEASES
    releases.mkdir(exist_ok=True)
    draft = Path(mkdtemp(prefix=".draft-", dir=releases))
    _write_store(draft, store, report)
    write_indexes(draft, store, garden)
    version = version_of(store)
    digest = file_digest(draft / layout.DUMP)
    files = write_copies(draft, store, garden, version, _date(store), digest)
    files |= report_digests(draft)
    return settle(build, draft, _manifest(store, report, inputs, files, version))


def find_curated(build: Path, inputs: str) -> layout.Release | None:
    """The release of these inputs without any set, where there is one that is whole."""
    for folder in sorted((build / layout.RELEASES).glob(f"*-{inputs[:8]}")):
        if _is_intact(folder):
            release = layout.Release(folder)
            if release.manifest.inputs == inputs and not release.manifest.sets:
                return release
    return None


def settle(build: Path, draft: Path, manifest: layout.Manifest) -> layout.Release:
    """Make the complete ``draft`` a release."""
    (draft / layout.MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    draft.chmod(0o755)
    target = build / layout.RELEASES / f"{manifest.version}-{manifest.inputs[:8]}"
    if _is_intact(target):
        remove(draft)
    else:
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    return layout.Release(target)


def use(build: Path, release: layout.Release, *kept: layout.Release) -> None:
    """Turn ``current`` to ``release``; an interruption before leaves the old one in use.

    Old releases go, but not those ``kept``.
    """
    entry = _record(build, release)
    _turn(build, release.folder)
    if entry is not None:
        entry.mark()
    _prune(build, {each.folder for each in (release, *kept)})


def _record(build: Path, release: layout.Release) -> Entry | None:
    """What differs from the release in use; None at the first one, and when nothing differs."""
    try:
        before = layout.current_release(build)
        if before.manifest.version == release.manifest.version:
            return None
        return record(build, before, release)
    except ReleaseMissing:
        return None
    except (ReleaseDamaged, DumpUnreadable) as cause:
        LOG.warning("what differs from the release before is not recorded: %s", cause)
        return None


def _write_store(draft: Path, store: Store, report: ShaclReport) -> None:
    lines = sorted(set(layout.dump(store, RdfFormat.N_QUADS).splitlines(keepends=True)))
    (draft / layout.DUMP).write_bytes(b"".join(lines))
    (draft / layout.SHACL_TURTLE).write_text(report.turtle, "utf-8")
    (draft / layout.SHACL_TEXT).write_text(report.text, "utf-8")
    on_disk = Store(str(draft / layout.STORE))
    on_disk.bulk_load(path=draft / layout.DUMP, format=RdfFormat.N_QUADS)
    on_disk.optimize()
    on_disk.flush()


def write_indexes(folder: Path, store: Store, garden: Garden) -> None:
    """Write what finds labels, and rows of curated queries, into a release's folder."""
    write_index(folder / layout.SEARCH, store)
    large = bool(store.query(IS_LARGE))
    write_row_index(folder / layout.ROWS, store, garden.queries / "api", large)


def write_copies(
    folder: Path, store: Store, garden: Garden, version: str, date: str, digest: str
) -> dict[str, str]:
    """Write what can be downloaded, and the list of pages, into a release's folder.

    ``folder`` holds the sorted dump of ``store`` already, whose SHA-256 is ``digest``. Gives that
    of every file, by its name below ``folder``.
    """
    dump, copies = folder / layout.DUMP, folder / layout.DUMPS
    large = bool(store.query(IS_LARGE))
    copies.mkdir(exist_ok=True)

    def files() -> Iterator[Path]:
        yield from write_dumps(copies, dump, prefixes(garden.ontology), large)
        yield from write_tables(
            copies / "tables", store, garden.queries / "dumps", f"{date}+{version}"
        )

    with ThreadPoolExecutor(1) as beside:
        listed = beside.submit(write_pages, folder / layout.PAGES, dump, store, date)
        packed = write_packed(copies, files(), dump, digest, large)
        listed.result()
    digests = {f"{layout.DUMPS}/{name}": each for name, each in packed.items()}
    return digests | {layout.PAGES: file_digest(folder / layout.PAGES), layout.DUMP: digest}


def report_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of the files of the SHACL report, by name."""
    return {name: file_digest(folder / name) for name in (layout.SHACL_TURTLE, layout.SHACL_TEXT)}


def _manifest(
    store: Store, report: ShaclReport, inputs: str, files: dict[str, str], version: str
) -> layout.Manifest:
    classes = {row[0].value: int(row[1].value) for row in layout.select(store, CLASS_COUNTS)}
    return layout.Manifest(
        version=version,
        date=_date(store),
        inputs=inputs,
        quads=len(store),
        triples=int(layout.select_one(store, COUNTS)),
        graphs=sum(1 for _ in store.named_graphs()),
        classes=classes,
        warnings=report.warnings,
        files=files,
    )


def _date(store: Store) -> str:
    return layout.select_one(store, RELEASE_DATE)


def _is_intact(folder: Path) -> bool:
    """Whether ``folder`` is a release that holds what its manifest says."""
    try:
        files = layout.Release(folder).manifest.files
    except ReleaseDamaged:
        return False
    folders = (layout.STORE, layout.SEARCH, layout.ROWS)
    return all((folder / name).is_dir() for name in folders) and all(
        (folder / name).is_file() and file_digest(folder / name) == digest
        for name, digest in files.items()
    )


def _turn(build: Path, target: Path) -> None:
    """Point ``current`` at ``target`` in one atomic step."""
    fresh = build / f".{layout.CURRENT}-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.relative_to(build))
    fresh.replace(build / layout.CURRENT)


def _prune(build: Path, kept: set[Path]) -> None:
    """Keep the newest releases; a reader of a deleted one keeps the files it has open."""
    found = (each for each in (build / layout.RELEASES).iterdir() if each not in kept)
    by_age = sorted(found, key=lambda each: each.stat().st_mtime, reverse=True)
    for old in by_age[KEPT_RELEASES - len(kept) :]:
        shutil.rmtree(old)


def _sweep(build: Path) -> None:
    """Remove what a killed build left behind."""
    for left in [*(build / layout.RELEASES).glob(".draft-*"), *build.glob(f".{layout.CURRENT}-*")]:
        left.unlink() if left.is_symlink() else shutil.rmtree(left)
