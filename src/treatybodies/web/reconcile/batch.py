"""What clients send (sections “Reconciliation Queries” and “Data Extension”), read and checked."""

import json
from typing import Annotated, Any, TypeVar
from typing import Literal as OneOf

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    TypeAdapter,
    ValidationError,
)

from treatybodies.errors import QueryTooLong, RequestMalformed

BATCH = 50
"""Queries at a time."""
MOST_CANDIDATES = 50
MOST_CONDITIONS = 20
MOST_ENTITIES = 1000
MOST_PROPERTIES = 30
T = TypeVar("T")
_FIRST = FailFast()
"""One fault is told: to collect those of half a megabyte takes seconds."""


class Reference(BaseModel):
    """An entity as a value."""

    id: str
    name: str = ""


Plain = str | bool | int | float | Reference


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Condition(BaseModel):
    """A property and the values it should have: any of them."""

    pid: str
    v: Annotated[list[Plain], _FIRST, Field(max_length=100), BeforeValidator(_listed)]


class Query(BaseModel):
    """One reconciliation query; fields of other versions are passed over."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field("", max_length=1000)
    type: Annotated[list[str], _FIRST, Field(max_length=100), BeforeValidator(_listed)] = []
    limit: int = Field(10, ge=1)
    properties: Annotated[list[Condition], _FIRST] = Field([], max_length=MOST_CONDITIONS)
    type_strict: OneOf["any", "should", "all"] = "any"


class Settings(BaseModel):
    """How values of a property are wanted."""

    model_config = ConfigDict(extra="ignore")

    limit: int = Field(0, ge=0)
    """How many at most; 0 for all."""
    language: str = ""
    """The language of texts; nothing for all."""


class Wanted(BaseModel):
    """A property to fetch."""

    id: str
    settings: Settings = Settings()


class Extension(BaseModel):
    """A data extension query."""

    ids: Annotated[list[str], _FIRST]
    properties: Annotated[list[Wanted], _FIRST] = Field(max_length=MOST_PROPERTIES)


def read_queries(text: str) -> dict[str, Query]:
    """The queries of a batch by their keys; raises `RequestMalformed` or `QueryTooLong`."""
    given = _json(text, "queries")
    if isinstance(given, dict) and len(given) > BATCH:
        raise QueryTooLong(f"{len(given)} queries are too many → send {BATCH} at a time.")
    queries = _read(given, TypeAdapter(dict[str, Query]), "queries")
    for key, query in queries.items():
        if not query.query.strip() and not query.properties:
            raise RequestMalformed(f"{key[:40]}: neither query nor properties → give one of them.")
    return queries


def read_extension(text: str) -> Extension:
    """A data extension query; raises `RequestMalformed` or `QueryTooLong`."""
    wanted = _read(_json(text, "extend"), TypeAdapter(Extension), "extend")
    if len(wanted.ids) > MOST_ENTITIES:
        raise QueryTooLong(f"{len(wanted.ids)} ids are too many → send {MOST_ENTITIES} at a time.")
    return wanted


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise _malformed(name, "it is no JSON") from cause


def _read(given: Any, form: TypeAdapter[T], name: str) -> T:
    try:
        return form.validate_python(given)
    except ValidationError as cause:
        first = cause.errors(include_url=False, include_input=False)[0]
        told = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise _malformed(name, told) from cause


def _malformed(name: str, told: str) -> RequestMalformed:
    return RequestMalformed(f"“{name}” cannot be read ({told}) → see the Reconciliation API 0.2.")
