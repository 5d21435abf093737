"""Parameters: checked, bound as one typed term each, and never pasted as text."""

from pathlib import Path

import pytest
from golden import query_file, query_files, rows, solutions
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from treatybodies.errors import InputFaults, ParameterFault
from treatybodies.namespaces import BASE, XSD
from treatybodies.queries import Parameter, QueryFile

TEXTS = """\
SELECT ?text
WHERE {
  VALUES (?text) { (UNDEF) }
}
ORDER BY ?text
"""
HEAD = """\
#+ summary: What is given?
#+ description: It is given back.
#+ parameters:
#+   - {name: text, type: string, description: any text, example: text}
"""


def parameter(kind: str, **more: str) -> Parameter:
    """A parameter of the type ``kind``."""
    return Parameter.model_validate(
        {"name": "value", "type": kind, "description": "a value", "example": "x", **more}
    )


@pytest.fixture(scope="session")
def echo(tmp_path_factory: pytest.TempPathFactory) -> QueryFile:
    """A query that answers its one parameter."""
    path: Path = tmp_path_factory.mktemp("echo") / "echo.rq"
    path.write_text(HEAD + TEXTS, encoding="utf-8")
    return QueryFile(path)


def test_iri_continues_its_base() -> None:
    state = parameter("iri", base="id/state/")
    assert state.term("BEN") == NamedNode(BASE + "id/state/BEN")
    assert state.term(BASE + "id/state/BEN") == NamedNode(BASE + "id/state/BEN")


def test_iri_of_another_site_stays_below_the_base() -> None:
    term = parameter("iri", base="id/state/").term("http://example.org/x")
    assert term == NamedNode(BASE + "id/state/http://example.org/x")


def test_date_integer_and_language_are_typed() -> None:
    assert parameter("date").term("2010-01-01") == Literal(
        "2010-01-01", datatype=NamedNode(XSD + "date")
    )
    assert parameter("integer").term("039") == Literal("39", datatype=NamedNode(XSD + "integer"))
    assert parameter("language").term("fr") == Literal("fr")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "2010-02-30"),
        ("date", "2010-13-01"),
        ("date", "1 January 2010"),
        ("date", ""),
        ("integer", "thirty-nine"),
        ("integer", "3.9"),
        ("language", "en-GB"),
        ("language", "EN"),
        ("iri", "BEN> ?p ?o } #"),
        ("iri", "BEN SYC"),
        ("iri", "BEN\n"),
        ("iri", 'BEN"'),
        ("iri", "{BEN}"),
    ],
)
def test_value_of_another_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ParameterFault) as refused:
        parameter(kind, base="id/state/" if kind == "iri" else "").term(value)
    assert refused.value.name == "value"


@pytest.mark.parametrize("value", ["2", "0022", "002\n", "Africa", "002|019"])
def test_pattern_holds_for_the_whole_value(value: str) -> None:
    with pytest.raises(ParameterFault, match="does not match"):
        parameter("iri", base="scheme/region/", pattern="[0-9]{3}").term(value)


INJECTIONS = [
    '") } SELECT * WHERE { ?s ?p ?o } #',
    '" UNDEF',
    "\\",
    '\\" ) (UNDEF',
    '"""',
    "'''",
    "a\nb\r\tc",
    "\\u0022) (UNDEF",
    "?other $other",
    "\\1 \\g<0>",
    "{ } UNDEF VALUES (?text) { (UNDEF) }",
    "\x00",
    "“Türkiye” 中国 🌍",
]


@pytest.mark.parametrize("value", INJECTIONS)
def test_string_stays_one_term_whatever_it_holds(echo: QueryFile, value: str) -> None:
    ((term,),) = solutions(Store(), echo.bind({"text": value}))
    assert term == Literal(value)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_string_stays_one_term(echo: QueryFile, value: str) -> None:
    ((term,),) = solutions(Store(), echo.bind({"text": value}))
    assert term == Literal(value)


@pytest.mark.parametrize("value", INJECTIONS)
def test_text_filter_takes_anything_and_finds_nothing_by_it(graph: Store, value: str) -> None:
    assert rows(graph, "api/states", text=value) == []


def test_left_out_parameter_stays_open() -> None:
    query = query_file("questions/parties-on-a-day")
    assert "(UNDEF UNDEF)" in query.bind({})
    assert f'(UNDEF "2010-01-01"^^<{XSD}date>)' in query.bind({"date": "2010-01-01"})


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("#+ summary: What?", "description"),
        ("#+ description: Rows.", "summary"),
        ("#+ summary: What?\n#+ description: Rows.\n#+ colour: red", "colour"),
        ("#+ summary: [What?\n#+ description: Rows.", "no valid YAML"),
        ("", "summary"),
    ],
)
def test_head_that_is_not_full_is_refused_with_its_file(
    tmp_path: Path, head: str, words: str
) -> None:
    path = tmp_path / "poor.rq"
    path.write_text(f"{head}\n{TEXTS}", encoding="utf-8")
    with pytest.raises(InputFaults, match=words) as refused:
        QueryFile(path).head  # noqa: B018
    assert refused.value.faults[0].file == path
    assert "queries/README.md" in refused.value.faults[0].remedy


def test_every_example_fits_its_parameter() -> None:
    for query in query_files():
        for each in query.head.parameters:
            each.term(each.example)
