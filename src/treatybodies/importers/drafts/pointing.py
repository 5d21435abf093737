"""Words that point back: “all four States parties”, “the two Committees”, “the document”."""

from dataclasses import replace

from treatybodies.importers.drafts.context import Context, number_of
from treatybodies.importers.drafts.mentions import Mention, Sentence
from treatybodies.importers.drafts.numerals import cardinal


def resolve(sentence: Sentence, context: Context) -> Sentence:
    """``sentence`` with its pointers filled with the States that were named last before them.

    A pointer that counts other States than were named stays empty: the rules then say nothing.
    """
    for mention in sentence.of("body"):
        body = mention.slots["named_body"][0].removeprefix("body/")
        if body != context.body:
            context.other_body = body
    for mention in sentence.of("session", "relative-session"):
        number, ahead = number_of(mention, context)
        if ahead:
            context.ahead = number
    mentions = [
        _filled(mention, _named_before(sentence, mention, context))
        if mention.tag == "pointer"
        else mention
        for mention in sentence.mentions
    ]
    return replace(sentence, mentions=tuple(mentions))


def _filled(pointer: Mention, states: tuple[str, ...]) -> Mention:
    counts = [cardinal(count) for count in pointer.slots.get("count", ())]
    if not states or any(count != len(states) for count in counts):
        return pointer
    return replace(pointer, slots=pointer.slots | {"states": states})


def _named_before(sentence: Sentence, pointer: Mention, context: Context) -> tuple[str, ...]:
    before = [mention for mention in sentence.of("states") if mention.end <= pointer.start]
    return before[-1].slots["states"] if before else context.reviewed


def follow(sentence: Sentence, context: Context) -> None:
    """Keep in mind what the sentence named, for those that come after it."""
    states = sentence.of("states")
    if states and sentence.of("dialogue", "report", "consider", "delegation", "situation"):
        context.reviewed = tuple(
            dict.fromkeys(path for mention in states for path in mention.slots["states"])
        )
    for mention in sentence.of("general-comment"):
        context.comment = mention.slots.get("comment", (context.comment,))[0]
