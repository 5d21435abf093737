"""Reads a symbol by the rules of the grammar, tried in their order."""

import difflib
import re
from dataclasses import replace

from treatybodies.errors import UnknownSymbol
from treatybodies.symbols import cases, old_series, publications, reporting, sessions
from treatybodies.symbols.explanation import explain_joint, explain_match
from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.parts import SUFFIX
from treatybodies.symbols.rules import Rule
from treatybodies.symbols.series import (
    BODIES,
    DATABASE_BODIES,
    PROTOCOLS,
    TREATIES,
    council_supplement,
    find_supplement,
)
from treatybodies.symbols.spelling import JOINT, LONGEST, read_spelling
from treatybodies.symbols.states import StateCode, read_state_code
from treatybodies.symbols.symbol import Span, Symbol

# The order matters: the first rule that fits a symbol reads it, the general ones come last.
RULES: tuple[Rule, ...] = (
    *publications.GENERAL_COMMENTS,
    *sessions.RECORDS,
    *reporting.REPORTING,
    *old_series.OLD_SERIES,
    *cases.COMMUNICATIONS,
    *cases.INQUIRIES,
    *cases.DECISIONS,
    *cases.VISITS,
    *sessions.STATES_PARTIES,
    *publications.REPORTS,
    *publications.SHARED,
    *publications.DATABASE,
    *sessions.SESSIONS,
)
_EXAMPLES = tuple(example for rule in RULES for example in rule.examples)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


class _Refused(Exception):
    """Why a text is no symbol; `parse_symbol` turns it into `UnknownSymbol`."""


def parse_symbol(text: str) -> Symbol:
    """The symbol that ``text`` spells; raises `UnknownSymbol` when no rule fits."""
    shown = " ".join(text[:LONGEST].split())
    try:
        return _read(text)
    except _Refused as cause:
        close = difflib.get_close_matches(shown.upper(), _EXAMPLES, n=1, cutoff=0.7)
        raise UnknownSymbol(shown, str(cause), close[0] if close else None) from None


def _read(text: str) -> Symbol:
    if len(text) > LONGEST:
        raise _Refused(f"it is longer than {LONGEST} characters")
    spelling = read_spelling(text)
    for core in spelling.symbols:
        _check_characters(core)
    if len(spelling.symbols) == 1:
        return _read_one(spelling.symbols[0], spelling.portion, spelling.locator)
    if len(spelling.symbols) > 2 or spelling.portion:
        raise _Refused("a joint symbol joins two symbols and has no volumes")
    first, second = (_read_one(core, None, None) for core in spelling.symbols)
    return replace(_join(first, second), locator=spelling.locator)


def _check_characters(core: str) -> None:
    if not core:
        raise _Refused("it is empty")
    strange = re.search(r"[^A-Za-z0-9/.,&-]", core)
    if strange:
        raise _Refused(f"no symbol has the character “{strange[0]}”")


def _read_one(core: str, portion: str | None, locator: str | None) -> Symbol:
    for rule in RULES:
        found = rule.pattern.fullmatch(core)
        if found:
            return _symbol(rule, found, portion, locator)
    raise _Refused(_why_unknown(core))


def _why_unknown(core: str) -> str:
    start = next((prefix for prefix in BODIES if f"{core}/".startswith(f"{prefix}/")), None)
    if start:
        return f"“{start}” is a treaty body's series, but no document is numbered so in it"
    if core.startswith(("A/", "E/", "S/")):
        return "it belongs to another organ of the United Nations, not to a treaty body"
    return "it starts like no series of a treaty body"


