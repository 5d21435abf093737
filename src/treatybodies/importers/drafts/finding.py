"""What the rules find in a sentence: groups of statements, each with its rule and confidence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Triple

from treatybodies.importers.drafts.context import Context, session_of, session_on
from treatybodies.importers.drafts.days import is_long_ago
from treatybodies.importers.drafts.derived import derive
from treatybodies.importers.drafts.documents import symbol_of
from treatybodies.importers.drafts.encounters import parties, session_of_day
from treatybodies.importers.drafts.known import Known
from treatybodies.importers.drafts.lexicon import Modality, lexicon, modality
from treatybodies.importers.drafts.marked import Mention, Sentence
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.numerals import suffixed
from treatybodies.importers.drafts.officers import officers
from treatybodies.importers.drafts.rules import Document, Rule
from treatybodies.importers.drafts.statements import Slots, fill

_KEBAB = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Group:
    """Statements that one rule read in one sentence."""

    rule: str
    confidence: float
    quotation: str
    triples: tuple[Triple, ...]
    used: frozenset[int]
    """The numbers of the sentence's mentions that the rule took in."""


@dataclass(frozen=True)
class Reader:
    """The names and the graph that rules look things up in."""

    names: Names
    known: Known

    def find(
        self, rule: Rule, sentence: Sentence, context: Context, extra: Slots | None = None
    ) -> Iterator[Group]:
        """What a rule finds in a sentence, match by match; overlapping matches count each."""
        marked, tags = sentence.marked, sentence.tags
        if rule.verbs and tags.isdisjoint(rule.verbs):
            return
        for pattern, first in rule.compiled:
            if first and tags.isdisjoint(first):
                continue
            at = 0
            while match := pattern.search(marked, at):
                at = match.start() + 1
                found = Match(sentence, marked, match)
                if found.is_own:
                    yield from self._read(rule, sentence, context, found, extra or {})
                if not match[0]:
                    break

    def _read(
        self, rule: Rule, sentence: Sentence, context: Context, match: Match, extra: Slots
    ) -> Iterator[Group]:
        verb = match.verb(rule)
        if (rule.verbs and verb is None) or not _fits(rule, match, verb):
            return
        if sentence.of(*rule.unless) or (rule.ours and not match.is_ours(verb)):
            return
        slots = self._slots(rule, sentence, context, match) | extra
        if any(not slots.get(name) for name in rule.needs) or any(
            slots.get(name) for name in rule.without
        ):
            return
        if context.session and "session" in slots and rule.when == "happened":
            _, ahead = session_of(sentence, match.start, match.clause[1], context)
            if ahead:
                return
        triples = [
            triple
            for own in self._for_each(rule, slots, match, verb, context)
            for triple in fill(rule.says, own)
        ]
        if triples:
            confidence = round(rule.confidence * match.certainty(verb), 2)
            yield Group(
                rule.name,
                confidence,
                match.quotation,
                tuple(dict.fromkeys(triples)),
                match.used(rule, verb),
            )

    def _slots(self, rule: Rule, sentence: Sentence, context: Context, match: Match) -> Slots:
        """All that the statements can use: the record's, the sentence's and the match's slots."""
        slots = dict(context.slots)
        session, _ = session_of(sentence, match.start, match.clause[1], context)
        slots["session"] = (session,) if session else ()
        words = lexicon(sentence.language)
        for manner in words.manners:
            code = words.manner(manner, sentence.text[slice(*match.clause)])
            slots[manner] = (code,) if code else ()
        slots["simplified"] = ("true",) if slots["procedure"] == ("simplified",) else ()
        slots["body_name"] = (self.names.label(f"body/{context.body}"),)
        for tag in rule.near:
            alone = match.near(tag)
            if len(alone) == 1:
                slots |= alone[0].slots
        for mention in match.mentions:
            slots |= mention.slots
        for tag in rule.gather:
            gathered = [path for each in sentence.of(tag) for path in each.slots.get(tag, ())]
            slots[tag] = tuple(dict.fromkeys(gathered))
        named = sentence.of("session", "relative-session")
        slots |= derive(match, slots, context, self.names)
        if is_long_ago(slots.get("date", ()), context):
            # What was done years ago belongs to no session of the record.
            slots |= {"session": (), "earlier_comment": slots.get("comment", ())}
        elif (other := session_on(next(iter(slots.get("day", ())), ""), context)) and not named:
            slots["session"] = (other,)
        return slots

    def _for_each(
        self, rule: Rule, slots: Slots, match: Match, verb: Mention | None, context: Context
    ) -> Iterator[Slots]:
        if not rule.each:
            yield self._with_documents(rule, slots, "", match, context)
            return
        if rule.each == "party":
            for party in parties(match, verb, context, self.names):
                yield slots | party | session_of_day(slots | party, match, context)
        if rule.each == "officer":
            yield from (slots | own for own in officers(match.sentence))
        for value in slots.get(rule.each, ()):
            own = slots | {rule.each: (value,), "value": (value,)}
            if value.isdigit():
                own["ordinal"] = (suffixed(int(value)),)
                own["value_sitting"] = (context.sitting(value),)
            if rule.each in ("states", "symbol_states"):
                own |= {
                    "party": (value,),
                    # The European Union is EU in the IRIs of its acts.
                    "state": (value.rpartition("/")[2].upper(),),
                    "state_name": (self.names.label(value),),
                }
                if value in context.timetable:
                    # The day of its entry counts, not that on which the session begins.
                    own["planned_date"] = ()
            yield self._with_documents(rule, own, value, match, context)

    def _with_documents(
        self, rule: Rule, slots: Slots, party: str, match: Match, context: Context
    ) -> Slots:
        """``slots`` with the path of each document that the rule speaks of."""
        found: Slots = {}
        for name, document in rule.documents.items():
            if document.only_with and not match.speaks_of(document.only_with):
                continue
            path = self._document(document, slots, party, match, context)
            if path:
                found[name] = (path,)
        return slots | found

    def _document(
        self, document: Document, slots: Slots, party: str, match: Match, context: Context
    ) -> str:
        body, session = slots.get("body", ("",))[0], slots.get("session") or ("",)
        printed = symbol_of(match.sentence, party, document.kind)
        if printed:
            return printed
        if document.kind == "StateReport" and party in context.reports:
            return context.reports[party]
        cycles = match.cycles_of(party) if document.from_cycle else ()
        known = self.known.document(
            document.kind, body, party, f"session/{body}/{session[0]}", cycles[-1] if cycles else ""
        )
        if known:
            return known
        kind = _KEBAB.sub("-", document.kind).lower()
        return f"doc/{body}/{session[0]}/{kind}/{party.rpartition('/')[2]}" if session[0] else ""


def _fits(rule: Rule, match: Match, verb: Mention | None) -> bool:
    """Whether what the verb says happened, or is planned, as the rule wants it."""
    if verb is None or rule.when == "any":
        return True
    if match.is_put_off(verb):
        return False
    said = modality(match.governing(verb).text, match.sentence.language)
    if said is Modality.HAPPENED and _lies_ahead(match, verb):
        said = Modality.PLANNED
    return said.value == rule.when


def _lies_ahead(match: Match, verb: Mention) -> bool:
    """Whether “will” or “would” stands apart from its verb: “will, at its next session, adopt”."""
    before = match.sentence.text[max(0, verb.start - 60) : verb.start]
    return bool(re.search(r"\b(?:will|would|shall)\b[^.;]*$", before)) and not re.search(
        r"\b(?:had|has|have|was|were|that)\b", verb.text + before.rpartition("would")[2]
    )
