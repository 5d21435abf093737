"""A release with source sets: what the curated release holds, what the sets say, what follows.

::

    curated release ─┐
    set, set …      ─┴▶ merged, loaded ─▶ derived (queries/sets) ─▶ checked
                                        ─▶ described (queries/describe) ─▶ release

The curated part passed its checks when its own release was made. Here the graphs of the sets are
validated, and the check queries that can concern sets look at the whole.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import QueryTriples, RdfFormat, Store

from treatybodies import store as layout
from treatybodies.errors import BuildRefused
from treatybodies.paths import Garden
from treatybodies.pipeline.bulk_shacl import Results, validate_files
from treatybodies.pipeline.calendar import FUNCTIONS
from treatybodies.pipeline.checks import Finding, run_checks_on_sets
from treatybodies.pipeline.derive import describe_rule
from treatybodies.pipeline.describe import Described, descriptions, versions
from treatybodies.pipeline.inputs import file_digest
from treatybodies.pipeline.merging import (
    Curated,
    add_derived,
    curated_view,
    load_published,
    merge_sets,
)
from treatybodies.pipeline.release import CLASS_COUNTS, COUNTS, settle, write_copies
from treatybodies.pipeline.search import write_index
from treatybodies.pipeline.sets import SourceSet
from treatybodies.pipeline.shacl import ShaclReport, read_report, report
from treatybodies.pipeline.version import LENGTH
from treatybodies.queries import QueryFile, read_queries

RULES = "sets"
Progress = Callable[[str], None]


def write_attached(
    build: Path,
    curated: layout.Release,
    sets: Sequence[SourceSet],
    garden: Garden,
    progress: Progress,
) -> layout.Release:
    """Write a release of ``curated`` and ``sets``; raises `BuildRefused` when its checks fail."""
    draft = Path(mkdtemp(prefix=".draft-", dir=build / layout.RELEASES))
    work = Path(mkdtemp(prefix=".draft-", dir=build / layout.RELEASES))
    try:
        manifest = _fill(draft, work, curated, sets, garden, progress)
    except BuildRefused:
        shutil.rmtree(draft)
        raise
    finally:
        shutil.rmtree(work)
    return settle(build, draft, manifest)


def _fill(
    draft: Path,
    work: Path,
    curated: layout.Release,
    sets: Sequence[SourceSet],
    garden: Garden,
    progress: Progress,
) -> layout.Manifest:
    """Everything in the release but its manifest, which is returned."""
    progress("merging " + ", ".join(_describe(each) for each in sets))
    store = Store(str(draft / layout.STORE))
    view = curated_view(Store.read_only(str(curated.folder / layout.STORE)))
    statements = [each.statements for each in sets]
    merge_sets(curated.dump, statements, view, work / layout.DUMP, store)
    derived = _derive(store, garden, view, work, progress)
    progress("validating the sets with SHACL")
    results = validate_files(store, (*statements, *derived), garden)
    progress("running the check queries")
    _refuse(results, run_checks_on_sets(store, garden))
    described = _write_each(descriptions(store, garden, _telling(progress)), work)
    _load_each(store, described, view)
    progress("writing the release")
    unversioned = work / f"unversioned-{layout.DUMP}"
    version = add_derived(work / layout.DUMP, [*derived, *described], view, unversioned)[:LENGTH]
    stated = _write_each(versions(store, garden, version, _telling(progress)), work)
    _load_each(store, stated, view)
    digest = add_derived(unversioned, stated, view, draft / layout.DUMP)
    shacl = _write_report(draft, curated, results)
    write_index(draft / layout.SEARCH, store)
    store.optimize()
    store.flush()
    days = [curated.manifest.date, *(each.description.as_of for each in sets)]
    copies = write_copies(draft, store, garden, version, max(days))
    files = {each.relative_to(draft).as_posix(): file_digest(each) for each in copies}
    files |= {layout.DUMP: digest}
    return _manifest(draft, store, curated, sets, version, files, shacl, max(days))


def _telling(progress: Progress) -> Progress:
    return lambda summary: progress(f"describing: {summary}")


def _write_each(described: Iterable[Described], work: Path) -> list[Path]:
    """Files with the statements of each graph, sorted; all are made before any is loaded."""
    files = []
    for graph, triples in described:
        target = work / f"described-{graph.value.rpartition('/')[2]}.nq"
        lines = {f"{triple} {graph} .\n".encode() for triple in triples}
        with target.open("wb") as file:
            file.writelines(sorted(lines))
        files.append(target)
    return files


def _load_each(store: Store, files: Iterable[Path], view: Curated) -> None:
    for path in files:
        load_published(store, path, view)


def _describe(source: SourceSet) -> str:
    said = source.description
    part = "" if said.complete else ", of an export that ends in the middle"
    return f"set {source.name} ({said.handled:,} records as of {said.as_of}{part})"


def _derive(
    store: Store, garden: Garden, view: Curated, work: Path, progress: Progress
) -> list[Path]:
    """Run ``queries/sets/*.rq`` in the order of their numbers, each seeing those before it."""
    derived = []
    for rule in read_queries(garden.queries / RULES):
        progress(f"deriving: {rule.head.summary}")
        target = work / f"{rule.name}.nq"
        _run_rule(store, rule, target)
        load_published(store, target, view)
        derived.append(target)
    return derived


def _run_rule(store: Store, rule: QueryFile, target: Path) -> None:
    """Write what a rule yields into its graph, sorted."""
    triples = target.with_suffix(".nt")
    result = store.query(rule.text, custom_functions=FUNCTIONS)
    if not isinstance(result, QueryTriples):
        raise TypeError(f"a CONSTRUCT query is expected: {rule.path}")
    result.serialize(str(triples), RdfFormat.N_TRIPLES)
    graph, described = describe_rule(rule, f"queries/{RULES}")
    end = f" {graph} .\n".encode()
    with triples.open("rb") as file:
        stated = {line.removesuffix(b" .\n") for line in file}
    stated |= {f"{triple}".encode() for triple in described}
    with target.open("wb") as file:
        file.writelines(sorted(line + end for line in stated))


def _refuse(results: Results, findings: Iterable[Finding]) -> None:
    """Raise `BuildRefused` with every violation that was found."""
    shapes = report(results.graph())
    problems = [f"SHACL {line}" for line in (*shapes.violations, *results.left_out_violations)]
    problems += [
        f"{thing} is referred to, but described nowhere → import the set again"
        for thing in sorted(results.undescribed)
    ]
    problems += [str(finding) for finding in findings if finding.violation]
    if problems:
        raise BuildRefused(problems)


def _write_report(draft: Path, curated: layout.Release, results: Results) -> ShaclReport:
    """The curated release's report with what the sets add."""
    whole = report(read_report(curated.folder / layout.SHACL_TURTLE, results.graph()))
    (draft / layout.SHACL_TURTLE).write_text(whole.turtle, "utf-8")
    text = whole.text + "".join(f"{line}\n" for line in results.left_out)
    (draft / layout.SHACL_TEXT).write_text(text, "utf-8")
    return whole


def _manifest(
    draft: Path,
    store: Store,
    curated: layout.Release,
    sets: Sequence[SourceSet],
    version: str,
    copies: dict[str, str],
    shacl: ShaclReport,
    date: str,
) -> layout.Manifest:
    files = dict(copies)
    for name in (layout.SHACL_TURTLE, layout.SHACL_TEXT):
        files[name] = file_digest(draft / name)
    rows = layout.select(store, CLASS_COUNTS)
    return layout.Manifest(
        version=version,
        date=date,
        inputs=curated.manifest.inputs,
        quads=len(store),
        triples=int(layout.select_one(store, COUNTS)),
        graphs=sum(1 for _ in store.named_graphs()),
        classes={row[0].value: int(row[1].value) for row in rows},
        warnings=shacl.warnings,
        files=files,
        sets={each.name: each.description.digest for each in sets},
    )
