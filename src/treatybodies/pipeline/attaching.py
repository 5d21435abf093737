"""A release with source sets: what the curated release holds, what the sets say, what follows.

::

    curated release ─┐
    set, set …      ─┴▶ merged, loaded ─▶ derived (queries/sets) ─▶ checked
                                        ─▶ described (queries/describe) ─▶ release

The curated part passed its checks when its own release was made. Here the graphs of the sets are
validated, and the check queries that can concern sets look at the whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import RdfFormat, Store

from treatybodies import store as layout
from treatybodies.changes.blocks import Block
from treatybodies.changes.quads import is_published
from treatybodies.errors import BuildRefused
from treatybodies.paths import Garden
from treatybodies.pipeline.bulk_shacl import KnownTypes, Results, validate_files
from treatybodies.pipeline.calendar import FUNCTIONS
from treatybodies.pipeline.checks import Finding, run_checks_on_sets
from treatybodies.pipeline.counting import counting
from treatybodies.pipeline.derive import describe_rule
from treatybodies.pipeline.describe import Described, descriptions, versions
from treatybodies.pipeline.merging import (
    Curated,
    Part,
    Written,
    curated_view,
    digest,
    insert,
    load,
    merge,
    publish,
    read,
    write,
    write_lines,
)
from treatybodies.pipeline.release import (
    CLASS_COUNTS,
    report_digests,
    settle,
    write_copies,
    write_indexes,
)
from treatybodies.pipeline.sets import SourceSet
from treatybodies.pipeline.shacl import ShaclReport, read_report, report
from treatybodies.pipeline.version import LENGTH
from treatybodies.queries import QueryFile, read_queries
from treatybodies.removal import remove

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
        remove(draft)
        raise
    finally:
        remove(work)
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
    parts = [Part(each.statements, work / f"{each.name}.nt") for each in sets]
    known = KnownTypes()
    known.learn(chain.from_iterable(view.facts(curated.triples)))
    load(store, merge(view.facts(curated.dump), *_lines(parts, view, known)))
    derived, results = _derive_and_validate(store, known, parts, garden, view, work, progress)
    _refuse(results, run_checks_on_sets(store, garden))
    facts = Part(work / layout.DUMP, work / layout.TRIPLES)
    with ThreadPoolExecutor(1) as beside:
        compacted = beside.submit(store.optimize)
        described = _describe_all(store, curated, [*parts, *derived], facts, garden, view, progress)
        compacted.result()
    load(store, [described])
    version = digest(insert(facts.quads, described)).digest[:LENGTH]
    stated = _state(versions(store, garden, version, _telling(progress)), view)
    load(store, [stated])
    progress("writing the release")
    days = [curated.manifest.date, *(each.description.as_of for each in sets)]
    with ThreadPoolExecutor(1) as beside:
        indexed = beside.submit(write_indexes, draft, store, garden)
        triples, whole = _write_dumps(draft, facts, sorted({*described, *stated}))
        files = write_copies(draft, store, garden, version, max(days), whole.digest)
        indexed.result()
    shacl = _write_report(draft, curated, results)
    store.flush()
    files |= report_digests(draft)
    lines = (triples.lines, whole.lines)
    return _manifest(store, curated, sets, version, lines, files, shacl, max(days))


def _lines(parts: Iterable[Part], view: Curated, known: KnownTypes) -> Iterator[Iterator[Block]]:
    """The quads of each part, and what of them is published."""
    for each in parts:
        yield read(each.quads)
        yield known.watched(publish(each, view))


def _derive_and_validate(
    store: Store,
    known: KnownTypes,
    parts: Sequence[Part],
    garden: Garden,
    view: Curated,
    work: Path,
    progress: Progress,
) -> tuple[list[Part], Results]:
    """What the rules derive, and what is wrong with it and with ``parts``.

    No set refers to what is derived, so the sets are validated while the rules run.
    """
    progress("validating the sets with SHACL")
    files = [each.quads for each in parts]
    with ThreadPoolExecutor(1) as beside:
        of_sets = beside.submit(validate_files, store, known, files, garden)
        store.optimize()  # the rules take a third of the time then
        derived = _derive(store, known, garden, view, work, progress)
        files = [each.quads for each in derived]
        return derived, validate_files(store, known, files, garden, of_sets.result())


def _describe_all(
    store: Store,
    curated: layout.Release,
    parts: Sequence[Part],
    facts: Part,
    garden: Garden,
    view: Curated,
    progress: Progress,
) -> Block:
    """Lines with what the rules say of the release, whose statements are written to ``facts``."""
    triples = (read(each.triples) for each in parts)
    write_lines(merge(view.facts(curated.triples), *triples), facts.triples)
    with counting(facts.triples) as counts:
        quads = (read(each.quads) for each in parts)
        write_lines(merge(view.facts(curated.dump), *quads, read(facts.triples)), facts.quads)
        return _state(descriptions(store, counts, garden, _telling(progress)), view)


def _state(described: Iterable[Described], view: Curated) -> Block:
    """The lines of all graphs, and what of them is published, sorted."""
    quads = {f"{each} {graph} .\n".encode() for graph, triples in described for each in triples}
    return sorted(quads.union(view.published(quads)))


def _write_dumps(draft: Path, facts: Part, described: Block) -> tuple[Written, Written]:
    """Write what is published as N-Triples, and the dump."""
    (draft / layout.DUMPS).mkdir()
    published = list(filter(is_published, described))
    triples = write(insert(facts.triples, published), draft / layout.DUMPS / layout.TRIPLES)
    return triples, write(insert(facts.quads, described), draft / layout.DUMP)


def _telling(progress: Progress) -> Progress:
    return lambda summary: progress(f"describing: {summary}")


def _describe(source: SourceSet) -> str:
    said = source.description
    part = "" if said.complete else ", of an export that ends in the middle"
    return f"set {source.name} ({said.handled:,} records as of {said.as_of}{part})"


def _derive(
    store: Store,
    known: KnownTypes,
    garden: Garden,
    view: Curated,
    work: Path,
    progress: Progress,
) -> list[Part]:
    """Run ``queries/sets/*.rq`` in the order of their numbers, each seeing those before it."""
    derived = []
    for rule in read_queries(garden.queries / RULES):
        progress(f"deriving: {rule.head.summary}")
        part = Part(work / f"{rule.name}.nq", work / f"{rule.name}.nt")
        _run_rule(store, rule, part.quads)
        load(store, merge(*_lines([part], view, known)))
        derived.append(part)
    return derived


def _run_rule(store: Store, rule: QueryFile, target: Path) -> None:
    """Write what a rule yields into its graph, sorted."""
    triples = target.with_suffix(".raw")
    with rule.running():
        layout.triples_of(store, rule.text, FUNCTIONS).serialize(str(triples), RdfFormat.N_TRIPLES)
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
    store: Store,
    curated: layout.Release,
    sets: Sequence[SourceSet],
    version: str,
    lines: tuple[int, int],
    files: dict[str, str],
    shacl: ShaclReport,
    date: str,
) -> layout.Manifest:
    triples, quads = lines
    rows = layout.select(store, CLASS_COUNTS)
    return layout.Manifest(
        version=version,
        date=date,
        inputs=curated.manifest.inputs,
        quads=quads,
        triples=triples,
        graphs=sum(1 for _ in store.named_graphs()),
        classes={row[0].value: int(row[1].value) for row in rows},
        warnings=shacl.warnings,
        files=files,
        sets={each.name: each.description.digest for each in sets},
    )
