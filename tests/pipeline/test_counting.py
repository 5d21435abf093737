"""The walks count what joins over the whole would: the queries are kept here to compare with."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from treatybodies.paths import Garden
from treatybodies.pipeline.build import assemble
from treatybodies.pipeline.counting import COUNT, count_lines, count_store
from treatybodies.pipeline.describe import functions
from treatybodies.queries import QueryFile
from treatybodies.store import construct

BY_JOINS = QueryFile(Path(__file__).with_name("void-by-joins.rq"))
EX = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def quiet(_: str) -> None:
    """No progress display."""


def void(garden: Garden, store: Store, rule: QueryFile) -> set[Triple]:
    return set(construct(store, rule.text, functions(garden.ontology, store)))


@pytest.mark.parametrize("extra", ["", "odd"])
def test_the_walks_find_what_the_joins_find(small: Garden, extra: str) -> None:
    for rule in (small.queries / "describe").glob("*.rq"):
        if rule.stem != "20-void":
            rule.unlink()
    by_counts = QueryFile(small.queries / "describe" / "20-void.rq")
    by_counts.path.rename(small.root / "kept.rq")
    store = assemble(small, quiet)
    if extra:
        store.extend(Quad(s, p, o, DefaultGraph()) for s, p, o in ODD)

    found = void(small, count_store(store), by_counts)

    assert found == void(small, store, BY_JOINS)
    assert len(found) > 1_000


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


A = NamedNode(TYPE[1:-1])
ODD: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
    # A thing of two classes, one that refers to itself, and one without a class.
    (node("a"), A, node("One")),
    (node("a"), A, node("Two")),
    (node("a"), node("knows"), node("a")),
    (node("a"), node("knows"), node("b")),
    (node("b"), node("knows"), node("a")),
    # The same characters as a text, in a language, with a datatype, and as an IRI.
    (node("a"), node("says"), Literal("a")),
    (node("b"), node("says"), Literal("a")),
    (node("b"), node("says"), Literal("a", language="en")),
    (node("b"), node("says"), Literal("a", datatype=node("type"))),
    (node("b"), node("says"), NamedNode("a:a")),
    # What looks like the end of a line, like another language, and like a datatype.
    (node("c"), A, node("One")),
    (node("c"), node("says"), Literal('1 2\n"@en <x> .')),
    (node("c"), node("says"), Literal('"^^<x>', language="fr")),
    # IRIs of which one begins with the other.
    (node("a/b"), A, node("Two")),
    (node("c"), node("knows"), node("a/b")),
    (node("c"), node("knows"), node("a-b")),
]


def test_an_object_that_comes_often_is_one_object() -> None:
    lines = sorted(
        [f"<{EX}{n}> <{EX}p> <{EX}o> .\n".encode() for n in range(20)]
        + [f"<{EX}{n}> {TYPE} <{EX}C> .\n".encode() for n in range(20)]
    )

    rows = {tuple(map(str, (row["of"], row.get("property")))): row for row in count_lines(lines)}

    assert rows["dataset", "None"] == {
        "of": "dataset",
        "triples": 40,
        "subjects": 20,
        "properties": 2,
        "objects": 2,
        "classes": 1,
        "entities": 0,
    }
    assert rows["class property", f"<{EX}p>"]["objects"] == 1
    assert rows["class property", f"<{EX}p>"]["subjects"] == 20


def test_nothing_is_counted_as_nothing() -> None:
    store = count_store(Store())

    (whole,) = store.quads_for_pattern(None, NamedNode(COUNT + "triples"), None)
    assert whole.object == Literal(0)
