"""A thing in the words of schema.org, for search engines: JSON-LD inside its page."""

import json
from collections.abc import Iterable
from typing import Any

from treatybodies.namespaces import BASE, RDF_TYPE
from treatybodies.web.labels import Label

SCHEMA = "https://schema.org/"

# From the most special class to the most general: the first that fits is taken.
_TYPES = {
    "State": "Country",
    "TreatyBody": "GovernmentOrganization",
    "Organization": "Organization",
    "Person": "Person",
    "Instrument": "Legislation",
    "Provision": "Legislation",
    "AnnualReport": "Report",
    "Document": "CreativeWork",
    "Session": "EventSeries",
    "ProceduralEvent": "Event",
    "Concept": "DefinedTerm",
    "ConceptScheme": "DefinedTermSet",
}


def described(iri: str, names: Iterable[Label], classes: Iterable[str], url: str) -> dict[str, Any]:
    """What the page at ``url`` is about: the thing ``iri``, by name and kind."""
    kinds = {each.replace("#", "/").rsplit("/", 1)[-1] for each in classes}
    kind = next((name for own, name in _TYPES.items() if own in kinds), "Thing")
    spoken = [
        {"@language": each.language, "@value": each.text} if each.language else each.text
        for each in names
    ]
    return {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": iri,
        "name": spoken[0] if len(spoken) == 1 else spoken,
        "url": url,
        "subjectOf": {
            "@type": "Dataset",
            "@id": BASE + "dataset",
            "name": "treatybodies",
            "description": "Knowledge graph of the United Nations human rights treaty bodies",
            "license": "https://creativecommons.org/licenses/by/4.0/",
        },
    }


def compacted(expanded: bytes) -> dict[str, Any]:
    """An expanded JSON-LD document of schema.org's terms, with these under their short names."""
    nodes = [_short(node) for node in json.loads(expanded)]
    return {"@context": {"@vocab": SCHEMA}, "@graph": nodes}


def _short(node: dict[str, Any]) -> dict[str, Any]:
    """One node; its types come as values of rdf:type."""
    values = dict(node)
    types = [each["@id"].removeprefix(SCHEMA) for each in values.pop(RDF_TYPE.value)]
    return {"@type": types} | {name.removeprefix(SCHEMA): each for name, each in values.items()}
