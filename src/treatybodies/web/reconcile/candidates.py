"""Candidates for a name, from the release's search index, and how near each is.

The index gives labels that share words with the name, words mistyped in one letter included. How
near a label is, is decided here from the words of both, and does not depend on what else is there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from tantivy import Index, Occur, Query, Searcher

from treatybodies.web.indexes import opened
from treatybodies.web.reconcile.kinds import Kind
from treatybodies.web.search import MOST_WORDS, words_apart
from treatybodies.words import fold_words

MOST_HITS = 300
EXACT = 100.0
"""The score of a name that is one of the entity's names or codes, word for word."""
NEARLY = 98.0
"""The score where only small words differ."""
LEAST = 30.0
"""What is less alike is no candidate."""
_FUZZY_FROM = 5
"""Shorter words, mistyped in one letter, are other words."""
_SMALL = frozenset(
    "the of and on for in to a le la les de du des et el los las y en del".split()  # noqa: SIM905
)
_SMALL_WEIGHT = 0.1


@dataclass(frozen=True)
class Candidate:
    """An entity, how near it is, and the label that is."""

    thing: str
    kind: Kind
    score: float
    label: str
    rank: int


KindOf = Callable[[str, str], Kind | None]
"""The type of a thing whose class is given; nothing for what is no entity."""


def find(folder: Path, name: str, kind_of: KindOf, most: int) -> list[Candidate]:
    """The entities whose names are nearest to ``name``, the nearest first, each once."""
    words = fold_words(name)[:MOST_WORDS]
    if not words:
        return []
    searcher, index = opened(folder)
    best: dict[str, Candidate] = {}
    for _, address in searcher.search(_query(index, words), limit=MOST_HITS).hits:
        found = _candidate(searcher, address, words, kind_of)
        if found and (found.thing not in best or found.score > best[found.thing].score):
            best[found.thing] = found
    near = [each for each in best.values() if each.score >= LEAST]
    return sorted(near, key=lambda each: (-each.score, each.rank, each.thing))[:most]


def likeness(wanted: Sequence[str], label: Sequence[str]) -> float:
    """How alike two names are by their folded words, from 0 to 100."""
    if "".join(wanted) == "".join(label):  # whether or not an apostrophe or a space is left out
        return EXACT
    if _weighty(wanted) and _weighty(wanted) == _weighty(label):
        return NEARLY
    shared = _shared(wanted, label) + _shared(label, wanted)
    words = shared / (_weight(wanted) + _weight(label))
    return round(max(96 * words, _letters(wanted, label, words), _held(wanted, label)), 1)


def _letters(wanted: Sequence[str], label: Sequence[str], words: float) -> float:
    """How alike they are by letters, where that may be more than by ``words``."""
    mine, other = " ".join(wanted), " ".join(label)
    most = 2 * min(len(mine), len(other)) / (len(mine) + len(other))
    if most * most <= words:
        return 0.0
    return 96.0 * SequenceMatcher(None, mine, other).ratio() ** 2


def _held(wanted: Sequence[str], label: Sequence[str]) -> float:
    """What a label is worth that holds all weighty words of the name in their order.

    Short forms of names are made so: “Bolivia”, “Global Compact for Migration”.
    """
    short, long = _weighty(wanted), _weighty(label)
    if not short or sum(map(len, short)) < _FUZZY_FROM:
        return 0.0
    if long[: len(short)] == short:
        return 86.0
    rest = iter(long)
    return 78.0 if all(word in rest for word in short) else 0.0


def _query(index: Index, words: Sequence[str]) -> Query:
    """Entries with any of the words; common words alone find too much, so they only add."""
    weighty = [each for each in words if each not in _SMALL] or list(words)
    parts = []
    for word in weighty:
        exact = Query.term_query(index.schema, "words", word)
        parts.append((Occur.Should, Query.boost_query(exact, 3.0)))
        parts += [(Occur.Should, both) for both in words_apart(index, word)]
        if len(word) >= _FUZZY_FROM and word.isalpha():
            near = Query.fuzzy_term_query(index.schema, "words", word, 1)
            parts.append((Occur.Should, near))
    return Query.boolean_query(parts)


def _candidate(
    searcher: Searcher, address: object, words: Sequence[str], kind_of: KindOf
) -> Candidate | None:
    stored = searcher.doc(address).to_dict()  # type: ignore[arg-type]  # DocAddress is not exported
    thing, label, class_of = (str(stored[name][0]) for name in ("thing", "label", "kind"))
    kind = kind_of(thing, class_of)
    if kind is None:
        return None
    score = likeness(words, fold_words(label))
    return Candidate(thing, kind, score, label, int(stored["rank"][0]))


def _weighty(words: Sequence[str]) -> list[str]:
    return [each for each in words if each not in _SMALL]


def _weight(words: Sequence[str]) -> float:
    return sum(map(_of_word, words))


def _of_word(word: str) -> float:
    """Long words tell more; a number tells a lot, as that of a general comment."""
    if word in _SMALL:
        return _SMALL_WEIGHT
    return 3.0 if word.isdigit() else min(len(word), 8) ** 0.5


def _shared(words: Sequence[str], others: Sequence[str]) -> float:
    """The weight of those of ``words`` that ``others`` have too, or nearly."""
    return sum(_of_word(each) * max(_alike(each, other) for other in others) for each in words)


@lru_cache(maxsize=1 << 16)
def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if word.isdigit() or other.isdigit() or min(len(word), len(other)) < _FUZZY_FROM:
        return 0.0
    if abs(len(word) - len(other)) > 2:
        return 0.0
    ratio = SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= 0.8 else 0.0