def _symbol(rule: Rule, found: re.Match[str], portion: str | None, locator: str | None) -> Symbol:
    groups = {name: text for name, text in found.groupdict().items() if text}
    body, treaty = _body(rule, groups)
    state = read_state_code(groups["state"]) if "state" in groups else StateCode("", None)
    symbol = Symbol(
        text=found[0] + (f" ({portion})" if portion else ""),
        kind=rule.kind,
        rule=rule.name,
        bodies=(body,) if body else (),
        treaty=treaty,
        state=state.state,
        state_code=state.printed or None,
        territory=state.territory,
        cycles=_span(groups["cycles"]) if "cycles" in groups else None,
        session=_session(groups),
        meeting=_number(groups, "meeting"),
        year=_year(groups),
        communications=tuple(map(_span, re.split("[,&]", groups["communications"])))
        if "communications" in groups
        else (),
        communication_year=_number(groups, "case_year"),
        general_comment=_number(groups, "comment"),
        assembly=_number(groups, "assembly"),
        number=_number(groups, "number"),
        suffixes=tuple(suffix[0] for suffix in SUFFIX.finditer(found[0])),
        database_id=_number(groups, "id"),
        portion=portion,
        locator=locator,
    )
    return replace(symbol, sentences=explain_match(symbol, rule, found))


def _body(rule: Rule, groups: dict[str, str]) -> tuple[str | None, str | None]:
    """The body and the treaty of the symbol, where it belongs to one."""
    if "database" in groups:
        return DATABASE_BODIES[groups["database"]]
    series = groups.get("series", "")
    if series in PROTOCOLS:
        return "crc", PROTOCOLS[series]
    if "supplement" in groups:
        body = _reporting_body(groups)
    elif series:
        body = BODIES[series]
    elif rule.bodies:
        body = rule.bodies[0]
    else:
        return None, None
    return body, TREATIES[body]


def _reporting_body(groups: dict[str, str]) -> str:
    number = int(groups["supplement"])
    if "assembly" in groups:
        supplement = find_supplement(int(groups["assembly"]), number)
        if supplement:
            return supplement.body
        raise _Refused(f"supplement {number} of that session is no treaty body's annual report")
    if council_supplement(int(groups["year"])) == number:
        return "cescr"
    raise _Refused(f"supplement {number} of that year is not the CESCR's annual report")


def _span(text: str) -> Span:
    first, _, last = text.partition("-")
    if last and int(last) < int(first):
        raise _Refused(f"the range “{text}” runs backwards")
    return Span(int(first), int(last or first))


def _session(groups: dict[str, str]) -> int | None:
    if "roman_session" not in groups:
        return _number(groups, "session")
    values = [_ROMAN[letter] for letter in groups["roman_session"]]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def _year(groups: dict[str, str]) -> int | None:
    """A year of two digits is one of 1990 to 2009: such symbols end in 2005."""
    year = _number(groups, "year") or _number(groups, "report_year")
    if year is None or year > 99:
        return year
    return year + (1900 if year >= 90 else 2000)


def _number(groups: dict[str, str], name: str) -> int | None:
    return int(groups[name]) if name in groups else None


def _join(first: Symbol, second: Symbol) -> Symbol:
    """The symbol of a general comment by two bodies, or of a report with two symbols."""
    kinds = (first.kind, second.kind)
    if kinds == (Kind.GENERAL_COMMENT, Kind.GENERAL_COMMENT) and first.bodies != second.bodies:
        kind, rule = Kind.JOINT_GENERAL_COMMENT, "joint-general-comment"
    elif kinds == (Kind.ANNUAL_REPORT, Kind.SESSION_DOCUMENT) and first.bodies == second.bodies:
        # E/1992/23–E/C.12/1991/4: the CESCR's reports carry the Council's symbol and its own.
        kind, rule = Kind.ANNUAL_REPORT, "annual-report-with-two-symbols"
    else:
        raise _Refused("only general comments of two bodies, and CESCR's reports, are joint")
    text = f"{first.text}{JOINT}{second.text}"
    parts = (first, second)
    return Symbol(
        text=text,
        kind=kind,
        rule=rule,
        bodies=tuple(dict.fromkeys(first.bodies + second.bodies)),
        parts=parts,
        sentences=explain_joint(text, kind.label, parts),
    )
