"""A sentence with what it mentions, each as a mark that the rules are written over.

``It had adopted concluding observations on Benin and Egypt.`` becomes
``⟨pronoun#0⟩ ⟨adopt#1⟩ ⟨concluding-observations#2⟩ on ⟨states#3⟩.``
"""

from dataclasses import dataclass, field
from functools import cached_property

Slots = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Mention:
    """One thing that a sentence mentions; ``slots`` are the values that it gives to rules."""

    tag: str
    start: int
    end: int
    text: str
    slots: Slots = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    """For States: what stands in brackets after each."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with its mentions, in order, and its text with a mark for each mention."""

    text: str
    mentions: tuple[Mention, ...]
    own: int = 0
    """Where the sentence's own words begin, when it continues the words before a list."""
    language: str = "en"

    @cached_property
    def marked(self) -> str:
        """The text with each mention replaced by ``⟨tag#number⟩``."""
        pieces, at = [], 0
        for number, mention in enumerate(self.mentions):
            pieces += [self.text[at : mention.start], f"⟨{mention.tag}#{number}⟩"]
            at = mention.end
        return "".join(pieces) + self.text[at:]

    @cached_property
    def tags(self) -> frozenset[str]:
        """The kinds of what it mentions."""
        return frozenset(mention.tag for mention in self.mentions)

    def of(self, *tags: str) -> list[Mention]:
        """The mentions of some kinds, in order."""
        return [mention for mention in self.mentions if mention.tag in tags]
