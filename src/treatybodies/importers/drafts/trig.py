"""A draft as TriG, laid out as the records of data/records: groups under what rule read them."""

from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from treatybodies.importers.drafts.drafting import Draft
from treatybodies.importers.drafts.finding import Group
from treatybodies.importers.drafts.paragraphs import Place
from treatybodies.namespaces import BASE, XSD, prefixes
from treatybodies.paths import default_garden

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
INDENT = "    "


def write_draft(draft: Draft, day: str) -> str:
    """The TriG of a draft read on a day (ISO 8601), graph by graph, in the order of the text."""
    blocks = [_head(draft), _document_block(draft, day)]
    blocks += [_place_block(draft, place) for place in draft.places if place.name in draft.groups]
    names = prefixes(default_garden().ontology)
    body = "\n\n".join(blocks)
    used = [f"@prefix {name}: <{space}> ." for name, space in names.items() if f"{name}:" in body]
    return (
        "\n".join([body.partition("\n@base")[0], f"@base <{BASE}> .", *used])
        + "\n\n"
        + ("\n\n".join(blocks[1:]) + "\n")
    )


def _head(draft: Draft) -> str:
    title = draft.title
    return (
        f"# Draft of {title}: machine-read, to be reviewed. Licence: CC BY 4.0. Source: {title}\n"
        "# (United Nations). Correct it here; `treatybodies review` tells what is left to do.\n"
        "# Labels are the project's own words; only tbo:quotation is the document's text.\n@base"
    )


def _document_block(draft: Draft, day: str) -> str:
    document = draft.context.document
    lines = [f"# ==== {draft.title}, its paragraphs, and where each graph was read", ""]
    lines.append(f"<graph/{document}> {{")
    lines += _statements(draft.about)
    lines += _block(
        f"<id/{document}>",
        [("tbo:hasParagraph", [f"<{_place(draft, place)}>" for place in draft.places])],
    )
    for place in draft.places:
        lines += _block(f"<{_place(draft, place)}>", _paragraph(draft, place))
    lines += _block(f"<id/extraction/{_key(draft)}>", _extraction(draft, day))
    lines += _block(f"<graph/{document}>", _reading(draft, None))
    for place in draft.places:
        lines += _block(f"<graph/{document}/{place.name}>", _reading(draft, place))
    return "\n".join([*lines, "}"])


def _place_block(draft: Draft, place: Place) -> str:
    lines = [f"# ==== {place.title[0].upper()}{place.title[1:]}", ""]
    lines.append(f"<graph/{draft.context.document}/{place.name}> {{")
    for group in draft.groups[place.name]:
        lines.append(f"{INDENT}# {group.rule}, confidence {group.confidence}: “{group.quotation}”")
        lines += _statements(group.triples)
    return "\n".join([*lines, "}"])


Pairs = list[tuple[str, list[str]]]


def _paragraph(draft: Draft, place: Place) -> Pairs:
    return [
        ("a", ["tbo:Paragraph"]),
        ("skos:prefLabel", [_text(f"{draft.title}, {place.title}")]),
        ("tbo:paragraphNumber", [f'"{place.number}"']),
    ]


def _extraction(draft: Draft, day: str) -> Pairs:
    return [
        ("a", ["tbo:Extraction"]),
        ("skos:prefLabel", [_text(f"Machine reading of {draft.title}")]),
        ("prov:used", [f"<id/{draft.context.document}/{draft.language}>"]),
        ("prov:wasAssociatedWith", ["<id/agent/treatybodies>"]),
        ("prov:endedAtTime", [f'"{day}T00:00:00Z"^^xsd:dateTime']),
    ]


