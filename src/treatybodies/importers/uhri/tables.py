"""The curators' tables that an import reads: names of parties and bodies, types, matches."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from treatybodies.errors import Fault, InputFaults
from treatybodies.namespaces import BASE, ID
from treatybodies.paths import Garden
from treatybodies.words import fold_words

FOLDER = "uhri"
MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


class Names:
    """A gazetteer: names in any spelling of case, accents and punctuation, each of one thing."""

    def __init__(self) -> None:
        self._things: dict[str, str] = {}
        self._printed: dict[str, str] = {}

    def add(self, name: str, iri: str) -> None:
        """Know ``name`` as that of ``iri``; what was known before stays."""
        key = _fold(name)
        if key:
            self._things.setdefault(key, iri)
            self._printed.setdefault(key, name)

    def find(self, name: str) -> str | None:
        """The thing of that name."""
        return self._things.get(_fold(name))

    def near(self, name: str) -> list[str]:
        """Known names that look like ``name``, the most alike first."""
        keys = get_close_matches(_fold(name), self._things, n=3, cutoff=0.6)
        return [self._printed[key] for key in keys]


@dataclass(frozen=True)
class Match:
    """A concept of ours to which a label of the index is matched."""

    property: str
    theme: str


@dataclass(frozen=True)
class Tables:
    """What the tables say."""

    parties: Names
    states: frozenset[str]
    """IRIs of the parties that the graph describes."""
    bodies: Names
    body_names: dict[str, str]
    """IRI → name, of the bodies that the graph describes only through an import."""
    classes: dict[str, str]
    """Folded annotation type → class of the ontology."""
    matches: dict[tuple[str, str], Match]
    """(scheme, folded label) → match."""
    digest: str
    """SHA-256 over the tables: another one means that an import says other things."""

    def class_of(self, label: str) -> str | None:
        """The class for an annotation type."""
        return self.classes.get(_fold(label))

    def match(self, scheme: str, label: str) -> Match | None:
        """The concept of ours for a label of the index."""
        return self.matches.get((scheme, _fold(label)))


def read_tables(garden: Garden) -> Tables:
    """The tables of ``garden``; raises `InputFaults`."""
    folder = garden.tables / FOLDER
    parties, bodies = _parties(garden, folder), Names()
    body_names: dict[str, str] = {}
    for row in _rows(folder / "bodies.csv", "organization", "name", "labels"):
        iri = ID + row["organization"]
        for label in (row["name"], *row["labels"].split(";")):
            bodies.add(label.strip(), iri)
        if not row["organization"].startswith("body/"):
            body_names[iri] = row["name"]
    _add_treaty_bodies(bodies, garden)
    types = _rows(folder / "annotation_types.csv", "label", "class")
    return Tables(
        parties=parties,
        states=frozenset(
            ID + row["party"] for row in _rows(garden.tables / "parties.csv", "party")
        ),
        bodies=bodies,
        body_names=body_names,
        classes={_fold(row["label"]): row["class"] for row in types},
        matches=_matches(folder / "concepts.csv"),
        digest=_digest(garden, folder),
    )


def _parties(garden: Garden, folder: Path) -> Names:
    names = Names()
    for row in _rows(folder / "parties.csv", "label", "party", "note"):
        base = BASE if row["party"].startswith("scheme/") else ID
        names.add(row["label"], base + row["party"])
    for row in _rows(garden.tables / "parties.csv", "party", "name_en"):
        names.add(row["name_en"], ID + row["party"])
    for row in _rows(garden.tables / "party_names.csv", "party", "language", "formal_name"):
        if row["language"] == "en":
            formal = row["formal_name"]
            names.add(formal, ID + row["party"])
            names.add(formal.removeprefix("the "), ID + row["party"])
    return names


def _add_treaty_bodies(bodies: Names, garden: Garden) -> None:
    for row in _rows(garden.tables / "bodies.csv", "body", "abbreviation"):
        bodies.add(row["abbreviation"], f"{ID}body/{row['body']}")
    for row in _rows(garden.tables / "body_names.csv", "body", "name"):
        bodies.add(row["name"], f"{ID}body/{row['body']}")


def _matches(path: Path) -> dict[tuple[str, str], Match]:
    found: dict[tuple[str, str], Match] = {}
    faults = []
    for line, row in enumerate(_rows(path, "scheme", "label", "match", "theme"), start=2):
        if row["match"] not in MATCHES:
            remedy = f"write one of {', '.join(MATCHES)}"
            faults.append(Fault(path, line, f"no match is called {row['match']}", remedy, "match"))
        theme = f"{BASE}scheme/theme/{row['theme']}"
        found[row["scheme"], _fold(row["label"])] = Match(row["match"], theme)
    if faults:
        raise InputFaults(faults)
    return found


def _rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    """The rows of a table; raises `InputFaults` when it lacks one of ``columns``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as cause:
        what = f"the table cannot be read ({cause.strerror})"
        raise InputFaults([Fault(path, 0, what, "restore it from the project")]) from cause
    reader = csv.DictReader(text.splitlines())
    missing = set(columns) - set(reader.fieldnames or ())
    if missing:
        what = f"column {', '.join(sorted(missing))} is missing"
        raise InputFaults([Fault(path, 1, what, "restore the table's header")])
    yield from reader


def _digest(garden: Garden, folder: Path) -> str:
    whole = hashlib.sha256()
    for path in _paths(garden, folder):
        whole.update(path.name.encode() + b" " + path.read_bytes())
    return whole.hexdigest()


def _paths(garden: Garden, folder: Path) -> Iterable[Path]:
    yield from sorted(folder.glob("*.csv"))
    for name in ("parties", "party_names", "bodies", "body_names"):
        yield garden.tables / f"{name}.csv"


@lru_cache(maxsize=100_000)
def _fold(name: str) -> str:
    return " ".join(fold_words(name))
