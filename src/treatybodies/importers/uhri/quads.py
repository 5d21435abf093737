"""N-Quads as text: one line a quad, spelled as Oxigraph spells it, so that lines can be compared.

A whole export is five million quads. Strings are a quarter of the work of terms and objects.
"""

import re
from functools import cache

from treatybodies.namespaces import BASE, RDF_TYPE, SCHEME, XSD, tbo

SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'["\\\n\r]')

TYPE = str(RDF_TYPE)
LABEL = f"<{SKOS}prefLabel>"


@cache
def term(name: str) -> str:
    """The ontology's term ``name``; raises `UnknownTerm`."""
    return str(tbo(name))


def iri(path: str) -> str:
    """The IRI of ``path`` below the project's base."""
    return f"<{BASE}{path}>"


def concept(scheme: str, key: str) -> str:
    """A concept of one of the project's schemes."""
    return f"<{SCHEME}{scheme}/{key}>"


def text(value: str) -> str:
    """A plain literal."""
    if _TO_ESCAPE.search(value):
        value = _TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], value)
    return f'"{value}"'


def english(value: str) -> str:
    """A literal in English."""
    return text(value) + "@en"


def typed(value: object, datatype: str) -> str:
    """A literal of an XML Schema datatype, written as ``value`` prints."""
    return f'"{value}"^^<{XSD}{datatype}>'


class Statements:
    """Lines of one named graph."""

    def __init__(self, graph: str) -> None:
        self.lines: list[str] = []
        self._end = f" {graph} .\n"

    def add(self, subject: str, predicate: str, value: str) -> None:
        """State one triple."""
        self.lines.append(f"{subject} {predicate} {value}{self._end}")
