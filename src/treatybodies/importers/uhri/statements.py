"""What a reading says, in the terms of the ontology, as lines of N-Quads.

A record is a position of a treaty body, a special procedure, or of States in a universal periodic
review. It lies in the graph of its document: everything the index says about that document.
"""

from treatybodies.importers.uhri import quads
from treatybodies.importers.uhri.outcomes import Tally
from treatybodies.importers.uhri.places import Place
from treatybodies.importers.uhri.reading import Reading
from treatybodies.importers.uhri.vocabulary import Vocabulary
from treatybodies.namespaces import BASE, ID, SCHEME

UPR = ID + "organization/upr-working-group"
LABEL_LENGTH = 60


class Writer:
    """States readings; what many records share is stated once."""

    def __init__(
        self, vocabulary: Vocabulary, days: dict[str, str], parties: dict[str, str]
    ) -> None:
        self.vocabulary = vocabulary
        self.days = days
        """Path of a document → day of publication: the first one that a record gives."""
        self.parties = parties
        """Path of a document → the one party it is about, after its first record."""
        self._stated: set[str] = set()

    def state(self, reading: Reading, position: str, tally: Tally) -> list[str]:
        """The lines that say what ``reading`` says, about the position of that IRI path."""
        place = reading.place
        graph = quads.Statements(graph_of(place))
        document, subject = quads.iri(f"id/doc/{place.path}"), quads.iri(position)
        self._state_document(graph, document, reading, tally)
        _state_core(graph, subject, document, reading)
        if reading.passage.number:
            paragraph = quads.iri(f"id/doc/{place.paragraph(reading.passage.number)}")
            graph.add(subject, _IN_PARAGRAPH, paragraph)
            if self._is_new(paragraph):
                graph.add(paragraph, quads.TYPE, _PARAGRAPH)
                graph.add(paragraph, _NUMBER, quads.text(reading.passage.number))
                graph.add(document, _HAS_PARAGRAPH, paragraph)
        self._state_index_terms(graph, subject, reading)
        if reading.body == UPR:
            self._state_review(graph, subject, reading, tally)
        return graph.lines

    def _state_document(
        self, graph: quads.Statements, document: str, reading: Reading, tally: Tally
    ) -> None:
        """Its kind, symbol and parties; each of these but once for all records."""
        place = reading.place
        about = self.parties.setdefault(place.path, reading.about)
        if self._is_new(document):
            graph.add(document, quads.TYPE, quads.term(place.term if about else "Document"))
            graph.add(document, quads.LABEL, quads.english(place.title))
            if place.symbol:
                graph.add(document, _SYMBOL, quads.text(place.symbol))
            if place.parsed:
                _state_series(graph, document, place)
        # A document of a State's kinds is about one; one on Kosovo alone is about no party.
        for party in [about] if place.parsed else reading.parties:
            if party.startswith(ID) and self._is_new(document + party):
                graph.add(document, _CONCERNS, f"<{party}>")
        self._state_day(graph, document, reading, tally)

    def _state_day(
        self, graph: quads.Statements, document: str, reading: Reading, tally: Tally
    ) -> None:
        if not reading.published:
            return
        first = self.days.setdefault(reading.place.path, reading.published)
        if first != reading.published:
            tally.remark("another day of publication than the document's first record: left out")
        if self._is_new(document + first):
            graph.add(document, _DOCUMENT_DATE, quads.typed(first, "date"))

    def _state_index_terms(self, graph: quads.Statements, subject: str, reading: Reading) -> None:
        use = self.vocabulary.use
        terms = [use("uhri-annotation-type", label) for label in reading.types]
        terms += [use("uhri-theme", label) for label in reading.themes]
        terms += [use("uhri-affected-person", label) for label in reading.persons]
        terms += [self.vocabulary.use_goal(goal) for goal in reading.goals]
        for each in terms:
            graph.add(subject, _INDEXED_AS, each)
        for party in reading.parties:
            if party.startswith(SCHEME):
                use("uhri-party", "Kosovo")

    def _state_review(
        self, graph: quads.Statements, subject: str, reading: Reading, tally: Tally
    ) -> None:
        for label in reading.positions:
            response = self.vocabulary.use("uhri-upr-position", label)
            graph.add(subject, _RESPONSE, response)
        if reading.cycle is None:
            tally.remark("no cycle of the universal periodic review")
            return
        for party in reading.parties:
            if party.startswith(ID):
                self._state_review_of(graph, subject, party, reading)

    def _state_review_of(
        self, graph: quads.Statements, subject: str, party: str, reading: Reading
    ) -> None:
        code = party.rpartition("/")[2]
        review = quads.iri(f"id/universal-periodic-review/{code}/{reading.cycle}")
        graph.add(subject, _IN_REVIEW, review)
        if self._is_new(review):
            graph.add(review, quads.TYPE, quads.term("UniversalPeriodicReview"))
            name = f"Universal periodic review of {code}, cycle {reading.cycle}"
            graph.add(review, quads.LABEL, quads.english(name))
            graph.add(review, _CONCERNS, f"<{party}>")
            graph.add(review, _HELD_BY, f"<{UPR}>")
            graph.add(review, _CYCLE, quads.typed(reading.cycle, "integer"))
        if reading.session is not None and self._is_new(f"{review}{reading.session}"):
            graph.add(review, _SESSION, quads.typed(reading.session, "integer"))

    def _is_new(self, what: str) -> bool:
        """Whether ``what`` is said for the first time; lines said twice are joined at the end."""
        if what in self._stated:
            return False
        self._stated.add(what)
        return True


