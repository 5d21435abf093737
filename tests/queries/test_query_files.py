"""Every API query and question: well-formed, with a full head, and answering as last agreed."""

import re

import pytest
from golden import FOLDERS, QUERIES, UPDATE, csv_answer, golden_path, query_files, solutions
from pyoxigraph import Store
from rdflib.plugins.sparql import prepareQuery

from treatybodies.namespaces import prefixes, tbo
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile
from treatybodies.web.runs import ordered
from treatybodies.web.solutions import sliced

FILES = list(query_files())
NO_ANSWER_YET = "the data cannot answer yet"
MOST_ROWS = 300

each_file = pytest.mark.parametrize(
    "query", FILES, ids=[f"{each.path.parent.name}/{each.name}" for each in FILES]
)
each_endpoint = pytest.mark.parametrize(
    "query",
    [each for each in FILES if each.path.parent.name == "api"],
    ids=lambda query: query.name,
)


@pytest.fixture(scope="session")
def shuffled(graph: Store) -> Store:
    """The same statements, stored in the opposite order."""
    store = Store()
    store.bulk_extend(reversed(list(graph)))
    return store


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_holds_query_files_only(folder: str) -> None:
    strangers = [path.name for path in (QUERIES / folder).iterdir() if path.suffix != ".rq"]
    assert strangers == []


@each_file
def test_parses_in_oxigraph_and_in_rdflib(query: QueryFile) -> None:
    for text in (query.text, query.example()):
        Store().query(text)
        prepareQuery(text)


@each_file
def test_head_is_full(query: QueryFile) -> None:
    head = query.head
    assert head.summary.endswith("?"), "write the summary as a question"
    assert head.description.endswith("."), "describe what a row is, and what is left out"
    assert head.topic, "name a topic; for a competency question with its code: Participation (A1)"


@each_file
def test_parameters_are_the_variables_of_the_values_line(query: QueryFile) -> None:
    assert tuple(each.name for each in query.head.parameters) == query.variables


@each_file
def test_columns_are_lower_camel_case(query: QueryFile) -> None:
    names = [variable.value for variable in solutions(Store(), query.text).variables]
    assert [name for name in names if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", name)] == []


@each_file
def test_orders_its_rows_and_leaves_paging_to_the_service(query: QueryFile) -> None:
    last = query.text.strip().splitlines()[-1]
    assert last.startswith("ORDER BY"), "end the query with ORDER BY"
    assert not re.search(r"\b(LIMIT|OFFSET)\b", query.text)


@each_file
def test_declares_the_projects_prefixes_and_uses_each(query: QueryFile, garden: Garden) -> None:
    declared = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]*)>$", query.text, re.MULTILINE))
    known = prefixes(garden.ontology)
    assert declared == {name: known[name] for name in declared}
    body = re.sub(r"^PREFIX .*$", "", query.text, flags=re.MULTILINE)
    assert [name for name in declared if not re.search(rf"(?<![\w-]){name}:", body)] == []


@each_file
def test_uses_terms_that_the_ontology_declares(query: QueryFile) -> None:
    for name in re.findall(r"\btbo:(\w+)", query.text):
        tbo(name)


@each_endpoint
def test_pages_are_slices_of_the_whole(query: QueryFile, graph: Store) -> None:
    required = {each.name: each.example for each in query.head.parameters if each.required}
    bound = query.bind(required)
    whole = [str(each) for each in solutions(graph, bound)]
    for offset in (0, 7, 14, max(0, len(whole) - 5), len(whole)):
        page = [str(each) for each in solutions(graph, sliced(bound, 7, offset))]
        assert page == whole[offset : offset + 7]


@each_endpoint
def test_sorted_another_way_it_is_cut_as_a_whole(query: QueryFile, graph: Store) -> None:
    variables = tuple(each.value for each in solutions(Store(), query.text).variables)
    turned = ordered(query.example(), variables, f"-{variables[0]}")
    whole = [str(each) for each in solutions(graph, turned)]
    page = [str(each) for each in solutions(graph, sliced(turned, 2, 1))]
    assert page == whole[1:3]


def can_answer(query: QueryFile) -> bool:
    """Whether the query's own words promise an answer: an empty table must be announced."""
    return NO_ANSWER_YET not in " ".join(query.head.description.split())


@each_file
def test_answers_its_example_as_agreed(query: QueryFile, graph: Store) -> None:
    answer, golden = csv_answer(graph, query.example()), golden_path(query)
    if UPDATE:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(answer, encoding="utf-8", newline="")
    assert answer == golden.read_text(encoding="utf-8"), (
        "read the difference; if it is right: UPDATE_GOLDEN=1 pytest tests/queries"
    )
    count = answer.count("\n") - 1
    assert count <= MOST_ROWS, "choose an example with fewer rows"
    assert (count > 0) is can_answer(query)


@each_file
def test_answer_does_not_depend_on_the_order_of_storing(
    query: QueryFile, graph: Store, shuffled: Store
) -> None:
    assert csv_answer(shuffled, query.example()) == csv_answer(graph, query.example())


@each_file
def test_answers_with_its_optional_parameters_left_open(query: QueryFile, graph: Store) -> None:
    required = {each.name: each.example for each in query.head.parameters if each.required}
    assert (csv_answer(graph, query.bind(required)).count("\n") > 1) is can_answer(query)


@each_endpoint
def test_path_holds_required_parameters(query: QueryFile) -> None:
    parameters = {each.name: each for each in query.head.parameters}
    in_path = re.findall(r"\{(\w+)\}", query.head.path)
    assert query.head.path.startswith("/")
    assert all(parameters[name].required for name in in_path)
    assert query.head.exists == (in_path[0] if in_path else "")


def test_paths_are_unique() -> None:
    paths = [query.head.path for query in FILES if query.head.path]
    assert len(paths) == len(set(paths))


def test_every_golden_answer_has_its_query() -> None:
    kept = {path for folder in FOLDERS for path in golden_path(FILES[0]).parents[1].glob("*/*.csv")}
    assert kept == {golden_path(query) for query in FILES}
