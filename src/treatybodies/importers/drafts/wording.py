"""What a sentence says in words of its own: topic, decision, role, occasion and kind of plan."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.slugs import slug

_TOPIC = re.compile(
    r"^(?: (?!with\b|by\b)[\w-]+){0,3}? (?:on|about|concerning|marking|to mark|regarding|"
    r"calling (?:for|on|upon)) "
    r"(?P<topic>[^,.;()]+)"
)
_OCCASION = re.compile(r"\b(?:International|World) [A-Z][\w’ -]{3,40}? Day\b")


def words_of(match: Match) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Topic, decision, role and kind of plan, in the words after the match."""
    text = match.sentence.text
    after = text[match.mentions[-1].end if match.mentions else match.start :]
    topic = _TOPIC.match(_behind_partner(match, after))
    if topic:
        words = " ".join(topic["topic"].split()[:10])
        yield "topic", (slug(re.sub(r"\b(?:the|of|and|in|on|for|a|its|their)\b", " ", words), 5),)
        yield "topic_words", (words,)
    decision = re.match(r"\s*(?:unanimously )?(?:to |that |on )?(?P<words>[^.;]+)", after)
    if decision and len(decision["words"].split()) > 1:
        words = " ".join(decision["words"].split()[:9])
        yield "decision", (slug(words, 6),)
        yield "decision_words", (words,)
    roles = {
        role: found.start()
        for role, pattern in lexicon(match.sentence.language).roles.items()
        if (found := pattern.search(after[:80]))
    }
    if roles:
        yield "role", (min(roles, key=roles.__getitem__),)
    numbers = [mention.slots["cycle"] for mention in match.mentions if mention.tag == "report"]
    mixed = any("mixed" in each.slots for each in match.mentions)
    if len(numbers) == 1 and len(numbers[0]) == 1 and not mixed:
        yield "cycle_number", numbers[0]
    occasion = _OCCASION.search(text)
    if occasion:
        yield "occasion", (occasion[0],)
    before = re.search(
        r"\b(?:[Ff]ollowing|[Ss]ince|[Aa]fter) (?:the |its )?$", text[: _session_start(match)]
    )
    if before and match.sentence.of("session"):
        yield "after_session", match.sentence.of("session")[0].slots["session_number"][:1]
    if match.sentence.of("ceremony"):
        yield "plan", ("ceremony",)
    elif match.sentence.of("publish"):
        yield "plan", ("publication",)
    elif match.sentence.of("adopt"):
        yield "plan", ("adoption",)


def _session_start(match: Match) -> int:
    sessions = match.sentence.of("session")
    return sessions[0].start if sessions else 0


def _behind_partner(match: Match, after: str) -> str:
    """What stands behind “with the Committee on …”, whose name holds no topic."""
    for body in match.sentence.of("body"):
        partner = re.match(rf" (?:jointly )?with (?:the )?{re.escape(body.text)}", after)
        if partner:
            return after[partner.end() :]
    return after
