"""The reconciliation service: its answers against the schema of API 0.2, and what they hold."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from treatybodies.paths import default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app
from treatybodies.web.reconcile.batch import BATCH, MOST_ENTITIES
from treatybodies.web.reconcile.candidates import likeness
from treatybodies.words import fold_words

TWINS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
BASE <https://w3id.org/treatybodies/>
tbo:CoreTreaty rdfs:subClassOf tbo:Instrument .
<id/body/cat> a tbo:TreatyBody ; skos:prefLabel "Committee"@en ; skos:notation "CAT" .
<id/instrument/cat> a tbo:CoreTreaty ; skos:prefLabel "Convention"@en ; skos:notation "CAT" .
<id/state/CIV> a tbo:State ; skos:prefLabel "Côte d’Ivoire"@en .
<id/state/LAO> a tbo:State ; skos:prefLabel "Lao People's Democratic Republic"@en .
<id/state/TUR> a tbo:State ; skos:prefLabel "Türkiye"@en ; skos:altLabel "Turkey"@en .
"""
SCHEMA = json.loads((Path(__file__).parent / "reconciliation.schema.json").read_text("utf-8"))


def check(name: str, document: object) -> None:
    """``document`` is what the specification calls ``name``."""
    Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"}).validate(document)


def post(client: TestClient, path: str = "", **form: object) -> Any:
    """What comes back for a form, JSON in its fields."""
    fields = {name: json.dumps(value) for name, value in form.items()}
    answer = client.post(f"/reconcile{path}", data=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def candidates(client: TestClient, path: str = "", **query: object) -> list[dict[str, Any]]:
    """The candidates for one query."""
    results = post(client, path, queries={"q": query})
    check("results", results)
    found: list[dict[str, Any]] = results["q"]["result"]
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", ["", "/fr", "/ar"])
def test_the_manifest_fits_the_specification(pages: TestClient, path: str) -> None:
    answer = pages.get(f"/reconcile{path}")

    check("manifest", answer.json())
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"


def test_every_address_of_the_manifest_answers(pages: TestClient) -> None:
    told = pages.get("/reconcile").json()
    services = [*told["suggest"].values(), told["extend"]["propose_properties"]]
    addresses = [each["service_url"] + each["service_path"] for each in services]
    for template in (told["view"]["url"], told["preview"]["url"]):
        addresses.append(template.replace("{{id}}", "id%2Fstate%2FBEN"))
    addresses += [told["documentation"], told["logo"]]

    for address in addresses:
        assert pages.get(address).status_code == 200, address


def test_types_can_be_searched_by_the_manifests_names(pages: TestClient) -> None:
    for each in pages.get("/reconcile").json()["defaultTypes"]:
        body = pages.get("/reconcile/suggest/type", params={"prefix": each["id"]}).json()
        check("suggestions", body)
        assert body["result"][0] == each


def test_a_name_is_a_match(pages: TestClient) -> None:
    best = candidates(pages, query="Benin")[0]

    assert (best["id"], best["name"], best["match"], best["score"]) == (
        "id/state/BEN",
        "Benin",
        True,
        100.0,
    )
    assert best["type"] == [{"id": "State", "name": "State"}]


@pytest.mark.parametrize("name", ["BENIN", "BEN", "Bénin", "贝宁", "Бенин", "بنن", "id/state/BEN"])
def test_codes_identifiers_and_all_languages_match(pages: TestClient, name: str) -> None:
    best = candidates(pages, query=name)[0]

    assert best["id"] == "id/state/BEN"
    assert best["match"] is True


def test_the_name_is_in_the_language_of_the_address(pages: TestClient) -> None:
    assert candidates(pages, "/fr", query="Benin")[0]["name"] == "Bénin"


def test_a_mistyped_name_is_a_candidate_and_no_match(pages: TestClient) -> None:
    best = candidates(pages, query="Egipt")[0]

    assert best["id"] == "id/state/EGY"
    assert best["match"] is False
    assert 60 < best["score"] < 100


def test_what_is_unlike_everything_has_no_candidates(pages: TestClient) -> None:
    assert candidates(pages, query="qqqqqqqq") == []


@pytest.fixture(scope="module")
def twins(
    tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Release], settings: Settings
) -> Iterator[TestClient]:
    """A service over a committee and a treaty that share their code, as CAT does."""
    folder = tmp_path_factory.mktemp("twins")
    (folder / "twins.trig").write_text(TWINS, encoding="utf-8")
    made = make(folder / "release", folder / "twins.trig")
    with TestClient(create_app(made, default_garden(), settings)) as running:
        yield running


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Côte d’Ivoire", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("cote d ivoire", "CIV"),
        ("cote divoire", "CIV"),
        ("Lao Peoples Democratic Republic", "LAO"),
        ("Lao People’s Democratic Republic", "LAO"),
        ("Turkey", "TUR"),
    ],
)
def test_a_name_is_found_with_and_without_its_apostrophe(
    twins: TestClient, name: str, state: str
) -> None:
    (found,) = candidates(twins, query=name)
    assert (found["id"], found["match"]) == (f"id/state/{state}", True)
    searched = twins.get("/search", params={"q": name, "format": "json"}).json()["results"]
    assert [each["thing"].rsplit("/", 1)[1] for each in searched] == [state]


