"""Search over all labels in all languages, from the index that the pipeline made.

The index gives the labels that hold every word (the last one, and words of letters, also as the
beginning of a word); which is best is decided here, from how much of the label was asked for.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response
from tantivy import Index, Occur, Query, Searcher

from treatybodies.errors import ParameterFault
from treatybodies.store import SEARCH
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.aside import aside
from treatybodies.web.indexes import opened
from treatybodies.web.labels import Label, read_labels
from treatybodies.web.languages import LANGUAGES, label_language
from treatybodies.web.negotiation import prefers_html
from treatybodies.web.openapi import PROBLEM, parameter
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.paging import Paging, page_number
from treatybodies.web.problems import Row, problem
from treatybodies.web.releases import serving
from treatybodies.web.urls import local_path, public_base
from treatybodies.words import fold_words, without_apostrophe

router = APIRouter(tags=["Search"], default_response_class=Response)
MOST_LETTERS = 200
MOST_WORDS = 12
MOST_HITS = 500
ROWS = 20
NO_INDEX = Row(503, "no-search-index", "This release has no search index")
_OPERATION = {
    "parameters": [
        parameter("q", "words of a label in any language, a code or a document symbol"),
        parameter("in", "language of the label that matches", enum=list(LANGUAGES)),
        parameter("class", "name of the class of the things, as State"),
        parameter("page", "page of the results", type="integer"),
    ],
    "responses": {
        "200": {
            "description": "What was found, the best first.",
            "content": {"application/json": {}},
        },
        "503": PROBLEM,
    },
}


@dataclass(frozen=True)
class Match:
    """A thing found, and the label by which it was."""

    thing: str
    label: str
    language: str
    kind: str
    order: tuple[object, ...] = field(repr=False)
    """What comes first sorts first."""


@dataclass(frozen=True)
class Found:
    """All matches, and what there is to narrow them by."""

    matches: tuple[Match, ...]
    languages: dict[str, int]
    kinds: dict[str, int]
    cut: bool
    """Whether there were more hits than are looked at."""


@router.get("/search", openapi_extra=_OPERATION)
async def search(request: Request) -> Response:
    """What is called so? As a page, or as JSON."""
    text = _asked(request)
    folder = serving(request).release.folder / SEARCH
    if not folder.is_dir():
        detail = "The release was built without one → run: treatybodies build, and serve that."
        return problem(request, NO_INDEX, detail)
    number = page_number(request)
    html = prefers_html(
        request.headers.get("accept")
    ) and "json" not in request.query_params.getlist("format")
    narrowed = _narrowed(request)

    async def page() -> str:
        found = await aside(request, lambda: find(folder, text, *narrowed))
        return await _page(request, text, found, number)

    if html:
        return await page_answer(request, page, "search", request.url.query)
    tag = release_tag(request, "search", request.url.query, public_base(request))
    if ready := await at_hand(request, tag):
        return ready
    found = await aside(request, lambda: find(folder, text, *narrowed))
    body = _document(request, text, found, found.matches[_rows(number)])
    return await text_answer(request, body, "application/json", tag)


def _rows(number: int) -> slice:
    """Which matches page ``number`` shows."""
    return slice((number - 1) * ROWS, number * ROWS)


def find(folder: Path, text: str, language: str = "", kind: str = "") -> Found:
    """The things with a label that holds the words of ``text``, the best first."""
    words = fold_words(text)[:MOST_WORDS]
    if not words:
        return Found((), {}, {}, False)
    searcher, index = opened(folder)
    result = searcher.search(_query(index, words), limit=MOST_HITS)
    matches = [_match(searcher, address, words) for _, address in result.hits]
    best = _best(matches)
    languages = Counter(each.language for each in matches if each.language)
    kinds = Counter(_local(each.kind) for each in best)
    narrowed = _best([each for each in matches if not language or each.language == language])
    kept = tuple(each for each in narrowed if not kind or _local(each.kind) == kind)
    cut = len(result.hits) == MOST_HITS
    return Found(kept, dict(languages.most_common()), dict(kinds.most_common()), cut)


def _best(matches: Sequence[Match]) -> list[Match]:
    """The best match of each thing, the best of all first."""
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda each: each.order):
        best.setdefault(match.thing, match)
    return list(best.values())


def _query(index: Index, words: Sequence[str]) -> Query:
    return Query.boolean_query(
        [
            (Occur.Must, _word(index, word, last=place == len(words) - 1))
            for place, word in enumerate(words)
        ]
    )


def _word(index: Index, word: str, last: bool) -> Query:
    """The word itself or a word that begins with it; “6” is no beginning of 60 but at the end."""
    exact = Query.term_query(index.schema, "words", word)
    if word.isdigit() and not last:
        return exact
    # Folded words are letters and digits only: nothing in them means anything to the expression.
    beginning = Query.regex_query(index.schema, "words", f"{word}.*")
    apart = [(Occur.Should, both) for both in words_apart(index, word)]
    return Query.boolean_query(
        [(Occur.Should, Query.boost_query(exact, 4.0)), (Occur.Should, beginning), *apart]
    )


def words_apart(index: Index, word: str) -> Iterator[Query]:
    """The two words that ``word`` is where its apostrophe was left out."""
    for first, second in without_apostrophe(word):
        terms = (Query.term_query(index.schema, "words", each) for each in (first, second))
        yield Query.boolean_query([(Occur.Must, term) for term in terms])


def _match(searcher: Searcher, address: object, words: Sequence[str]) -> Match:
    stored = searcher.doc(address).to_dict()  # type: ignore[arg-type]  # DocAddress is not exported
    thing, label, language, kind = (
        str(stored[name][0]) for name in ("thing", "label", "language", "kind")
    )
    folded = fold_words(label)
    order = (
        "".join(folded) != "".join(words),  # “cote divoire” is “Côte d’Ivoire”
        sum(word not in folded for word in words),
        not _in_row(folded, words),
        stored["rank"][0],
        folded[: len(words)] != list(words),
        not stored["main"][0],
        len(folded),
        thing,
        language,
    )
    return Match(thing, label, language, kind, order)


def _in_row(folded: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words stand beside each other; the last may be a beginning only."""
    size = len(words)
    for start in range(len(folded) - size + 1):
        part = folded[start : start + size]
        if part[:-1] == list(words[:-1]) and part[-1].startswith(words[-1]):
            return True
    return False


