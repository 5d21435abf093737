"""What to say first of a thing: the few statements that readers come for, in the field's order.

They stand below the name, without their sources, which are with all statements.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from treatybodies.namespaces import tbo
from treatybodies.web.solutions import Term

_SKOS = "http://www.w3.org/2004/02/skos/core#"
FIRST = (
    _SKOS + "definition",
    _SKOS + "broader",
    _SKOS + "notation",
    *(
        tbo(name).value
        for name in (
            *("documentSymbol", "iso3", "region", "regionalGroup", "unStatus"),
            *("monitors", "supplements", "establishedDate", "memberCount"),
            *("party", "statusOf", "reportingParty", "holder", "nationality"),
            *("onInstrument", "underInstrument", "statusValue", "memberBody", "heldOffice"),
            *("heldBy", "concerns", "partOfEvent", "issuedUnder", "forSession"),
            *("actionDate", "effectDate", "startDate", "endDate", "onDate", "plannedDate"),
            *("documentDate", "listedDate", "dueDate", "venueName", "presidedBy"),
            *("adoptionDate", "openedForSignature", "entryIntoForce", "adoptedAt"),
            *("expressedBy", "expressedIn", "addressee", "recordedIn"),
        )
    ),
)
"""Properties, by what a reader asks first: which, whose, where it belongs, when."""
MOST = 4
"""Values of one property; where there are more, they stand with all statements only."""


@dataclass(frozen=True)
class Fact:
    """A property and the published values of a thing."""

    iri: str
    values: tuple[Term, ...]


def at_a_glance(published: Mapping[str, Iterable[Term]]) -> list[Fact]:
    """The facts to say first, of what is published by property."""
    facts = (Fact(iri, tuple(published.get(iri, ()))) for iri in FIRST)
    return [each for each in facts if 0 < len(each.values) <= MOST]
