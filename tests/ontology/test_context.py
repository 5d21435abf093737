"""The JSON-LD context knows every term of the ontology and gives its values the right type."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import OWL, RDF, XSD

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
TBO = Namespace("https://w3id.org/treatybodies/ontology#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
# JSON-LD keywords have these names in our JSON, so the prefixes of the same name are not there.
ALIASES = {"id", "graph"}


@cache
def context() -> dict[str, Any]:
    text = (ONTOLOGY / "context.jsonld").read_text(encoding="utf-8")
    entries: dict[str, Any] = json.loads(text)["@context"]
    return entries


@cache
def terms() -> Graph:
    return Graph().parse(ONTOLOGY / "treatybodies.ttl")


def names(kind: URIRef) -> list[str]:
    """The local names of the terms of one kind."""
    return sorted(str(term).removeprefix(str(TBO)) for term in terms().subjects(RDF.type, kind))


def expected_datatype_entry(name: str) -> dict[str, str]:
    """One datatype is coerced, language-tagged text is a map, several datatypes stay as written."""
    ranges = set(terms().objects(TBO[name], SCHEMA.rangeIncludes))
    entry = {"@id": f"tbo:{name}"}
    if ranges == {RDF.langString}:
        entry["@container"] = "@language"
    elif len(ranges) == 1 and ranges != {XSD.string}:
        entry["@type"] = str(ranges.pop()).replace(str(XSD), "xsd:")
    return entry


@pytest.mark.parametrize("name", names(OWL.Class))
def test_class_has_entry(name: str) -> None:
    assert context().get(name) == f"tbo:{name}"


@pytest.mark.parametrize("name", names(OWL.ObjectProperty))
def test_object_property_takes_iris(name: str) -> None:
    assert context().get(name) == {"@id": f"tbo:{name}", "@type": "@id"}


@pytest.mark.parametrize("name", names(OWL.DatatypeProperty))
def test_datatype_property_has_its_coercion(name: str) -> None:
    assert context().get(name) == expected_datatype_entry(name)


def test_no_entry_for_an_unknown_term() -> None:
    known = {*names(OWL.Class), *names(OWL.ObjectProperty), *names(OWL.DatatypeProperty)}
    entries = context().values()
    ids = [entry["@id"] if isinstance(entry, dict) else str(entry) for entry in entries]
    own = {identifier.removeprefix("tbo:") for identifier in ids if identifier.startswith("tbo:")}
    assert own - known == set()


def test_prefixes_are_those_of_prefixes_ttl() -> None:
    declared = Graph().parse(ONTOLOGY / "prefixes.ttl")
    for declaration in declared.subjects(RDF.type, SH.PrefixDeclaration):
        prefix = str(declared.value(declaration, SH.prefix))
        # Where a property has the name of a code list's prefix, the name means the property.
        if prefix not in ALIASES and TBO[prefix] not in set(terms().subjects()):
            assert context().get(prefix) == str(declared.value(declaration, SH.namespace))


def test_document_becomes_the_meant_triples() -> None:
    session = "https://w3id.org/treatybodies/id/session/cmw/39"
    document = {
        "@context": context(),
        "id": session,
        "type": "Session",
        "prefLabel": {"en": "CMW, 39th session"},
        "heldBy": "body:cmw",
        "sessionNumber": 39,
        "earliestDate": "2024-12-02",
    }
    # rdflib 7.6 warns about itself when it reads JSON-LD, so Oxigraph reads it here.
    quads = pyoxigraph.parse(json.dumps(document), format=pyoxigraph.RdfFormat.JSON_LD)
    tbo, skos = str(TBO), "http://www.w3.org/2004/02/skos/core#"
    date = "^^<http://www.w3.org/2001/XMLSchema#date>"
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert {str(quad.triple).removeprefix(f"<{session}> ") for quad in quads} == {
        f"<{RDF.type}> <{tbo}Session>",
        f'<{skos}prefLabel> "CMW, 39th session"@en',
        f"<{tbo}heldBy> <https://w3id.org/treatybodies/id/body/cmw>",
        f'<{tbo}sessionNumber> "39"{integer}',
        f'<{tbo}earliestDate> "2024-12-02"{date}',
    }
