"""A match of a rule in a sentence: its verb, who acts, what stands around it, what to quote."""

import re
from dataclasses import dataclass

from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.marked import Mention, Sentence
from treatybodies.importers.drafts.rules import Rule

# What a rule that looks for parties or officers itself takes in.
_TAKEN_BY_EACH = {
    "party": ("office", "organization", "body", "agent-group", "group", "person", "date"),
    "officer": ("person", "chair", "date"),
}
LONGEST_QUOTATION = 15
SHORTEST_QUOTATION = 4
_MARK = re.compile(r"⟨([a-z-]+)#(\d+)⟩")
_FOREIGN = ("body", "organization", "agent-group", "states", "state-party")
_ACTORS = ("ours", "pronoun", "working-group", "chair", "both", *_FOREIGN, "person", "office")
_CLAUSE = re.compile(r"; |, (?:and|but|while|whereas) |\b(?:who|which|whom)\b")
# What makes the next name an object, or part of one: “with the Office … (OHCHR) and the ILO”.
_OBJECT = re.compile(
    r"\b(?:with|of|from|to|by|for|on|in|at|against|between|about|under) (?:the |an? )?$"
    r"|\b(?:avec|du|des|de|par|pour|sur|dans|con|del|por|para|sobre)"
    r"(?: (?:le |la |les |el |los |las )?| l['’])$"
)
_ASIDE = re.compile(
    r", (?:in (?:co-?operation|collaboration|consultation)|together|jointly|along) with [^,]+,"
    r"| (?:said|noted|recalled|announced) that .*?(?=the Committee|it )|\([^()]*\)"
)
_CUT = re.compile(
    r"; | and that | – "
    r"|, (?:and(?! [A-Z])|but|while|whereas|as well as|which|who|where|during which) "
)
# A day from which or until which something is told is not the day on which it was done.
_ASIDE_DATE = re.compile(
    r"\b(?:[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Bb]y|[Aa]s (?:at|of|from))(?: the)? $"
    r"|\b(?:[Ss]ince the|opening of|closing of|closure of) [^,;]{0,40}on $"
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|be|being|été|est|sont|sera|seront|fue|fueron|sido|se|quedan?)\b"
)


