"""Documents that a text names by their symbols, whatever it says of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from treatybodies.importers.drafts.marked import Sentence, Slots
from treatybodies.importers.drafts.patterns import SYMBOLS

NAMED: dict[str, dict[str, str | list[str]]] = {
    "<id/doc/{symbol_path}>": {
        "a": "{class}",
        "documentSymbol": '"{symbol}"',
        "concerns": "<id/{state_of_symbol}>",
    }
}


def named_documents(sentence: Sentence) -> Iterator[tuple[int, str, Slots]]:
    """Each symbol of a sentence: the number of its mention, its words, and what it tells."""
    for number, mention in enumerate(sentence.mentions):
        if mention.tag == "symbol" and "class" in mention.slots:
            yield number, mention.text, mention.slots
        for remark in mention.remarks.values():
            yield from ((number, text, slots) for text, slots in _symbols(remark))


def symbol_of(sentence: Sentence, party: str, kind: str) -> str | None:
    """The path of the document of a kind whose symbol stands beside the State, or names it."""
    for mention in sentence.of("states"):
        for _, slots in _symbols(mention.remarks.get(party, "")):
            if slots["class"] == (kind,):
                return f"doc/{slots['symbol_path'][0]}"
    for mention in sentence.of("symbol"):
        slots = mention.slots
        if slots.get("class") == (kind,) and slots.get("state_of_symbol") == (party,):
            return f"doc/{slots['symbol_path'][0]}"
    return None


def reports_of(sentences: Sequence[Sentence]) -> dict[str, str]:
    """State → path of the one State report whose symbol the text gives."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for sentence in sentences:
        for _, _, slots in named_documents(sentence):
            if slots["class"] == ("StateReport",) and "state_of_symbol" in slots:
                found[slots["state_of_symbol"][0]].add(f"doc/{slots['symbol_path'][0]}")
    return {state: next(iter(paths)) for state, paths in found.items() if len(paths) == 1}


def _symbols(text: str) -> Iterator[tuple[str, Slots]]:
    _, pattern, read = SYMBOLS
    for match in pattern.finditer(text):
        slots = read(match) or {}
        if "class" in slots:
            yield match[0], slots
