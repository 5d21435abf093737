"""A document symbol, read: what each of its parts says."""

from dataclasses import dataclass, field
from typing import NamedTuple

from treatybodies.symbols.kinds import Kind


class Span(NamedTuple):
    """Whole numbers from ``first`` to ``last``, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class Symbol:
    """A symbol in canonical spelling and what it says; ``None`` where it does not say."""

    text: str
    kind: Kind
    rule: str
    """Name of the rule of the grammar that it fits."""
    bodies: tuple[str, ...] = ()
    """As in id/body/…; empty when the document is for all treaty bodies."""
    treaty: str | None = None
    """As in id/instrument/…: the treaty of the series."""
    state: str | None = None
    """ISO 3166 code of the State; a territory's code is that of the State that reports for it."""
    state_code: str | None = None
    """The State as printed, whether an ISO code or not."""
    territory: str | None = None
    cycles: Span | None = None
    session: int | None = None
    meeting: int | None = None
    year: int | None = None
    """Year of the session, of the numbering or, in old State reports, of the report."""
    communications: tuple[Span, ...] = ()
    communication_year: int | None = None
    general_comment: int | None = None
    assembly: int | None = None
    """Session of the General Assembly to which an annual report goes."""
    number: int | None = None
    suffixes: tuple[str, ...] = ()
    """Addenda, revisions and corrigenda, in their order: ``Rev.1``, ``Add.13``."""
    database_id: int | None = None
    portion: str | None = None
    """A part issued under the same symbol, such as ``Vol. I``; belongs to the symbol."""
    locator: str | None = field(default=None, compare=False)
    """Where a citation points inside the document; no part of the symbol."""
    parts: tuple["Symbol", ...] = ()
    """The symbols of a joint document."""
    sentences: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        return self.text

    def explain(self) -> list[str]:
        """Sentences in plain English: which part says what, and what stays open."""
        return list(self.sentences)


def iri_path(symbol: Symbol) -> str:
    """What follows ``id/doc/`` in the IRI of the document: ``CMW/C/SR.590``, ``A/61/40/Vol.I``."""
    if symbol.portion is None:
        return symbol.text
    whole = symbol.text.removesuffix(f" ({symbol.portion})")
    return f"{whole}/{symbol.portion.replace(' ', '')}"