def graph_of(place: Place) -> str:
    """The named graph of what the index says about a document."""
    return f"<{BASE}graph/{graph_path(place.path)}>"


def graph_path(path: str) -> str:
    """Its path, for a document of that path below ``id/doc/``."""
    return path if path.startswith("uhri/") else f"uhri/{path}"


def _state_core(graph: quads.Statements, subject: str, document: str, reading: Reading) -> None:
    """Its class, words and place, who speaks, and to whom."""
    graph.add(subject, quads.TYPE, quads.term(reading.term))
    graph.add(subject, quads.LABEL, quads.english(_label(reading)))
    graph.add(subject, _TEXT, quads.text(reading.passage.text))
    graph.add(subject, _MECHANISM, f"<{reading.body}>")
    for speaker in reading.recommending or (reading.body,):
        graph.add(subject, _EXPRESSED_BY, f"<{speaker}>")
    graph.add(subject, _EXPRESSED_IN, document)
    for party in reading.parties:
        graph.add(subject, _ADDRESSEE, f"<{party}>")


def _state_series(graph: quads.Statements, document: str, place: Place) -> None:
    """What the symbol says: body, treaty and cycles."""
    symbol = place.parsed
    assert symbol is not None
    for body in symbol.bodies:
        graph.add(document, _ISSUED_UNDER, quads.iri(f"id/body/{body}"))
    if symbol.cycles and symbol.treaty:
        first, last = symbol.cycles
        numbers = str(last) if first == last else f"{first}-{last}"
        graph.add(document, _CYCLE_RANGE, quads.text(numbers))
        graph.add(document, _UNDER, quads.iri(f"id/instrument/{symbol.treaty}"))


def _label(reading: Reading) -> str:
    """Where it stands, and its first words."""
    words, number = reading.passage.words, reading.passage.number
    if len(words) > LABEL_LENGTH:
        words = words[:LABEL_LENGTH].rpartition(" ")[0].rstrip(" ,;:.") + " …"
    place = reading.place.symbol or "Document of the index"
    return f"{place}, para. {number}: {words}" if number else f"{place}: {words}"


_IN_PARAGRAPH = quads.term("inParagraph")
_PARAGRAPH = quads.term("Paragraph")
_NUMBER = quads.term("paragraphNumber")
_HAS_PARAGRAPH = quads.term("hasParagraph")
_SYMBOL = quads.term("documentSymbol")
_CONCERNS = quads.term("concerns")
_DOCUMENT_DATE = quads.term("documentDate")
_INDEXED_AS = quads.term("indexedAs")
_RESPONSE = quads.term("partyResponse")
_IN_REVIEW = quads.term("inReview")
_HELD_BY = quads.term("heldBy")
_CYCLE = quads.term("cycleNumber")
_SESSION = quads.term("sessionNumber")
_TEXT = quads.term("text")
_MECHANISM = quads.term("mechanism")
_EXPRESSED_BY = quads.term("expressedBy")
_EXPRESSED_IN = quads.term("expressedIn")
_ADDRESSEE = quads.term("addressee")
_ISSUED_UNDER = quads.term("issuedUnder")
_CYCLE_RANGE = quads.term("cycleRange")
_UNDER = quads.term("underInstrument")
