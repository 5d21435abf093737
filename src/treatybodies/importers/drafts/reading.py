"""What a place of a text says, sentence by sentence: by the rules, by its subjects, by symbols."""

from collections.abc import Iterator

from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.documents import NAMED, named_documents
from treatybodies.importers.drafts.finding import Group, Reader
from treatybodies.importers.drafts.marked import Sentence
from treatybodies.importers.drafts.mentions import read_mentions
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.paragraphs import Kind, Place
from treatybodies.importers.drafts.pointing import follow, resolve
from treatybodies.importers.drafts.rules import read_rules
from treatybodies.importers.drafts.sentences import split_sentences
from treatybodies.importers.drafts.slugs import slug
from treatybodies.importers.drafts.statements import fill
from treatybodies.importers.drafts.subjects import SAYS, Themes, sentence_themes, subjects

THEMES_CONFIDENCE = 0.7
Found = tuple[Sentence | None, Group]
"""A group with the sentence that it was read in; none for what the whole place says."""


def sentences_of(place: Place, names: Names) -> list[Sentence]:
    """The sentences of a place; an entry of a list continues the words before the list."""
    if place.lead:
        whole = f"{place.lead}: {place.text}"
        return [read_mentions(whole, names, own=len(place.lead) + 2)]
    return [read_mentions(text, names) for text in split_sentences(place.text)]


def enter(place: Place, context: Context) -> None:
    """Under a heading of a summary record a part of the meeting begins."""
    context.here = ""
    if place.kind is Kind.HEADING and context.meeting:
        part = slug(place.text.partition(" (")[0])
        context.part = f"event/{context.body}/{context.session}/meeting-{context.meeting}/{part}"


def read_place(
    place: Place, sentences: list[Sentence], reader: Reader, context: Context, themes: Themes
) -> list[Found]:
    """What the rules find in a place, sentence by sentence; the context follows along."""
    found: list[Found] = []
    if place.kind is Kind.COVER and context.symbol and context.symbol.assembly:
        return found  # The session on the cover is that of the General Assembly.
    for number, sentence in enumerate(sentences):
        sentence = sentences[number] = resolve(sentence, context)
        extra = {"theme": sentence_themes(sentence, themes)}
        if place.kind is Kind.HEADING:
            heading = place.text.partition(" (")[0]
            # A label is in English: words of another language stand in it as they are quoted.
            own = reader.names.language == "en"
            extra["heading"] = (heading if own else f"“{heading}”",)
        for rule in read_rules():
            if place.kind in rule.places:
                found += [
                    (sentence, group) for group in reader.find(rule, sentence, context, extra)
                ]
        follow(sentence, context)
    return found


def subjects_of(
    sentences: list[Sentence], context: Context, themes: Themes, paragraph: str
) -> Iterator[Found]:
    """What the paragraph as a whole is about."""
    triples = fill(SAYS, subjects(sentences, context, themes) | {"paragraph": (paragraph,)})
    if triples:
        quotation = " ".join(sentences[0].text[sentences[0].own :].split()[:12]).rstrip(" ,;")
        yield None, Group("subjects", THEMES_CONFIDENCE, quotation, tuple(triples), frozenset())


def documents_of(sentences: list[Sentence], own: str) -> Iterator[Found]:
    """What the symbols in the sentences say of the documents that they name."""
    for sentence in sentences:
        for number, mention, slots in named_documents(sentence):
            if f"doc/{slots['symbol_path'][0]}" != own and (triples := fill(NAMED, slots)):
                group = Group("document-named", 0.95, mention, tuple(triples), frozenset({number}))
                yield sentence, group
