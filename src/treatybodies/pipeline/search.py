"""The search index of a release: one entry for each label of each thing.

Each query in ``searched/`` gives things, labels and classes; the files' order is their rank, and a
label that an earlier file gave already is not taken again. The entries depend on the graph alone,
the files that Tantivy makes of them do not (it names its segments at random): the manifest lists
no digest of them, and a release without an index is written again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, QuerySolution, Store
from tantivy import Document, Index, Schema, SchemaBuilder

from treatybodies.queries import read_queries
from treatybodies.store import select
from treatybodies.words import fold_words

SEARCHED = Path(__file__).parent / "searched"
# The least that Tantivy accepts for one thread; one thread keeps the entries in their order.
WRITER_BYTES = 15_000_000


@dataclass(frozen=True, order=True)
class Entry:
    """One label by which a thing is found."""

    rank: int
    """Position of the query that gave it: what people look for most comes first."""
    thing: str
    label: str
    language: str
    kind: str
    """IRI of the thing's class."""
    main: bool
    """Whether it is the thing's preferred label."""


def write_index(folder: Path, store: Store) -> int:
    """Write the index of ``store`` to ``folder``; the number of its entries."""
    entries = sorted(set(read_entries(store)))
    return write_documents(folder, _schema(), map(_document, entries))


def write_documents(folder: Path, schema: Schema, documents: Iterable[Document]) -> int:
    """Write an index of ``documents``, in their order, to a new ``folder``; how many they are."""
    folder.mkdir()
    writer = Index(schema, str(folder)).writer(WRITER_BYTES, 1)
    total = 0
    for document in documents:
        writer.add_document(document)
        total += 1
    writer.commit()
    writer.wait_merging_threads()
    for file in folder.iterdir():
        file.chmod(0o644)  # the service may run under another account than the build
    return total


def read_entries(store: Store) -> Iterator[Entry]:
    """The entries of every query, each label of a thing once."""
    seen: set[tuple[str, str, str]] = set()
    for rank, query in enumerate(read_queries(SEARCHED)):
        for row in select(store, query.text):
            entry = _entry(rank, row)
            key = (entry.thing, entry.label, entry.language)
            if key not in seen:
                seen.add(key)
                yield entry


def _entry(rank: int, row: QuerySolution) -> Entry:
    label = row["label"]
    assert isinstance(label, Literal)
    return Entry(
        rank=rank,
        thing=row["thing"].value,
        label=label.value,
        language=label.language or "",
        kind=row["kind"].value,
        main=row["main"].value == "true",
    )


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    for name in ("thing", "label", "language", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("rank", "main"):
        builder.add_unsigned_field(name, stored=True, indexed=False)
    return builder.build()


def _document(entry: Entry) -> Document:
    document = Document()
    document.add_text("words", " ".join(fold_words(entry.label)))
    document.add_text("thing", entry.thing)
    document.add_text("label", entry.label)
    document.add_text("language", entry.language)
    document.add_text("kind", entry.kind)
    document.add_unsigned("rank", entry.rank)
    document.add_unsigned("main", int(entry.main))
    return document
