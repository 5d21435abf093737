"""The concept schemes (codes, themes, objectives) hold together as SKOS asks."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import Node

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
BASE = "https://w3id.org/treatybodies/"
TBO = Namespace(BASE + "ontology#")
THEME = URIRef(BASE + "scheme/theme")
OBJECTIVES = URIRef(BASE + "scheme/gcm-objectives")
EUROVOC = "http://eurovoc.europa.eu/"


@cache
def schemes() -> Graph:
    """All concept schemes in one graph, with the mappings of their concepts."""
    graph = Graph()
    for name in ("codes.ttl", "themes.ttl", "gcm-objectives.ttl", "alignments.ttl"):
        graph.parse(ONTOLOGY / name)
    return graph


SCHEMES = sorted(str(scheme) for scheme in schemes().subjects(RDF.type, SKOS.ConceptScheme))
CONCEPTS = set(schemes().subjects(RDF.type, SKOS.Concept))


def concepts_in(scheme: str) -> set[Node]:
    return set(schemes().subjects(SKOS.inScheme, URIRef(scheme)))


def ancestors(concept: Node) -> list[Node]:
    """The broader concepts up to the top, nearest first; a cycle fails."""
    chain = [concept]
    while broader := schemes().value(chain[-1], SKOS.broader):
        assert broader not in chain, f"{concept} lies on a cycle of skos:broader"
        chain.append(broader)
    return chain[1:]


def test_number_of_themes_and_objectives() -> None:
    assert len(concepts_in(str(THEME))) == 127
    assert len(concepts_in(str(OBJECTIVES))) == 23


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_is_described(scheme: str) -> None:
    for prop in (DCTERMS.title, SKOS.prefLabel, SKOS.definition, DCTERMS.source, DCTERMS.created):
        assert list(schemes().objects(URIRef(scheme), prop)), f"{scheme} lacks {prop}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_concept_reaches_a_top_concept(scheme: str) -> None:
    top = set(schemes().objects(URIRef(scheme), SKOS.hasTopConcept))
    assert top == set(schemes().subjects(SKOS.topConceptOf, URIRef(scheme)))
    for concept in concepts_in(scheme):
        assert [concept, *ancestors(concept)][-1] in top


@pytest.mark.parametrize("scheme", SCHEMES)
def test_labels_are_unique_by_language(scheme: str) -> None:
    pairs = [label for concept in concepts_in(scheme) for label in labels(concept)]
    assert [pair for pair, times in Counter(pairs).items() if times > 1] == []


def labels(concept: Node) -> list[tuple[str, str | None]]:
    found = schemes().objects(concept, SKOS.prefLabel)
    return [(str(label).lower(), label.language) for label in found if isinstance(label, Literal)]


def test_every_concept_has_one_scheme_label_and_definition() -> None:
    for concept in CONCEPTS:
        assert len(list(schemes().objects(concept, SKOS.inScheme))) == 1, concept
        languages = [language for _, language in labels(concept)]
        assert "en" in languages, concept
        assert len(languages) == len(set(languages)), concept
        definitions = [str(text) for text in schemes().objects(concept, SKOS.definition)]
        assert len(definitions) == 1, concept
        assert definitions[0].lower().rstrip(".") not in {text for text, _ in labels(concept)}


def test_links_between_concepts_end_at_concepts() -> None:
    for prop in (SKOS.broader, SKOS.related, SKOS.narrower):
        assert set(schemes().objects(None, prop)) - CONCEPTS == set()


def test_broader_stays_within_its_scheme() -> None:
    for narrow, broad in schemes().subject_objects(SKOS.broader):
        assert schemes().value(narrow, SKOS.inScheme) == schemes().value(broad, SKOS.inScheme)


def test_mappings_do_not_contradict() -> None:
    stronger = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch)
    for concept in CONCEPTS:
        targets = [target for prop in stronger for target in schemes().objects(concept, prop)]
        assert len(targets) == len(set(targets)), f"{concept} is mapped twice to one concept"


def test_two_themes_are_not_exactly_one_other_concept() -> None:
    exact = Counter(schemes().objects(None, SKOS.exactMatch))
    assert [target for target, times in exact.items() if times > 1] == []


def test_eurovoc_links_name_concepts() -> None:
    # "2811" is the notation of a EuroVoc micro-thesaurus; the concept migration is 1909.
    codes = {str(node).removeprefix(EUROVOC) for node in schemes().objects(None, None)}
    assert "2811" not in codes
    assert (THEME, DCTERMS.subject, URIRef(EUROVOC + "1909")) in schemes()


def test_themes_have_three_languages_and_say_whose() -> None:
    for concept in concepts_in(str(THEME)):
        assert {language for _, language in labels(concept)} == {"en", "fr", "es"}
    assert "own translations" in str(schemes().value(THEME, SKOS.editorialNote))


def test_referenced_articles_exist_in_the_convention() -> None:
    # The ICRMW has 93 articles.
    pattern = re.compile(re.escape(BASE) + r"id/instrument/icrmw/article/(\d+)")
    for reference in schemes().objects(None, DCTERMS.references):
        match = pattern.fullmatch(str(reference))
        assert match, reference
        assert 1 <= int(match.group(1)) <= 93


def test_objectives_are_provisions_of_the_compact() -> None:
    compact = URIRef(BASE + "id/instrument/gcm")
    for objective in concepts_in(str(OBJECTIVES)):
        assert (objective, RDF.type, TBO.Provision) in schemes()
        assert schemes().value(objective, TBO.provisionOf) == compact
        number = schemes().value(objective, TBO.provisionNumber)
        assert number == schemes().value(objective, SKOS.notation)
        assert str(objective).endswith(f"/{number}")


def test_objectives_are_mapped_only_where_they_exist() -> None:
    prefix = BASE + "id/instrument/gcm/objective/"
    mapped = set(schemes().objects(None, SKOS.relatedMatch))
    own = {node for node in mapped if str(node).startswith(prefix)}
    assert own - concepts_in(str(OBJECTIVES)) == set()


def test_schemes_have_no_class_labels() -> None:
    assert list(schemes().subject_objects(RDFS.label)) == []
