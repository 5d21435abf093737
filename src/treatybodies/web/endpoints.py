"""A curated query as an operation of the OpenAPI description."""

from typing import Any

from treatybodies.queries import Parameter, QueryFile
from treatybodies.web.openapi import PROBLEM

_SCHEMAS: dict[str, dict[str, Any]] = {
    "iri": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
    "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
}
_PAGING: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "description": "rows of a page",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    },
    {
        "name": "offset",
        "in": "query",
        "description": "rows before the page",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    },
    {
        "name": "format",
        "in": "query",
        "description": "json or csv, where Accept leaves it open",
        "schema": {"type": "string", "enum": ["json", "csv"]},
    },
]


def operation(
    query: QueryFile, variables: tuple[str, ...], in_path: frozenset[str]
) -> dict[str, Any]:
    """Parameters and responses of the endpoint of ``query``."""
    parameters = [_parameter(each, each.name in in_path) for each in query.head.parameters]
    return {
        "operationId": query.name,
        "parameters": [*parameters, *_PAGING],
        "responses": {
            "200": {
                "description": query.head.summary,
                "content": {
                    "application/json": {"schema": _schema(variables)},
                    "text/csv": {"schema": {"type": "string"}},
                },
            },
            **dict.fromkeys(("404", "406", "422", "503"), PROBLEM),
        },
    }


def _parameter(parameter: Parameter, in_path: bool) -> dict[str, Any]:
    schema = dict(_SCHEMAS[parameter.type])
    if parameter.pattern:
        schema["pattern"] = f"^(?:{parameter.pattern})$"
    integer = parameter.type == "integer"
    return {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "required": in_path or parameter.required,
        "description": parameter.description,
        "schema": schema,
        "example": int(parameter.example) if integer else parameter.example,
    }


def _schema(variables: tuple[str, ...]) -> dict[str, Any]:
    value = {"type": ["string", "number", "boolean", "null"]}
    row = {
        "type": "object",
        "required": list(variables),
        "properties": dict.fromkeys(variables, value),
    }
    return {
        "type": "object",
        "required": ["results", "limit", "offset", "next", "query"],
        "properties": {
            "results": {"type": "array", "items": row},
            "limit": {"type": "integer"},
            "offset": {"type": "integer"},
            "next": {"type": ["string", "null"], "description": "URL of the next page"},
            "query": {"type": "string", "description": "URL that runs the query at /sparql"},
        },
    }
