"""Example queries by question: those of ``queries/questions`` and ``queries/api``.

There are about a hundred, with a question and a sentence each: words weighed by how rare they are
find them better than an index would, and need none.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request

from treatybodies.paths import Garden
from treatybodies.queries import QueryFile, read_queries
from treatybodies.web.releases import serving
from treatybodies.words import fold_words

FOLDERS = ("questions", "api")
_COMMON = frozenset(
    fold_words(
        "a an and are as at by for from has have how in is it its many of on or that the their "
        "them there these they this to was were what when which who whose with"
    )
)


@dataclass(frozen=True)
class Example:
    """A query file and the words by which it is found."""

    folder: str
    query: QueryFile
    words: Counter[str]


async def search(request: Request, question: str, limit: int) -> str:
    """The ``limit`` examples nearest to ``question``, each with its query."""
    if serving(request).release.manifest.served_files:
        return (
            "This service serves files of somebody else, for which there are no examples → "
            "look at describe_classes."
        )
    # Reading a hundred heads takes its time, once.
    every = await asyncio.to_thread(read_examples, request.app.state.garden)
    found = ranked(every, question)[:limit]
    if not found:
        return "No example shares a word with the question → ask in other words, or in English."
    return "\n\n".join(map(_shown, found))


@lru_cache(maxsize=2)
def read_examples(garden: Garden) -> tuple[Example, ...]:
    """All examples of ``garden``."""
    return tuple(_example(folder, query) for folder, query in _files(garden))


def ranked(examples: Sequence[Example], question: str) -> list[Example]:
    """Those of ``examples`` that share a word with ``question``, the nearest first (BM25)."""
    wanted = set(_words(question))
    spread = Counter(word for each in examples for word in each.words)
    average = sum(each.words.total() for each in examples) / max(len(examples), 1)

    def score(example: Example) -> float:
        length = 0.25 + 0.75 * example.words.total() / average
        return sum(
            math.log(1 + len(examples) / spread[word])
            * example.words[word]
            / (example.words[word] + 1.2 * length)
            for word in wanted & example.words.keys()
        )

    scored = [(score(each), each) for each in examples]
    best = sorted((one for one in scored if one[0] > 0), key=lambda one: -one[0])
    return [each for _, each in best]


def _files(garden: Garden) -> Iterable[tuple[str, QueryFile]]:
    for folder in FOLDERS:
        if (garden.queries / folder).is_dir():
            for query in read_queries(garden.queries / folder):
                yield folder, query


def _example(folder: str, query: QueryFile) -> Example:
    head = query.head
    # The question itself says most.
    words = _words(head.summary) * 3 + _words(f"{head.description} {head.topic} {query.name}")
    return Example(folder, query, Counter(words))


def _words(text: str) -> list[str]:
    return [_stem(word) for word in fold_words(text) if word not in _COMMON]


def _stem(word: str) -> str:
    """“parties” and “party”, “states” and “state”, “denounced” and “denounce” count as one."""
    if word.endswith("ies") and len(word) > 4:
        return word.removesuffix("ies") + "y"
    for ending in ("s", "ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            word = word.removesuffix(ending)
    return word


def _shown(example: Example) -> str:
    head = example.query.head
    given = [f"- {each.name}: {each.description} (here {each.example})" for each in head.parameters]
    return "\n".join(
        [
            f"## {head.summary}",
            " ".join(head.description.split()),
            *(["Change in the VALUES line:", *given] if given else []),
            "```sparql",
            example.query.example().strip(),
            "```",
        ]
    )
