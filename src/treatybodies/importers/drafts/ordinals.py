"""Ordinal numbers as French and Spanish records write them, up to the hundreds."""

import re
from collections.abc import Iterator

_FRENCH_UNITS: list[str] = re.findall(
    r"[\w-]+",
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf",
)
_FRENCH_TENS = {
    20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante",
    80: "quatre-vingt",
}  # fmt: skip
_SPANISH_UNITS = re.findall(
    r"\w+", "primero segundo tercero cuarto quinto sexto séptimo octavo noveno"
)
_SPANISH_TENS = re.findall(
    r"\w+",
    "décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo "
    "nonagésimo",
)
_SPANISH_TEENS = {"undécimo": 11, "duodécimo": 12}


def read_ordinal(text: str) -> int:
    """The number that an ordinal of one of the two languages names.

    >>> read_ordinal("quatre-vingt-onzième"), read_ordinal("27º"), read_ordinal("vigésima octava")
    (91, 27, 28)
    >>> read_ordinal("Cinquante- sixième"), read_ordinal("1613 e")
    (56, 1613)
    """
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else _WORDS[" ".join(text.lower().split()).replace("- ", "-")]


def _french() -> Iterator[tuple[str, int]]:
    yield from (("premier", 1), ("première", 1), ("second", 2), ("seconde", 2))
    for number in range(2, 200):
        hundred = "cent " if number > 100 else ""
        cardinal = hundred + (_french_cardinal(number % 100) if number != 100 else "cent")
        stem = re.sub(r"cinq$", "cinqu", re.sub(r"neuf$", "neuv", cardinal))
        yield f"{stem.rstrip().removesuffix('e')}ième", number


def _french_cardinal(number: int) -> str:
    if number < 20:
        return _FRENCH_UNITS[number - 1]
    tens = max(each for each in _FRENCH_TENS if each <= number)
    rest = number - tens
    if not rest:
        return _FRENCH_TENS[tens]
    link = " et " if rest in (1, 11) and tens != 80 else "-"
    return f"{_FRENCH_TENS[tens]}{link}{_FRENCH_UNITS[rest - 1]}"


def _spanish() -> Iterator[tuple[str, int]]:
    for number in range(1, 200):
        hundred = "centésimo " if number >= 100 else ""
        tens, unit = divmod(number % 100, 10)
        ten = _SPANISH_TENS[tens - 1] if tens else ""
        one = _SPANISH_UNITS[unit - 1] if unit else ""
        spaced = " ".join(f"{hundred}{ten} {one}".split())
        joined = f"{hundred}{ten.replace('é', 'e')}{one}" if ten and one else spaced
        for written in dict.fromkeys((spaced, joined)):
            yield from ((form, number) for form in _spanish_forms(written))
    for word, number in _SPANISH_TEENS.items():
        yield from ((form, number) for form in _spanish_forms(word))


def _spanish_forms(written: str) -> Iterator[str]:
    """Masculine, feminine, and short before a noun: *primero*, *primera*, *primer*."""
    yield written
    yield re.sub(r"o\b", "a", written)
    if written.endswith(("primero", "tercero")):
        yield written[:-1]


_WORDS = dict((*_spanish(), *_french()))


def _any(words: Iterator[tuple[str, int]]) -> str:
    escaped = (re.escape(word).replace(r"\-", r"-\s?") for word, _ in words)
    return "|".join(sorted(set(escaped), key=len, reverse=True))


FRENCH_ORDINAL = rf"(?:\d{{1,4}}\s?(?:ère|ème|er|e)(?!\w)|{_any(_french())})"
SPANISH_ORDINAL = (
    rf"(?:\d{{1,4}}\s?(?:\.?[ºª°])(?!\w)|\d{{1,4}}(?:er|o|a)(?!\w)|{_any(_spanish())})"
)
