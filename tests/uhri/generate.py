"""Made-up exports of the Universal Human Rights Index, of any size, with all that is odd in them.

``generate.py RECORDS FILE [SEED]`` writes one. Fields and printing are the index's, the texts are
words strung together. The same arguments give the same bytes; every oddity is in each export of
more than a few hundred records, as often as in the real one.
"""

import json
import random
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treatybodies.importers.uhri.tables import read_tables
from treatybodies.paths import default_garden

Record = dict[str, Any]

BODIES = {
    "ccpr": ("CCPR", "Human Rights Committee", "CCPR/C"),
    "cescr": ("CESCR", "Committee on Economic, Social and Cultural Rights", "E/C.12"),
    "cerd": ("CERD", "Committee on the Elimination of Racial Discrimination", "CERD/C"),
    "cedaw": (
        "CEDAW",
        "Committee on the Elimination of Discrimination against Women",
        "CEDAW/C",
    ),
    "cat": ("CAT", "Committee against Torture", "CAT/C"),
    "crc": ("CRC", "Committee on the Rights of the Child", "CRC/C"),
    "cmw": ("CMW", "Committee on Migrant Workers", "CMW/C"),
    "crpd": ("CRPD", "Committee on the Rights of Persons with Disabilities", "CRPD/C"),
    "ced": ("CED", "Committee on Enforced Disappearances", "CED/C"),
}
MANDATES = ("SR Torture", "SR Migrants", "WG Arbitrary detention", "SR Education", "SR Trafficking")
STATES = (
    ("BEN", "Benin"),
    ("EGY", "Egypt"),
    ("PER", "Peru"),
    ("SYC", "Seychelles"),
    ("NOR", "Norway"),
    ("FRA", "France"),
    ("MEX", "Mexico"),
    ("GHA", "Ghana"),
    ("JPN", "Japan"),
    ("UZB", "Uzbekistan"),
    ("BOL", "Bolivia (Plurinational State of)"),
    ("CIV", "Côte d'Ivoire"),
    ("VNM", "Viet Nam"),
    ("GBR", "United Kingdom of Great Britain and Northern Ireland"),
)
OTHER_THEMES = tuple(f"Made-up theme {number}" for number in range(1, 61))
PERSONS = ("Children", "Women & girls", "Migrants", "Refugees & asylum seekers", "Older persons")
SDGS = (
    "16 - PEACE AND JUSTICE",
    "- 16.3",
    "5.2",
    "4 - EDUCATION",
    "- 8.8",
    "SDG 10",
    "3.d",
    "Target 1.3",
)
POSITIONS = ("Supported", "Noted", "Supported", "Supported/Noted")
WORDS = [
    "ensure",
    "review",
    "adopt",
    "measures",
    "access",
    "without",
    "delay",
    "registers",
    "offices",
    "forms",
    "training",
    "judges",
    "provinces",
    "budget",
    "data",
    "annual",
    "report",
    "independent",
    "body",
    "complaints",
    "families",
    "workers",
    "schools",
    "hospitals",
    "language",
    "remote",
    "areas",
    "legislation",
    "amend",
    "repeal",
    "strengthen",
    "cooperation",
    "resources",
]
MISSING_COUNTRIES = 104 / 268_000
RATES = {
    "no-country": MISSING_COUNTRIES,
    "no-type": 0.004,
    "type-is-uuid": 0.001,
    "long-body": 0.1,
    "duplicate": 0.0005,
    "identifier-again": 0.0002,
    "kosovo": 0.002,
    "european-union": 0.001,
    "no-number": 0.02,
}
"""Oddity → share of the records that have it."""


@dataclass(frozen=True)
class Document:
    """A document that records stand in."""

    symbol: str
    number: str
    body: str
    long_body: str
    code: str
    country: str
    day: str
    cycle: int
    kind: str


def records(count: int, seed: int = 1) -> Iterator[Record]:
    """``count`` records; duplicates among them follow what they repeat at some distance."""
    chance = random.Random(seed)
    themes = tuple(sorted(_mapped_themes())) + OTHER_THEMES
    states = _states()
    oddities = _spread(count, chance)
    kept: list[Record] = []
    made, document, left, paragraph = 0, None, 0, 0
    while made < count:
        if left == 0 or document is None:
            document = _document(chance, states)
            left, paragraph = chance.randint(20, 90), chance.randint(1, 12)
        odd = oddities.get(made, "")
        if odd == "duplicate" and kept:
            record = dict(kept[chance.randrange(len(kept))])
        else:
            record = _record(chance, document, paragraph, themes, odd)
            if odd == "identifier-again" and kept:
                record["AnnotationId"] = kept[chance.randrange(len(kept))]["AnnotationId"]
        if made % 50 == 0:
            kept = [*kept[-99:], record]
        yield record
        made, left, paragraph = made + 1, left - 1, paragraph + chance.choice((0, 1, 1, 1))


def write_export(path: Path, count: int, seed: int = 1) -> None:
    """Write an export of ``count`` records."""
    with path.open("w", encoding="utf-8") as file:
        before = "["
        for record in records(count, seed):
            file.write(before + json.dumps(record, ensure_ascii=False))
            before = ",\n"
        file.write("[]" if before == "[" else "]")


def _spread(count: int, chance: random.Random) -> dict[int, str]:
    """Place → oddity: as many as the rates say, and at least one of each."""
    found: dict[int, str] = {}
    # The first records are plain, so that there is something to repeat.
    places = range(min(60, count), count)
    for odd, rate in RATES.items():
        wanted = min(max(1, round(rate * count)), len(places))
        found.update(dict.fromkeys(chance.sample(places, wanted), odd))
    return found


