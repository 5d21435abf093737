"""Every name of a State, body, instrument, organization, office or person that the graph has.

Names come from a built release, without what the record under way says itself; names.yaml adds the
short forms that texts use. Names of another language than the text's are left out: French
*Dominique* and *Maurice* are States there and first names in English.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Store

from treatybodies.namespaces import ID
from treatybodies.store import select

EXTRA = Path(__file__).parent / "names.yaml"
NAMED = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?tag ?thing ?name
WHERE {{
  VALUES (?class ?tag) {{
    (tbo:State "state") (tbo:RegionalOrganization "state") (tbo:TreatyBody "body")
    (tbo:CoreTreaty "instrument") (tbo:OptionalProtocol "instrument") (tbo:Treaty "instrument")
    (tbo:PoliticalInstrument "instrument") (tbo:Organization "organization")
    (tbo:SecretariatUnit "organization") (tbo:Office "office") (tbo:Person "person")
  }}
  VALUES ?property {{ skos:prefLabel skos:altLabel skos:notation tbo:formalName }}
  ?thing a ?class .
  GRAPH ?source {{ ?thing ?property ?name }}
  FILTER(?source != <{own}> && !STRSTARTS(STR(?source), "{own}/"))
}}
ORDER BY ?thing ?name
"""
# The article of a name, but not of “El Salvador”, which is written with a capital letter.
_ARTICLE = re.compile(
    r"^(?:[Tt]he|la|le|les|el|los|las)\s+|^l['’]|\s*\((?:the|el|la|los|las|le|les|l['’])\)$"
)
_FULL = re.compile(r"(?:Committee|Subcommittee) (?:on|against) ")
_INVERTED = re.compile(r"^(?P<short>[^()]+) \((?P<form>[^()]+)\)$")


@dataclass(frozen=True)
class Name:
    """One name and the thing that it names: its kind, and its path below ``id/``."""

    text: str
    tag: str
    path: str


class Names:
    """The names of the graph and of names.yaml, ready to be found in a text."""

    def __init__(self, store: Store, own_graph: str, language: str = "en") -> None:
        self.language = language
        """That of the text; English names are known beside its own, for labels."""
        self._names = dict(_chosen(_of_graph(store, own_graph), {language, "en"}))
        self._names.update(_of_file(_extra()))

    def find(self, text: str) -> Iterator[tuple[int, int, Name]]:
        """The names that stand in ``text``: start, end and name, the longest at each place."""
        for found in self._pattern.finditer(text):
            yield found.start(), found.end(), self._names[_key(found[0])]

    def near(self, unknown: str, tag: str) -> list[str]:
        """Up to three known names of one kind that resemble an unknown one."""
        known = {
            name.text.casefold(): name.text for name in self._names.values() if name.tag == tag
        }
        close = difflib.get_close_matches(unknown.casefold(), known, n=3, cutoff=0.72)
        return [known[each] for each in close]

    def label(self, path: str) -> str:
        """The shortest plain English name of a thing, for labels."""
        return self._labels.get(path, path.rpartition("/")[2])

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted({name.text for name in self._names.values()}, key=len, reverse=True)
        spelled = (
            re.escape(text).replace("'", "['’]").replace(r"\ ", r"\s") for text in longest_first
        )
        return re.compile(rf"(?<![\w/-])(?:{'|'.join(spelled)})(?![\w/])")

    @cached_property
    def _labels(self) -> dict[str, str]:
        """The first English name of each thing (see `_chosen`), of a body the shortest."""
        labels: dict[str, str] = {}
        for name in self._names.values():
            old = labels.setdefault(name.path, name.text)
            if name.tag == "body" and _FULL.match(name.text) and len(name.text) < len(old):
                labels[name.path] = name.text
        return labels


def _key(text: str) -> str:
    return re.sub(r"\s", " ", text.replace("’", "'"))


def _of_graph(store: Store, own_graph: str) -> Iterator[tuple[Name, str]]:
    """Each name of the graph, with its language ("" for codes)."""
    for row in select(store, NAMED.format(own=own_graph)):
        tag, thing, name = row["tag"], row["thing"], row["name"]
        assert isinstance(tag, Literal)
        assert isinstance(thing, NamedNode)
        assert isinstance(name, Literal)
        for text in _forms(name.value, tag.value):
            yield Name(text, tag.value, thing.value.removeprefix(ID)), name.language or ""


def _forms(text: str, tag: str) -> Iterator[str]:
    """A name as texts write it: without its article, and “Iran (Islamic Republic of)” turned."""
    plain = _ARTICLE.sub("", _ARTICLE.sub("", text.strip()))
    inverted = _INVERTED.match(plain) if tag == "state" else None
    if inverted:
        yield inverted["short"]
        yield plain
        yield f"{inverted['form']} {inverted['short']}".replace("' ", "'").replace("’ ", "’")
    else:
        yield plain


def _chosen(names: Iterator[tuple[Name, str]], languages: set[str]) -> Iterator[tuple[str, Name]]:
    """Names of the chosen languages and codes, English first; one of two things names neither."""
    meant: defaultdict[str, dict[tuple[str, str], Name]] = defaultdict(dict)
    ranked = sorted(names, key=lambda each: (each[1] != "en", each[1], len(each[0].text)))
    for name, language in ranked:
        if language in languages or (not language and _is_code(name)):
            meant[_key(name.text)].setdefault((name.tag, name.path), name)
    for key, things in meant.items():
        # A committee and its treaty share an abbreviation: in these texts it is the committee.
        bodies = [name for name in things.values() if name.tag == "body"]
        if len(things) == 1 or bodies:
            yield key, (bodies or list(things.values()))[0]


def _is_code(name: Name) -> bool:
    return name.tag in ("body", "instrument") and name.text.isupper()


def _of_file(extra: dict[str, Any]) -> Iterator[tuple[str, Name]]:
    folders = {
        "states": "state", "bodies": "body", "instruments": "instrument",
        "organizations": "organization", "offices": "office", "regions": "region",
        "agent-groups": "agent-group",
    }  # fmt: skip
    for heading, tag in folders.items():
        for code, names in extra[heading].items():
            for text in names:
                yield _key(text), Name(text, tag, f"{tag}/{code}")


@cache
def _extra() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(EXTRA.read_text(encoding="utf-8"))
    return content


@cache
def demonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    """Adjectives of States, found only before the words of names.yaml, and the States' paths."""
    extra = _extra()
    paths = {adjective: f"state/{code}" for adjective, code in extra["demonyms"].items()}
    return re.compile(rf"\b({'|'.join(paths)})\b(?= {extra['before']})"), paths
