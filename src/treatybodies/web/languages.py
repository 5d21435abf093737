"""The six languages of the United Nations: which one a reader wants labels in."""

from fastapi import Request

from treatybodies.errors import ParameterFault

LANGUAGES = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh": "中文",
}
VARY = "Accept, Accept-Encoding, Accept-Language"


def asked_language(request: Request) -> str:
    """The language that ``?lang=`` asks for, or nothing; raises `ParameterFault` for others."""
    asked = request.query_params.get("lang", "")
    if asked and asked not in LANGUAGES:
        there = ", ".join(LANGUAGES)
        raise ParameterFault("lang", f"“{asked[:20]}” is no language here → use one of {there}.")
    return asked


def label_language(request: Request) -> str:
    """The language of labels: that of ``?lang=``, else of Accept-Language, else English."""
    return asked_language(request) or _accepted(request.headers.get("accept-language", ""))


def page_language(request: Request) -> str:
    """The language of a page that is shown in any case: of what is no language here, English."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return "en" if asked else _accepted(request.headers.get("accept-language", ""))


def direction(language: str) -> str:
    """The value of HTML's ``dir`` for text in ``language``."""
    return "rtl" if language.split("-")[0] in ("ar", "fa", "he", "ur") else "ltr"


def _accepted(header: str) -> str:
    """The language of an Accept-Language header that we have and the reader likes best."""
    best, language = 0.0, "en"
    for element in header.lower().split(","):
        name, _, parameters = element.partition(";")
        quality = _quality(parameters)
        primary = name.strip().split("-")[0]
        if primary in LANGUAGES and quality > best:
            best, language = quality, primary
    return language


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
