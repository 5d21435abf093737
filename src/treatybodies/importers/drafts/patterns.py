"""Mentions that a pattern finds: days, times, sessions, meetings, reports, symbols, persons.

Each function turns a match into slots, or says with None that the match means nothing.
"""

import re

from treatybodies.errors import UnknownSymbol
from treatybodies.importers.drafts.marked import Slots
from treatybodies.importers.drafts.numerals import MONTH, ORDINAL, clock, date_term, day, ordinal
from treatybodies.importers.drafts.people import PEOPLE, Pattern, compiled
from treatybodies.importers.drafts.romance import FRENCH, SPANISH
from treatybodies.symbols import iri_path, parse_symbol

_O = ORDINAL
_TO = r"(?:to|until|and|through|–|-)"


# “addressed the Commission on the Status of Women at its seventieth session”: not ours.
_OTHER_ORGAN = re.compile(
    r"\b(?P<organ>(?:Commission|Council|Assembly|Conference|Board|Forum)\b[^,.;]{0,60}?)"
    r",? (?:at|during|in|for|to) its $"
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
    return {
        "start": (date_term(first),),
        "end": (date_term(last),),
        "first_day": (first,),
        "last_day": (last,),
    }


def _time(match: re.Match[str]) -> Slots | None:
    value = clock(match["hour"] or "12", match["minute"] or "", match["half"] or "noon")
    return {"time": (f'"{value}"^^xsd:time',)}


def _session(match: re.Match[str]) -> Slots | None:
    written = [match["first"], match["second"], match["figure"]]
    numbers = tuple(str(ordinal(each)) for each in written if each)
    other = _OTHER_ORGAN.search(match.string[: match.start()])
    of = match["of"] or (other["organ"] if other else "")
    return {"session_number": numbers, "of": (of,)}


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
    if match["number"] or match["ordinal"]:
        slots["comment"] = (match["number"] or str(ordinal(match["ordinal"])),)
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


_SYMBOL = r"(?:CCPR|CERD|CEDAW|CAT|CRC|CMW|CRPD|CED|HRI|E/C\.12|A/\d\d)/[A-Z0-9][A-Za-z0-9/.()-]*\w"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

SYMBOLS = compiled("symbol", _SYMBOL, _symbol)
PATTERNS: tuple[Pattern, ...] = (
    SYMBOLS,
    compiled(
        "span",
        rf"(?:(?:from|between) )?(?<![:.\d])(?P<day1>\d{{1,2}})(?: (?P<month1>{MONTH}))?"
        rf"(?: (?P<year1>\d{{4}}))?"
        rf" ?{_TO} ?(?P<day2>\d{{1,2}}) (?P<month2>{MONTH})(?:,? (?P<year2>\d{{4}}))?",
        _span,
    ),
    compiled("date", rf"\b{_DAY} (?P<month>{MONTH})(?:,? (?P<year>\d{{4}}))?\b", _date),
    compiled("date", rf"\b(?P<month>{MONTH}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})\b", _date),
    compiled("date", rf"\b(?P<day>)(?P<month>{MONTH}) (?P<year>\d{{4}})\b", _date),
    compiled("date", r"(?<=\bin )(?P<day>)(?P<month>)(?P<year>20\d\d)\b(?! \()", _date),
    compiled(
        "time",
        r"\b(?:(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b\.?|noon\b)",
        _time,
    ),
    compiled(
        "session",
        rf"\b(?:(?P<first>{_O})(?: (?:and|to) (?:the )?(?P<second>{_O}))? "
        r"(?:regular |special |annual )?"
        r"sessions?|[Ss]ession (?P<figure>\d{1,3}))\b"
        r"(?: \((?:[^()]*)\)(?= of the ))?"
        r"(?: of the (?P<of>(?-i:[A-Z])[\w ]+?"
        r"(?= (?:was|had|has|is|from|in|at|were|would|will|ran|took|"
        r"closed|opened|opens|open|closes|concluded|ended|began|which|that|and)\b|[,.]|$)))?",
        _session,
        re.I,
    ),
    compiled(
        "relative-session",
        r"\b(?:[Ii]ts|[Tt]he|[Tt]his|[Tt]heir|(?:[Tt]he )?(?:Sub)?[Cc]ommittee[’']s) "
        r"(?P<which>latest|next|following|forthcoming|upcoming|previous|preceding"
        r"|last|current|present) session\b"
        r"|\b[Tt]he (?P<now>session)"
        r"(?= (?:under review|was|is|will|would|took|ran|lasted|opened|closed)\b)"
        r"|(?:(?<=[Dd]uring )|(?<=course of )|(?<=[Tt]hroughout ))the session\b",
        lambda match: _relative_session(match) if match["which"] else {"step": ("0",)},
    ),
    compiled(
        "meeting",
        rf"\b(?P<first>{_O})(?:(?: to (?:the )?| ?– ?|-)(?P<last>{_O})| and (?P<also>{_O}))?"
        r"(?: \((?:closed|public|private|opening|closing)\))?"
        r" (?:closed |private |public |plenary )?meetings?\b",
        _meeting,
    ),
    compiled(
        "general-comment",
        rf"\b(?:(?P<ordinal>{_O}) )?(?:(?P<joint>joint) )?"
        r"(?:(?P<draft>draft|revised draft|first draft of (?:a|its|the)) )?"
        r"(?:(?:new|joint|revised) )?[Gg]eneral (?:[Cc]omment|[Rr]ecommendation)s?"
        r"(?: [Nn]o\. ?(?P<number>\d{1,2})(?: \(\d{4}\))?)?",
        _general_comment,
    ),
    compiled(
        "report",
        rf"\b(?:(?:combined|consolidated|joint|single|overdue|common) )?"
        rf"(?P<which>(?:(?:[Ii]nitial|{_O})"
        rf"(?:(?:,| and| to|, and| ?–|-) ?(?:initial|{_O}))* )?(?:and )?)"
        r"(?:combined )?(?:[Pp]eriodic )?[Rr]eports?\b",
        _report,
        re.I,
    ),
    *PEOPLE,
)
_OTHERS = {"fr": (SYMBOLS, *FRENCH), "es": (SYMBOLS, *SPANISH)}


def patterns_of(language: str) -> tuple[Pattern, ...]:
    """The patterns for texts of a language; those of English where it has none."""
    return _OTHERS.get(language, PATTERNS)