def test_two_things_of_one_name_are_no_match(twins: TestClient) -> None:
    found = candidates(twins, query="CAT")

    assert {each["id"] for each in found} == {"id/body/cat", "id/instrument/cat"}
    assert [each["match"] for each in found] == [False, False]


def test_one_of_two_is_no_match_when_only_one_is_shown(twins: TestClient) -> None:
    (found,) = candidates(twins, query="CAT", limit=1)

    assert found["match"] is False


def test_all_conditions_count_on_one_property_too(pages: TestClient) -> None:
    conditions = [{"pid": "tbo:iso3", "v": "BEN"}, {"pid": "tbo:iso3", "v": "EGY"}]

    found = candidates(pages, query="Benin", properties=conditions)[0]

    assert {"id": "properties", "value": 0.5} in found["features"]


def test_a_type_tells_them_apart(twins: TestClient) -> None:
    found = candidates(twins, query="CAT", type="TreatyBody")

    assert [(each["id"], each["match"]) for each in found] == [("id/body/cat", True)]


def test_a_type_holds_those_below_it(twins: TestClient) -> None:
    (found,) = candidates(twins, query="CAT", type=["Instrument"])

    assert found["id"] == "id/instrument/cat"
    assert found["type"][0]["id"] == "CoreTreaty"


def test_documents_are_found_by_symbol(pages: TestClient) -> None:
    best = candidates(pages, query="cmw/c/sr.590", type="Document")[0]

    assert best["id"] == "id/doc/CMW/C/SR.590"
    assert best["match"] is True


def test_themes_are_entities_and_other_concepts_are_not(pages: TestClient) -> None:
    best = candidates(pages, query="Xenophobia", type="Theme")[0]

    assert best["id"] == "scheme/theme/xenophobia"
    assert all(each["type"][0]["id"] == "Theme" for each in candidates(pages, query="member State"))


def test_a_limit_is_kept(pages: TestClient) -> None:
    assert len(candidates(pages, query="Convention", limit=1)) == 1


def test_a_condition_that_is_not_met_lowers_the_score(pages: TestClient) -> None:
    met = candidates(pages, query="Benin", properties=[{"pid": "tbo:iso3", "v": "BEN"}])[0]
    unmet = candidates(pages, query="Benin", properties=[{"pid": "tbo:iso3", "v": ["XXX", 1]}])[0]

    assert (met["score"], met["match"]) == (100.0, True)
    assert unmet["score"] < 70
    assert unmet["match"] is False
    assert {"id": "properties", "value": 0.0} in unmet["features"]