def _asked(request: Request) -> str:
    text = request.query_params.get("q", "").strip()
    if len(text) > MOST_LETTERS:
        raise ParameterFault("q", f"q has {len(text)} letters → use up to {MOST_LETTERS}.")
    return text


def _narrowed(request: Request) -> tuple[str, str]:
    language = request.query_params.get("in", "")
    if language and language not in LANGUAGES:
        raise ParameterFault(
            "in", f"“{language[:20]}” is no language → one of {', '.join(LANGUAGES)}."
        )
    kind = request.query_params.get("class", "")
    if not re.fullmatch(r"[A-Za-z]{0,60}", kind):
        raise ParameterFault("class", "a class is named by letters, as State.")
    return language, kind


def _document(request: Request, text: str, found: Found, shown: Sequence[Match]) -> str:
    base = public_base(request)
    results = [
        {
            "thing": each.thing,
            "label": each.label,
            "language": each.language or None,
            "class": each.kind,
            "page": base + local_path(each.thing)
            if local_path(each.thing).startswith("/")
            else None,
        }
        for each in shown
    ]
    body = {
        "query": text,
        "total": len(found.matches),
        "complete": not found.cut,
        "languages": found.languages,
        "classes": found.kinds,
        "results": results,
    }
    return json.dumps(body, ensure_ascii=False)


async def _page(request: Request, text: str, found: Found, number: int) -> str:
    language, shown = label_language(request), found.matches[_rows(number)]
    named = {each.thing for each in shown} | {each.kind for each in shown}
    labels = await read_labels(request, named, language)
    narrowing = {name: request.query_params.get(name, "") for name in ("in", "class")}
    parameters = {"q": text, **narrowing, "lang": request.query_params.get("lang", "")}
    return render(
        "search.html",
        request,
        text=text,
        found=found,
        shown=[(each, Label(each.label, each.language)) for each in shown],
        labels=labels,
        parameters=parameters,
        paging=Paging("/search", parameters, number, ROWS, len(found.matches)),
        language=language,
        kept={**parameters, "lang": ""},
    )


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]
