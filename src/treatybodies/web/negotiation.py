"""Content negotiation by media type (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

from treatybodies.errors import NotAcceptable
from treatybodies.web.formats import Format
from treatybodies.web.quality import quality_of

LONGEST = 2000
"""Characters of an Accept header that are read; browsers send a tenth of it."""
MOST_NAMED = 8
LONGEST_NAME = 100
"""Characters of a format's name that is read: a form may have some hundred thousand of them."""
EXACTLY = 3
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)
_RANGE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+")
_SHORT = {
    "json": (Format.JSON, Format.JSON_LD),
    "xml": (Format.XML, Format.RDF_XML),
    "csv": (Format.CSV,),
    "tsv": (Format.TSV,),
    "turtle": (Format.TURTLE,),
    "ttl": (Format.TURTLE,),
    "ntriples": (Format.N_TRIPLES,),
    "n-triples": (Format.N_TRIPLES,),
    "nt": (Format.N_TRIPLES,),
    "jsonld": (Format.JSON_LD,),
    "json-ld": (Format.JSON_LD,),
    "rdfxml": (Format.RDF_XML,),
    "rdf+xml": (Format.RDF_XML,),
    "rdf": (Format.RDF_XML,),
    "trig": (Format.TRIG,),
    "nquads": (Format.N_QUADS,),
    "nq": (Format.N_QUADS,),
    "atom": (Format.ATOM,),
    "html": (Format.HTML,),
}


@dataclass(frozen=True)
class Choice:
    """The chosen format, and the media type under which the client asked for it."""

    format: Format
    media_type: str


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """3 for an exact match, 2 for ``type/*+suffix``, 1 for ``type/*``, 0 for ``*/*``.

        -1 for none.
        """
        main, _, sub = media_type.partition("/")
        if self.type == "*":
            return 0
        if self.type != main:
            return -1
        if self.subtype.startswith("*+"):
            return 2 if sub.endswith(self.subtype[1:]) else -1
        if self.subtype not in ("*", sub):
            return -1
        return 1 if self.subtype == "*" else EXACTLY


def negotiate(accept: str | None, offers: Sequence[Format], named: Sequence[str] = ()) -> Choice:
    """The offered format the client likes best; the first offer where it has no preference.

    ``named`` are short names from parameters such as ``format=``: they count only when they fit an
    offer and the header leaves everything open, since SPARQLWrapper sends one with every request,
    or when the header is a browser's, which sends the same one for every link that is followed.
    Raises `NotAcceptable`.
    """
    read = tuple(name for name in named[:MOST_NAMED] if len(name) <= LONGEST_NAME)
    return _negotiated((accept or "")[:LONGEST], tuple(offers), read)


def asked_format(request: Request, offers: Sequence[Format]) -> Format:
    """The format that ``?format=`` names; without it, what Accept prefers. Raises `NotAcceptable`.

    For pages, whose links name the format: a browser's Accept header does not count beside it.
    """
    named = [each for each in request.query_params.getlist("format") if each]
    return negotiate(None if named else request.headers.get("accept"), offers, named).format


@lru_cache(maxsize=1024)
def _negotiated(accept: str, offers: tuple[Format, ...], named: tuple[str, ...]) -> Choice:
    ranges = list(_ranges(accept))
    if all(each.type == "*" for each in ranges) or any(each.subtype in _PAGES for each in ranges):
        for name in named:
            if chosen := _named(name, offers):
                return Choice(chosen, chosen.media_type)
    if not ranges:
        return Choice(offers[0], offers[0].media_type)
    return _best(ranges, offers)


def prefers_html(accept: str | None) -> bool:
    """Whether the client is a browser: it names HTML and likes nothing better."""
    ranges = list(_ranges(accept or ""))
    html = max((each.quality for each in ranges if each.subtype in _PAGES), default=0.0)
    others = (each.quality for each in ranges if each.subtype not in _PAGES)
    return html > 0 and html >= max(others, default=0.0)


_PAGES = ("html", "xhtml+xml")


def _best(ranges: list[MediaRange], offers: Sequence[Format]) -> Choice:
    best: tuple[float, int, int] = (0.0, -1, 0)
    choice: Choice | None = None
    # RDF::Query names “text/xml” above the format's own type, which alone it goes by in the answer:
    # a client that names a format's own type speaks of the format with that.
    named = {offer for offer in offers if _quality(ranges, offer.media_type)[1] == EXACTLY}
    for order, (offer, media_type) in enumerate(_variants(offers)):
        if offer in named and media_type != offer.media_type:
            continue
        quality, specificity = _quality(ranges, media_type)
        # Between equal wishes the more explicit one wins, then the server's order.
        rank = (quality, specificity, -order)
        if quality > 0 and rank > best:
            best, choice = rank, Choice(offer, media_type)
    if choice is None:
        there = ", ".join(offer.media_type for offer in offers)
        raise NotAcceptable(f"None of the accepted formats is here → accept one of: {there}.")
    return choice


def _variants(offers: Sequence[Format]) -> Iterator[tuple[Format, str]]:
    for offer in offers:
        yield offer, offer.media_type
    for offer in offers:
        for alias in offer.aliases:
            yield offer, alias


def _quality(ranges: list[MediaRange], media_type: str) -> tuple[float, int]:
    matches = [(each.specificity(media_type), each.quality) for each in ranges]
    specificity = max(matches, default=(-1, 0.0))[0]
    if specificity < 0:
        return 0.0, -1
    return max(quality for level, quality in matches if level == specificity), specificity


def _ranges(accept: str) -> Iterator[MediaRange]:
    """The well-formed elements; others are passed over, as if they had not been sent."""
    # What is quoted may hold commas and semicolons; no parameter but the weight counts.
    for element in _QUOTED.sub("", accept[:LONGEST].lower()).split(","):
        media_range, *parameters = (part.strip() for part in element.split(";"))
        if not _RANGE.fullmatch(media_range):
            continue
        quality = quality_of(parameters)
        main, _, sub = media_range.partition("/")
        if main != "*" or sub == "*":
            yield MediaRange(main, sub, quality)


def _named(name: str, offers: Sequence[Format]) -> Format | None:
    wanted = _SHORT.get(name.lower(), ())
    for offer in offers:
        if offer in wanted or name.lower() == offer.media_type:
            return offer
    return None
