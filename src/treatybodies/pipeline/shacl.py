"""SHACL validation of the published view, and its report as Turtle and in words.

pySHACL gets the ontology as ``ont_graph`` and no inference, so class checks follow
``rdfs:subClassOf`` and nothing is added to the data. It uses one processor, so the node shapes are
shared out over as many processes as there are processors: ``python -m treatybodies.pipeline.shacl``
is one of them.
"""

import os
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    RdfFormat,
    Store,
    parse,
)
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph, Literal
from rdflib.term import Node

from treatybodies.namespaces import BASE
from treatybodies.paths import Garden
from treatybodies.store import dump, select

SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
CLASS_SIZES = "SELECT ?class (COUNT(*) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class"


@dataclass(frozen=True)
class ShaclReport:
    """A validation report: canonical N-Triples (also valid Turtle), words, counts by severity."""

    turtle: str
    text: str
    violations: tuple[str, ...]
    warnings: int


def validate_published(store: Store, garden: Garden) -> ShaclReport:
    """Validate the default graph of ``store`` against ``ontology/shapes/*.ttl``."""
    shapes = read_shapes(garden.ontology / "shapes")
    sizes = {row[0].value: int(row[1].value) for row in select(store, CLASS_SIZES)}
    shares = share_out(shapes, sizes, os.cpu_count() or 1)
    with TemporaryDirectory(prefix="treatybodies-shacl-") as folder:
        data = Path(folder) / "published.nt"
        data.write_bytes(dump(store, RdfFormat.N_TRIPLES, DefaultGraph()))
        parts = _validate_beside(data, garden.ontology, shares)
    return report(merge(parts))


def share_out(shapes: Graph, sizes: dict[str, int], shares: int) -> list[list[str]]:
    """The targeted node shapes in up to ``shares`` lots of about equal work.

    The work of a shape is about the number of things it targets times its property shapes.
    """
    work = {
        str(shape): sum(sizes.get(str(target), 0) for target in shapes[shape : SH.targetClass])
        * (1 + len(list(shapes[shape : SH.property])))
        for shape in set(shapes.subjects(SH.targetClass))
    }
    lots: list[list[str]] = [[] for _ in range(min(shares, len(work)))]
    loads = [0] * len(lots)
    for shape in sorted(work, key=lambda each: (-work[each], each)):
        lightest = loads.index(min(loads))
        lots[lightest].append(shape)
        loads[lightest] += work[shape]
    return [lot for lot in lots if lot]


def validate_graph(data: Graph, shapes: Graph, ontology: Graph) -> Graph:
    """The ``sh:ValidationReport`` graph of ``data``."""
    with warnings.catch_warnings():
        # pySHACL keeps its working copy in rdflib's Dataset, whose default_context is deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        _, results, _ = validate(
            data, shacl_graph=shapes, ont_graph=ontology, inference="none", allow_infos=True
        )
    assert isinstance(results, Graph), results
    return results


def read_shapes(folder: Path) -> Graph:
    """All shapes of ``folder`` in one graph."""
    shapes = Graph()
    for path in sorted(folder.glob("*.ttl")):
        shapes.parse(path)
    return shapes


def read_report(path: Path, *others: Graph) -> Graph:
    """The report that a release holds at ``path``, with the results of ``others``."""
    return merge([Graph().parse(path, format="nt"), *others])


def merge(reports: Iterable[Graph]) -> Graph:
    """One report with the results of all ``reports``."""
    merged, whole = Graph(), BNode()
    for part in reports:
        top = part.value(predicate=RDF.type, object=SH.ValidationReport)
        merged += (triple for triple in part if triple[0] != top)
    found = list(merged.subjects(RDF.type, SH.ValidationResult))
    bad = any(merged.value(node, SH.resultSeverity) == SH.Violation for node in found)
    merged.add((whole, RDF.type, SH.ValidationReport))
    merged.add((whole, SH.conforms, Literal(not bad)))
    for node in found:
        merged.add((whole, SH.result, node))
    return merged


def report(results: Graph) -> ShaclReport:
    """``results`` in a form that is equal, byte for byte, for equal findings."""
    found = sorted(results.subjects(RDF.type, SH.ValidationResult), key=lambda n: _row(results, n))
    counts = Counter(results.value(node, SH.resultSeverity) for node in found)
    lines = {node: " | ".join(_row(results, node)) for node in found}
    summary = ", ".join(
        f"{counts[severity]} {severity.fragment.lower()}" for severity in SEVERITIES
    )
    return ShaclReport(
        turtle=_canonical(results),
        text=f"SHACL: {summary}\n" + "".join(f"{line}\n" for line in lines.values()),
        violations=tuple(
            line
            for node, line in lines.items()
            if results.value(node, SH.resultSeverity) == SH.Violation
        ),
        warnings=counts[SH.Warning],
    )


def _validate_beside(data: Path, ontology: Path, shares: list[list[str]]) -> list[Graph]:
    """One process a share, all at once; its report comes back as N-Triples."""
    command = [sys.executable, "-m", "treatybodies.pipeline.shacl", str(data), str(ontology)]
    processes = [
        subprocess.Popen([*command, *share], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        for share in shares
    ]
    outputs = [process.communicate()[0] for process in processes]
    failed = [process.returncode for process in processes if process.returncode]
    if failed:
        raise RuntimeError(f"the validation ended with status {failed[0]}")
    return [Graph().parse(data=output, format="nt") for output in outputs]


def _row(results: Graph, node: Node) -> tuple[str, ...]:
    parts = (SH.resultSeverity, SH.sourceShape, SH.focusNode, SH.value, SH.resultMessage)
    values = (results.value(node, part) for part in parts)
    return tuple(
        "" if value is None else str(value).removeprefix(BASE).removeprefix(str(SH))
        for value in values
    )


def _canonical(results: Graph) -> str:
    dataset = Dataset(parse(results.serialize(format="nt"), format=RdfFormat.N_TRIPLES))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad.triple} .\n" for quad in dataset))


def _validate_share(data: Path, ontology: Path, share: list[str]) -> bytes:
    shapes = read_shapes(ontology / "shapes")
    # Targets are taken away: pySHACL's use_shapes finds nothing where no focus nodes are given.
    for shape, target in list(shapes.subject_objects(SH.targetClass)):
        if str(shape) not in share:
            shapes.remove((shape, SH.targetClass, target))
    terms = Graph().parse(ontology / "treatybodies.ttl")
    results = validate_graph(Graph().parse(data, format="nt"), shapes, terms)
    return results.serialize(format="nt", encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.buffer.write(_validate_share(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