def _document(chance: random.Random, states: tuple[tuple[str, str], ...]) -> Document:
    code, country = chance.choice(states)
    day = f"{chance.randint(2006, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    number = _uuid(chance)
    kind = chance.choices(("body", "upr", "mandate"), (55, 30, 15))[0]
    cycle = chance.randint(1, 8)
    if kind == "upr":
        symbol = f"A/HRC/{chance.randint(8, 60)}/{chance.randint(1, 99)}"
        return Document(symbol, number, "UPR", "Universal Periodic Review", code, country, day,
                        chance.randint(1, 4), kind)  # fmt: skip
    if kind == "mandate":
        symbol = f"A/HRC/{chance.randint(8, 60)}/{chance.randint(1, 99)}/Add.{chance.randint(1, 4)}"
        body = chance.choice(MANDATES)
        return Document(symbol, number, body, body, code, country, day, 0, kind)
    short, long, series = BODIES[chance.choice(list(BODIES))]
    numbers = str(cycle) if chance.random() < 0.8 or cycle < 2 else f"{cycle - 1}-{cycle}"
    symbol = f"{series}/{code}/CO/{numbers}"
    return Document(symbol, number, short, long, code, country, day, cycle, kind)


def _record(
    chance: random.Random, document: Document, paragraph: int, themes: tuple[str, ...], odd: str
) -> Record:
    recommending = chance.choice(STATES)[1] if document.kind == "upr" else None
    number = f"{document.cycle}{paragraph}.{chance.randint(1, 200)}" if recommending else paragraph
    record: Record = {
        "AffectedPersons": [f"- {each}" for each in _some(chance, PERSONS, 2)],
        "AnnotationId": _uuid(chance),
        "AnnotationType": chance.choice(("- Recommendations", "- Concerns/Observations")),
        "Body": f"- {document.long_body if odd == 'long-body' else document.body}",
        "Countries": [document.country],
        "DocumentId": document.number,
        "PublicationDate": f"{document.day}T00:00:00",
        "PublicationDateOnUhri": f"{document.day[:4]}-12-31T09:30:00",
        "Regions": ["- A region"],
        "Sdgs": _some(chance, SDGS, 3),
        "Symbol": document.symbol,
        "Text": _text(chance, "" if odd == "no-number" else f"{number}. "),
        "Themes": [f"- {each}" for each in _some(chance, themes, 4)],
        "UprCycle": f"{document.cycle} cycle" if recommending else None,
        "UprPositions": [f"- {chance.choice(POSITIONS)}"] if recommending else [],
        "UprRecommendingCountry": [recommending] if recommending else [],
        "UprRecommendingRegions": ["- A region"] if recommending else [],
        "UprSession": f"Session {document.cycle * 12}" if recommending else None,
    }
    if recommending:
        record["AnnotationType"] = "- Recommendations"
    return record | _oddity(chance, document, odd)


def _oddity(chance: random.Random, document: Document, odd: str) -> Record:
    """The fields in which an odd record differs."""
    match odd:
        case "no-country":
            state = BODIES["cmw"][2] + f"/{chance.choice(STATES)[0]}/CO/1"
            return {"Countries": [], "Symbol": state, "Body": "- CMW"} | _NO_UPR
        case "no-type":
            return {"AnnotationType": chance.choice((None, "", []))}
        case "type-is-uuid":
            return {"AnnotationType": f"- {_uuid(chance)}"}
        case "kosovo":
            return {
                "Countries": ["Kosovo*"],
                "Symbol": "CCPR/C/UNK/CO/1",
                "Body": "- CCPR",
            } | _NO_UPR
        case "european-union":
            names = {"Countries": ["European Union"], "Symbol": "CRPD/C/EU/CO/1", "Body": "- CRPD"}
            return names | _NO_UPR
    return {}


_NO_UPR: Record = {
    "UprCycle": None,
    "UprPositions": [],
    "UprRecommendingCountry": [],
    "UprRecommendingRegions": [],
    "UprSession": None,
}


def _text(chance: random.Random, opening: str) -> str:
    words = " ".join(chance.choices(WORDS, k=chance.randint(30, 130)))
    if chance.random() < 0.3:
        return f"<p>{opening}The State party should <b>{words}</b>&nbsp;&amp; more&#8230;</p>"
    return f"{opening}The State party should {words} – “soon”."


def _some(chance: random.Random, options: tuple[str, ...], most: int) -> list[str]:
    return chance.sample(options, chance.randint(0 if most < 4 else 1, most))


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _mapped_themes() -> set[str]:
    """Labels that the curators' table matches, as the table prints them."""
    path = default_garden().tables / "uhri" / "concepts.csv"
    rows = (line.partition(",")[2] for line in path.read_text("utf-8").splitlines())
    return {row.partition(",")[0] for row in rows if not row.startswith(('"', "label"))}


def _states() -> tuple[tuple[str, str], ...]:
    """Codes and English names of all States."""
    states = read_tables(default_garden()).states
    codes = {iri.rpartition("/")[2] for iri in states if "/state/" in iri}
    lines = (default_garden().tables / "parties.csv").read_text("utf-8").splitlines()
    named = {line.split(",")[1]: line.split(",")[4] for line in lines if '"' not in line[:60]}
    return tuple(sorted((code, named[code]) for code in codes & named.keys()))


if __name__ == "__main__":
    write_export(Path(sys.argv[2]), int(sys.argv[1]), int(sys.argv[3]) if sys.argv[3:] else 1)
