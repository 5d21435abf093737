"""Numbers, days and times as records write them, to values."""

import calendar
import re

_UNITS = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
}  # fmt: skip
MONTHS = tuple(calendar.month_name[1:])
_SMALL = {word: number for number, word in enumerate(_UNITS)}
_ORDINAL_WORDS = {
    **{f"{word}th": number for word, number in _SMALL.items() if number > 3},
    **_IRREGULAR,
    **{f"{word[:-1]}ieth": 20 + 10 * place for place, word in enumerate(_TENS)},
}
_ONE = "|".join(sorted(_ORDINAL_WORDS, key=len, reverse=True))
ORDINAL = (
    rf"(?:\d{{1,4}}(?:st|nd|rd|th)|(?:one[- ])?hundred(?:[- ]and)?(?:[- ](?:(?:{'|'.join(_TENS)})"
    rf"[- ])?(?:{_ONE}))?|hundredth|one hundredth|(?:(?:{'|'.join(_TENS)})[- ])?(?:{_ONE}))"
)
"""Matches an ordinal number in figures or words, up to the hundreds."""
# Those of other languages that count States: up to fifteen.
_OTHERS = {
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze",
    "es": "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
}
_COUNTS = {
    word: number for words in _OTHERS.values() for number, word in enumerate(words.split(), 1)
}
_ENGLISH_CARDINAL = rf"(?:\d{{1,4}}|{'|'.join(_UNITS[1:])}|{'|'.join(_TENS)})"
CARDINALS = {
    "en": _ENGLISH_CARDINAL,
    **{code: rf"(?:\d{{1,4}}|{'|'.join(words.split())})" for code, words in _OTHERS.items()},
}
"""Language → what matches a cardinal number in figures or one word."""
MONTH = "|".join(MONTHS)


def ordinal(text: str) -> int:
    """The number that an ordinal names.

    >>> ordinal("thirty-ninth"), ordinal("one hundred and twelfth"), ordinal("590th")
    (39, 112, 590)
    """
    words = re.findall(r"[a-z]+|\d+", text.lower())
    if words and words[0].isdigit():
        return int(words[0])
    total = 0
    for word in words:
        if word in ("hundred", "hundredth"):
            total = 100
        elif word in _ORDINAL_WORDS:
            total += _ORDINAL_WORDS[word]
        elif word in _TENS:
            total += 20 + 10 * _TENS.index(word)
    return total


def suffixed(number: int) -> str:
    """An ordinal in figures.

    >>> [suffixed(number) for number in (1, 22, 103, 111, 142)]
    ['1st', '22nd', '103rd', '111th', '142nd']
    """
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if number % 100 in (11, 12, 13) else endings.get(number % 10, "th")
    return f"{number}{ending}"


def cardinal(text: str) -> int:
    """The number that a cardinal of one word names.

    >>> cardinal("four"), cardinal("12"), cardinal("quatre"), cardinal("cinco")
    (4, 12, 4, 5)
    """
    if text.isdigit():
        return int(text)
    word = text.lower()
    if word in _COUNTS and word not in _SMALL:
        return _COUNTS[word]
    return _SMALL[word] if word in _SMALL else 20 + 10 * _TENS.index(word)


def day(number: str, month: str, year: str) -> str:
    """An ISO 8601 day, or month when ``number`` is empty, or year when both are.

    >>> day("8", "March", "2024"), day("", "April", "2025")
    ('2024-03-08', '2025-04')
    """
    if not month:
        return year
    of_year = f"{year}-{MONTHS.index(month) + 1:02}"
    return f"{of_year}-{int(number):02}" if number else of_year


def clock(hour: str, minute: str, half: str) -> str:
    """An xsd:time for a time of day.

    >>> clock("5", "40", "p"), clock("12", "", "noon")
    ('17:40:00', '12:00:00')
    """
    hours = int(hour) % 12 + (12 if half.startswith(("p", "n")) else 0)
    return f"{hours:02}:{int(minute or 0):02}:00"


def date_term(value: str) -> str:
    """A date as a Turtle term of the datatype that its precision asks for."""
    datatype = {10: "date", 7: "gYearMonth", 4: "gYear"}[len(value)]
    return f'"{value}"^^xsd:{datatype}'
