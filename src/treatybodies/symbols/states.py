"""Codes of States in symbols, where they are not the ISO 3166 code of a party."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateCode:
    """What a code printed in a symbol stands for."""

    printed: str
    state: str | None
    """ISO 3166 code of the State party, or None when there is no such State or it is unsure."""
    note: str = ""
    territory: str | None = None


def _territory(code: str, state: str, name: str) -> StateCode:
    return StateCode(code, state, f"{name}, for which {state} reports", code)


# Codes that symbols carry instead of a party's ISO code. Those of former States stay as printed.
_UNUSUAL = {
    code.printed: code
    for code in (
        StateCode("BLG", "BEL", "Belgium, whose ISO code is BEL"),  # E/C.12/BLG/3
        StateCode("BUL", "BGR", "Bulgaria, whose ISO code is BGR"),
        StateCode("ROM", "ROU", "Romania, whose ISO code is ROU since 2002"),
        StateCode("TMP", "TLS", "Timor-Leste, whose ISO code is TLS"),
        StateCode("ZAR", "COD", "Zaire, now the Democratic Republic of the Congo (COD)"),
        StateCode("UKOT", "GBR", "the overseas territories of the United Kingdom", "UKOT"),
        StateCode("UNK", None, "Kosovo, on which the United Nations mission there reports", "UNK"),
        StateCode("EU", None, "the European Union, a party that is no State"),
        StateCode("EUE", None, "the European Union, a party that is no State"),
        StateCode("USR", None, "the former Soviet Union"),
        StateCode("SUN", None, "the former Soviet Union"),
        StateCode("YUG", None, "the former Yugoslavia, or Serbia and Montenegro after 1992"),
        StateCode("SCG", None, "the former Serbia and Montenegro"),
        StateCode("CSK", None, "the former Czechoslovakia"),
        StateCode("DDR", None, "the former German Democratic Republic"),
        _territory("HKG", "CHN", "Hong Kong"),
        _territory("MAC", "CHN", "Macao"),
        _territory("ANT", "NLD", "the former Netherlands Antilles"),  # E/C.12/ANT/3
        _territory("ABW", "NLD", "Aruba"),
        _territory("CUW", "NLD", "Curaçao"),
        _territory("SXM", "NLD", "Sint Maarten"),
    )
}


def read_state_code(printed: str) -> StateCode:
    """What ``printed`` stands for: ``EGY``, ``CHN-HKG``, ``UKOT``, ``EU``, or a full name."""
    if printed in _UNUSUAL:
        return _UNUSUAL[printed]
    if "-" in printed:
        state, _, territory = printed.partition("-")
        return StateCode(printed, state, f"the territory {territory} of {state}", territory)
    if len(printed) != 3:
        return StateCode(printed, None, "a State, spelled out instead of coded")
    return StateCode(printed, printed)
