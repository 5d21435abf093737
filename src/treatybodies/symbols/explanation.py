"""What a symbol says, in sentences."""

import re
from collections.abc import Iterator

from treatybodies.symbols.parts import FORMS, SUFFIX, SUFFIXES, part_sentence
from treatybodies.symbols.rules import Rule
from treatybodies.symbols.series import BODY_NAMES, find_supplement
from treatybodies.symbols.states import read_state_code
from treatybodies.symbols.symbol import Symbol

_PROTOCOL_NAMES = {
    "crc-op-ac": "the Optional Protocol on the involvement of children in armed conflict",
    "crc-op-sc": "the Optional Protocol on the sale of children",
}


def explain_match(symbol: Symbol, rule: Rule, found: re.Match[str]) -> tuple[str, ...]:
    """One sentence for the whole, one for each part, one for what stays open."""
    return tuple(sentence for sentence in _sentences(symbol, rule, found) if sentence)


def explain_joint(text: str, label: str, parts: tuple[Symbol, ...]) -> tuple[str, ...]:
    """The sentences of a document with two symbols, then those of each."""
    head = f"{text}: {label}; the document has two symbols, joined by a dash."
    return (head, *(sentence for part in parts for sentence in part.sentences))


def _sentences(symbol: Symbol, rule: Rule, found: re.Match[str]) -> Iterator[str]:
    yield f"{symbol.text}: {symbol.kind.label}."
    yield _body_sentence(symbol, found)
    yield rule.sentence
    groups = (name for name, text in found.groupdict().items() if text)
    for group in sorted(groups, key=found.start):
        yield _sentence(group, found[group], symbol)
    for mark, number in SUFFIX.findall(found["tail"]):
        yield f"“{mark}.{number}” is {SUFFIXES[mark]} {number}."
    if symbol.portion:
        yield f"“{symbol.portion}” is a part that came out under the same symbol."
    if symbol.locator:
        yield f"“{symbol.locator}” points into the document and is no part of its symbol."
    yield rule.caution


def _body_sentence(symbol: Symbol, found: re.Match[str]) -> str:
    if not symbol.bodies:
        return "It belongs to no single treaty body."
    name = BODY_NAMES[symbol.bodies[0]]
    series = found.groupdict().get("series")
    if series is None:
        return f"It belongs to the {name}."
    protocol = _PROTOCOL_NAMES.get(symbol.treaty or "")
    under = f" under {protocol}" if protocol else ""
    return f"“{series}” is the series of the {name}{under}."


def _sentence(group: str, text: str, symbol: Symbol) -> str:
    """What one part says, where its own sentence is not enough."""
    match group:
        case "series" | "tail":
            return ""
        case "state":
            return _state_sentence(text)
        case "cycles":
            return _cycles_sentence(text)
        case "communications":
            return _communications_sentence(text)
        case "decided":
            return _decided_sentence(text)
        case "form":
            mark = text.partition(".")[0]
            return f"“{text}” is the number of the paper; “{mark}” marks it as {FORMS[mark]}."
        case "assembly":
            year = 1945 + int(text)
            return f"“{text}” is the session of the General Assembly that opens in {year}."
        case "supplement":
            return _supplement_sentence(text, symbol)
        case _:
            return part_sentence(group, text)


def _state_sentence(text: str) -> str:
    code = read_state_code(text)
    if code.note:
        return f"“{text}” stands for {code.note}."
    return f"“{text}” is the three-letter code of the State."


def _cycles_sentence(text: str) -> str:
    if "-" in text:
        first, _, last = text.partition("-")
        return f"“{text}” are the reporting cycles {first} to {last}, taken together."
    return f"“{text}” is the number of the reporting cycle, or of the last that it combines."


def _communications_sentence(text: str) -> str:
    if text.isdigit():
        return f"“{text}” is the number of the communication."
    return f"“{text}” are the numbers of communications that were decided together."


def _decided_sentence(text: str) -> str:
    if text == "D":
        return "“D” marks a decision or Views on a communication."
    return f"“{text}” is met in place of D; what it adds is not documented."


def _supplement_sentence(text: str, symbol: Symbol) -> str:
    plain = f"“{text}” is the supplement that holds the annual report of the body."
    if symbol.assembly is None:
        return plain
    supplement = find_supplement(symbol.assembly, int(text))
    if supplement is None or supplement.seen:
        return plain
    return plain + " That it is this body's is generally known, not read on a report."
