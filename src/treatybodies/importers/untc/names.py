"""Who a participant of the depositary is among our parties."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from treatybodies.importers.table import Table

# States that are no more: what they did stands on the pages, told in end notes.
PREDECESSORS = frozenset(
    {
        "Yugoslavia (former)",
        "Yugoslavia",
        "Czechoslovakia",
        "German Democratic Republic",
        "Union of Soviet Socialist Republics",
        "Serbia and Montenegro",
        "Democratic Yemen",
    }
)

# Names that States bore when others wrote of them.
FORMER_NAMES = {
    "Turkey": "state/TUR",
    "Libyan Arab Jamahiriya": "state/LBY",
    "Swaziland": "state/SWZ",
    "Cape Verde": "state/CPV",
    "The former Yugoslav Republic of Macedonia": "state/MKD",
    "Burma": "state/MMR",
    "Zaire": "state/COD",
    "Federal Republic of Germany": "state/DEU",
    "Byelorussian Soviet Socialist Republic": "state/BLR",
    "Ukrainian Soviet Socialist Republic": "state/UKR",
    "Iran": "state/IRN",
    "Somalia": "state/SOM",
    "Viet Nam": "state/VNM",
    "Vietnam": "state/VNM",
    "Brunei": "state/BRN",
    "Micronesia": "state/FSM",
    "Korea": "state/KOR",
    "Bolivia": "state/BOL",
    "Venezuela": "state/VEN",
    "Moldova": "state/MDA",
    "Tanzania": "state/TZA",
    "United Kingdom": "state/GBR",
    "United States": "state/USA",
    "Netherlands": "state/NLD",
    "Kingdom of the Netherlands": "state/NLD",
    "Syria": "state/SYR",
    "Bahamas": "state/BHS",
}


def folded(name: str) -> str:
    """A name without case, apostrophes' shapes, spaces around commas and white space."""
    text = name.casefold().replace("’", "'").replace("‘", "'")
    return re.sub(r"\s*,\s*", ", ", " ".join(text.split()))


@dataclass(frozen=True)
class Unknown:
    """A name that no party has, with names that are near it."""

    name: str
    near: tuple[tuple[str, str], ...]
    """Near names, each with its party's path."""

    def __str__(self) -> str:
        near = "; ".join(f"{name} = {party}" for name, party in self.near) or "none"
        return f"“{self.name}” is no party that we know; near it: {near}"


class Names:
    """Names of parties in English, ours and those that the depositary has printed before."""

    def __init__(self, parties: Table, names: Table, actions: Table, given: dict[str, str]) -> None:
        self.paths = frozenset(row["party"] for row in parties.rows)
        self.ours = {row["party"]: row["name_en"] for row in parties.rows}
        self._known: dict[str, str] = {}
        self._printed: dict[str, str] = {}
        short = [row for row in names.rows if row["language"] == "en"]
        # Later sources of a name win: what the curator gives, then the depositary's own, then ours.
        for source, column in ((short, "formal_name"), (short, "short_name")):
            self._add((row[column], row["party"]) for row in source)
        self._add((row["name_en"], row["party"]) for row in parties.rows)
        self._add((row["participant"], row["party"]) for row in actions.rows)
        self._add(given.items())

    def _add(self, pairs: Iterable[tuple[str, str]]) -> None:
        for name, party in pairs:
            if name:
                self._known[folded(name)] = party
                self._printed[folded(name)] = name

    def party(self, name: str) -> str | None:
        """The path of the party called ``name``, if there is one."""
        return self._known.get(folded(name))

    def printed(self, name: str, party: str) -> str:
        """``name`` where it differs from the party's own, else nothing."""
        return "" if name == self.ours[party] else name

    def unknown(self, name: str) -> Unknown:
        """What to tell a curator of a name that no party has."""
        near = get_close_matches(folded(name), self._known, n=3, cutoff=0.6)
        return Unknown(name, tuple((self._printed[each], self._known[each]) for each in near))

    def mentioned(self, text: str) -> tuple[str, ...]:
        """The parties whose names stand in ``text``, in its order; the longest name wins."""
        found = (match[0] for match in self._pattern.finditer(folded(text)))
        return tuple(dict.fromkeys(self._in_texts[each] for each in found))

    @cached_property
    def _in_texts(self) -> dict[str, str]:
        return {folded(name): party for name, party in FORMER_NAMES.items()} | self._known

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self._in_texts, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def unknown_names(names: Names, printed: Iterable[str]) -> Iterator[Unknown]:
    """Every name of ``printed`` that is no party's, once."""
    for name in dict.fromkeys(printed):
        if names.party(name) is None:
            yield names.unknown(name)
