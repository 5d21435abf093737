"""Queries made to hurt: each ends as a problem document; plain ones are answered beside them."""

import threading
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from products import digits

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app

CROSS = digits("abcdefghijkl")
P = "<http://a.example/p>"
FOREVER = "a" * 30
DEEP = 20_000

HOSTILE = {
    "braces": "ASK " + "{" * DEEP + "}" * DEEP,
    "braces unclosed": "ASK " + "{" * DEEP,
    "parentheses": "ASK { FILTER " + "(" * DEEP + "1" + ")" * DEEP + " }",
    "collections": "ASK { ?s ?p " + "(" * DEEP + ")" * DEEP + " }",
    "blank nodes": "ASK { ?s ?p " + f"[ {P} " * 4000 + "1" + " ]" * 4000 + " }",
    "path groups": "ASK { ?s " + "(" * DEEP + P + ")" * DEEP + " ?o }",
    "negated sets": "ASK { ?s " + "!(" * DEEP + P + ")" * DEEP + " ?o }",
    "reified": "ASK { " + "<< ?s ?p " * 9000 + "1" + " >>" * 9000 + " ?p ?o }",
    "annotations": "ASK { ?s ?p ?o " + "{| ?p ?o " * 5000 + "|}" * 5000 + " }",
    "subqueries": "SELECT * { " + "{ SELECT * { " * 5000 + "} }" * 5000 + " }",
    "optionals nested": "ASK { " + "OPTIONAL { ?s ?p ?o " * 3000 + "}" * 3000 + " }",
    "functions": "ASK { FILTER " + "STR(" * DEEP + "1" + ")" * DEEP + " }",
    "signs": "ASK { FILTER(" + "!" * DEEP + "1) }",
    "minuses": "ASK { FILTER(" + "- " * DEEP + "1) }",
    "sums": "ASK { FILTER(1" + "+1" * 16_000 + ") }",
    "conditions": "ASK { FILTER(1" + "||1" * 10_000 + ") }",
    "unions": "SELECT * { " + "{ ?s ?p ?o } UNION " * 5_000 + "{} }",
    "unions, too many": "SELECT * { " + "{} UNION " * 20_000 + "{} }",
    "optionals": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 300 + "}",
    "optionals apart": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"OPTIONAL {{ ?s{n} ?p{n} ?o{n} }}" for n in range(300))
    + " }",
    "long path": "ASK { ?s " + "/".join([f"{P}*"] * 2500) + " ?o }",
    "inverse path": "ASK { ?s " + "^" * 10_000 + P + " ?o }",
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "cross product sorted": f"SELECT * {{ {CROSS} }} ORDER BY ?l ?a",
    "cross product distinct": f"SELECT DISTINCT * {{ {CROSS} }} ORDER BY ?l",
    "cross product joined": f"SELECT (GROUP_CONCAT(STR(?a)) AS ?x) {{ {CROSS} }}",
    "cross product grouped": f"SELECT ?a ?b ?c ?d ?e {{ {CROSS} }} GROUP BY ?a ?b ?c ?d ?e ?f ?g",
    "cross product made": f"CONSTRUCT {{ ?a {P} ?b }} {{ {CROSS} }}",
    "all paths": "SELECT * { ?a (<x:a>|!<x:a>)* ?b . ?c (<x:a>|!<x:a>)* ?d . "
    "?e (<x:a>|!<x:a>)* ?f . ?g (<x:a>|!<x:a>)* ?h . ?i (<x:a>|!<x:a>)* ?j }",
    "regular expressions": "SELECT (COUNT(*) AS ?n) { "
    + CROSS
    + f' FILTER REGEX(CONCAT("{FOREVER}", STR(?a), STR(?l)), "^(a|aa)+$", "i") }}',
    "replaced": 'SELECT (STRLEN(?s) AS ?n) { BIND("'
    + "a" * 1000
    + '" AS ?a) '
    + "".join(
        f'BIND(REPLACE(?{a}, "a", ?{a}) AS ?{b})' for a, b in zip("abcdef", "bcdefs", strict=True)
    )
    + " }",
    "SERVICE": "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SERVICE escaped": "ASK { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SERVICE escaped twice": "ASK { SERV\\U00000049CE SILENT <http://127.0.0.1/> {} }",
    "SERVICE commented": "ASK { SERVICE #\n <http://127.0.0.1/> { ?s ?p ?o } }",
    "SERVICE variable": "ASK { BIND(<http://127.0.0.1/> AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "LOAD": "LOAD <file:///etc/passwd>",
    "LOAD into": "LOAD SILENT <http://127.0.0.1/> INTO GRAPH <http://a.example/>",
}
HARMLESS = {
    "long alternatives": "ASK { ?s (" + "|".join([f"{P}+"] * 2500) + ")+ ?o }",
    "large regular expression": 'ASK { FILTER REGEX("a", "((a{1000}){1000}){1000}") }',
    "backtracking": f'ASK {{ FILTER REGEX("{FOREVER}b", "^(a|aa)+$") }}',
    "numbers": "SELECT (" + "*".join(["9999999999999999999"] * 300) + " AS ?n) {}",
    "long name": "ASK { ?" + "a" * 100_000 + " ?p ?o }",
    "comment": "ASK {} #" + "{" * 100_000,
    "string": 'ASK { FILTER("' + "{(" * 50_000 + '" = "") }',
}
EMPTY = {
    "FROM http": "SELECT * FROM <http://127.0.0.1:1/x> { ?s ?p ?o }",
    "FROM file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "FROM NAMED file": "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
    "GRAPH http": "SELECT * { GRAPH <http://127.0.0.1:1/x> { ?s ?p ?o } }",
    "DESCRIBE elsewhere": "DESCRIBE <http://127.0.0.1:1/x>",
}
SOUND = {200, 400, 403, 413, 503}
CODES = {
    413: {"query-too-long"},
    400: {"query-syntax", "query-too-complex", "query-evaluation"},
    403: {"service-refused", "update-refused"},
    503: {"timeout", "memory", "result-size", "overload"},
}


