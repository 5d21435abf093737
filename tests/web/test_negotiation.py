"""Negotiation, with the headers that clients really send."""

import sys

import pytest

from treatybodies.errors import NotAcceptable
from treatybodies.web.formats import Form, Format, formats_for
from treatybodies.web.negotiation import negotiate, prefers_html

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SPARQLWRAPPER = "application/sparql-results+xml,application/rdf+xml,*/*"
SPARQLWRAPPER_JSON = (
    "application/sparql-results+json,application/json,text/javascript,application/javascript"
)
SPARQLWRAPPER_N3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,text/n3"
JENA_RESULTS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,"
    "application/trig,application/ld+json;q=0.8,*/*;q=0.5"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5"
)
COMUNICA_SELECT = "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7"
YASGUI_SELECT = "application/sparql-results+json,*/*;q=0.9"
YASGUI_GRAPH = "application/n-triples,*/*;q=0.9"
RDFLIB = "application/rdf+xml, application/sparql-results+xml"
ROQET = "application/sparql-results+xml"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
PERL = "application/sparql-results+xml;q=0.9,application/rdf+xml;q=0.5,text/turtle;q=0.7,text/xml"
SPARQLWRAPPER_NAMES = ("json", "json", "json")


@pytest.mark.parametrize(
    ("form", "accept", "named", "expected", "media_type"),
    [
        (Form.SELECT, None, (), Format.JSON, "application/sparql-results+json"),
        (Form.SELECT, "", (), Format.JSON, "application/sparql-results+json"),
        (Form.SELECT, "*/*", (), Format.JSON, "application/sparql-results+json"),
        (Form.SELECT, "rubbish", (), Format.JSON, "application/sparql-results+json"),
        (Form.SELECT, CHROME, (), Format.HTML, "text/html"),
        (Form.DESCRIBE, FIREFOX, (), Format.HTML, "text/html"),
        (Form.ASK, SPARQLWRAPPER, (), Format.XML, "application/sparql-results+xml"),
        (Form.CONSTRUCT, SPARQLWRAPPER, (), Format.RDF_XML, "application/rdf+xml"),
        (Form.SELECT, SPARQLWRAPPER_JSON, SPARQLWRAPPER_NAMES, Format.JSON, None),
        (Form.SELECT, SPARQLWRAPPER, SPARQLWRAPPER_NAMES, Format.XML, None),
        (Form.CONSTRUCT, SPARQLWRAPPER_N3, (), Format.TURTLE, "text/turtle"),
        (Form.SELECT, JENA_RESULTS, (), Format.JSON, "application/sparql-results+json"),
        (Form.CONSTRUCT, JENA_GRAPH, (), Format.TURTLE, "text/turtle"),
        (Form.CONSTRUCT, COMUNICA, (), Format.N_QUADS, "application/n-quads"),
        (Form.SELECT, COMUNICA_SELECT, (), Format.JSON, None),
        (Form.ASK, COMUNICA_SELECT, (), Format.JSON, None),
        (Form.CONSTRUCT, "text/turtle", (), Format.TURTLE, None),
        (Form.SELECT, YASGUI_SELECT, (), Format.JSON, None),
        (Form.CONSTRUCT, YASGUI_GRAPH, (), Format.N_TRIPLES, None),
        (Form.SELECT, RDFLIB, (), Format.XML, None),
        (Form.DESCRIBE, RDFLIB, (), Format.RDF_XML, None),
        (Form.SELECT, ROQET, (), Format.XML, None),
        (Form.ASK, PERL, (), Format.XML, None),
        (Form.CONSTRUCT, PERL, (), Format.TURTLE, None),
        (Form.SELECT, "text/xml, */*;q=0.1", (), Format.XML, "text/xml"),
        (Form.CONSTRUCT, "application/json, */*;q=0.1", (), Format.JSON_LD, "application/json"),
        (Form.SELECT, "application/*;q=0.9, text/*", (), Format.CSV, None),
        (Form.SELECT, "application/json", (), Format.JSON, "application/json"),
        (Form.CONSTRUCT, "application/json", (), Format.JSON_LD, "application/json"),
        (Form.SELECT, "application/xml", (), Format.XML, "application/xml"),
        (Form.SELECT, "text/*", (), Format.CSV, "text/csv"),
        (Form.SELECT, "text/*;q=0.5, text/csv;q=0", (), Format.TSV, None),
        (Form.SELECT, "TEXT/CSV; Q=0.9, */*;q=0.1", (), Format.CSV, "text/csv"),
        (Form.SELECT, "text/turtle, */*;q=0.1", (), Format.JSON, None),
        (Form.SELECT, "text/csv;q=2, text/tab-separated-values;q=0.1", (), Format.TSV, None),
        (Form.CONSTRUCT, "application/ld+json;profile=x", (), Format.JSON_LD, None),
        (Form.SELECT, "application/*+xml", (), Format.XML, "application/sparql-results+xml"),
        (Form.SELECT, "application/*+json;q=0.1, text/*", (), Format.CSV, None),
        (Form.SELECT, "application/*+xml, application/*;q=0.9", (), Format.XML, None),
        (Form.CONSTRUCT, "application/*+json", (), Format.JSON_LD, "application/ld+json"),
        (Form.CONSTRUCT, "application/*+xml, text/turtle;q=0.5", (), Format.RDF_XML, None),
        (Form.SELECT, JAVA, (), Format.HTML, "text/html"),
        (Form.SELECT, "image/gif, *; q=.2, */*; q=.2", (), Format.JSON, None),
        (Form.SELECT, "text/csv;q=0.33333, application/xml;q=.3", (), Format.CSV, None),
        (
            Form.SELECT,
            'text/csv;a="x, text/html";q=0.5, application/xml',
            (),
            Format.XML,
            "application/xml",
        ),
        (Form.SELECT, 'text/csv;a=";q=0", application/xml;q=0.5', (), Format.CSV, None),
        (Form.SELECT, 'text/csv;a="\\", application/xml', (), Format.CSV, None),
        (Form.SELECT, None, ("csv",), Format.CSV, None),
        (Form.SELECT, "*/*", ("xml",), Format.XML, None),
        (Form.CONSTRUCT, None, ("json",), Format.JSON_LD, None),
        (Form.CONSTRUCT, None, ("csv",), Format.TURTLE, None),
        (Form.SELECT, None, ("turtle", "nonsense", "tsv"), Format.TSV, None),
        (Form.SELECT, None, ("text/csv",), Format.CSV, None),
        (Form.SELECT, "text/csv", ("json",), Format.CSV, None),
        (Form.SELECT, CHROME, ("text/csv",), Format.CSV, None),
    ],
)
def test_the_best_offer_is_chosen(
    form: Form,
    accept: str | None,
    named: tuple[str, ...],
    expected: Format,
    media_type: str | None,
) -> None:
    choice = negotiate(accept, (*formats_for(form), Format.HTML), named)
    assert choice.format is expected
    assert choice.media_type == (media_type or expected.media_type)


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "text/csv;q=x"])
def test_nothing_acceptable_says_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="text/csv"):
        negotiate(accept, formats_for(Form.SELECT))


def test_names_that_strangers_make_up_are_not_kept() -> None:
    name = "x" * 100_000
    before = sys.getrefcount(name)
    assert negotiate(None, formats_for(Form.SELECT), (name, "csv")).format is Format.CSV
    assert sys.getrefcount(name) == before


@pytest.mark.parametrize(
    ("accept", "expected"),
    [(CHROME, True), (FIREFOX, True), (None, False), ("*/*", False), (JENA_GRAPH, False)],
)
def test_browsers_are_known_by_their_header(accept: str | None, expected: bool) -> None:
    assert prefers_html(accept) is expected
