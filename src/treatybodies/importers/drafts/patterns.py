"""Mentions that a pattern finds: days, times, sessions, meetings, reports, symbols, persons.

Each function turns a match into slots, or says with None that the match means nothing.
"""

import re
from collections.abc import Callable

from treatybodies.errors import UnknownSymbol
from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.numerals import MONTH, ORDINAL, clock, date_term, day, ordinal
from treatybodies.importers.drafts.slugs import slug
from treatybodies.symbols import iri_path, parse_symbol

Slots = dict[str, tuple[str, ...]]
Read = Callable[[re.Match[str]], Slots | None]
_O = ORDINAL
_TO = r"(?:to|until|and|through|–|-)"
_NAME = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+|[A-Z]\.|de|da|del|el|al|van|von|bin|ben|di|la)"
_PROPER = (
    r"(?:,(?= [A-Z]\w+(?:,| and) ))?"
    r" (?:(?:and|of|of the|on|on the|for|for the|against) )?[A-Z][\w’'-]+"
)


def _date(match: re.Match[str]) -> Slots | None:
    parts = match.groupdict()
    number, month, year = parts["day"] or "", parts["month"] or "", parts["year"] or ""
    if not year:
        # The year is that of the document: see `context`.
        return {"yearless": (number, month)}
    if number and not 1 <= int(number) <= 31:
        return None
    value = day(number, month, year)
    return {"date": (date_term(value),), "day": (value,)}


def _span(match: re.Match[str]) -> Slots | None:
    """A span of days; the parts that its first day leaves out are those of the second."""
    parts = match.groupdict()
    year = parts["year2"] or ""
    month = parts["month1"] or parts["month2"]
    if not year:
        return {"yearless-span": (parts["day1"], month, parts["day2"], parts["month2"])}
    first = day(parts["day1"], month, parts["year1"] or year)
    last = day(parts["day2"], parts["month2"], year)
    return {"start": (date_term(first),), "end": (date_term(last),), "first_day": (first,)}


def _time(match: re.Match[str]) -> Slots | None:
    value = clock(match["hour"] or "12", match["minute"] or "", match["half"] or "noon")
    return {"time": (f'"{value}"^^xsd:time',)}


def _session(match: re.Match[str]) -> Slots | None:
    written = [match["first"], match["second"], match["figure"]]
    numbers = tuple(str(ordinal(each)) for each in written if each)
    return {"session_number": numbers, "of": (match["of"] or "",)}


def _relative_session(match: re.Match[str]) -> Slots | None:
    steps = {"next": "1", "following": "1", "forthcoming": "1", "upcoming": "1"}
    steps |= {"previous": "-1", "preceding": "-1", "last": "-1"}
    return {"step": (steps.get(match["which"].lower(), "0"),)}


def _meeting(match: re.Match[str]) -> Slots | None:
    first = ordinal(match["first"])
    last = ordinal(match["last"] or match["also"] or match["first"])
    if match["also"] and last != first + 1:
        return {"meeting_number": (str(first), str(last))}
    if not first <= last < first + 200:
        return None
    return {"meeting_number": tuple(str(number) for number in range(first, last + 1))}


def _report(match: re.Match[str]) -> Slots | None:
    numbers = [1] if "nitial" in match["which"] else []
    numbers += [ordinal(each) for each in re.findall(_O, match["which"])]
    return {"cycle": tuple(str(number) for number in numbers)}


def _general_comment(match: re.Match[str]) -> Slots | None:
    slots: Slots = {}
    if match["number"]:
        slots["comment"] = (match["number"],)
    for mark in ("joint", "draft"):
        if match[mark]:
            slots[mark] = ("true",)
    return slots


def _symbol(match: re.Match[str]) -> Slots | None:
    try:
        symbol = parse_symbol(match[0].rstrip(".,;"))
    except UnknownSymbol:
        return {"unknown": (match[0],)}
    term = symbol.kind.term or "Document"
    slots: Slots = {"symbol": (symbol.text,), "symbol_path": (iri_path(symbol),), "class": (term,)}
    return slots | ({"state_of_symbol": (f"state/{symbol.state}",)} if symbol.state else {})


def _person(match: re.Match[str]) -> Slots | None:
    name = match["name"].rstrip(" .,’'")
    name = name.title() if name.isupper() else name
    return {"person": (f"person/{slug(name)}",), "person_name": (name,)}


def _office(match: re.Match[str]) -> Slots | None:
    """An office that no list has: its title and what it is an office of."""
    title, of = match["title"], re.sub(r"(?:\s(?:and|of|on|for|the|in|against))+$", "", match["of"])
    return {
        "office": (f"office/{slug(title)}-{slug(of)}",),
        "office_name": (f"{title} {match['link']} {match['article'] or ''}{of}",),
        "unit_name": (of,) if match["link"] == "of" else (),
        "unit": (f"organization/{slug(of)}",) if match["link"] == "of" else (),
    }


def _compiled(
    tag: str, pattern: str, read: Read, flags: int = 0
) -> tuple[str, re.Pattern[str], Read]:
    return tag, re.compile(pattern, flags), read


