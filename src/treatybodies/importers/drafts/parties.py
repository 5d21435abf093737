"""Whom a committee meets when no name of the graph says it: groups, and names nobody listed.

They are looked for only where they are expected, after “met with” or before “briefed the
Committee”: a capital letter elsewhere means little.
"""

import re
from collections.abc import Iterator, Sequence

from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.marked import Mention, Slots
from treatybodies.importers.drafts.slugs import slug

_WITH = re.compile(
    r"\b(?:meetings?|met|discussions?|exchanges?|briefings?|talks|dialogues?|views|consulted|"
    r"encounters?|addressed|briefed|joined|statements?|presentations?|remarks|heard)"
    r"(?: [\w-]+){0,4}? (?:with|by|from)\b|\bmet (?=[A-Z]|the |members )|\baddressed (?=the [A-Z])"
)
_STOP = re.compile(
    r"; |\. |, (?:who|which|where|while|during|at which|to )|\b(?:to discuss|in order to|on the "
    r"(?:sub|t)\w+|(?:regarding|concerning|about) )"
)
_PROPER = re.compile(
    r"(?:[A-Z][\w’'.-]+|UN)(?: (?:(?:of|on|for|and|or|the|to|against|in|de|des|du|la|le|del) )*"
    r"[A-Z(][\w’'.-]+\)?)*"
)
# “the Voluntary Fund for Victims of Torture” is no group of victims.
_WITHIN_NAME = re.compile(r"[A-Z][\w’-]+ (?:for|of|on) (?:the )?$")
_AND = re.compile(r" and (?P<the>the )?")
_NO_PARTY = re.compile(
    r"^(?:The|Committee|Subcommittee|Convention|Covenant|Optional|Protocol|Chair|January|February|"
    r"March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|"
    r"Wednesday|Thursday|Friday|Geneva|New York|Palais|States?|Ms|Mr|Mrs|Dr|In|On|At|It|During)\b"
)


def read_parties(text: str, mentions: Sequence[Mention], language: str = "en") -> Iterator[Mention]:
    """Groups anywhere, and capitalized names among those that a committee meets."""
    taken = [(mention.start, mention.end) for mention in mentions if not _is_loose(mention)]
    for code, words in lexicon(language).groups.items():
        for found in words.finditer(text):
            within = _WITHIN_NAME.search(text[: found.start()]) and found[0][0].isupper()
            if not within and _is_free(found.start(), found.end(), taken):
                taken.append((found.start(), found.end()))
                yield _group(found.start(), found.end(), text, f"scheme/agent-group/{code}")
    for start in _WITH.finditer(text):
        stop = _STOP.search(text, start.end())
        for low, high in _proper_names(text, start.end(), stop.start() if stop else len(text)):
            if _is_free(low, high, taken):
                taken.append((low, high))
                yield _group(low, high, text, "")


def _proper_names(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where names stand; “and” belongs to one only behind “on”, “of” or “for”."""
    for found in _PROPER.finditer(text, start, end):
        low = found.start()
        for part in _AND.finditer(found[0]):
            head = text[low : found.start() + part.start()]
            if part["the"] or not re.search(r" (?:on|of|for|against) ", head):
                yield from _if_name(text, low, found.start() + part.start())
                low = found.start() + part.end()
        yield from _if_name(text, low, found.end())


def _if_name(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The place, when words with capital letters can name an organization: two, or letters only."""
    name = text[low:high].rstrip(".")
    several = len(re.findall(r"\b[A-Z]", name)) > 1 or re.fullmatch(r"[A-Z][A-Z-]{2,}", name)
    if several and not _NO_PARTY.match(name):
        yield low, high


def _is_loose(mention: Mention) -> bool:
    """Whether a longer name may take the mention in: “United Nations” Children’s Fund."""
    loose = ("United Nations", "civil society")
    return mention.tag in ("ours", "pronoun", "region") or mention.text in loose


def _is_free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(end <= low or high <= start for low, high in taken)


def _group(start: int, end: int, text: str, path: str) -> Mention:
    """A group that has a code, or an organization that its name alone tells of."""
    words = text[start:end].rstrip(" .,")
    slots: Slots = {"group": (slug(words),), "group_path": (path,)}
    if not path:
        named = f"organization/{slug(re.sub(r'^UN ', 'United Nations ', words))}"
        slots |= {"group_path": (f"id/{named}",), "party": (named,), "party_name": (words,)}
    return Mention("group", start, start + len(words), words, slots)
