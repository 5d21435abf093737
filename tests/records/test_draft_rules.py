"""Each rule of the record reader finds what its examples show, and is silent where it says so."""

import re
from functools import cache

import pytest
from pyoxigraph import Store

from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.finding import Group, Reader
from treatybodies.importers.drafts.known import Known
from treatybodies.importers.drafts.languages import READ
from treatybodies.importers.drafts.mentions import read_mentions
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.paragraphs import Kind
from treatybodies.importers.drafts.pointing import resolve
from treatybodies.importers.drafts.rules import Rule, read_rules

RULES = {rule.name: rule for rule in read_rules()}
EXAMPLES = [(rule.name, text) for rule in read_rules() for text in rule.examples]
TRANSLATED = [
    (rule.name, language, text)
    for rule in read_rules()
    for language, texts in rule.translated.items()
    for text in texts
]
SILENT = [(rule.name, text) for rule in read_rules() for text in rule.silent]


@pytest.fixture(scope="session")
def reader(graph: Store) -> Reader:
    """The names and documents of the project's own graph."""
    document = "doc/CRC/C/SR.2800"
    own = f"https://w3id.org/treatybodies/graph/{document}"
    return Reader(Names(graph, own), Known(graph, document))


def record() -> Context:
    """A record of the Committee on the Rights of the Child, to find things for."""
    part = "event/crc/97/meeting-2800/organizational-matters"
    return Context("doc/CRC/C/SR.2800", None, "crc", "97", "2024", "2800", part)


def find(rule: Rule, text: str, reader: Reader) -> list[Group]:
    """What one rule finds in one sentence."""
    context = record()
    sentence = resolve(read_mentions(text, reader.names), context)
    return list(reader.find(rule, sentence, context, {"theme": ()}))


def test_names_of_rules_are_unique() -> None:
    names = [rule.name for rule in read_rules()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_when_it_holds(name: str) -> None:
    assert re.fullmatch(r"[A-Z].{15,}\.", RULES[name].summary)
    assert RULES[name].patterns


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_a_rule_finds_its_example(name: str, text: str, reader: Reader) -> None:
    groups = find(RULES[name], text, reader)
    assert groups, text
    assert all(0 < group.confidence < 1 for group in groups)
    assert all(group.quotation in text and len(group.quotation.split()) <= 15 for group in groups)


@pytest.fixture(scope="session")
def readers(graph: Store) -> dict[str, Reader]:
    """The names of the project's own graph in each language whose sentences are read."""
    document = "doc/CRC/C/SR.2800"
    own = f"https://w3id.org/treatybodies/graph/{document}"
    known = Known(graph, document)
    return {language: Reader(Names(graph, own, language), known) for language in READ}


@pytest.mark.parametrize(("name", "language", "text"), TRANSLATED)
def test_a_rule_finds_its_example_in_other_languages(
    name: str, language: str, text: str, readers: dict[str, Reader]
) -> None:
    groups = find(RULES[name], text, readers[language])
    assert groups, text
    assert all(group.quotation in text for group in groups)


@pytest.mark.parametrize(("name", "text"), SILENT)
def test_a_rule_is_silent_where_it_must_be(name: str, text: str, reader: Reader) -> None:
    assert find(RULES[name], text, reader) == []


@cache
def rules_that_lack_an_example() -> list[str]:
    """Rules on running text; those on headings and pointers are shown by whole records."""
    return [
        rule.name for rule in read_rules()
        if Kind.BODY in rule.places and not rule.examples and not rule.silent
        and not re.search("pointer|both|document", " ".join(rule.patterns))
    ]  # fmt: skip


def test_every_rule_on_sentences_has_an_example() -> None:
    assert rules_that_lack_an_example() == []
