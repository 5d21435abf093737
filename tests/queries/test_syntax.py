"""What is wrong with a query is told at its token, in words, with what may stand there."""

import pytest
from pyoxigraph import Store

from treatybodies import syntax
from treatybodies.syntax import Place, explain, place_at

TERM = "an RDF term or a variable"
FAULTS = {
    "SELEKT ?s { ?s ?p ?o }": ("SELEKT", "ASK, BASE, CONSTRUCT, DESCRIBE, PREFIX, SELECT"),
    "SELECT (1 ?n) {}": ("?n", "an operator, AS"),
    "SELECT (COUNT(?s) ?n) { ?s ?p ?o }": ("?n", "an operator, AS"),
    "SELECT COUNT(*) { ?s ?p ?o }": ("COUNT", "a variable, “(”, “*”, DISTINCT, REDUCED"),
    "SELECT ?s WHERE {\n  ?s ?p ?o\n  ?a ?b ?c\n}": (
        "?a",
        "a clause such as FILTER, “,”, “.”, “;”, “}”",
    ),
    "SELECT * { ?s ?p ?o . FILTER(?o > ) }": (")", "an expression"),
    "SELECT * { ?s ?p ?o FILTER(?o < 1 ?x) }": ("?x", "an operator, “)”"),
    "ASK { FILTER(1 != != 2) }": ("!= 2", "an expression"),
    "SELECT * { ?s ?p ?o OPTIONAL ?x }": ("?x", "“{”"),
    "SELECT * { ?s ?p ?o # } no end\n } }": ("}", "GROUP, HAVING, LIMIT, OFFSET, ORDER, VALUES"),
    "SELECT * { { ?s ?p ?o } UNIO { ?a ?b ?c } }": (
        "UNIO",
        f"{TERM}, a clause such as FILTER, “(”, “}}”, UNION",
    ),
    "SELECT ?x { ?x ?p [ ?y ] }": ("] }", f"{TERM}, “(”"),
    "SELECT * { BIND(?x AS 3) }": ("3)", "a variable"),
    "SELECT * { ?s ?p ?o } ORDER ?s": ("?s", "BY"),
    "PREFIX tbo <a:b> SELECT * {}": ("tbo", "a prefix and a colon"),
    "CONSTRUCT { ?s ?p ?o WHERE { ?s ?p ?o }": ("WHERE", "“,”, “.”, “;”, “}”"),
    "SELECT * { ?s ?p 'é'@de@en }": ("@en", "a clause such as FILTER, “,”, “.”, “;”, “}”"),
    "SELECT * { ?s ?p ?o } LIMIT x": ("x", ""),
}
"""A query → its last part, which begins with what is wrong, and what may stand there instead."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No machine is too slow for these."""
    monkeypatch.setattr(syntax, "SECONDS", 60.0)


def told(query: str) -> str:
    with pytest.raises(SyntaxError) as raised:
        Store().query(query, base_iri="http://example.org/")
    return explain(query, str(raised.value), "http://example.org/")


def at(query: str, offset: int) -> str:
    place = place_at(query, offset)
    return f"error at {place.line}:{place.column}: "


@pytest.mark.parametrize("query", FAULTS)
def test_a_fault_is_named_where_it_is(query: str) -> None:
    wrong, instead = FAULTS[query]
    token = wrong.split()[0].removesuffix(")") or wrong

    rest = f" → what may stand here: {instead}" if instead else ""
    assert told(query) == f"{at(query, query.rindex(wrong))}“{token}” is not expected here{rest}"


@pytest.mark.parametrize(
    ("query", "wrong", "words"),
    [
        ("SELECT * { ?s tbo:x ?o }", "tbo", "this prefix is not declared → "),
        ("ASK { ?s ?p 'x'^^xsd:foo }", "^^", "this prefix is not declared → "),
        ("SELECT * { ?s <a b> ?o }", "<", "this is no IRI → "),
        ("SELECT * { VALUES (?a ?b) { (1) } }", "} }", "a row of VALUES has not a value for "),
        ("SELECT ?x { ?x ?y ?z } GROUP BY ?y", "", "SELECT names a variable that has no single"),
        ("SELECT ?x (1 AS ?x) { ?x ?y ?z }", "", "The SELECT overrides an existing variable"),
    ],
)
def test_what_the_grammar_allows_and_still_is_wrong(query: str, wrong: str, words: str) -> None:
    assert told(query).startswith(at(query, query.rindex(wrong)) + words)


@pytest.mark.parametrize("end", ["", " ", " # a comment {\n"])
def test_a_query_that_ends_too_early(end: str) -> None:
    query = "SELECT * {\n  ?s ?p ?o"
    words = "the query ends too early → what may stand here: a clause such as FILTER, “,”"
    assert told(query + end).startswith(at(query, len(query)) + words)


def test_nothing_is_no_query() -> None:
    assert told("").startswith("error at 1:1: the query ends too early → what may stand here: ASK")


def test_escapes_of_code_points_leave_the_engines_place() -> None:
    query = "SELECT * { ?s ?p '\\u00e9' x }"
    assert told(query).startswith("error at 1:")
    assert told(query).endswith("no SPARQL near this place")


def test_a_search_that_takes_too_long_leaves_the_engines_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(syntax, "SECONDS", -1.0)
    assert told("SELECT (1 ?n) {}") == "error at 1:16: the query is no SPARQL near this place"


@pytest.mark.parametrize("before", [1, 100, 4000])
def test_a_fault_behind_much_is_found(before: int) -> None:
    query = "SELECT * {\n" + "  ?s ?p ?o .\n" * before + "  ?s ?p .\n}"
    assert told(query).startswith(f"error at {before + 2}:9: “.” is not expected here")


def test_a_long_token_is_shortened() -> None:
    query = f"ASK {{ ?s ?p ?o }} {'x' * 100}"
    assert f"“{'x' * 40}…” is" in told(query)


def test_a_place_counts_from_one() -> None:
    assert place_at("a\nbc", 3) == Place(2, 2)