def test_conditions_alone_find_things(pages: TestClient) -> None:
    found = candidates(pages, type="State", properties=[{"pid": "tbo:iso3", "v": "ben"}])

    assert [(each["id"], each["match"]) for each in found] == [("id/state/BEN", True)]


def test_an_entity_can_be_a_conditions_value(pages: TestClient) -> None:
    party = {"pid": "tbo:isPartyTo", "v": {"id": "id/instrument/icrmw", "name": "any"}}

    found = candidates(pages, query="Benin", properties=[party])

    assert {"id": "properties", "value": 1.0} in found[0]["features"]


def test_each_query_of_a_batch_has_its_own_answer(pages: TestClient) -> None:
    batch = {"a": {"query": "Benin"}, "b": {"query": "Benin", "type": "TreatyBody"}}

    results = post(pages, queries=batch)

    check("results", results)
    assert results["a"]["result"]
    assert results["b"]["result"] == []


def test_a_batch_can_be_asked_by_get(pages: TestClient) -> None:
    asked = {"queries": json.dumps({"q": {"query": "Benin"}})}

    body = pages.get("/reconcile", params=asked).json()

    assert body == post(pages, queries={"q": {"query": "Benin"}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"q": 1}',
        '{"q": {}}',
        '{"q": {"query": " "}}',
        '{"q": {"query": "x", "limit": 0}}',
        '{"q": {"query": "x", "type": "Planet"}}',
        '{"q": {"query": "x", "properties": [{"pid": "no property", "v": 1}]}}',
        '{"q": {"query": "x", "properties": [{"pid": "tbo:iso3"}]}}',
        "[" * 100_000,
    ],
)
def test_a_malformed_batch_is_refused_with_the_place(pages: TestClient, text: str) -> None:
    answer = pages.post("/reconcile", data={"queries": text}, headers={"Accept": "*/*"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed-request"


def test_a_batch_that_is_too_large_is_refused(pages: TestClient) -> None:
    batch = {str(n): {"query": "Benin"} for n in range(BATCH + 1)}
    ids = {"ids": ["x"] * (MOST_ENTITIES + 1), "properties": []}

    for form in ({"queries": json.dumps(batch)}, {"extend": json.dumps(ids)}):
        answer = pages.post("/reconcile", data=form, headers={"Accept": "*/*"})
        assert answer.status_code == 413


def test_a_body_that_is_too_long_is_not_read(pages: TestClient) -> None:
    answer = pages.post("/reconcile", data={"queries": "x" * 3_000_000})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"queries=%FF", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 422),
    ],
)
def test_other_bodies_are_refused(pages: TestClient, body: bytes, kind: str, status: int) -> None:
    answer = pages.post("/reconcile", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status


def test_a_script_of_an_old_browser_is_served(pages: TestClient) -> None:
    answer = pages.get("/reconcile", params={"callback": "jQuery1_2.ready"})

    assert answer.headers["content-type"].startswith("application/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    body = answer.text.removeprefix("/**/jQuery1_2.ready(").removesuffix(");")
    check("manifest", json.loads(body))


@pytest.mark.parametrize("name", ["", "a(b", "a;b", "alert(1)//", "a-b", "a" * 100, "é", "a..b"])
def test_a_callback_is_the_name_of_a_function(pages: TestClient, name: str) -> None:
    answer = pages.get("/reconcile", params={"callback": name}, headers={"Accept": "*/*"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("prefix", ["ben", "Beni", "id/state/BEN"])
def test_entities_are_completed(pages: TestClient, prefix: str) -> None:
    body = pages.get("/reconcile/suggest/entity", params={"prefix": prefix}).json()

    check("suggestions", body)
    assert body["result"][0]["id"] == "id/state/BEN"


def test_completion_goes_on_from_a_cursor(pages: TestClient) -> None:
    asked = {"prefix": "c"}
    first = pages.get("/reconcile/suggest/entity", params=asked).json()["result"]

    rest = pages.get("/reconcile/suggest/entity", params={**asked, "cursor": "1"}).json()["result"]

    assert first[1]["id"] == rest[0]["id"]


def test_properties_are_completed_by_name(pages: TestClient) -> None:
    body = pages.get("/reconcile/suggest/property", params={"prefix": "iso"}).json()

    check("suggestions", body)
    assert "tbo:iso3" in [each["id"] for each in body["result"]]


def test_properties_of_a_type_are_proposed(pages: TestClient) -> None:
    asked = {"type": "State", "limit": "200"}

    body = pages.get("/reconcile/properties", params=asked).json()

    check("proposal", body)
    assert (body["type"], body["limit"]) == ("State", 200)
    assert {"id": "tbo:iso3", "name": "ISO alpha-3 code"} in body["properties"]


def test_every_proposed_property_can_be_fetched(pages: TestClient) -> None:
    proposed = pages.get("/reconcile/properties", params={"type": "State"}).json()["properties"]
    wanted = [{"id": each["id"]} for each in proposed[:30]]

    body = post(pages, extend={"ids": ["id/state/BEN"], "properties": wanted})

    check("extension", body)
    assert [each["id"] for each in body["meta"]] == [each["id"] for each in proposed[:30]]
    assert any(body["rows"]["id/state/BEN"].values())


def test_columns_are_fetched_in_the_forms_of_the_specification(pages: TestClient) -> None:
    properties: list[dict[str, Any]] = [
        {"id": "tbo:iso3"},
        {"id": "tbo:isPartyTo", "settings": {"limit": 1}},
        {"id": "skos:prefLabel", "settings": {"language": "fr"}},
    ]

    body = post(pages, extend={"ids": ["id/state/BEN", "nobody"], "properties": properties})

    check("extension", body)
    row = body["rows"]["id/state/BEN"]
    assert row["tbo:iso3"] == [{"str": "BEN"}]
    assert row["tbo:isPartyTo"][0]["id"].startswith("id/instrument/")
    assert len(row["tbo:isPartyTo"]) == 1
    assert row["skos:prefLabel"] == [{"str": "Bénin"}]
    assert body["rows"]["nobody"] == {each["id"]: [] for each in properties}


def test_a_preview_runs_no_script(pages: TestClient) -> None:
    answer = pages.get("/reconcile/preview", params={"id": "id/state/BEN"})

    assert "Benin" in answer.text
    assert "script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize("iri", ["", "nobody", "scheme/status", "<x>", "a b"])
def test_only_entities_have_a_preview(pages: TestClient, iri: str) -> None:
    assert pages.get("/reconcile/preview", params={"id": iri}).status_code == 404


def test_a_search_counts_on_its_client(service: Callable[..., TestClient]) -> None:
    client = service(exempt_clients="", client_cpu_seconds=0.001, client_cpu_rate=0.000_1)
    form = {"queries": json.dumps({str(n): {"query": "Convention of States"} for n in range(30)})}

    statuses = {client.post("/reconcile", data=form).status_code for _ in range(5)}

    assert 429 in statuses


def test_only_the_endpoint_takes_forms(pages: TestClient) -> None:
    assert pages.post("/reconcile/suggest/type", data={"prefix": "x"}).status_code == 405
    assert pages.get("/reconcile/nothing").status_code == 404


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("the Republic of Benin", "the Republic of Cuba"),
        ("Benin (Republic of)", "Niger (the)"),
        ("Republic Benin", "Dominican Republic"),
    ],
)
def test_small_words_and_their_order_matter_little(near: str, far: str) -> None:
    wanted = fold_words("Republic of Benin")

    assert likeness(wanted, fold_words(near)) > likeness(wanted, fold_words(far)) + 20
