"""SHACL validation of the published view, and its report as Turtle and in words.

pySHACL gets the ontology as ``ont_graph`` and no inference, so class checks follow
``rdfs:subClassOf`` and nothing is added to the data.
"""

import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    RdfFormat,
    Store,
    parse,
)
from pyshacl import validate
from rdflib import RDF, SH, Graph
from rdflib.term import Node

from treatybodies.namespaces import BASE
from treatybodies.paths import Garden
from treatybodies.store import dump

SEVERITIES = (SH.Violation, SH.Warning, SH.Info)


@dataclass(frozen=True)
class ShaclReport:
    """A validation report: canonical N-Triples (also valid Turtle), words, counts by severity."""

    turtle: str
    text: str
    violations: tuple[str, ...]
    warnings: int


def validate_published(store: Store, garden: Garden) -> ShaclReport:
    """Validate the default graph of ``store`` against ``ontology/shapes/*.ttl``."""
    data = Graph().parse(data=dump(store, RdfFormat.N_TRIPLES, DefaultGraph()), format="nt")
    ontology = Graph().parse(garden.ontology / "treatybodies.ttl")
    shapes = read_shapes(garden.ontology / "shapes")
    return report(validate_graph(data, shapes, ontology, keep_data=False))


def validate_graph(data: Graph, shapes: Graph, ontology: Graph, keep_data: bool = True) -> Graph:
    """The ``sh:ValidationReport`` graph of ``data``.

    Unless its caller keeps ``data``, the ontology is mixed into it rather than into a copy.
    """
    with warnings.catch_warnings():
        # pySHACL keeps its working copy in rdflib's Dataset, whose default_context is deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        _, results, _ = validate(
            data,
            shacl_graph=shapes,
            ont_graph=ontology,
            inference="none",
            allow_infos=True,
            inplace=not keep_data,
        )
    assert isinstance(results, Graph), results
    return results


def read_shapes(folder: Path) -> Graph:
    """All shapes of ``folder`` in one graph."""
    shapes = Graph()
    for path in sorted(folder.glob("*.ttl")):
        shapes.parse(path)
    return shapes


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
