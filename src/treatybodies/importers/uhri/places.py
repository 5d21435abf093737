"""Documents and paragraphs: where in the UN's papers a record stands."""

import re
from dataclasses import dataclass
from functools import lru_cache

from treatybodies.errors import UnknownSymbol
from treatybodies.symbols import Symbol, iri_path, parse_symbol

# What tbs:Document-documentSymbol takes; other organs' symbols have no grammar here.
_WRITTEN = re.compile(r"[A-Z][A-Za-z0-9.]*(?:/[A-Za-z0-9().–-]+)+")
# Reviews and special procedures: asking the grammar would take a search for near symbols each.
OTHER_ORGANS = ("A/HRC/", "E/CN.4/")
_IDENTIFIER = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class Place:
    """A document: the path of its IRI below ``id/doc/``, and what its symbol says."""

    path: str
    symbol: str
    """As the document prints it; empty where none is known."""
    parsed: Symbol | None
    """None for documents that are in no treaty body's series."""

    @property
    def title(self) -> str:
        """Its name in English."""
        kind = self.parsed.kind.label if self.parsed else "document"
        return f"{kind[:1].upper()}{kind[1:]} {self.symbol}".strip()

    @property
    def term(self) -> str:
        """The ontology's class for it."""
        return (self.parsed.kind.term if self.parsed else None) or "Document"

    def paragraph(self, number: str) -> str:
        """The path of a paragraph below ``id/doc/``."""
        return f"{self.path}/p{number.replace('.', '-')}"


@lru_cache(maxsize=50_000)
def find_place(symbol: str, document: str) -> Place | None:
    """The document with that symbol, else the one of that number in the index; None for neither."""
    parsed = _parse(symbol)
    if parsed and _WRITTEN.fullmatch(iri_path(parsed)):
        return Place(iri_path(parsed), parsed.text, parsed)
    spelled = "".join(symbol.split())
    if _WRITTEN.fullmatch(spelled):
        return Place(spelled, spelled, None)
    if _IDENTIFIER.fullmatch(document):
        return Place(f"uhri/{document}", "", None)
    return None


def _parse(symbol: str) -> Symbol | None:
    """The symbol, read; None for those of other organs."""
    if not symbol or symbol.startswith(OTHER_ORGANS):
        return None
    try:
        return parse_symbol(symbol)
    except UnknownSymbol:
        return None
