"""Query results for the terminal: a table, or any standard format, as Oxigraph writes it."""

import io
import shutil
from typing import BinaryIO, TypeVar

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)
from rich.console import Console
from rich.table import Table

from treatybodies.errors import TreatybodiesError
from treatybodies.namespaces import prefixes
from treatybodies.paths import default_garden
from treatybodies.store import Release

Format = TypeVar("Format")

SOLUTIONS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
GRAPHS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
READ_ONLY_FROM = 0


def write_result(release: Release, query: str, output: str, stream: BinaryIO) -> None:
    """Run ``query`` over ``release`` and write its result to ``stream``.

    ``output`` is ``table``, or a name in `SOLUTIONS` or `GRAPHS`. The release is opened read-only
    on disk: one query needs no copy in memory.
    """
    store = release.open(READ_ONLY_FROM)
    result = _evaluate(store, query)
    if output == "table" and isinstance(result, QuerySolutions):
        _write_table(result, stream)
    elif output == "table" and isinstance(result, QueryBoolean):
        stream.write(b"true\n" if result else b"false\n")
    elif isinstance(result, QueryTriples):
        wanted = "ttl" if output == "table" else output
        serialize(result, stream, _format(GRAPHS, wanted), prefixes=_prefixes())
    else:
        result.serialize(stream, _format(SOLUTIONS, output))


def _evaluate(store: Store, query: str) -> QuerySolutions | QueryBoolean | QueryTriples:
    try:
        return store.query(query, prefixes=_prefixes())
    except SyntaxError as cause:
        raise TreatybodiesError(f"the query is no valid SPARQL: {cause.msg} → mend it") from cause


def _format(formats: dict[str, Format], name: str) -> Format:
    if name not in formats:
        names = ", ".join(formats)
        raise TreatybodiesError(f"“{name}” does not fit this query form → use one of {names}")
    return formats[name]


def _write_table(solutions: QuerySolutions, stream: BinaryIO) -> None:
    table = Table(*(variable.value for variable in solutions.variables), box=None, pad_edge=False)
    for solution in solutions:
        table.add_row(*(_short(term) for term in solution))
    text = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
    Console(
        file=text, highlight=False, markup=False, width=shutil.get_terminal_size().columns
    ).print(table)
    text.detach()


def _short(term: object) -> str:
    value = str(getattr(term, "value", "" if term is None else term))
    spaces = sorted(_prefixes().items(), key=lambda pair: -len(pair[1]))
    for prefix, space in spaces:
        if value.startswith(space) and "/" not in value[len(space) :]:
            return f"{prefix}:{value[len(space) :]}"
    return value


def _prefixes() -> dict[str, str]:
    return prefixes(default_garden().ontology)
