"""What a document is: its symbol or name, its body, session, language, and statements on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from treatybodies.errors import TreatybodiesError, UnknownSymbol
from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.describing import title_of
from treatybodies.importers.drafts.languages import LANGUAGES
from treatybodies.pipeline.verify import Paragraph
from treatybodies.symbols import Symbol, parse_symbol


@dataclass(frozen=True)
class Identity:
    """What a document is, as the person who drafts it says; empty where the text is to show it."""

    symbol: str = ""
    name: str = ""
    """For a document without a symbol, its path below ``id/doc/``: ``cedaw/89/press-release``."""
    body: str = ""
    session: str = ""
    language: str = ""
    """Its code; empty when the text is to show it."""


COVER_LINES = 15
_SYMBOL = re.compile(r"(?:^|\s)((?:[A-Z]{2,5}/|E/C\.12/|A/\d\d/)[A-Z0-9][A-Za-z0-9/.-]*\w)(?=\s|$)")


def find_symbol(paragraphs: Sequence[Paragraph], identity: Identity) -> Symbol | None:
    """The document's symbol: the one given, else the one that stands alone on the cover."""
    cover = [paragraph.text for paragraph in paragraphs[:COVER_LINES]]
    if identity.symbol:
        return _agreed(parse_symbol(identity.symbol), cover)
    if identity.name:
        return None
    beside = [
        found[1] for text in cover if len(text.split()) <= 8 for found in _SYMBOL.finditer(text)
    ]
    for text in (*cover, *beside):
        try:
            return parse_symbol(text)
        except UnknownSymbol:
            continue
    raise TreatybodiesError(
        "the text shows no symbol of its own → give --symbol CMW/C/SR.590, or for a document "
        "without one --name cedaw/89/press-release"
    )


def _agreed(given: Symbol, cover: Sequence[str]) -> Symbol:
    """The symbol that was given; raises `TreatybodiesError` when the cover shows another alone."""
    shown = list(_symbols_alone(cover))
    if shown and given not in shown:
        raise TreatybodiesError(
            f"the text’s cover shows {shown[0].text}, not {given.text} → give the symbol that it "
            "shows, or the text of the document that you mean"
        )
    return given


def _symbols_alone(cover: Sequence[str]) -> Iterator[Symbol]:
    for text in cover:
        try:
            yield parse_symbol(text)
        except UnknownSymbol:
            continue


ABOUT: dict[str, dict[str, str | list[str]]] = {
    "<id/{document}>": {
        "a": "{class}",
        "label": "{label}",
        "documentSymbol": '"{symbol}"',
        "isRealizedBy": "<id/{document}/{language}>",
    },
    "<id/{document}/{language}>": {
        "a": "LanguageVersion",
        "label": "{LANGUAGE} text of {title}",
        "language": "<http://publications.europa.eu/resource/authority/language/{authority}>",
    },
    "<id/meeting/{body}/{sitting}>": {
        "a": "Meeting",
        "heldBy": "body:{body}",
        "meetingNumber": "{meeting}",
        "recordedIn": "<id/{document}>",
    },
}


def about(context: Context, identity: Identity, language_code: str) -> dict[str, tuple[str, ...]]:
    """The slots of `ABOUT`."""
    symbol = context.symbol
    term = (symbol.kind.term if symbol else "Document") or "Document"
    language, authority = LANGUAGES[language_code]
    slots = context.slots | {
        "class": (term,),
        "title": (symbol.text if symbol else identity.name,),
        "label": (f"{title_of(symbol)} {symbol.text}" if symbol else identity.name,),
        "language": (language_code,),
        "LANGUAGE": (language,),
        "authority": (authority,),
    }
    return slots | ({"symbol": (symbol.text,)} if symbol else {})
