"""Things by name, and what is said about one."""

from fastapi import Request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from treatybodies.errors import NotInGraph, ParameterFault
from treatybodies.namespaces import BASE
from treatybodies.store import SEARCH
from treatybodies.web import search
from treatybodies.web.aside import aside
from treatybodies.web.formats import Format
from treatybodies.web.mcp.results import MOST_ROWS, turtle
from treatybodies.web.prefixed import expand, shorten
from treatybodies.web.releases import serving
from treatybodies.web.solutions import ask, evaluate, own_query
from treatybodies.web.sources import read_graphs_of, read_sources

MOST_FOUND = 15
MOST_SOURCES = 10


async def find(request: Request, text: str, kind: str) -> str:
    """The things called ``text``, the best first."""
    folder = serving(request).release.folder / SEARCH
    if not folder.is_dir():
        raise NotInGraph("This release has no search index → ask with run_query and rdfs:label.")
    found = await aside(request, lambda: search.find(folder, text, "", kind))
    if not found.matches:
        return "Nothing is called so → try fewer words, another language, or leave out the kind."
    prefixes = request.app.state.prefixes
    lines = [
        f"<{each.thing}>\t{each.label}\t{each.language or '-'}\t{shorten(each.kind, prefixes)}"
        for each in found.matches[:MOST_FOUND]
    ]
    total = f"{len(found.matches)}{' or more' if found.cut else ''}"
    return "\n".join([f"# {len(lines)} of {total} things: IRI, name, language, class", *lines])


async def describe(request: Request, given: str) -> str:
    """The statements about a thing with labels, and the sources of them; raises `NotInGraph`."""
    iri = _iri(given, request.app.state.prefixes)
    body = await evaluate(request, own_query("description", iri), Format.N_TRIPLES)
    triples = [
        Triple(each.subject, each.predicate, each.object)
        for each in parse(body, format=RdfFormat.N_TRIPLES)
        if each.subject == NamedNode(iri) or _is_english(each.object)
    ]
    if not triples and not await ask(request, own_query("exists", iri)):
        raise NotInGraph(f"The graph has nothing about <{iri}> → look for it with find_things.")
    shown = triples[:MOST_ROWS]
    told = "all shown" if len(shown) == len(triples) else f"the first {len(shown)} are shown"
    text = turtle(shown, request.app.state.prefixes)
    sources = await _sources(request, iri)
    return f"# {len(triples)} triples, {told}\n{text}\n{sources}"


def _is_english(label: object) -> bool:
    """Of other things only the English label is told: the model translates by itself."""
    return not isinstance(label, Literal) or label.language in (None, "en")


def _iri(given: str, prefixes: dict[str, str]) -> str:
    whole = expand(given, prefixes)
    if "://" not in whole and not whole.startswith("urn:"):
        whole = BASE + whole.lstrip("/")
    try:
        return NamedNode(whole).value
    except ValueError as cause:
        raise ParameterFault("iri", f"“{given[:80]}” is no IRI ({cause}).") from cause


async def _sources(request: Request, iri: str) -> str:
    graphs = (await read_graphs_of(request, {iri})).get(iri, [])
    sources = await read_sources(request, graphs[:MOST_SOURCES])
    lines = [f"- <{each}>: {sources[each].title}" for each in graphs[:MOST_SOURCES]]
    left = len(graphs) - len(lines)
    told = [f"- and {left} more"] if left > 0 else []
    return "\n".join(["Named graphs that speak of it:", *lines, *told]) if lines else ""
