"""The form of a query's parameters: a field for each, with the values there are to choose from."""

from dataclasses import dataclass

from fastapi import Request

from treatybodies.namespaces import BASE, ONTOLOGY
from treatybodies.queries import Parameter, QueryFile
from treatybodies.web.classes import with_subclasses
from treatybodies.web.labels import read_labels
from treatybodies.web.pages import heading
from treatybodies.web.releases import serving
from treatybodies.web.solutions import own_file, select

CLASSES = "ontology#"
MOST_OPTIONS = 400
"""Of more values than this, none are listed: the field is one to write in."""


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    kind: str
    """HTML's type of the input, or ``select``."""
    value: str
    example: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of each."""

    @property
    def title(self) -> str:
        """What to write above it; the name is enough where there are values to choose from."""
        return heading(self.name) if self.options else self.label[:1].upper() + self.label[1:]


async def fields_of(
    request: Request, query: QueryFile, values: dict[str, str], language: str, top: str = ""
) -> list[Field]:
    """A field for each parameter but the language, which the page itself decides."""
    return [
        await _field(request, each, values.get(each.name, ""), language, top)
        for each in query.head.parameters
        if each.type != "language"
    ]


async def _field(
    request: Request, parameter: Parameter, value: str, language: str, top: str
) -> Field:
    options: tuple[tuple[str, str], ...] = ()
    # What an example with a slash stands for lies further down: there would be none.
    if parameter.type == "iri" and parameter.base and "/" not in parameter.example:
        options = await _options(request, parameter, value, language, top)
    kinds = {"date": "date", "integer": "number"}
    return Field(
        name=parameter.name,
        label=parameter.description,
        kind="select" if options else kinds.get(parameter.type, "text"),
        value=value.removeprefix(BASE + parameter.base),
        example=parameter.example,
        required=parameter.required,
        options=options,
    )


async def _options(
    request: Request, parameter: Parameter, value: str, language: str, top: str
) -> tuple[tuple[str, str], ...]:
    space = BASE + parameter.base
    if parameter.base == CLASSES:
        iris = _classes(request, top)
    else:
        query = sliced_options(space, value.removeprefix(space) or parameter.example)
        iris = [row["thing"].value for row in (await select(request, query)).rows]
    if not 0 < len(iris) <= MOST_OPTIONS:
        return ()
    labels = await read_labels(request, iris, language)
    named = [(iri.removeprefix(space), labels[iri].text) for iri in iris]
    return tuple(sorted(named, key=lambda each: (each[1].casefold(), each[0])))


def sliced_options(space: str, example: str) -> str:
    """The query for the things like ``example`` directly below ``space``, one more than listed."""
    like = {"space": space, "like": space + example}
    return own_file("options").bind(like) + f"LIMIT {MOST_OPTIONS + 1}\n"


def _classes(request: Request, top: str) -> list[str]:
    """The classes below ``top`` that something in the release is of, and ``top`` itself."""
    if not top:
        return []
    used = serving(request).release.manifest.classes
    ontology = request.app.state.garden.ontology
    below = with_subclasses(ontology, f"{ONTOLOGY}#{top}")
    return [
        each for each in below if any(other in used for other in with_subclasses(ontology, each))
    ]
