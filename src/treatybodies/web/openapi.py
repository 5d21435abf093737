"""What the OpenAPI description says of the routes whose parameters FastAPI does not read."""

from typing import Any

from treatybodies.web.formats import GRAPHS, RESULTS

PROBLEM: dict[str, Any] = {
    "description": "The request cannot be answered; `code` says why (RFC 9457).",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "code"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string", "description": "what to do, after an arrow"},
                    "instance": {"type": "string"},
                    "code": {"type": "string", "examples": ["timeout"]},
                    "line": {"type": "integer"},
                    "column": {"type": "integer"},
                    "near": {"type": "string", "description": "the query's text at that place"},
                    "parameter": {"type": "string"},
                },
            }
        }
    },
}
_STRING = {"type": "string"}
_RESULT = {
    "200": {
        "description": "The whole result, in the negotiated format.",
        "content": {
            each.media_type: {"schema": {} if each.media_type.endswith("json") else _STRING}
            for each in (*RESULTS, *GRAPHS)
        },
    },
    **dict.fromkeys(("400", "403", "406", "408", "410", "413", "414", "415", "429"), PROBLEM),
    "503": PROBLEM,
}
EXAMPLE_QUERY = "SELECT ?class (COUNT(*) AS ?things) { ?thing a ?class } GROUP BY ?class"


def parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """An optional query parameter."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": {"type": "string", **schema},
    }


_GRAPH_LIST = {"type": "array", "items": {"type": "string", "format": "uri"}}
_DATASET = [
    parameter("default-graph-uri", "graphs that make up the default graph", **_GRAPH_LIST),
    parameter("named-graph-uri", "graphs that GRAPH may name", **_GRAPH_LIST),
    parameter("timeout", "seconds; may only shorten the service's limit", type="number"),
    parameter("release", "version of the release to which the client holds; 410 for another"),
]
GRAPH_PARAMETERS = [
    parameter("graph", "IRI of a named graph", format="uri"),
    parameter("default", "the default graph: the published view", allowEmptyValue=True),
    parameter("format", "short name of a format, where Accept leaves it open"),
]
SPARQL_GET: dict[str, Any] = {
    "parameters": [
        parameter("query", "a SPARQL 1.1 query", examples=[EXAMPLE_QUERY]),
        *_DATASET,
        parameter("format", "short name of a format, where Accept leaves it open"),
    ],
    "responses": _RESULT,
}
SPARQL_POST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}, "example": EXAMPLE_QUERY},
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {"query": {"type": "string"}},
                }
            },
        },
    },
    "parameters": _DATASET,
    "responses": _RESULT,
}


def contents(*media_types: str, description: str = "The representation.") -> dict[int | str, Any]:
    """Responses of a route that answers in ``media_types``."""
    return {
        200: {
            "description": description,
            "content": {
                each: {"schema": {} if each.endswith("json") else {"type": "string"}}
                for each in media_types
            },
        },
        **dict.fromkeys((400, 404, 406, 410, 429, 503), PROBLEM),
    }
