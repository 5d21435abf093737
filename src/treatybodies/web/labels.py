"""Labels of things and terms; a name put together from its parts for what has no label."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from pyoxigraph import Literal

from treatybodies.namespaces import BASE
from treatybodies.naming import Part, composed, tail
from treatybodies.web.solutions import Solution, own_query_about, select


@dataclass(frozen=True)
class Label:
    """What to call a thing, and in which language that is."""

    text: str
    language: str = ""


Labels = dict[str, Label]


async def read_all_labels(
    request: Request, iris: Iterable[str], language: str = ""
) -> dict[str, list[Label]]:
    """The labels of each of ``iris`` that has any: all, or those in ``language`` or English.

    Only our own things and terms have labels here: those of others are not copied.
    """
    wanted = sorted({iri for iri in iris if iri.startswith(BASE)})
    found: dict[str, list[Label]] = {}
    if wanted:
        spoken = f" {Literal(language)}" if language else " UNDEF"
        for row in (await select(request, own_query_about("labels", wanted, spoken))).rows:
            label = Label(row["label"].value, row["label"].language)
            found.setdefault(row["thing"].value, []).append(label)
    return found


async def read_labels(request: Request, iris: Iterable[str], language: str) -> Labels:
    """What to call each of ``iris`` for a reader of ``language``; every one has an entry."""
    wanted = set(iris)
    labels = await _given(request, wanted, language)
    ours = {iri for iri in wanted - labels.keys() if iri.startswith(BASE)}
    labels |= await _composed(request, ours, language)
    return labels | {iri: _foreign(iri) for iri in wanted - labels.keys()}


def _foreign(iri: str) -> Label:
    """A name for what is described elsewhere; a bare number or code says of which site it is.

    Code and site are of no language (``zxx``), so they run from left to right on every page.

    >>> _foreign("http://www.wikidata.org/entity/Q962").text
    'Q962 (www.wikidata.org)'
    >>> _foreign("http://purl.org/dc/terms/creator").text
    'creator'
    """
    name, host = tail(iri), urlsplit(iri).netloc
    return Label(f"{name} ({host})", "zxx") if host and name == name.upper() else Label(name)


async def _given(request: Request, iris: set[str], language: str) -> Labels:
    """The label of each of ``iris`` that has one; in a third language where there is no other."""
    found = await read_all_labels(request, iris, language)
    found |= await read_all_labels(request, iris - found.keys())
    return {iri: in_language(each, language) for iri, each in found.items()}


def in_language(labels: list[Label], language: str) -> Label:
    """The label of ``labels`` to show to a reader of ``language``: that, English, or any."""
    order = {language: 0, "en": 1, "": 2}
    return min(labels, key=lambda each: (order.get(each.language, 3), each.language, each.text))


async def _composed(request: Request, iris: set[str], language: str) -> Labels:
    """Names such as “Benin, ICRMW, Ratification, 2018-07-06”, from what is said of each thing."""
    if not iris:
        return {}
    parts: dict[str, list[Solution]] = {}
    for row in (await select(request, own_query_about("names", sorted(iris)))).rows:
        parts.setdefault(row["thing"].value, []).append(row)
    named = {row["value"].value for rows in parts.values() for row in rows if row["value"].is_iri}
    given = await _given(request, named, language)
    labels = {iri: label.text for iri, label in given.items()}
    return {iri: Label(composed(map(_part, rows), labels), "") for iri, rows in parts.items()}


def _part(row: Solution) -> Part:
    value, code, cycle = row["value"], row.get("code"), row.get("cycle")
    return Part(
        int(row["order"].value),
        value.value,
        value.is_iri,
        code.value if code else "",
        cycle.value if cycle else "",
    )
