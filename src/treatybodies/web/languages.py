"""The six languages of the United Nations: which one a reader wants labels in."""

from fastapi import Request

from treatybodies.errors import ParameterFault
from treatybodies.web.quality import quality_of

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
        quality = quality_of(each.strip() for each in parameters.split(";"))
        primary = name.strip().split("-")[0]
        if primary in LANGUAGES and quality > best:
            best, language = quality, primary
    return language
