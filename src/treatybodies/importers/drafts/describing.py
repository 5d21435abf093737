"""Descriptions of things that a draft refers to and that no source of the graph describes."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import NamedNode, Triple

from treatybodies.errors import UnknownSymbol
from treatybodies.importers.drafts.known import Known
from treatybodies.importers.drafts.marked import Mention
from treatybodies.importers.drafts.names import Names
from treatybodies.importers.drafts.numerals import suffixed
from treatybodies.importers.drafts.statements import Slots, fill
from treatybodies.namespaces import ID, RDF_TYPE
from treatybodies.symbols import Symbol, parse_symbol

FILE = Path(__file__).parent / "descriptions.yaml"
SYMBOL: dict[str, dict[str, str | list[str]]] = {
    "<id/{path}>": {"documentSymbol": '"{symbol}"', "label": "{kind} {symbol}"}
}
# A unit of the secretariat, unlike an agency, ministry or council whose head is named.
_UNIT = re.compile(r"\b(?:Branch|Division|Section|Service|Unit|Secretariat)\b")
LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")


class Describer:
    """Says once what each new thing is; keeps a second label from things that have one."""

    def __init__(self, names: Names, known: Known, document: str) -> None:
        self._document = document
        self._names = names
        self._known = known
        self._read: dict[str, Slots] = {}
        self._labelled: set[str] = set()
        self._typed: set[str] = set()

    def remember(self, mentions: Iterable[Mention]) -> None:
        """Keep the names with which persons, offices and symbols were read."""
        for mention in mentions:
            for tag in ("person", "office", "party", "symbol_path"):
                for path in mention.slots.get(tag, ()):
                    whole = f"doc/{path}" if tag == "symbol_path" else path
                    self._read.setdefault(whole, mention.slots)

    def complete(self, triples: Iterable[Triple]) -> list[Triple]:
        """``triples`` without second labels, and with what their new things are."""
        kept = [triple for triple in triples if self._keeps(triple)]
        self._typed |= {path for triple in kept if (path := _typed(triple))}
        return kept + [
            more for triple in kept for more in (*self._describe(triple), *self._symbol(triple))
        ]

    def _keeps(self, triple: Triple) -> bool:
        """A thing has one label: the graph's, else that of its symbol, else the draft's first."""
        if triple.predicate != LABEL or not isinstance(triple.subject, NamedNode):
            return True
        path = triple.subject.value.removeprefix(ID)
        by_symbol = re.match(r"doc/[A-Z]", path) and not path.startswith(f"{self._document}/")
        if by_symbol and not str(triple.object).endswith(f'{path[4:]}"@en'):
            return False
        if self._known.is_labelled(path) or path in self._labelled:
            return False
        self._labelled.add(path)
        return True

    def _describe(self, triple: Triple) -> list[Triple]:
        described: list[Triple] = []
        for node in (triple.subject, triple.object):
            path = node.value.removeprefix(ID) if isinstance(node, NamedNode) else ""
            if isinstance(node, NamedNode) and node.value.startswith(ID) and self._is_new(path):
                described += self._description(path)
        return described

    def _symbol(self, triple: Triple) -> list[Triple]:
        """The symbol of a document that a rule describes, when no source of the graph gives it."""
        path = _typed(triple)
        own = path == self._document or path.startswith(f"{self._document}/")
        if own or not re.match(r"doc/[A-Z]", path) or self._known.is_described(path):
            return []
        try:
            symbol = parse_symbol(path.removeprefix("doc/"))
        except UnknownSymbol:
            return []
        slots: Slots = {"path": (path,), "symbol": (symbol.text,), "kind": (title_of(symbol),)}
        return [triple for triple in fill(SYMBOL, slots) if self._keeps(triple)]

    def _is_new(self, path: str) -> bool:
        if path.startswith("person/") and path in self._read:
            # The text names the person itself: it is a source of its own for that.
            return path not in self._typed
        own = path == self._document or path.startswith(f"{self._document}/")
        return not own and path not in self._typed and not self._known.is_described(path)

    def _description(self, path: str) -> list[Triple]:
        for pattern, says in _descriptions():
            found = pattern.fullmatch(path)
            if found is None:
                continue
            self._typed.add(path)
            slots = self._read.get(path, {}) | {
                name: (text,) for name, text in found.groupdict().items()
            }
            triples = fill(says, slots | {"path": (path,)} | self._more(path, slots))
            return [triple for triple in triples if self._keeps(triple)]
        return []

    def _more(self, path: str, slots: Slots) -> Slots:
        own = slots.get("own", ("",))[0]
        more: Slots = {"OWN": (own.upper(),), "own_name": (self._names.label(f"body/{own}"),)}
        if "number" in slots:
            more["ordinal"] = (suffixed(int(slots["number"][0])),)
        more["role_name"] = (slots.get("role", ("",))[0].title(),)
        if "party_name" in slots:
            more["party_class"] = ("Organization",)
        unit = next(iter(slots.get("unit", ())), "")
        if unit and self._known.is_described(unit):
            more["unit_name"] = ()
        elif unit and not _UNIT.search(slots["unit_name"][0]):
            more["unit"] = more["unit_name"] = ()
        elif unit:
            more["unit_class"] = ("SecretariatUnit",)
        if path.startswith("office/") and "office_name" not in slots:
            more["office_name"] = (self._names.label(path),)
        if path.startswith("doc/"):
            try:
                symbol = parse_symbol(path.removeprefix("doc/"))
            except UnknownSymbol:
                return more
            more["class"] = (symbol.kind.term or "Document",)
            more["kind"] = (title_of(symbol),)
            if symbol.state:
                more["state_of_symbol"] = (f"state/{symbol.state}",)
        return more


def title_of(symbol: Symbol) -> str:
    """The kind of a document as the tables write it in labels: ``Summary record``."""
    return symbol.kind.label[0].upper() + symbol.kind.label[1:]


def _typed(triple: Triple) -> str:
    if triple.predicate == RDF_TYPE and isinstance(triple.subject, NamedNode):
        return triple.subject.value.removeprefix(ID)
    return ""


@cache
def _descriptions() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [(re.compile(each["path"]), each["says"]) for each in written]
