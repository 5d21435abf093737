"""The statuses under a treaty as pictures show them: in one order, each with its style."""

from collections.abc import Iterable
from dataclasses import dataclass

from treatybodies.namespaces import SCHEME


@dataclass(frozen=True)
class Status:
    """A status, the class of its shapes, and what it means in plain words."""

    iri: str
    style: str
    words: str


STATUSES = tuple(
    Status(f"{SCHEME}status/{code}", code, words)
    for code, words in (
        ("party", "Party: the treaty is in force for it"),
        ("contracting", "Consent given, not yet in force for it"),
        ("signatory", "Signed only"),
        ("former-party", "Has left"),
    )
)
NONE = Status("", "no-status", "Neither signed nor joined")
_BY_IRI = {each.iri: each for each in STATUSES}


def status_of(iri: str) -> Status:
    """The status of the code ``iri``; a code that pictures do not know raises `KeyError`."""
    return _BY_IRI[iri]


def first_of(iris: Iterable[str]) -> Status:
    """Of several statuses on one day the strongest: who is party is not shown as signatory."""
    held = set(iris)
    return next((each for each in STATUSES if each.iri in held), NONE)
