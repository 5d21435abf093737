"""Reading a record: what it says, free of the index's printing, or why it cannot be taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treatybodies.importers.uhri import fields
from treatybodies.importers.uhri.fields import FieldFault, Goal, Passage
from treatybodies.importers.uhri.outcomes import Refusal, Tally
from treatybodies.importers.uhri.places import Place, find_place
from treatybodies.importers.uhri.tables import Names, Tables
from treatybodies.importers.uhri.vocabulary import KOSOVO
from treatybodies.namespaces import ID, SCHEME

GENERIC = "Position"
_IDENTIFIER_LENGTH = 64


@dataclass(frozen=True)
class Reading:
    """A record, read: IRIs, labels and numbers, nothing of the index's printing left."""

    identifier: str
    term: str
    place: Place
    passage: Passage
    body: str
    parties: tuple[str, ...]
    about: str
    """The one party that the document is about, in a series of documents about one; or nothing."""
    types: tuple[str, ...]
    themes: tuple[str, ...]
    persons: tuple[str, ...]
    goals: tuple[Goal, ...]
    published: str
    recommending: tuple[str, ...]
    positions: tuple[str, ...]
    cycle: int | None
    session: int | None


def read_record(record: Mapping[str, Any], tables: Tables, tally: Tally) -> Reading:
    """The record, read with the curators' tables; raises `Refusal`.

    What is odd in a record that can be taken in all the same is remarked on in ``tally``.
    """
    for name in record.keys() - set(fields.FIELDS) - set(fields.UNREAD):
        tally.remark(f"unknown field “{name}” left out")
    try:
        return _read(record, tables, tally)
    except FieldFault as cause:
        raise Refusal(f"unreadable field: {cause}") from cause


def _read(record: Mapping[str, Any], tables: Tables, tally: Tally) -> Reading:
    passage = fields.read_passage(fields.read_raw(record, "Text"))
    if not passage.text:
        raise Refusal("no text")
    place = find_place(fields.read_text(record, "Symbol"), fields.read_text(record, "DocumentId"))
    if place is None:
        raise Refusal("neither a symbol nor the number of a document")
    if not place.symbol:
        tally.remark("no symbol: the document is named by its number in the index")
    if not passage.number:
        tally.remark("no paragraph number opens the text")
    body = _body(record, place, tables, tally)
    term, types = _type(record, tables, tally)
    parties = _parties(record, place, tables, tally)
    return Reading(
        identifier=_identifier(record),
        term=term,
        place=place,
        passage=passage,
        body=body,
        parties=parties,
        about=_about(place, parties, tables, tally),
        types=types,
        themes=tuple(fields.read_labels(record, "Themes")),
        persons=tuple(fields.read_labels(record, "AffectedPersons")),
        goals=_goals(record, tally),
        published=_published(record, tally),
        recommending=_known(record, "UprRecommendingCountry", tables.parties),
        positions=tuple(fields.read_labels(record, "UprPositions")),
        cycle=fields.read_ordinal(record, "UprCycle"),
        session=fields.read_ordinal(record, "UprSession"),
    )


def _identifier(record: Mapping[str, Any]) -> str:
    identifier = fields.read_text(record, "AnnotationId")
    if not identifier:
        raise Refusal("no AnnotationId")
    if len(identifier) > _IDENTIFIER_LENGTH or not identifier.replace("-", "").isalnum():
        raise Refusal("AnnotationId is no identifier", identifier[:_IDENTIFIER_LENGTH])
    return identifier


def _body(record: Mapping[str, Any], place: Place, tables: Tables, tally: Tally) -> str:
    """The body named; where none is, that of the symbol's series."""
    of_symbol = [f"{ID}body/{body}" for body in place.parsed.bodies] if place.parsed else []
    labels = fields.read_labels(record, "Body")
    if not labels:
        if not of_symbol:
            raise Refusal("no body")
        tally.remark("no body: taken from the symbol")
        return of_symbol[0]
    body = tables.bodies.find(labels[0])
    if body is None:
        raise Refusal("unknown body", labels[0], tables.bodies.near(labels[0]))
    if of_symbol and body not in of_symbol:
        tally.remark("body and symbol disagree: the body is kept")
    return body


def _parties(
    record: Mapping[str, Any], place: Place, tables: Tables, tally: Tally
) -> tuple[str, ...]:
    """The parties addressed; where none is named, the State of the symbol."""
    named = _known(record, "Countries", tables.parties)
    if named:
        return named
    symbol = place.parsed
    if symbol and symbol.territory == "UNK":
        tally.remark("no country: taken from the symbol")
        return (f"{SCHEME}uhri-party/{KOSOVO}",)
    if symbol and symbol.state_code == "EU":
        tally.remark("no country: taken from the symbol")
        return (f"{ID}organization/eu",)
    if symbol and symbol.state:
        iri = f"{ID}state/{symbol.state}"
        if iri not in tables.states:
            raise Refusal("unknown State in the symbol", symbol.text)
        tally.remark("no country: taken from the symbol")
        return (iri,)
    raise Refusal("no country, and the symbol names none", place.symbol)


def _about(place: Place, parties: tuple[str, ...], tables: Tables, tally: Tally) -> str:
    """The State of the symbol; where it has none, the party of the record if it is but one."""
    symbol = place.parsed
    state = f"{ID}state/{symbol.state}" if symbol and symbol.state else ""
    if state in tables.states:
        if state not in parties:
            tally.remark("country and symbol disagree: the country is the addressee")
        return state
    return parties[0] if len(parties) == 1 and parties[0].startswith(ID) else ""


def _known(record: Mapping[str, Any], name: str, names: Names) -> tuple[str, ...]:
    """The things named in a field; raises `Refusal` for one that no table knows."""
    found: dict[str, None] = {}
    for label in fields.read_labels(record, name):
        thing = names.find(label)
        if thing is None:
            raise Refusal(f"unknown name in {name}", label, names.near(label))
        found[thing] = None
    return tuple(found)


def _type(record: Mapping[str, Any], tables: Tables, tally: Tally) -> tuple[str, tuple[str, ...]]:
    """The class for the annotation type, and the type's label to be kept."""
    labels = fields.read_labels(record, "AnnotationType")
    if not labels:
        tally.remark("no annotation type: stated as a position")
        return GENERIC, ()
    if fields.is_identifier(labels[0]):
        tally.remark("annotation type is an identifier, no label: stated as a position")
        return GENERIC, ()
    term = tables.class_of(labels[0])
    if term is None:
        tally.remark(f"unknown annotation type “{labels[0]}”: stated as a position")
        return GENERIC, (labels[0],)
    return term, (labels[0],)


def _goals(record: Mapping[str, Any], tally: Tally) -> tuple[Goal, ...]:
    found: dict[str, Goal] = {}
    for label in fields.read_labels(record, "Sdgs"):
        goal = fields.read_goal(label)
        if goal:
            found.setdefault(goal.code, goal)
        else:
            tally.remark(f"“{label}” is no Sustainable Development Goal or target: left out")
    return tuple(found.values())


def _published(record: Mapping[str, Any], tally: Tally) -> str:
    try:
        day = fields.read_date(record, "PublicationDate")
    except FieldFault as cause:
        tally.remark(f"unreadable day left out: {cause}")
        return ""
    if not day:
        tally.remark("no day of publication")
    return day
