"""The rules of rules/*.yaml: what a sentence must look like, and what it then says.

A rule is data: patterns over the marks of a sentence (`mentions`), and statements in Turtle terms
with slots in braces. A statement with a slot that nothing fills is left out; a slot with several
values makes several objects.
"""

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Literal as OneOf

import yaml
from pydantic import BaseModel, ConfigDict, Field

from treatybodies.importers.drafts.paragraphs import Kind

FOLDER = Path(__file__).parent / "rules"
# What a gap “…” never runs across: another thing that could govern what follows.
_BARRIER = (
    "adopt|prepare|consider|hold|meet|elect|publish|decide|open|close|postpone|concluding-observations|"
    "list-of-issues|list-of-issues-prior-to-reporting|follow-up-report|dialogue|general-comment|"
    "statement|decision|general-discussion|states|pointer|views"
)
_GAP = rf"(?:(?!⟨(?:{_BARRIER})#)[^…]){{0,220}}?"
_SLOT = re.compile(r"\{([a-z_|-]+)\}")
NONE: frozenset[str] = frozenset()


class Document(BaseModel):
    """A document that a rule speaks of, found in the graph or named by body, session and State."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    """Its class in the ontology."""
    only_with: str = ""
    """A mark without which the rule does not speak of it."""
    from_cycle: bool = False
    """Whether it is found by the number of the report that is named, else by the session."""


class Rule(BaseModel):
    """One way in which a sentence says something, and the statements that follow."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    summary: str
    places: tuple[Kind, ...] = (Kind.BODY,)
    patterns: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    """Marks of which one must govern the match; empty when the pattern holds its own."""
    when: OneOf["happened", "planned", "any"] = "happened"
    ours: bool = True
    """Whether it holds only of what the record's own committee does."""
    each: str = ""
    """A slot with several values, for each of which the statements are made."""
    near: tuple[str, ...] = ()
    """Marks elsewhere in the sentence whose slots are used when there is just one."""
    gather: tuple[str, ...] = ()
    """Marks of which all in the sentence are taken together."""
    needs: tuple[str, ...] = ()
    """Slots without which the rule says nothing."""
    without: tuple[str, ...] = ()
    """Slots that, when filled, belong to another rule."""
    unless: tuple[str, ...] = ()
    """Marks in the sentence that make it say something else."""
    documents: dict[str, Document] = {}
    confidence: float = Field(gt=0, lt=1)
    says: dict[str, dict[str, str | list[str]]]
    examples: tuple[str, ...] = ()
    """Sentences in which it finds something."""
    translated: dict[str, tuple[str, ...]] = {}
    """Sentences of other languages in which it finds something, by the language's code."""
    silent: tuple[str, ...] = ()
    """Sentences in which it must find nothing."""

    @cached_property
    def compiled(self) -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
        """The patterns as regular expressions over a marked sentence, each with its first marks.

        A sentence without any of the first marks need not be searched; none means any sentence.
        """
        return tuple((compile_pattern(each), _first_marks(each)) for each in self.patterns)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern with ``{mark}``, ``{mark|mark}`` and the gap ``…`` as a regular expression.

    >>> bool(compile_pattern("{adopt}…{states}").search("⟨adopt#0⟩ a text on ⟨states#1⟩"))
    True
    """
    expanded = pattern.replace("…", _GAP)
    return re.compile(_SLOT.sub(lambda match: rf"⟨(?:{match[1]})#\d+⟩", expanded))


def _first_marks(pattern: str) -> frozenset[str]:
    """The marks of which a match must begin with one; empty when a pattern begins otherwise.

    >>> sorted(_first_marks("{report|dialogue}…{states}")), _first_marks("(?:{report})?{states}")
    (['dialogue', 'report'], frozenset())
    """
    first = re.match(r"\^?(?:\{([a-z|-]+)\}|⟨([a-z-]+)#\\d\+⟩)(?![?*|])", pattern)
    outside, inside = pattern, ""
    while outside != inside:
        outside, inside = re.sub(r"\{[^{}]*\}|\[[^]]*\]|\([^()]*\)", "", outside), outside
    return frozenset((first[1] or first[2]).split("|")) if first and "|" not in outside else NONE


@cache
def read_rules() -> tuple[Rule, ...]:
    """All rules, in the order of their files' names and of their places in them."""
    return tuple(
        Rule.model_validate(written)
        for path in sorted(FOLDER.glob("*.yaml"))
        for written in yaml.safe_load(path.read_text(encoding="utf-8"))
    )
