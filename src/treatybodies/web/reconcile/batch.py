"""What clients send (sections “Reconciliation Queries” and “Data Extension”), read and checked."""

import json
from typing import Annotated, Any, TypeVar
from typing import Literal as OneOf

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from treatybodies.errors import QueryTooLong, RequestMalformed

BATCH = 50
"""Queries at a time."""
MOST_CANDIDATES = 50
MOST_CONDITIONS = 20
MOST_ENTITIES = 1000
MOST_PROPERTIES = 30
T = TypeVar("T")


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
    v: Annotated[list[Plain], BeforeValidator(_listed), Field(max_length=100)]


class Query(BaseModel):
    """One reconciliation query; fields of other versions are passed over."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field("", max_length=1000)
    type: Annotated[list[str], BeforeValidator(_listed), Field(max_length=100)] = []
    limit: int = Field(10, ge=1)
    properties: list[Condition] = Field([], max_length=MOST_CONDITIONS)
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

    ids: list[str]
    properties: list[Wanted] = Field(max_length=MOST_PROPERTIES)


def read_queries(text: str) -> dict[str, Query]:
    """The queries of a batch by their keys; raises `RequestMalformed` or `QueryTooLong`."""
    queries = _read(text, TypeAdapter(dict[str, Query]), "queries")
    if len(queries) > BATCH:
        raise QueryTooLong(f"{len(queries)} queries are too many → send {BATCH} at a time.")
    for key, query in queries.items():
        if not query.query.strip() and not query.properties:
            raise RequestMalformed(f"{key[:40]}: neither query nor properties → give one of them.")
    return queries


def read_extension(text: str) -> Extension:
    """A data extension query; raises `RequestMalformed` or `QueryTooLong`."""
    wanted = _read(text, TypeAdapter(Extension), "extend")
    if len(wanted.ids) > MOST_ENTITIES:
        raise QueryTooLong(f"{len(wanted.ids)} ids are too many → send {MOST_ENTITIES} at a time.")
    return wanted


def _read(text: str, form: TypeAdapter[T], name: str) -> T:
    try:
        return form.validate_python(json.loads(text))
    except (ValueError, RecursionError) as cause:
        if isinstance(cause, ValidationError):
            first = cause.errors()[0]
            told = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        else:
            told = "it is no JSON"
        raise RequestMalformed(
            f"“{name}” cannot be read ({told}) → see the Reconciliation API 0.2."
        ) from cause