@dataclass(frozen=True)
class Match:
    """A match of a rule in a sentence, and what stands around it."""

    sentence: Sentence
    marked: str
    match: re.Match[str]

    @property
    def mentions(self) -> list[Mention]:
        """The mentions inside the match, in order."""
        return [self.sentence.mentions[number] for number in self._numbers(self.match[0])]

    @property
    def is_own(self) -> bool:
        """Whether an entry of a list adds to it: what stands before the list is read there."""
        own = self.sentence.own
        return not own or not self.mentions or self.mentions[-1].end > own

    @property
    def clause(self) -> tuple[int, int]:
        """Where the clause around the match begins and ends in the text."""
        text, low = self.sentence.text, self.start
        high = self.mentions[-1].end if self.mentions else low
        cuts = [cut.start() for cut in _CUT.finditer(text)]
        first = max((cut for cut in cuts if cut <= low), default=self.sentence.own)
        last = min((cut for cut in cuts if cut >= high), default=len(text))
        return first, last

    def near(self, tag: str) -> list[Mention]:
        """The mentions of a kind in the clause of the match."""
        first, last = self.clause
        return [
            each
            for each in self.sentence.of(tag)
            if first <= each.start < last
            and not _ASIDE_DATE.search(self.sentence.text[: each.start])
        ]

    @property
    def start(self) -> int:
        """Where the match begins in the text, or the sentence when no mention is in it."""
        return self.mentions[0].start if self.mentions else self.sentence.own

    def verb(self, rule: Rule) -> Mention | None:
        """The verb that governs the match: inside it, right after it when passive, or before it."""
        verbs = lexicon().verbs
        inside = [mention for mention in self.mentions if mention.tag in verbs]
        if inside and not rule.verbs:
            return inside[0]
        before = self._verbs(self.marked[: self.match.start()])[-1:]
        after = self._verbs(self.marked[self.match.end() : self.match.end() + 200])[:1]
        passive = [mention for mention in after if _PASSIVE.search(mention.text)]
        for mention in [*inside, *passive, *before, *([] if before else after)]:
            if mention.tag in rule.verbs:
                return mention
        return None

    def governing(self, verb: Mention) -> Mention:
        """The verb whose form tells when: that of “is due to hold a public meeting with …”."""
        at = self.sentence.mentions.index(verb)
        before = self.sentence.mentions[at - 1] if at else verb
        noun = verb.text.strip() == "meeting" and before.tag == "hold"
        return before if noun and len(self._between(before, verb)) < 40 else verb

    def is_put_off(self, verb: Mention) -> bool:
        """Whether the act was postponed, cancelled or impossible: that is said right beside it."""
        verbs = self.sentence.of(*lexicon().verbs)
        at = verbs.index(verb)
        around = [*verbs[max(0, at - 1) : at], *verbs[at + 1 : at + 3]]
        return any(
            mention.tag == "postpone" and not _CLAUSE.search(self._between(mention, verb))
            for mention in around
            # “adopted … and postponed …” are two acts.
            if mention.start < verb.start or not self._between(verb, mention).endswith(" and ")
        )

    def _between(self, one: Mention, other: Mention) -> str:
        first, last = sorted((one, other), key=lambda mention: mention.start)
        return self.sentence.text[first.end : last.start]

    def is_ours(self, verb: Mention | None) -> bool:
        """Whether the committee of the record acts: no other agent stands nearest to the verb."""
        if verb is None:
            return True
        agent = re.match(r"\s+(?:jointly )?by (?:the )?⟨([\w-]+)#\d+⟩", self.after(verb))
        if agent:
            return agent[1] not in _FOREIGN
        if _PASSIVE.search(verb.text):
            return True
        before = [each for each in self.sentence.of(*_ACTORS) if self._is_subject(each, verb)]
        return not before or before[-1].tag not in _FOREIGN[1:]

    def _is_subject(self, actor: Mention, verb: Mention) -> bool:
        """Whether a mention before the verb can act: none that a preposition or aside takes in."""
        text = self.sentence.text
        if actor.end > verb.start or _OBJECT.search(text[: actor.start]):
            return False
        return all(
            not aside.start() <= actor.start < aside.end() for aside in _ASIDE.finditer(text)
        )

    def certainty(self, verb: Mention | None) -> float:
        """How far the sentence leaves doubt: a pointer or pronoun must be read aright."""
        certainty = 1.0
        if any(mention.tag == "pointer" for mention in self.mentions):
            certainty *= 0.85
        if verb is not None and self.sentence.of("postpone"):
            certainty *= 0.6
        return certainty

    def speaks_of(self, mark: str) -> bool:
        """Whether the sentence mentions something of a kind, or points to it by its word."""
        return any(
            mention.tag == mark or (mention.tag == "pointer" and mark in mention.text)
            for mention in self.sentence.mentions
        )

    def cycles_of(self, party: str) -> tuple[str, ...]:
        """The numbers of the State's report, where the sentence gives them."""
        if any("mixed" in each.slots for each in self.mentions):
            return ()
        reports = [each for each in self.mentions if each.tag == "report" and each.slots["cycle"]]
        return reports[-1].slots["cycle"] if reports else ()

    @property
    def quotation(self) -> str:
        """At most fifteen words of the sentence, from where the match begins."""
        own, text = self.sentence.own, self.sentence.text
        words = [word for word in re.finditer(r"\S+", text) if word.start() >= own]
        low = self.mentions[0].start if self.mentions else own
        high = self.mentions[-1].end if self.mentions else len(text)
        inside = [
            number for number, word in enumerate(words) if word.end() > low and word.start() < high
        ]
        first, last = (inside[0], inside[-1]) if inside else (0, len(words) - 1)
        if last - first < SHORTEST_QUOTATION:
            # A word or two find no place: those around them help.
            first, last = max(0, first - 4), last + 4
        chosen = words[first : min(last, first + LONGEST_QUOTATION - 1) + 1]
        return text[chosen[0].start() : chosen[-1].end()].rstrip(" ,;(")

    def used(self, rule: Rule, verb: Mention | None) -> frozenset[int]:
        """The numbers of the mentions that the rule took in."""
        numbers = set(self._numbers(self.match[0]))
        taken = (*rule.near, *rule.gather, *_TAKEN_BY_EACH.get(rule.each, ()))
        numbers.update(
            number
            for number, mention in enumerate(self.sentence.mentions)
            if mention is verb
            or mention.tag in taken
            or mention.tag in ("session", "relative-session")
        )
        return frozenset(numbers)

    def after(self, verb: Mention) -> str:
        """The marked sentence after a verb."""
        mark = f"⟨{verb.tag}#{self.sentence.mentions.index(verb)}⟩"
        return self.marked.partition(mark)[2]

    def _verbs(self, marked: str) -> list[Mention]:
        numbers = [int(number) for tag, number in _MARK.findall(marked) if tag in lexicon().verbs]
        return [self.sentence.mentions[number] for number in numbers]

    def _numbers(self, marked: str) -> list[int]:
        return [int(number) for _, number in _MARK.findall(marked)]
