"""What end notes tell: who withdrew an act or left the treaty, and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from treatybodies.importers.untc.dates import DAY, find_days
from treatybodies.importers.untc.names import Names
from treatybodies.importers.untc.wording import find_articles

# “On 15 March 2002, the Government of Mexico notified the Secretary-General …”
_TOLD = re.compile(
    rf"(?P<days>{DAY}(?:\s*(?:,|and|, and)\s*{DAY})*)(?:,? respectively)?\s*,?\s+"
    r"(?P<who>[^.“\";:\d]{3,120}?)\s+"
    r"(?P<told>notified|informed|communicat\w+|effected|declared|decided|withdrew|withdraws?\b)"
    r"(?P<what>[^.“\"]{0,500})",
    re.I,
)
_WITHDREW = re.compile(
    r"(?:decision|decided|decides|wish\w*|intention) (?:to )?(?:partially |partly )?(?:to )?"
    r"withdraw"
    r"|withdrawal (?:in part )?of|partial withdrawal|withdrew|withdraws?\b(?! from)|withdrawing",
    re.I,
)
_LEFT = re.compile(r"withdraw(?:al)? from", re.I)
_DENOUNCED = re.compile(r"denounc|denunciation|withdraw(?:al)? from the", re.I)
_EFFECT = re.compile(
    r"(?:take|takes|took|taking) effect[^.]{0,60}?on |with effect (?:from|as from)|"
    r"effective (?:as )?(?:from|on)|effect on",
    re.I,
)


@dataclass(frozen=True)
class Told:
    """One thing that an end note tells of a party."""

    note: str
    party: str
    day: date
    words: str
    """The sentence that tells it."""
    partial: bool
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Denounced:
    """That a party left the treaty."""

    note: str
    day: date
    effect: date | None


def withdrawals(notes: dict[str, str], names: Names) -> Iterator[Told]:
    """Withdrawals of reservations and declarations, with the day of each."""
    for number, text in notes.items():
        for sentence in _TOLD.finditer(text):
            words = sentence["told"] + sentence["what"]
            parties = names.mentioned(sentence["who"])
            if len(parties) == 1 and _WITHDREW.search(words) and not _LEFT.search(words):
                for day in find_days(sentence["days"]):
                    yield _told(number, parties[0], day, words)


def _told(number: str, party: str, day: date, words: str) -> Told:
    partial = bool(re.search(r"partial|in part\b|partly", words, re.I))
    return Told(number, party, day, words, partial, tuple(find_articles(words)))


def denunciation(notes: list[tuple[str, str]], joined: date) -> Denounced | None:
    """The last denunciation that these end notes tell, after the day of joining."""
    found = []
    for number, text in notes:
        for sentence in re.split(r"(?<=[a-z)”\"])\.\s+", text):
            if not _DENOUNCED.search(sentence):
                continue
            days = find_days(sentence)
            later = [day for day in days if day > joined]
            if later:
                effect = _effect(text, later[0])
                found.append(Denounced(number, later[0], effect))
    return max(found, key=lambda each: each.day, default=None)


def _effect(text: str, day: date) -> date | None:
    """The day on which a denunciation of ``day`` takes effect, where the note states it."""
    for match in _EFFECT.finditer(text):
        days = [each for each in find_days(text[match.end() : match.end() + 80]) if each > day]
        if days:
            return days[0]
    return None
