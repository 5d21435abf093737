"""A document symbol explained: what its parts say, and what the graph has under it."""

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.namespaces import ID
from treatybodies.symbols import Symbol, iri_path, parse_symbol
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.api import PREFIX
from treatybodies.web.openapi import PROBLEM
from treatybodies.web.solutions import ask, own_query

router = APIRouter(prefix=PREFIX, tags=["Document symbols"])
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["symbol", "kind", "explanation", "iri", "inGraph"],
    "properties": {
        "symbol": {"type": "string", "description": "in canonical spelling"},
        "kind": {"type": "string"},
        "explanation": {"type": "array", "items": {"type": "string"}},
        "iri": {"type": "string"},
        "inGraph": {"type": "boolean", "description": "whether this release knows the document"},
    },
}
_OPERATION: dict[str, Any] = {
    "parameters": [
        {
            "name": "symbol",
            "in": "path",
            "required": True,
            "description": "a document symbol, with its slashes; case and dashes do not matter",
            "schema": {"type": "string"},
            "example": "CMW/C/SR.590",
        }
    ],
    "responses": {
        "200": {
            "description": "What the symbol says.",
            "content": {"application/json": {"schema": _SCHEMA}},
        },
        "422": PROBLEM,
    },
}


@router.get("/symbols/{symbol:path}", openapi_extra=_OPERATION)
async def explain_symbol(request: Request) -> Response:
    """What does a document symbol say?"""
    parsed = parse_symbol(request.path_params["symbol"])
    tag = release_tag(request, "symbol", parsed.text)
    if ready := await at_hand(request, tag):
        return ready
    iri = f"{ID}doc/{iri_path(parsed)}"
    body = _described(parsed) | {
        "iri": iri,
        "inGraph": await ask(request, own_query("exists", iri)),
    }
    return await text_answer(request, json.dumps(body, ensure_ascii=False), "application/json", tag)


def _described(symbol: Symbol) -> dict[str, Any]:
    """The parts that the symbol has, under the names of `Symbol`'s fields."""
    parts = {
        "treaty": symbol.treaty,
        "state": symbol.state,
        "stateCode": symbol.state_code,
        "territory": symbol.territory,
        "cycles": symbol.cycles,
        "session": symbol.session,
        "meeting": symbol.meeting,
        "year": symbol.year,
        "communications": symbol.communications or None,
        "communicationYear": symbol.communication_year,
        "generalComment": symbol.general_comment,
        "assembly": symbol.assembly,
        "number": symbol.number,
        "suffixes": symbol.suffixes or None,
        "databaseId": symbol.database_id,
        "portion": symbol.portion,
        "locator": symbol.locator,
        "parts": [_described(part) for part in symbol.parts] or None,
    }
    return {
        "symbol": symbol.text,
        "kind": symbol.kind.label,
        "bodies": list(symbol.bodies),
        **{name: value for name, value in parts.items() if value is not None},
        "explanation": symbol.explain(),
    }
