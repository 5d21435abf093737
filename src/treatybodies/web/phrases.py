"""The words of the pages in the six languages, from the table ``phrases.csv`` beside this module.

The English text is the key. The translations are the project's own and nobody has reviewed them;
each page in another language says so. Numbers stand after a colon, so that no plural forms are
needed. What the table does not hold stands in English and is marked as English.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from treatybodies.web.languages import LANGUAGES, direction

TABLE = Path(__file__).parent / "phrases.csv"


@cache
def read_phrases() -> Mapping[str, Mapping[str, str]]:
    """English text → language → the text in it."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        return {row["en"]: {name: row[name] for name in LANGUAGES} for row in rows}


def say(text: str, language: str) -> str | None:
    """``text`` in ``language``; None where the table does not have it."""
    if language == "en":
        return text
    return read_phrases().get(text, {}).get(language) or None


@pass_context
def t(context: Context, text: str, **values: object) -> Markup:
    """``text`` in the page's language, with ``values`` in its places; else in English."""
    spoken = say(text, context["language"]) or text
    return Markup(escape(spoken)).format(**values) if values else escape(spoken)


@pass_context
def told(context: Context, text: str) -> Markup:
    """``text`` of a query's head or the like in the page's language; else marked as English."""
    language: str = context["language"]
    spoken = say(text, language)
    return escape(spoken) if spoken is not None else english(context, text)


@pass_context
def english(context: Context, text: str) -> Markup:
    """``text``, which is English whatever the page's language is."""
    if context["language"] == "en":
        return escape(text)
    way = ' dir="ltr"' if direction(context["language"]) == "rtl" else ""
    return Markup(f'<span lang="en"{way}>{escape(text)}</span>')