@pytest.fixture(scope="module")
def strict(release: Release, garden: Garden, settings: Settings) -> Iterator[TestClient]:
    """A service whose queries may run for little more than half a second."""
    limits = {"query_seconds": 0.6, "query_memory_mb": 128, "workers": 4, "result_mb": 1}
    application = create_app(release, garden, settings.model_copy(update=limits))
    with TestClient(application) as client:
        yield client


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_as_a_problem(strict: TestClient, name: str) -> None:
    sent = {"Content-Type": "application/sparql-query", "Accept": "text/csv, text/turtle"}
    answer = strict.post("/sparql", content=HOSTILE[name].encode(), headers=sent)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] in CODES[answer.status_code]
    assert len(answer.content) < 2000


@pytest.fixture(scope="module")
def patient(release: Release, garden: Garden, settings: Settings) -> Iterator[TestClient]:
    """A service that has time, as what takes a tenth of a second needs on a busy machine."""
    limits = {"query_seconds": 60.0, "workers": 2}
    with TestClient(create_app(release, garden, settings.model_copy(update=limits))) as client:
        yield client


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_hostile_is_answered(patient: TestClient, name: str) -> None:
    sent = {"Content-Type": "application/sparql-query"}
    assert patient.post("/sparql", content=HARMLESS[name], headers=sent).status_code == 200


@pytest.mark.parametrize("name", EMPTY)
def test_what_lies_elsewhere_is_empty(strict: TestClient, name: str) -> None:
    answer = strict.get("/sparql", params={"query": EMPTY[name]}, headers={"Accept": "text/*"})
    assert answer.status_code == 200
    assert "/etc/passwd" not in answer.text
    assert "root" not in answer.text
    lines = [each for each in answer.text.splitlines() if each and not each.startswith("@")]
    assert len(lines) <= 1  # the names of the columns


def test_plain_queries_are_answered_beside_hostile_ones(strict: TestClient) -> None:
    """No tight clock: beside them a plain query takes some milliseconds, not their whole time."""
    stop = threading.Event()
    codes: set[int] = set()

    def attack(queries: list[str]) -> None:
        while not stop.is_set():
            for each in queries:
                sent = {"Content-Type": "application/sparql-query"}
                codes.add(strict.post("/sparql", content=each.encode(), headers=sent).status_code)

    hostile = list(HOSTILE.values())
    attacks = [threading.Thread(target=attack, args=(hostile[n::3],)) for n in range(3)]
    for each in attacks:
        each.start()
    slowest = 0.0
    for number in range(30):
        began = time.monotonic()
        plain = strict.get("/sparql", params={"query": f"ASK {{}} # {number}"})
        slowest = max(slowest, time.monotonic() - began)
        assert plain.status_code == 200
        time.sleep(0.05)
    stop.set()
    for each in attacks:
        each.join()
    assert slowest < 5.0
    assert codes <= SOUND