def _reading(draft: Draft, place: Place | None) -> Pairs:
    """The description of the graph of a place, or of the document's own."""
    document = draft.context.document
    pairs: Pairs = [("a", ["tbo:SourceGraph"])]
    title = f"{draft.title}, {place.title}" if place else draft.title
    pairs += [("dcterms:title", [_text(title)]), ("tbo:sourceDocument", [f"<id/{document}>"])]
    if place:
        pairs.append(("tbo:sourceParagraph", [f"<{_place(draft, place)}>"]))
    quoted = _quotations(draft, place)
    pairs.append(("tbo:quotation", [_text(words, draft.language) for words in quoted]))
    if place:
        pairs.append(("tbo:textDigest", [f'"{place.digest}"']))
        notes = [_text(str(note), "en") for note in draft.notes.get(place.name, [])]
        pairs += [("skos:editorialNote", [note]) for note in dict.fromkeys(notes)]
    elif draft.caution:
        pairs.append(("skos:editorialNote", [_text(draft.caution)]))
    pairs.append(("tbo:sourceBasis", ["source-basis:read"]))
    confidence = draft.confidence(place.name) if place else None
    if confidence is not None:
        pairs.append(("tbo:confidence", [f"{confidence:.2f}"]))
    pairs.append(("tbo:reviewStatus", ["review-status:proposed"]))
    if draft.address:
        pairs.append(("dcterms:source", [f"<{draft.address}>"]))
    pairs.append(("prov:wasGeneratedBy", [f"<id/extraction/{_key(draft)}>"]))
    return pairs


def _quotations(draft: Draft, place: Place | None) -> list[str]:
    """Words of the place, shortest useful: those of its groups, else its first fifteen."""
    if place is None:
        place = draft.places[0]
        return [_opening(place)]
    groups: list[Group] = draft.groups.get(place.name, [])
    quotations = dict.fromkeys(group.quotation for group in groups if group.quotation)
    return list(quotations) or [_opening(place)]


def _opening(place: Place) -> str:
    return " ".join(place.text.split()[:15])


def _statements(triples: tuple[Triple, ...] | list[Triple]) -> list[str]:
    """Triples subject by subject, each with its predicates, in the order in which they came."""
    subjects: dict[str, dict[str, list[str]]] = {}
    for triple in triples:
        predicates = subjects.setdefault(_term(triple.subject), {})
        values = predicates.setdefault(_predicate(triple.predicate), [])
        value = _term(triple.object)
        if value not in values:
            values.append(value)
    return [
        line for subject, found in subjects.items() for line in _block(subject, list(found.items()))
    ]


def _block(subject: str, pairs: Pairs) -> list[str]:
    lines: list[str] = []
    for number, (predicate, values) in enumerate(pairs):
        start = f"{INDENT}{subject} " if not number else f"{INDENT}{INDENT}"
        joined = " , ".join(values)
        if len(start) + len(predicate) + len(joined) > 96 and len(values) > 1:
            joined = "\n" + f"{INDENT}{INDENT}{INDENT}" + f" ,\n{INDENT * 3}".join(values)
        end = " ." if number == len(pairs) - 1 else " ;"
        separator = "" if joined.startswith("\n") else " "
        lines.append(f"{start}{predicate}{separator}{joined}{end}")
    return lines


def _predicate(predicate: NamedNode) -> str:
    return "a" if predicate.value == RDF_TYPE else _term(predicate)


def _term(term: object) -> str:
    """A term with a declared prefix where its local name allows one, else relative to the base."""
    if isinstance(term, NamedNode):
        return _iri(term.value)
    assert isinstance(term, Literal)
    kind = term.datatype.value
    if term.language:
        return _text(term.value, term.language)
    if kind in (f"{XSD}integer", f"{XSD}boolean"):
        return term.value
    return str(term) if kind == f"{XSD}string" else f'"{term.value}"^^xsd:{kind.removeprefix(XSD)}'


@cache
def _iri(iri: str) -> str:
    spaces = prefixes(default_garden().ontology)
    fits = [
        (name, space) for name, space in spaces.items()
        if iri.startswith(space) and iri[len(space) :].replace("-", "").replace("_", "").isalnum()
        and iri[len(space) :].isascii()
    ]  # fmt: skip
    if fits:
        name, space = max(fits, key=lambda fit: len(fit[1]))
        return f"{name}:{iri[len(space) :]}"
    return f"<{iri.removeprefix(BASE)}>"


def _text(text: str, language: str = "en") -> str:
    return str(Literal(text, language=language))


def _place(draft: Draft, place: Place) -> str:
    return f"id/{draft.context.document}/{place.name}"


def _key(draft: Draft) -> str:
    return draft.context.document.removeprefix("doc/")
