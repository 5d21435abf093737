"""Data extension (section “Data Extension Service”): more columns about entities."""

from collections.abc import Mapping, Sequence

from fastapi import Request

from treatybodies.namespaces import XSD
from treatybodies.web.labels import Label, read_labels
from treatybodies.web.languages import LANGUAGES
from treatybodies.web.reconcile.batch import Extension, Settings
from treatybodies.web.reconcile.kinds import SPACE, identifier_of, iri_of
from treatybodies.web.reconcile.properties import property_iri, read_properties, read_values
from treatybodies.web.solutions import Term

SETTINGS: list[dict[str, object]] = [
    {
        "name": "limit",
        "label": "Values at most",
        "type": "number",
        "default": 0,
        "help_text": "How many values to fetch for each entity; 0 for all.",
    },
    {
        "name": "language",
        "label": "Language",
        "type": "select",
        "default": "",
        "help_text": "The language of texts; those without a language are always fetched.",
        "choices": [
            {"value": "", "name": "all"},
            *({"value": code, "name": name} for code, name in LANGUAGES.items()),
        ],
    },
]


async def extend(request: Request, wanted: Extension, language: str) -> dict[str, object]:
    """The values of the properties asked for, and what the properties are called."""
    prefixes = request.app.state.prefixes
    iris = {each.id: property_iri(each.id, prefixes) for each in wanted.properties}
    things = {each: iri for each in wanted.ids if (iri := iri_of(each, prefixes))}
    held = await read_values(request, things.values(), iris.values())
    ours = {t.value for terms in held.values() for t in terms if t.is_iri and _is_ours(t)}
    names = await read_labels(request, ours, language)
    known = {each.iri: each.name for each in await read_properties(request, (), language)}
    rows = {
        each: {
            asked.id: _cells(
                held.get((things.get(each, ""), iris[asked.id]), ()), asked.settings, names
            )
            for asked in wanted.properties
        }
        for each in wanted.ids
    }
    meta = [{"id": each, "name": known.get(iri, each)} for each, iri in iris.items()]
    return {"meta": meta, "rows": rows}


def _cells(
    terms: Sequence[Term], settings: Settings, names: Mapping[str, Label]
) -> list[dict[str, object]]:
    wanted = settings.language
    kept = [each for each in terms if not wanted or each.language in ("", wanted)]
    return [_cell(each, names) for each in kept[: settings.limit or None]]


def _cell(term: Term, names: Mapping[str, Label]) -> dict[str, object]:
    """A value in one of the forms that the specification has; years and months are texts."""
    if term.is_iri and _is_ours(term):
        return {"id": identifier_of(term.value), "name": names[term.value].text}
    if term.datatype == XSD + "date":
        return {"date": f"{term.value[:10]}T00:00:00"}
    plain = term.plain
    if isinstance(plain, bool):
        return {"str": term.value}
    if isinstance(plain, int):
        return {"int": plain}
    return {"float": plain} if isinstance(plain, float) else {"str": term.value}


def _is_ours(term: Term) -> bool:
    return term.value.startswith(SPACE)
