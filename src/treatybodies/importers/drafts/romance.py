"""Mentions that patterns find in French and Spanish texts, with the slots of `patterns`."""

import re

from treatybodies.importers.drafts.marked import Slots
from treatybodies.importers.drafts.numerals import MONTHS, date_term, day
from treatybodies.importers.drafts.ordinals import FRENCH_ORDINAL, SPANISH_ORDINAL, read_ordinal
from treatybodies.importers.drafts.people import Pattern, compiled, read_person

FRENCH_MONTHS = re.findall(
    r"\w+",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
)
SPANISH_MONTHS = re.findall(
    r"\w+",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
_ENGLISH = {
    word: english
    for words in (FRENCH_MONTHS, SPANISH_MONTHS)
    for word, english in zip(words, MONTHS, strict=True)
}
_NAME = (
    r"(?P<name>(?:(?:de|da|del|van|von|der) )*[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+"
    r"(?: (?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+|[A-Z]\.|(?:de|da|del|el|al|van|von|bin|ben|di|la)\b))*)"
)
_STEPS = {
    "prochaine": "1", "suivante": "1", "précédente": "-1", "dernière": "-1",
    "próximo": "1", "siguiente": "1", "anterior": "-1", "último": "-1",
}  # fmt: skip


def english_month(word: str) -> str:
    """The English name of a month: what `numerals.day` reads.

    >>> english_month("août"), english_month("Enero")
    ('August', 'January')
    """
    return _ENGLISH[word.lower()]


def _date(match: re.Match[str]) -> Slots | None:
    number = re.sub(r"\D", "", match["day"] or "")
    month = english_month(match["month"])
    if number and not 1 <= int(number) <= 31:
        return None
    if not match["year"]:
        return {"yearless": (number, month)}
    value = day(number, month, match["year"])
    return {"date": (date_term(value),), "day": (value,)}


def _span(match: re.Match[str]) -> Slots | None:
    first, last = (re.sub(r"\D", "", match[name]) for name in ("day1", "day2"))
    month2 = english_month(match["month2"])
    month1 = english_month(match["month1"]) if match["month1"] else month2
    if not match["year2"]:
        return {"yearless-span": (first, month1, last, month2)}
    begin = day(first, month1, match["year1"] or match["year2"])
    end = day(last, month2, match["year2"])
    return {
        "start": (date_term(begin),), "end": (date_term(end),),
        "first_day": (begin,), "last_day": (end,),
    }  # fmt: skip


def _time(match: re.Match[str]) -> Slots | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 23 or minute > 59:
        return None
    return {"time": (f'"{hour:02}:{minute:02}:00"^^xsd:time',)}


def _session(match: re.Match[str]) -> Slots | None:
    return {"session_number": (str(read_ordinal(match["first"])),), "of": ("",)}


def _relative_session(match: re.Match[str]) -> Slots | None:
    word = (match["before"] or match["after"] or "").lower()
    return {"step": (_STEPS.get(word, "0"),)}


def _meeting(match: re.Match[str]) -> Slots | None:
    first = read_ordinal(match["first"])
    last = read_ordinal(match["last"] or match["first"])
    if not first <= last < first + 200:
        return None
    return {"meeting_number": tuple(str(number) for number in range(first, last + 1))}


def _report(match: re.Match[str]) -> Slots | None:
    numbers = [1] if "initi" in match[0] or "inicial" in match[0] else []
    numbers += [read_ordinal(each) for each in _ORDINALS.findall(match[0])]
    return {"cycle": tuple(str(number) for number in numbers)}


def _general_comment(match: re.Match[str]) -> Slots | None:
    slots: Slots = {"comment": (match["number"],)} if match["number"] else {}
    return slots | ({"draft": ("true",)} if match["draft"] else {})


_ORDINALS = re.compile(rf"\b(?:{FRENCH_ORDINAL}|{SPANISH_ORDINAL})(?!\w)", re.I)
_O = FRENCH_ORDINAL
_FR = rf"(?i:{'|'.join(FRENCH_MONTHS)})"
_S = SPANISH_ORDINAL
_ES = rf"(?i:{'|'.join(SPANISH_MONTHS)})"

FRENCH: tuple[Pattern, ...] = (
    compiled(
        "span",
        rf"\b(?:du |entre le )?(?P<day1>\d{{1,2}}(?:er)?)(?: (?P<month1>{_FR}))?"
        rf"(?: (?P<year1>\d{{4}}))? ?(?:au|et le|-|–) ?(?P<day2>\d{{1,2}}(?:er)?) "
        rf"(?P<month2>{_FR})(?: (?P<year2>\d{{4}}))?",
        _span,
    ),
    compiled(
        "date", rf"\b(?P<day>\d{{1,2}}(?:er)?) (?P<month>{_FR})(?: (?P<year>\d{{4}}))?", _date
    ),
    compiled("date", rf"\b(?P<day>)(?P<month>{_FR}) (?P<year>\d{{4}})", _date),
    compiled("time", r"\b(?P<hour>\d{1,2}) ?(?:h(?:eures?)?)\b(?: ?(?P<minute>\d{1,2})\b)?", _time),
    compiled("session", rf"\b(?P<first>{_O}) session\b(?: du Comité(?! (?:contre|pour|des|de)))?",
             _session, re.I),
    compiled(
        "relative-session",
        r"\b(?:sa|la|cette) (?P<before>prochaine|présente|précédente|dernière) session\b"
        r"|\b(?:sa|la) session (?P<after>suivante|précédente|en cours)",
        _relative_session,
        re.I,
    ),
    compiled("meeting", rf"\b(?P<first>{_O})(?:(?: à | ?– ?|-)(?:la )?(?P<last>{_O}))? séances?\b",
             _meeting, re.I),
    compiled(
        "general-comment",
        r"\b(?P<draft>projet d['’])?(?:observation|recommandation) générale"
        r"(?: n[o°º]\.?\s?(?P<number>\d{1,2}))?(?: \(\d{4}\))?",
        _general_comment,
        re.I,
    ),
    compiled(
        "report",
        rf"\b(?:(?:{_O})(?:(?:,| et| à) (?:{_O}))* )?rapports?"
        rf"(?: initia(?:l|ux)(?! d[eu] suivi)| unique)?"
        rf"(?: valant (?:{_O})(?: (?:et|à) (?:{_O}))* rapports)?(?: périodiques?)?"
        r"(?!\w| (?:de suivi|du Comité|annuel|sur))",
        _report,
        re.I,
    ),
    compiled("person", rf"\b(?:M\.|MM\.|Mmes?|Me) {_NAME}", read_person),
)  # fmt: skip
SPANISH: tuple[Pattern, ...] = (
    compiled(
        "span",
        rf"\b(?:del? |entre el )?(?P<day1>\d{{1,2}}[º°]?)(?: de (?P<month1>{_ES}))?"
        rf"(?: de (?P<year1>\d{{4}}))? ?(?:al|y el|-|–) ?(?P<day2>\d{{1,2}}[º°]?) de "
        rf"(?P<month2>{_ES})(?: de (?P<year2>\d{{4}}))?",
        _span,
    ),
    compiled("date",
             rf"\b(?P<day>\d{{1,2}}[º°]?) de (?P<month>{_ES})(?: de (?P<year>\d{{4}}))?", _date),
    compiled("date", rf"\b(?P<day>)(?P<month>{_ES}) de (?P<year>\d{{4}})", _date),
    compiled("time", r"\b(?P<hour>\d{1,2})[.:](?P<minute>\d\d) (?:horas|h)\b", _time),
    compiled("session", rf"\b(?P<first>{_S}) períodos? de sesiones\b"
             r"(?: del Comité(?! (?:contra|para|sobre|de)))?", _session, re.I),
    compiled(
        "relative-session",
        r"\b(?:su|el|este) (?P<before>próximo|presente|anterior|último|actual)"
        r" período de sesiones\b"
        r"|\b(?:el|su) período de sesiones (?P<after>siguiente|anterior|actual|en curso)",
        _relative_session,
        re.I,
    ),
    compiled("meeting", rf"\b(?P<first>{_S})(?P<last>(?!)x)? sesión\b", _meeting, re.I),
    compiled(
        "meeting", rf"\bsesiones (?P<first>{_S}) a (?:la )?(?P<last>{_S})(?!\w)", _meeting, re.I
    ),
    compiled(
        "general-comment",
        r"\b(?P<draft>proyecto de )?(?:observación|recomendación) general"
        r"(?: (?:núm\.|Nº|N\.º|No\.) ?(?P<number>\d{1,2}))?(?: \(\d{4}\))?",
        _general_comment,
        re.I,
    ),
    compiled(
        "report",
        rf"\b(?:(?:{_S})(?:(?:,| y| a) (?:{_S}))* )?informes?(?: inicial(?:es)?)?"
        rf"(?: periódicos?)?(?: (?:{_S}) (?:y|a) (?:{_S}))?(?: combinados)?"
        r"(?!\w| (?:de seguimiento|del Comité|anual|sobre))",
        _report,
        re.I,
    ),
    compiled("person", rf"\b(?:Sr|Sra|Sres|Sras|Dra?)\. {_NAME}", read_person),
)  # fmt: skip
