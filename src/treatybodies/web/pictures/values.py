"""The values a reader gives a picture: those of its query, and its own; defaults for the rest."""

import re
from collections.abc import Mapping

from fastapi import Request

from treatybodies.errors import NotInGraph, ParameterFault
from treatybodies.namespaces import BASE
from treatybodies.queries import QueryFile
from treatybodies.web.solutions import ask, own_query

Values = dict[str, str]


def read_values(
    request: Request, query: QueryFile, defaults: Mapping[str, str], own: Mapping[str, str]
) -> Values:
    """Every value, checked; an empty field of a form counts as left open.

    ``own`` are the picture's own parameters with the pattern that a value must match. Raises
    `ParameterFault`.
    """
    known = {each.name: each for each in query.head.parameters}
    values = {**_examples(query), **defaults, **_given(request, {*known, *own})}
    for name, value in values.items():
        if name in known:
            known[name].term(value)
        elif not re.fullmatch(own[name], value):
            raise ParameterFault(name, f"“{value[:40]}” does not match {own[name]}.")
    return values


async def check_exists(request: Request, query: QueryFile, values: Values) -> str:
    """The IRI that the query is about, if it is about one thing; raises `NotInGraph`."""
    name = query.head.exists
    if not name:
        return ""
    parameter = next(each for each in query.head.parameters if each.name == name)
    iri = parameter.term(values[name]).value
    if not iri.startswith(BASE) or not await ask(request, own_query("exists", iri)):
        raise NotInGraph(f"{name}: this release has nothing about <{iri}> → check the spelling.")
    return iri


def _examples(query: QueryFile) -> Values:
    return {each.name: each.example for each in query.head.parameters if each.required}


def _given(request: Request, known: set[str]) -> Values:
    given: Values = {}
    for name, value in request.query_params.multi_items():
        if name == "lang":
            continue
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise ParameterFault(name, f"“{name[:60]}” is no parameter here → use: {there}.")
        if name in given:
            raise ParameterFault(name, f"{name} is given more than once → give it once.")
        if value:
            given[name] = value
    return given
