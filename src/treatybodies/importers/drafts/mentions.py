"""What a sentence mentions: names, numbers, days, parties and the words of the lexicon."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.marked import Mention, Sentence, Slots
from treatybodies.importers.drafts.names import Names, demonyms
from treatybodies.importers.drafts.parties import read_parties
from treatybodies.importers.drafts.patterns import patterns_of

# Between two States of one list: commas, “and”, “as well as”, and a remark in brackets.
_BETWEEN = re.compile(
    r"\s*(?:\((?P<remark>[^()]*)\))?\s*(?:,|;)?\s*(?:and|as well as|et|ainsi que|y|e|así como)?\s*"
    r"(?P<report>(?:on )?the (?:[a-z-]+,? (?:(?:and|to) )?){0,5}reports? (?:submitted )?)?"
    r"(?:on )?(?:of |from |with |in |by |de |du |des |d['’]|del |au |aux |à |a |al |en )?"
    r"(?:the |la |le |les |l['’]|los |las |el )?"
)
_NAMELY = re.compile(r"(?:,? namely|, i\.e\.|:| –| \(|,)?,? ?(?:the )?")
_REMARK = re.compile(r"\s*\((?P<remark>[^()]{2,80})\)")
_INHABITANT = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Mme)\. (?:\w+ )?$")


def read_mentions(text: str, names: Names, own: int = 0) -> Sentence:
    """``text`` with everything that it mentions."""
    language = names.language
    found = [*_named(text, names), *_patterned(text, names), *_marked(text, language)]
    chosen = _without_overlaps(found)
    parties = list(read_parties(text, chosen, language))
    # A party's own name takes in what is loosely marked in it.
    kept = [
        each for each in chosen if all(each.end <= p.start or p.end <= each.start for p in parties)
    ]
    in_order = sorted([*kept, *parties], key=lambda each: each.start)
    return Sentence(text, tuple(_joined(text, in_order)), own, language)


_BESIDE_STATES = re.compile(
    r"(?:[\s,;:.|()–—-]|\b\d{1,2}[:.]\d\d\b|\b(?:and|the|initial|periodic|combined|reports?|review|of|absence|in|a)\b)*"
)


def names_states_only(text: str, names: Names) -> bool:
    """Whether a line is an entry of a list of States: names, and symbols or cycles beside them."""
    if len(text) > 200:
        return False
    mentions = read_mentions(text, names).mentions
    if not mentions or mentions[0].tag != "states" or mentions[0].start > 5:
        return False
    rest, at = "", 0
    for mention in mentions:
        rest += text[at : mention.start]
        if mention.tag not in ("states", "symbol", "report", "date", "span", "time"):
            return False
        at = mention.end
    return bool(_BESIDE_STATES.fullmatch(rest + text[at:]))


def _patterned(text: str, names: Names) -> Iterator[Mention]:
    """Numbers, days, times, sessions, meetings, reports, symbols, persons: see `patterns`."""
    for tag, pattern, slots in patterns_of(names.language):
        for match in pattern.finditer(text):
            values = slots(match)
            if values is None:
                continue
            if values.get("of", ("",))[0]:
                values["of"] = (_holder(values["of"][0], names),)
            yield Mention(tag, match.start(), match.end(), match[0], values)


def _holder(text: str, names: Names) -> str:
    """The path of the body whose session is meant; the words themselves when it is no body."""
    if text.split()[-1] in ("Committee", "Subcommittee") and len(text.split()) == 1:
        return ""
    bodies = [name.path for _, _, name in names.find(text) if name.tag == "body"]
    return bodies[0] if bodies else text


def _named(text: str, names: Names) -> Iterator[Mention]:
    for start, end, name in names.find(text):
        if name.tag == "state" and _INHABITANT.search(text[:start]):
            continue  # “Ms. Chad” is a person.
        tag = "states" if name.tag == "state" else name.tag
        # “body” is the committee whose record it is; another that is named has a slot of its own.
        slot = "named_body" if tag == "body" else tag
        yield Mention(tag, start, end, text[start:end], {slot: (name.path,)})
    adjectives, paths = demonyms()
    for match in adjectives.finditer(text):
        slots: Slots = {"states": (paths[match[0]],)}
        yield Mention("states", match.start(), match.end(), match[0], slots)


def _marked(text: str, language: str) -> Iterator[Mention]:
    words = lexicon(language)
    for tag, pattern in words.marks:
        for match in pattern.finditer(text):
            yield Mention(tag, match.start(), match.end(), match[0])
    for pattern in words.pointers:
        for match in pattern.finditer(text):
            counts = tuple(count for count in match.groupdict().values() if count)
            yield Mention("pointer", match.start(), match.end(), match[0], {"count": counts})


def _without_overlaps(found: Iterable[Mention]) -> list[Mention]:
    """The longest mention at each place, from left to right; the first found of equal ones."""
    chosen: list[Mention] = []
    for mention in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in chosen):
            chosen.append(mention)
    return sorted(chosen, key=lambda each: each.start)


def _joined(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """The mentions with lists of States, bodies and groups joined to one each."""
    inside = -1
    for index, mention in enumerate(mentions):
        if mention.start < inside:
            continue
        if mention.tag == "states":
            mention = _join_states(text, mention, mentions[index + 1 :])
            inside = mention.end
        elif mention.tag == "pointer" and _names_follow(text, mention, mentions[index + 1 :]):
            continue
        yield mention


def _names_follow(text: str, pointer: Mention, following: list[Mention]) -> bool:
    """Whether “six States parties, namely …” says itself which States it means."""
    return bool(
        following
        and following[0].tag == "states"
        and _NAMELY.fullmatch(text[pointer.end : following[0].start])
    )


def _join_states(text: str, first: Mention, following: list[Mention]) -> Mention:
    """A list of States as one mention, with what stands in brackets after each of them."""
    paths, remarks, end = list(first.slots["states"]), dict(first.remarks), first.end
    mixed = False
    for mention in following:
        if mention.tag != "states":
            # Symbols and report numbers in brackets belong to the State before them.
            continue
        between = _BETWEEN.fullmatch(text[end : mention.start])
        if between is None:
            break
        mixed = mixed or bool(between["report"])
        if between["remark"]:
            remarks[paths[-1]] = between["remark"]
        paths += [path for path in mention.slots["states"] if path not in paths]
        end = mention.end
    last = _REMARK.match(text, end)
    if last and re.search(r"[A-Z]+/C/|report|cycle|Q/|CO/", last["remark"]):
        remarks[paths[-1]] = last["remark"]
        end = last.end()
    slots: Slots = {"states": tuple(paths)}
    if mixed:
        # Each State has a report of its own, so that one number is not that of all.
        slots["mixed"] = ("true",)
    return replace(first, end=end, text=text[first.start : end], slots=slots, remarks=remarks)
