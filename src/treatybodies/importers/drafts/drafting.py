"""A document's text to a draft: name its places, know whose it is, let the rules find."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Store, Triple

from treatybodies.errors import TreatybodiesError
from treatybodies.importers.drafts.context import (
    Context,
    best,
    gather_clues,
    session_number,
)
from treatybodies.importers.drafts.days import announces_its_session, document_day, timetable
from treatybodies.importers.drafts.describing import Describer
from treatybodies.importers.drafts.documents import reports_of
from treatybodies.importers.drafts.finding import Group, Reader
from treatybodies.importers.drafts.identity import ABOUT, Identity, about, find_symbol
from treatybodies.importers.drafts.known import Known
from treatybodies.importers.drafts.languages import LANGUAGES, language_of, unread_language
from treatybodies.importers.drafts.marked import Sentence
from treatybodies.importers.drafts.mentions import names_states_only
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.paragraphs import Kind, Place, read_places
from treatybodies.importers.drafts.reading import (
    documents_of,
    enter,
    read_place,
    sentences_of,
    subjects_of,
)
from treatybodies.importers.drafts.rules import read_rules
from treatybodies.importers.drafts.statements import fill
from treatybodies.importers.drafts.subjects import (
    read_themes,
)
from treatybodies.importers.drafts.unread import Note, notes_of
from treatybodies.namespaces import GRAPH
from treatybodies.pipeline.verify import Paragraph
from treatybodies.symbols import Symbol, iri_path


@dataclass
class Draft:
    """What was read: groups of statements by place, and notes on what was not understood."""

    context: Context
    places: list[Place]
    language: str
    address: str | None
    groups: dict[str, list[Group]] = field(default_factory=dict)
    """Place name → groups; only places that say something."""
    notes: dict[str, list[Note]] = field(default_factory=dict)
    about: list[Triple] = field(default_factory=list)
    """Statements on the document as such."""

    @property
    def title(self) -> str:
        """The document's symbol, or its path when it has none."""
        symbol = self.context.symbol
        return symbol.text if symbol else self.context.document.removeprefix("doc/")

    @property
    def caution(self) -> str:
        """What is to be said of the whole text: what of its language is not read; else empty."""
        read = [rule.name for rule in read_rules() if self.language in rule.translated]
        return unread_language(self.language, read)

    def confidence(self, place: str) -> float | None:
        """That of the least certain group of a place; none where the place says nothing."""
        groups = self.groups.get(place)
        return min(group.confidence for group in groups) if groups else None


def draft(paragraphs: Sequence[Paragraph], store: Store, identity: Identity) -> Draft:
    """The draft of a document, with the names and documents that the graph in ``store`` knows.

    Raises `UnknownSymbol`, or `TreatybodiesError` when neither text nor ``identity`` shows whose
    document it is.
    """
    symbol = find_symbol(paragraphs, identity)
    path = f"doc/{iri_path(symbol)}" if symbol else f"doc/{identity.name}"
    language = _language(paragraphs, identity)
    names = Names(store, f"{GRAPH}{path}", language)
    known = Known(store, path)
    places = read_places(paragraphs, lambda text: names_states_only(text, names))
    read = [(place, list(sentences_of(place, names))) for place in places]
    told = [sentence for _, each in read for sentence in each]
    context = _context(path, symbol, identity, told, known)
    context.day = document_day(places)
    context.announces = announces_its_session(told, context)
    context.timetable = timetable(told)
    made = Draft(context, places, language, known.address())
    describer = Describer(names, known, path)
    themes = read_themes(store, language)
    for place, sentences in read:
        enter(place, context)
        groups = read_place(place, sentences, Reader(names, known), context, themes)
        if place.kind is Kind.BODY:
            groups[:0] = subjects_of(sentences, context, themes, f"{path}/{place.name}")
        if place.kind in (Kind.BODY, Kind.HEADING):
            groups += documents_of(sentences, path)
        describer.remember(mention for sentence in sentences for mention in sentence.mentions)
        made.groups[place.name] = list(_completed([group for _, group in groups], describer))
        made.notes[place.name] = notes_of(place, sentences, groups, names)
    made.about = describer.complete(fill(ABOUT, about(context, identity, language)))
    made.groups = {name: groups for name, groups in made.groups.items() if groups}
    return made


def _language(paragraphs: Sequence[Paragraph], identity: Identity) -> str:
    """The language that is given, else that of the text."""
    language = identity.language or language_of(paragraphs)
    if language not in LANGUAGES:
        raise TreatybodiesError(
            f"“{language}” is no language of these documents → give one of {', '.join(LANGUAGES)}"
        )
    return language


def _context(
    path: str, symbol: Symbol | None, identity: Identity, sentences: list[Sentence], known: Known
) -> Context:
    clues = gather_clues(sentences)
    bodies = symbol.bodies if symbol else ()
    first = identity.name.partition("/")[0]
    body = (
        identity.body or (bodies[0] if bodies else "") or (first if first in clues.bodies else "")
    )
    body = body or best(clues.bodies)
    if not body:
        raise TreatybodiesError("the text does not show whose document it is → give --body cedaw")
    clues = gather_clues(sentences, body)
    meeting = str(symbol.meeting) if symbol and symbol.meeting is not None else ""
    named = identity.name.split("/")[1:2]
    session = identity.session or "".join(each for each in named if each.isdigit())
    return Context(
        document=path,
        symbol=symbol,
        body=body,
        session=session or session_number(symbol, known, clues),
        year=str(symbol.year) if symbol and symbol.year else best(clues.years),
        meeting=meeting,
        reports=reports_of(sentences),
    )


def _completed(groups: list[Group], describer: Describer) -> Iterator[Group]:
    """The groups of a place with descriptions of new things; what was said is not said twice."""
    said: set[Triple] = set()
    for group in groups:
        triples = tuple(dict.fromkeys(describer.complete(group.triples)))
        fresh = tuple(triple for triple in triples if triple not in said)
        said.update(fresh)
        if fresh:
            yield replace(group, triples=fresh)