_SYMBOL = r"(?:CCPR|CERD|CEDAW|CAT|CRC|CMW|CRPD|CED|HRI|E/C\.12|A/\d\d)/[A-Z0-9][A-Za-z0-9/.()-]*\w"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

PATTERNS: tuple[tuple[str, re.Pattern[str], Read], ...] = (
    _compiled("symbol", _SYMBOL, _symbol),
    _compiled(
        "span",
        rf"(?:(?:from|between) )?(?P<day1>\d{{1,2}})(?: (?P<month1>{MONTH}))?"
        rf"(?: (?P<year1>\d{{4}}))?"
        rf" ?{_TO} ?(?P<day2>\d{{1,2}}) (?P<month2>{MONTH})(?:,? (?P<year2>\d{{4}}))?",
        _span,
    ),
    _compiled("date", rf"\b{_DAY} (?P<month>{MONTH})(?:,? (?P<year>\d{{4}}))?\b", _date),
    _compiled("date", rf"\b(?P<month>{MONTH}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})\b", _date),
    _compiled("date", rf"\b(?P<day>)(?P<month>{MONTH}) (?P<year>\d{{4}})\b", _date),
    _compiled("date", r"(?<=\bin )(?P<day>)(?P<month>)(?P<year>20\d\d)\b(?! \()", _date),
    _compiled(
        "time",
        r"\b(?:(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b\.?|noon\b)",
        _time,
    ),
    _compiled(
        "session",
        rf"\b(?:(?P<first>{_O})(?: (?:and|to) (?:the )?(?P<second>{_O}))? "
        r"(?:regular |special |annual )?"
        r"sessions?|[Ss]ession (?P<figure>\d{1,3}))\b"
        r"(?: \((?:[^()]*)\))?"
        r"(?: of the (?P<of>(?-i:[A-Z])[\w ]+?"
        r"(?= (?:was|had|has|is|from|in|at|were|would|will|ran|took|closed|open)\b|[,.]|$)))?",
        _session,
        re.I,
    ),
    _compiled(
        "relative-session",
        r"\b(?:[Ii]ts|[Tt]he|[Tt]his|[Tt]heir) "
        r"(?P<which>latest|next|following|forthcoming|upcoming|previous|preceding"
        r"|last|current|present) session\b"
        r"|\b[Tt]he (?P<now>session)(?= (?:under review|was|took|ran|lasted|opened|closed)\b)",
        lambda match: _relative_session(match) if match["which"] else {"step": ("0",)},
    ),
    _compiled(
        "meeting",
        rf"\b(?P<first>{_O})(?:(?: to (?:the )?| ?– ?|-)(?P<last>{_O})| and (?P<also>{_O}))?"
        r"(?: \((?:closed|public|private|opening|closing)\))?"
        r" (?:closed |private |public |plenary )?meetings?\b",
        _meeting,
    ),
    _compiled(
        "general-comment",
        r"\b(?:(?P<joint>joint) )?(?:(?P<draft>draft|revised draft|first draft of (?:a|its|the)) )?"
        r"(?:(?:new|joint|revised) )?[Gg]eneral (?:[Cc]omment|[Rr]ecommendation)s?"
        r"(?: [Nn]o\. ?(?P<number>\d{1,2})(?: \(\d{4}\))?)?",
        _general_comment,
    ),
    _compiled(
        "report",
        rf"\b(?:(?:combined|consolidated|joint|single|overdue|common) )?"
        rf"(?P<which>(?:(?:initial|{_O})"
        rf"(?:(?:,| and| to|, and| ?–|-) ?(?:initial|{_O}))* )?(?:and )?)"
        r"(?:combined )?(?:periodic )?reports?\b",
        _report,
    ),
    _compiled(
        "person",
        r"\b(?:Mr|Ms|Mrs|Mx|Dr|Prof|Mme|M|Sir|H\.E\.(?: (?:Mr|Ms))?)\.? "
        rf"(?P<name>[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+(?: {_NAME})*)",
        _person,
    ),
    # Press releases leave the title out, and write names of speakers in capitals.
    _compiled(
        "person",
        r"\b(?P<name>[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+"
        r"(?: (?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*\.?|de|da|del|van|von)){1,3})"
        r"(?=, (?:the )?(?:Committee )?(?:Chair|Vice-Chair|Rapporteur|President|Director|"
        r"Committee Expert|United Nations|UN|High Commissioner|Special Rapporteur))",
        _person,
    ),
    _compiled(
        "office",
        r"\b(?P<title>Special Rapporteur|Independent Expert|Special Representative)"
        r"(?P<gap> of the Secretary-General)? (?P<link>on|for) (?P<article>the )?"
        r"(?P<of>[^,.;:()]{3,90}?)(?=[,.;:()]|$| and (?:a|an|the|with|had|was|has) "
        r"| who | had | was | to | in private| in a | at )",
        _office,
    ),
    _compiled(
        "office",
        rf"\b(?P<title>{lexicon().titles}) (?P<link>of|on|for) "
        r"(?!(?:the )?Committee\b(?! (?:on|against)))"
        rf"(?P<article>the )?(?P<of>[A-Z][\w’'-]*(?:{_PROPER})*)",
        _office,
    ),
)
