"""Queries mended for Virtuoso mean the same: our own engine answers them as it did before."""

import pytest
from golden import csv_answer, golden_path, query_files, solutions
from pyoxigraph import Store

from treatybodies.errors import QueryFailed
from treatybodies.namespaces import BASE
from treatybodies.queries import QueryFile
from treatybodies.remote.dialects import MARK, VIEW, Question
from treatybodies.remote.mending.paths import Closure
from treatybodies.remote.virtuoso import Virtuoso

FILES = list(query_files())
P = "PREFIX : <http://a.example/#>\n"
DATA = """
:a :p :b , "x"@en , "y" ; :n 1 , 10 , 9 . :b :p :c . :c :q true .
:C :sub :B . :B :sub :A . :i a :C . :j a :A . :k :p "2" .
GRAPH :g { :a :p :b } GRAPH :h { :c :p :d }
"""


@pytest.fixture(scope="module")
def store() -> Store:
    """A few statements."""
    made = Store()
    made.update(f"PREFIX : <http://a.example/#> INSERT DATA {{ {DATA} }}")
    return made


def mended(store: Store, query: str) -> str:
    """``query`` as it goes to Virtuoso."""
    dialect, question = Virtuoso(), Question(query, BASE)
    found: dict[Closure, tuple[str, ...]] = {}
    for closure in dialect.closures(question):
        rows = solutions(store, closure.query)
        found[closure] = tuple(sorted(row["member"].value for row in rows))
    return dict(dialect.fields(question, found))["query"]


@pytest.mark.parametrize(
    "query", FILES, ids=[f"{each.path.parent.name}/{each.name}" for each in FILES]
)
def test_mended_question_answers_as_agreed(graph: Store, query: QueryFile) -> None:
    found = csv_answer(graph, mended(graph, query.example()))
    assert found == golden_path(query).read_text(encoding="utf-8")


