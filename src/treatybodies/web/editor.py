"""The query page: a form that works as it is, questions to begin with, and the editor's script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from treatybodies.namespaces import ONTOLOGY
from treatybodies.paths import Garden
from treatybodies.queries import read_queries
from treatybodies.web.answers import at_hand, entity_tag, release_tag, text_answer
from treatybodies.web.counted import read_terms
from treatybodies.web.languages import VARY
from treatybodies.web.pages import POLICY, STATIC, page, serves_files
from treatybodies.web.short import short

router = APIRouter(include_in_schema=False, default_response_class=Response)
VENDOR = STATIC / "vendor"
# The one page with a script: it is ours, it asks nobody but this service, and evaluates no text.
SCRIPT_POLICY = f"{POLICY}; script-src 'self'; connect-src 'self'"
FIRST_QUERY = """# Who is party to the Convention on migrant workers?
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX instrument: <https://w3id.org/treatybodies/id/instrument/>

SELECT ?party ?name
WHERE {
  ?party tbo:isPartyTo instrument:icrmw ;
    skos:prefLabel ?name .
  FILTER(LANG(?name) = "en")
}
ORDER BY ?name
"""
ANY_QUERY = """SELECT ?subject ?property ?value
WHERE { ?subject ?property ?value }
LIMIT 100
"""
"""To begin with where files of any kind are served."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Vary": VARY,
    "Content-Security-Policy": SCRIPT_POLICY,
}
MOST_KEPT = 2000
"""Characters of a query that the links to other languages carry along."""
_LISTS = ("classes", "properties")
_TYPES = {
    "editor.js": "text/javascript; charset=utf-8",
    "editor.css": "text/css; charset=utf-8",
    "LICENSES.txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Question:
    """A question of the gallery, with its query for the example values."""

    name: str
    summary: str
    topic: str
    query: str


def query_page(
    template: str,
    request: Request,
    query: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """``template``, which shows the form that holds ``query``."""
    garden: Garden = request.app.state.garden
    return page(
        template,
        request,
        status,
        {**_HEADERS, **(headers or {})},
        query=query,
        topics=() if serves_files(request) else _topics(garden),
        version=_digest("editor.js"),
        kept={"query": query} if 0 < len(query) <= MOST_KEPT and _is_asked(request) else {},
        **values,
    )


def _is_asked(request: Request) -> bool:
    return "query" in request.query_params


def asked_question(request: Request) -> str:
    """The query of the question that ``?question=`` names; without it, an example."""
    name = request.query_params.get("question")
    if name is None:
        return ANY_QUERY if serves_files(request) else FIRST_QUERY
    garden: Garden = request.app.state.garden
    questions = (each for _, group in _topics(garden) for each in group)
    found = next((each for each in questions if each.name == name), None)
    if found is None:
        raise HTTPException(404, f"There is no question “{name[:60]}” → see the list at /sparql.")
    return found.query


@router.get("/static/vendor/{name}")
async def vendor(request: Request, name: str) -> Response:
    """A file of the editor as it was built, compressed."""
    if name not in _TYPES or not (VENDOR / name).is_file():
        raise HTTPException(404, "The editor was not built → see README.md.")
    tag = entity_tag("", "vendor", name, _digest(name))
    if ready := await at_hand(request, tag):
        return ready
    return await text_answer(request, (VENDOR / name).read_bytes(), _TYPES[name], tag)


@router.get("/sparql/terms.json")
async def terms(request: Request) -> Response:
    """What the editor completes: prefixes, classes, and properties that the data uses."""
    tag = release_tag(request, "terms")
    if ready := await at_hand(request, tag):
        return ready
    prefixes: dict[str, str] = request.app.state.prefixes
    known = [
        {
            "iri": row["term"].value,
            "name": short(row["term"].value, prefixes),
            "label": row["label"].value if "label" in row else "",
            "definition": row["definition"].value if "definition" in row else "",
            "list": row["list"].value,
        }
        for row in await read_terms(request)
    ]
    known.sort(key=_ours_first)
    lists = {name: [each for each in known if each["list"] == name] for name in _LISTS}
    text = json.dumps({"prefixes": prefixes, **lists}, ensure_ascii=False)
    return await text_answer(request, text, "application/json", tag)


def _ours_first(term: Mapping[str, str]) -> tuple[bool, str]:
    return not term["iri"].startswith(ONTOLOGY), term["name"].lower()


@cache
def _topics(garden: Garden) -> tuple[tuple[str, tuple[Question, ...]], ...]:
    questions = sorted(_questions(garden), key=lambda each: (each.topic, each.summary))
    grouped = groupby(questions, key=lambda each: each.topic)
    return tuple((topic, tuple(group)) for topic, group in grouped)


def _questions(garden: Garden) -> Iterator[Question]:
    for file in read_queries(garden.queries / "questions"):
        topic = file.head.topic.partition(" (")[0]  # without the competency question's code
        text = f"# {file.head.summary}\n{file.example()}"
        yield Question(file.name, file.head.summary, topic, text)


@cache
def _digest(name: str) -> str:
    """What tells this build of the editor from others; empty when it was not built."""
    path: Path = VENDOR / name
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
