"""The schema of the classes a model asks for, read from what their members really have."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from fastapi import Request

from treatybodies.errors import NotInGraph
from treatybodies.namespaces import ONTOLOGY
from treatybodies.web.classes import with_subclasses, with_superclasses
from treatybodies.web.counted import read_classes
from treatybodies.web.prefixed import expand, shorten
from treatybodies.web.solutions import Solution, own_query_about, select

MOST_PROPERTIES = 40
MOST_CLASSES = 120
SAMPLE = 20_000
"""Members that ``class-properties.rq`` looks at."""
_DEFINITION = 160
_EXAMPLE = 80


async def describe(request: Request, names: Sequence[str]) -> str:
    """The properties of the classes ``names``; of none, the list of classes."""
    used = await read_classes(request)
    if not names:
        return _listed(used, request.app.state.prefixes)
    known = _known(request, used)
    members = {row["class"].value: int(row["members"].value) for row in used}
    parts = [await _described(request, resolve(name, known, request), members) for name in names]
    return "\n\n".join(parts)


def resolve(name: str, known: Mapping[str, str], request: Request) -> str:
    """The IRI of the class ``name``; raises `NotInGraph` with the names most like it."""
    whole = expand(name, request.app.state.prefixes)
    if whole in known.values():
        return whole
    if found := known.get(name.rpartition(":")[2].casefold()):
        return found
    near = difflib.get_close_matches(name.rpartition(":")[2].casefold(), known, 3, 0.5)
    named = ", ".join(_local(known[each]) for each in near) or "those without arguments"
    raise NotInGraph(f"There is no class “{name[:60]}” → ask for one of: {named}.")


def _known(request: Request, used: Iterable[Solution]) -> dict[str, str]:
    """Classes by local name: those with members, and those above them."""
    with_members = [row["class"].value for row in used]
    above = with_superclasses(request.app.state.garden.ontology, with_members)
    ours = [each for each in above if each.startswith(ONTOLOGY)]
    return {_local(each).casefold(): each for each in reversed([*ours, *with_members])}


def _listed(used: Sequence[Solution], prefixes: Mapping[str, str]) -> str:
    lines = [
        f"- {shorten(row['class'].value, prefixes)} ({row['members'].value})"
        + (f": {_cut(row['definition'].value, _DEFINITION)}" if "definition" in row else "")
        for row in used[:MOST_CLASSES]
    ]
    left = len(used) - len(lines)
    told = [f"{left} classes with fewer members are left out."] if left > 0 else []
    return "\n".join(["Classes with the number of their members:", *lines, *told])


async def _described(request: Request, iri: str, members: Mapping[str, int]) -> str:
    prefixes = request.app.state.prefixes
    below = with_subclasses(request.app.state.garden.ontology, iri) or [iri]
    found = (await select(request, own_query_about("class-properties", below))).rows
    by_property: dict[str, list[Solution]] = defaultdict(list)
    for row in found:
        by_property[row["property"].value].append(row)
    shown = list(by_property)[:MOST_PROPERTIES]
    meanings = await _meanings(request, [iri, *shown])
    lines = [_line(name, by_property[name], meanings, prefixes) for name in shown]
    left = len(by_property) - len(shown)
    told = [f"{left} rarer properties are left out."] if left > 0 else []
    head = [f"## {shorten(iri, prefixes)}", meanings.get(iri, "")]
    if (total := sum(members.get(each, 0) for each in below)) > SAMPLE:
        head.append(f"The numbers are of the first {SAMPLE:,} of its {total:,} members.")
    if len(below) > 1:
        head.append(
            "Query it with `?thing a ?class . ?class rdfs:subClassOf* "
            f"{shorten(iri, prefixes)}`; its members are of "
            + ", ".join(shorten(each, prefixes) for each in below)
            + "."
        )
    return "\n".join([*filter(None, head), *lines, *told])


async def _meanings(request: Request, terms: Sequence[str]) -> dict[str, str]:
    rows = (await select(request, own_query_about("term-definitions", terms))).rows
    return {
        row["term"].value: _cut(row["definition"].value, _DEFINITION)
        for row in rows
        if "definition" in row
    }


def _line(
    name: str, rows: Sequence[Solution], meanings: Mapping[str, str], prefixes: Mapping[str, str]
) -> str:
    ranges = ", ".join(
        f"{shorten(row['range'].value, prefixes)} ({row['values'].value})"
        for row in rows
        if "range" in row
    )
    example = rows[0]["example"]
    written = shorten(example.value, prefixes) if example.is_iri else f"“{example.value}”"
    meaning = f" {meanings[name]}" if name in meanings else ""
    return (
        f"- {shorten(name, prefixes)} → {ranges or 'IRI of others'}, "
        f"e.g. {_cut(written, _EXAMPLE)}.{meaning}"
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]