SAME = (
    "SELECT ?x { :a :n ?x } ORDER BY ?x",
    "SELECT ?x (?x = :b AS ?y) { :a :p ?x } ORDER BY ?x",
    "SELECT ?x ?y { :a :p ?x BIND(BOUND(?z) || isIRI(?x) AS ?y) } ORDER BY DESC(?x)",
    "SELECT ?x ?y { { SELECT ?x ?y { :a :p ?x BIND(!isIRI(?x) AS ?y) } } FILTER(?y) } ORDER BY ?x",
    "SELECT (IF(1 = 2, ?x, 3 > 2) AS ?y) (COALESCE(?z, EXISTS { ?s :p ?o }) AS ?v) {}",
    "SELECT ?s (COUNT(*) = 1 AS ?one) { ?s :p ?o } GROUP BY ?s ORDER BY ?s",
    "SELECT ?k ?i { ?k :sub* :A . ?i a ?k } ORDER BY ?i",
    "SELECT ?k ?i { ?k :sub* :A ; ^a ?i } ORDER BY ?i",
    "SELECT ?x ?k { VALUES ?x { :C } ?x :sub* ?k } ORDER BY ?k",
    "SELECT ?x ?k { VALUES (?x ?y) { (:A 1) } ?x ^:sub* ?k . ?i a ?k } ORDER BY ?k",
    "SELECT ?i { ?i a ?k FILTER(EXISTS { ?k :sub* :B }) } ORDER BY ?i",
    "SELECT ?i { ?i a ?k FILTER NOT EXISTS { ?k :sub* :B } } ORDER BY ?i",
    "SELECT ?i { VALUES ?z { UNDEF } ?i a ?k FILTER(EXISTS { ?k :sub* ?z }) } ORDER BY ?i",
    "SELECT ?i { { { VALUES ?z { :B } } ?i a ?k } UNION { { VALUES ?z { :B } } ?k :sub ?i }"
    " FILTER(!BOUND(?z) || EXISTS { ?k :sub* ?z }) } ORDER BY ?i",
    "SELECT ?i ?k { { { VALUES (?z ?i) { (:B UNDEF) } FILTER(!BOUND(?z)) } ?i a ?k } UNION"
    " { { VALUES (?z ?i) { (:B UNDEF) } FILTER(BOUND(?z) && !BOUND(?i)) } ?i a ?k } UNION"
    " { { VALUES (?z ?i) { (:B UNDEF) } FILTER(BOUND(?i)) } ?i :n ?k } } ORDER BY ?i",
    "SELECT ?i { { { VALUES ?z { 1 } FILTER(!BOUND(?z)) } ?i a ?k } UNION { ?i :q ?k } }"
    " ORDER BY ?i",
    "SELECT ?i { { { VALUES ?z { UNDEF } FILTER(BOUND(?z)) } ?i a ?k } } ORDER BY ?i",
    "SELECT ?i { { VALUES ?z { UNDEF } FILTER(BOUND(?z)) } UNION { ?i a ?k } } ORDER BY ?i",
    "SELECT ?i { ?i a ?k OPTIONAL { { VALUES ?z { 1 } FILTER(!BOUND(?z)) } ?i :p ?o } }"
    " ORDER BY ?i",
    "SELECT ?i { { { VALUES ?z { 1 2 } FILTER(BOUND(?z)) } ?i a ?k } UNION { ?i :q ?k } }"
    " ORDER BY ?i",
    "SELECT ?i { { { VALUES ?z { 1 } FILTER(BOUND(?z) || 1 = 2) } ?i a ?k } UNION { ?i :q ?k } }"
    " ORDER BY ?i",
    "SELECT ?i ?k { { { VALUES ?k { :B } } :A ^:sub* ?k . ?i a ?k } ?i a ?c } ORDER BY ?i",
    "SELECT ?i ?k { { VALUES ?k { :C } } :A ^:sub* ?k . ?i a ?k } ORDER BY ?i",
    "SELECT ?i ?z { { VALUES ?z { :C } } ?z :sub* ?k . ?i a ?z FILTER EXISTS { ?k :sub* :A } }"
    " ORDER BY ?i ?k",
    "SELECT ?i { ?i a ?k FILTER(EXISTS { ?i a/:sub* :B }) } ORDER BY ?i",
    "SELECT ?i { ?i a ?k FILTER(EXISTS { ?k :sub/:sub* :A }) } ORDER BY ?i",
    "SELECT ?i ?k { ?i a ?c OPTIONAL { ?c :sub+ ?k } } ORDER BY ?i ?k",
    "SELECT ?i ?k { ?i a ?c OPTIONAL { ?k ^:sub+ ?c } } ORDER BY ?i ?k",
    "SELECT ?g ?s { GRAPH ?g { ?s :p ?o } } ORDER BY ?g",
    "SELECT ?g { GRAPH ?g {} } ORDER BY ?g",
    "SELECT ?s ?g { GRAPH :g { ?s :p ?o } OPTIONAL { GRAPH ?g { ?s :p ?o } } } ORDER BY ?g",
    "SELECT * { GRAPH :g { ?s :p ?o } }",
    "SELECT ?o { GRAPH <http://a.example/#h> { ?s ?p ?o } }",
    'SELECT ("GRAPH ?g { ?x AS ?y } ORDER BY ?x # FROM" AS ?text) { } # ORDER BY ?x',
    "SELECT (1 + 2 * 3 AS ?n) (xsd:integer(?x) * 2 AS ?m) { :k :p ?x }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o<5||?o>7) }",
    "BASE <http://a.example/x> PREFIX b: <#> BASE <y> SELECT ?x { b:a b:n ?x . <#a> <#n> ?y }",
    "BASE <http://a.example/> SELECT ?x { <#a> <#n> ?x } ORDER BY ?x",
    "SELECT ?s FROM :g { ?s ?p ?o }",
    "SELECT ?s FROM NAMED :g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?s FROM :g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?s FROM NAMED :g { ?s ?p ?o }",
    'SELECT (DATATYPE("P1D"^^xsd:dayTimeDuration) = xsd:dayTimeDuration AS ?y) {}',
)


@pytest.mark.parametrize("query", SAME)
def test_mended_query_answers_the_same(store: Store, query: str) -> None:
    text = f"{P}PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n{query}"
    assert csv_answer(store, mended(store, text)) == csv_answer(store, text)


def test_view_and_mark_are_never_named(store: Store) -> None:
    text = mended(store, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert f"<{VIEW}>" in text
    assert f"<{MARK}>" in text
    fields = Virtuoso().fields(Question(f"ASK {{ GRAPH <{VIEW}> {{ ?s ?p ?o }} }}", BASE))
    assert [value for name, value in fields if name == "named-graph-uri"] != [VIEW]


def test_closure_is_written_out(store: Store) -> None:
    text = mended(store, f"{P}SELECT ?i {{ ?k :sub* :A . ?i a ?k }}")
    assert ":sub*" not in text
    assert "<http://a.example/#C>" in text


def test_alternative_that_parameters_decide_is_cut(store: Store) -> None:
    head = "{ VALUES ?z { :B } FILTER(%sBOUND(?z)) }"
    text = mended(store, f"{P}SELECT ?i {{ {{ {head % ''} ?i a ?k }} UNION {{ {head % '!'} }} }}")
    assert "BOUND" not in text
    assert "UNION" not in text


def test_what_cannot_be_mended_is_said(store: Store) -> None:
    with pytest.raises(QueryFailed, match="columns"):
        mended(store, f"{P}SELECT * {{ GRAPH :g {{ ?s ?p ?o }} GRAPH ?h {{ ?s ?p ?o }} }}")
