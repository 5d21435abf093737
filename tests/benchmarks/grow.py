"""A release of a million quads: the built one, and made-up reviews of its States by its bodies.

``grow.py RELEASE QUADS FOLDER`` writes a release into FOLDER. Each review is a reporting cycle with
a State report, concluding observations with 40 to 70 paragraphs, and a call for each paragraph with
one to five themes; every statement stands in the default graph and in a graph of its source, as in
a built release. The same arguments give the same quads.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from treatybodies.paths import Garden, default_garden
from treatybodies.pipeline.describe import describe
from treatybodies.pipeline.release import write_indexes
from treatybodies.queries import read_queries
from treatybodies.store import DUMP, MANIFEST, STORE, Release

BASE = "https://w3id.org/treatybodies/"
ID, TBO = BASE + "id/", BASE + "ontology#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
WORDS = [
    "the",
    "State",
    "party",
    "should",
    "ensure",
    "access",
    "to",
    "justice",
    "for",
    "migrant",
    "workers",
    "and",
    "members",
    "of",
    "their",
    "families",
    "including",
    "effective",
    "remedies",
    "training",
    "of",
    "judges",
    "data",
    "collection",
    "equality",
    "of",
    "treatment",
    "detention",
    "as",
    "a",
    "last",
    "resort",
    "family",
    "reunification",
    "birth",
    "registration",
    "education",
]

Pair = tuple[NamedNode, NamedNode | Literal]


def main(source: Release, quads: int, folder: Path) -> None:
    """Write the grown release."""
    store = Store()
    store.bulk_load(path=source.dump, format=RdfFormat.N_QUADS)
    for review in reviews(store, random.Random(42)):
        store.extend(review)
        if len(store) >= quads:
            break
    describe_anew(store, default_garden())
    folder.mkdir(parents=True)
    grown = sorted(map(str, store))
    (folder / DUMP).write_text("".join(f"{line} .\n" for line in grown), encoding="utf-8")
    on_disk = Store(str(folder / STORE))
    on_disk.bulk_load(path=folder / DUMP, format=RdfFormat.N_QUADS)
    on_disk.optimize()
    on_disk.flush()
    write_indexes(folder, store, default_garden())
    manifest = source.manifest.model_copy(update={"quads": len(store), "version": f"grown{quads}"})
    (folder / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")


def describe_anew(store: Store, garden: Garden) -> None:
    """Let the rules that count for each release count what there is now."""
    for rule in read_queries(garden.queries / "describe"):
        graph = NamedNode(BASE + rule.head.graph)
        for quad in list(store.quads_for_pattern(None, None, None, graph)):
            store.remove(quad)
            store.remove(Quad(quad.subject, quad.predicate, quad.object))
    describe(store, garden, print)


def reviews(store: Store, chance: random.Random) -> Iterator[list[Quad]]:
    """Reviews of all States by all bodies, over and over."""
    states = _things(store, "State")
    bodies = _things(store, "TreatyBody")
    themes = _things(store, "ThemeConcept") or _subjects(store, TYPE, _skos("Concept"))
    number = 0
    while True:
        for body in bodies:
            for state in states:
                number += 1
                yield list(_review(number, body, state, themes, chance))


def _review(
    number: int, body: str, state: str, themes: list[str], chance: random.Random
) -> Iterator[Quad]:
    code, party = body.rsplit("/", 1)[-1], state.rsplit("/", 1)[-1]
    symbol = f"{code.upper()}/C/{party}/CO/{100 + number}"
    document = f"{ID}doc/{symbol}"
    graph = NamedNode(f"{BASE}graph/doc/{symbol}")
    year = chance.randint(1990, 2025)
    day = Literal(f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}", datatype=DATE)
    about: list[Pair] = [
        (TYPE, _term("ConcludingObservations")),
        (LABEL, Literal(f"Concluding observations {symbol}", language="en")),
        (_term("documentSymbol"), Literal(symbol)),
        (_term("concerns"), NamedNode(state)),
        (_term("issuedUnder"), NamedNode(body)),
        (_term("documentDate"), day),
        (_term("earliestDate"), day),
        (_term("latestDate"), day),
    ]
    yield from _stated(document, about, graph)
    for paragraph in range(1, chance.randint(40, 70)):
        yield from _paragraph(document, paragraph, body, state, themes, chance)


def _paragraph(
    document: str, number: int, body: str, state: str, themes: list[str], chance: random.Random
) -> Iterator[Quad]:
    iri = f"{document}/p{number}"
    graph = NamedNode(iri.replace(ID, f"{BASE}graph/"))
    yield from _stated(document, [(_term("hasParagraph"), NamedNode(iri))], graph)
    yield from _stated(
        iri,
        [(TYPE, _term("Paragraph")), (_term("paragraphNumber"), Literal(number))],
        graph,
    )
    call = iri.replace("/id/doc/", "/id/position/")
    text = " ".join(chance.choices(WORDS, k=chance.randint(8, 30)))
    pairs: list[Pair] = [
        (TYPE, _term("Call")),
        (LABEL, Literal(text, language="en")),
        (_term("expressedBy"), NamedNode(body)),
        (_term("expressedIn"), NamedNode(document)),
        (_term("addressee"), NamedNode(state)),
    ]
    chosen = chance.sample(themes, chance.randint(1, 5))
    pairs += [(_term("hasTheme"), NamedNode(theme)) for theme in chosen]
    yield from _stated(call, pairs, graph)


def _stated(subject: str, pairs: list[Pair], graph: NamedNode) -> Iterator[Quad]:
    for predicate, value in pairs:
        for where in (DefaultGraph(), graph):
            yield Quad(NamedNode(subject), predicate, value, where)


def _things(store: Store, name: str) -> list[str]:
    return _subjects(store, TYPE, _term(name))


def _subjects(store: Store, predicate: NamedNode, value: NamedNode) -> list[str]:
    found = store.quads_for_pattern(None, predicate, value, DefaultGraph())
    return sorted(str(quad.subject).strip("<>") for quad in found)


def _term(name: str) -> NamedNode:
    return NamedNode(TBO + name)


def _skos(name: str) -> NamedNode:
    return NamedNode("http://www.w3.org/2004/02/skos/core#" + name)


if __name__ == "__main__":
    main(Release(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3]))
