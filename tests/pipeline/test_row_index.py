"""The rows of curated queries that a release keeps."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from treatybodies.errors import InputFaults
from treatybodies.pipeline.row_index import write_row_index
from treatybodies.queries import QueryFile
from treatybodies.web.row_index import keys_of, read_rows
from treatybodies.web.solutions import Term

HEAD = """\
#+ summary: Which things are there?
#+ description: One row for each.
#+ path: /things
#+ indexed: small
#+ parameters:
#+   - name: kind
#+     type: iri
#+     base: id/
#+     by: "?kind"
#+     description: its kind
#+     example: cat
#+     required: false
#+   - name: above
#+     type: iri
#+     base: id/
#+     by: "?kind :within*"
#+     description: what is above its kind
#+     example: animal
#+     required: false
"""
QUERY = """\
PREFIX : <https://w3id.org/treatybodies/id/>

SELECT ?thing ?kind ?name ?age
WHERE {
  VALUES (?kind ?above) { (UNDEF UNDEF) }
  ?thing :name ?name .
  OPTIONAL { ?thing :kind ?kind }
  OPTIONAL { ?thing :age ?age }
  FILTER(!BOUND(?above) || EXISTS { ?kind :within* ?above })
}
ORDER BY ?name ?thing
"""
DATA = """\
@prefix : <https://w3id.org/treatybodies/id/> .
:tom :name "Tom\\tof\\nmany\\u2028lines" ; :kind :cat ; :age 3 .
:rex :name "Rex"@fr ; :kind :dog ; :age 12.5 .
:ann :name "Ann “the\\\\first”" .
:cat :within :animal . :dog :within :animal . :animal :within :being .
"""
IDS = "https://w3id.org/treatybodies/id/"


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    folder = tmp_path / "api"
    folder.mkdir()
    (folder / "things.rq").write_text(HEAD + QUERY, encoding="utf-8")
    (folder / "plain.rq").write_text(HEAD.replace("indexed: small", "topic: None") + QUERY)
    return folder


@pytest.fixture
def things(queries: Path) -> QueryFile:
    return QueryFile(queries / "things.rq")


@pytest.fixture
def index(tmp_path: Path, queries: Path) -> Path:
    folder = tmp_path / "rows"
    assert write_row_index(folder, store(), queries, large=False) == 3
    return folder


def store(data: str = DATA) -> Store:
    loaded = Store()
    loaded.load(data.encode(), format=RdfFormat.TURTLE)
    return loaded


def names(index: Path, query: QueryFile, rows: slice = slice(0, 9), **values: str) -> list[str]:
    kept = read_rows(index, keys_of(query, values), ("thing", "kind", "name", "age"), rows)
    assert kept is not None
    return [row["thing"].value.removeprefix(IDS) for row in kept.rows.rows]


def test_rows_come_in_the_order_of_the_query(index: Path, things: QueryFile) -> None:
    assert names(index, things) == ["ann", "rex", "tom"]
    assert names(index, things, slice(1, 2)) == ["rex"]
    assert names(index, things, slice(3, 9)) == []


def test_rows_are_found_by_a_column_or_along_a_path(index: Path, things: QueryFile) -> None:
    assert names(index, things, kind="dog") == ["rex"]
    assert names(index, things, above="animal") == ["rex", "tom"]
    assert names(index, things, above="cat") == ["tom"]
    assert names(index, things, kind="dog", above="being") == ["rex"]
    assert names(index, things, kind="dog", above="cat") == []


def test_terms_are_those_of_the_graph(index: Path, things: QueryFile) -> None:
    kept = read_rows(index, keys_of(things, {}), ("thing", "kind", "name", "age"), slice(0, 9))
    assert kept is not None
    ann, rex, tom = kept.rows.rows
    assert set(ann) == {"thing", "name"}
    assert ann["name"] == Term("Ann “the\\first”")
    assert tom["name"] == Term("Tom\tof\nmany\u2028lines")
    assert tom["age"].plain == 3
    assert rex["name"] == Term("Rex", language="fr")
    assert rex["age"].plain == 12.5


def test_more_cells_than_are_looked_up_at_once(
    tmp_path: Path, queries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treatybodies.pipeline.row_index.AT_ONCE", 10)
    total = 25
    lines = (f':t{n} :name "{n:06}" ; :kind :k{n} . :k{n} :within :animal .' for n in range(total))
    data = "\n".join(("@prefix : <https://w3id.org/treatybodies/id/> .", *lines))
    folder = tmp_path / "many"
    assert write_row_index(folder, store(data), queries, large=False) == total
    things = QueryFile(queries / "things.rq")
    assert names(folder, things, slice(total - 2, total + 5), above="animal") == [
        f"t{total - 2}",
        f"t{total - 1}",
    ]


def test_a_row_that_an_open_parameter_repeats_is_one(tmp_path: Path, queries: Path) -> None:
    path = queries / "things.rq"
    open_above = QUERY.replace(
        "  FILTER(!BOUND(?above) || EXISTS { ?kind :within* ?above })",
        "  ?thing :kind/:within* ?above .",
    )
    path.write_text(HEAD + open_above, encoding="utf-8")
    folder = tmp_path / "rows"
    assert write_row_index(folder, store(), queries, large=False) == 2
    assert names(folder, QueryFile(path), above="being") == ["rex", "tom"]


def test_a_large_release_leaves_some_to_the_engine(
    tmp_path: Path, queries: Path, things: QueryFile
) -> None:
    (queries / "few.rq").write_text(HEAD.replace("small", "always") + QUERY, encoding="utf-8")
    folder = tmp_path / "rows"
    assert write_row_index(folder, store(), queries, large=True) == 3
    assert len(names(folder, QueryFile(queries / "few.rq"))) == 3
    assert read_rows(folder, keys_of(things, {}), ("thing",), slice(0, 9)) is None


def test_a_release_of_another_query_file_has_no_rows_of_it(index: Path, queries: Path) -> None:
    path = queries / "things.rq"
    path.write_text(HEAD + QUERY.replace("?age\n", "?age (1 AS ?one)\n"), encoding="utf-8")
    changed = QueryFile(path)
    assert read_rows(index, keys_of(changed, {}), ("thing",), slice(0, 9)) is None


def test_a_parameter_that_finds_no_rows_leaves_them_to_an_engine(queries: Path) -> None:
    path = queries / "things.rq"
    path.write_text(HEAD.replace('#+     by: "?kind"\n', "") + QUERY, encoding="utf-8")
    query = QueryFile(path)
    assert keys_of(query, {"kind": "cat"}) == ()
    assert len(keys_of(query, {"above": "cat"})) == 2
    assert keys_of(QueryFile(queries / "plain.rq"), {}) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("WHERE {", "WHERE { FOO", r"things\.rq:\d+: it is no valid SPARQL"),
        ("SELECT ?thing ?kind ?name ?age", "CONSTRUCT { ?thing :is ?name }", "a SELECT query"),
        ('by: "?kind"', 'by: "?nothing"', "“\\?nothing”, which is no column of an index"),
        ("?kind :within*", "?kind no:within*", "“\\?kind no:within\\*”, which is no property path"),
    ],
)
def test_a_curator_is_told_why_no_rows_can_be_kept(
    tmp_path: Path, queries: Path, old: str, new: str, told: str
) -> None:
    path = queries / "things.rq"
    path.write_text((HEAD + QUERY).replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputFaults, match=told):
        write_row_index(tmp_path / "rows", store(), queries, large=False)
