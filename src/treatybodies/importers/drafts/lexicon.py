"""The words of lexicon.yaml as regular expressions, and what helping words say about a verb."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from treatybodies.importers.drafts.numerals import CARDINALS, ORDINAL

FOLDER = Path(__file__).parent
_PLANNED = frozenset(
    re.findall(
        r"\w+",
        "will would shall should due scheduled expected expect expects planned plans set going "
        "hoped hopes hoping intend intended intends intending aim aimed aims aiming wished wishes "
        "likely about",
    )
)
_NEGATED = frozenset(("not", "never", "yet"))
_BARE = re.compile(
    r"(?:^|.* )(adopt|consider|review|examine|hold|convene|meet|elect|publish|open|close)$"
)


class Modality(StrEnum):
    """Whether what a verb says happened."""

    HAPPENED = "happened"
    PLANNED = "planned"
    DENIED = "denied"


@dataclass(frozen=True)
class Lexicon:
    """All patterns of the lexicon; ``marks`` in the order in which they are tried."""

    marks: tuple[tuple[str, re.Pattern[str]], ...]
    verbs: frozenset[str]
    kinds: frozenset[str]
    manners: dict[str, dict[str, re.Pattern[str]]]
    pointers: tuple[re.Pattern[str], ...]
    titles: str
    roles: dict[str, re.Pattern[str]]
    groups: dict[str, re.Pattern[str]]
    planned: re.Pattern[str] | None
    denied: re.Pattern[str] | None
    """What verbs that tell of what is to come, or deny, look like; none for English: `modality`."""

    def manner(self, name: str, text: str) -> str | None:
        """The first code of a manner (mode, access, procedure) whose words stand in ``text``."""
        codes = self.manners[name]
        return next((code for code, pattern in codes.items() if pattern.search(text)), None)


@cache
def lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language; all name the same marks. That of English where there is none."""
    file = FOLDER / f"lexicon.{language}.yaml"
    path = file if language in CARDINALS and file.is_file() else FOLDER / "lexicon.yaml"
    language = language if path == file else "en"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    helped = content["helped"]
    verbs = [(tag, _any(words, helped, re.I)) for tag, words in content["verbs"].items()]
    # A kind of text can open a sentence: “Concluding observations were adopted …”.
    kinds = [(tag, _any(words, flags=re.I)) for tag, words in content["kinds"].items()]
    actors = [(tag, _any(words)) for tag, words in content["actors"].items()]
    return Lexicon(
        marks=(*kinds, *verbs, *actors),
        verbs=frozenset(content["verbs"]),
        kinds=frozenset(content["kinds"]),
        manners={
            name: {code: _any(words, flags=re.I) for code, words in codes.items()}
            for name, codes in content["manners"].items()
        },
        pointers=tuple(
            re.compile(
                words.replace("{cardinal}", CARDINALS[language]).replace("{ordinal}", ORDINAL)
            )
            for words in content["pointers"]
        ),
        titles=content["titles"],
        roles={role: _any(words) for role, words in content["roles"].items()},
        groups={code: _any(words, flags=re.I) for code, words in content["groups"].items()},
        planned=re.compile(content["planned"], re.I) if "planned" in content else None,
        denied=re.compile(content["denied"], re.I) if "denied" in content else None,
    )


def modality(verb: str, language: str = "en") -> Modality:
    """Whether what a verb with its helping words says happened.

    >>> modality("had also adopted"), modality("would be considered"), modality("had not adopted")
    (<Modality.HAPPENED: 'happened'>, <Modality.PLANNED: 'planned'>, <Modality.DENIED: 'denied'>)
    """
    own = lexicon(language)
    if own.planned and own.denied:
        if own.denied.search(verb):
            return Modality.DENIED
        return Modality.PLANNED if own.planned.search(verb) else Modality.HAPPENED
    words = verb.lower().split()
    if _NEGATED.intersection(words) or verb.lower().startswith("never"):
        return Modality.DENIED
    if "able" in words:
        return Modality.HAPPENED
    if _PLANNED.intersection(words) or "to" in words or _BARE.match(verb.lower()):
        return Modality.PLANNED
    return Modality.HAPPENED


def _any(words: list[str], before: str = "", flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){before}(?:{'|'.join(words)})(?![\w-])", flags)
