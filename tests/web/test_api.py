"""The curated endpoints, made from the query files beside these tests."""

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from treatybodies.errors import InputFaults
from treatybodies.paths import Garden
from treatybodies.web.api import read_endpoints

PARTIES = "/api/v1/instruments/icrmw/parties"


def test_rows_are_typed_and_complete(client: TestClient) -> None:
    answer = client.get(PARTIES, params={"language": "fr"})
    document = answer.json()
    assert document["results"] == [
        {
            "party": "https://w3id.org/treatybodies/id/state/BEN",
            "name": "Bénin",
            "number": 39481,
            "missing": None,
        }
    ]
    assert (document["limit"], document["offset"], document["next"]) == (100, 0, None)


def test_the_query_it_names_gives_the_same(client: TestClient) -> None:
    document = client.get(PARTIES).json()
    bindings = client.get(document["query"]).json()["results"]["bindings"]
    assert [row["name"]["value"] for row in bindings] == [
        row["name"] for row in document["results"]
    ]


def test_pages_follow_each_other(client: TestClient) -> None:
    names, url = [], f"{PARTIES}?limit=1"
    while url:
        answer = client.get(url)
        document = answer.json()
        names += [row["name"] for row in document["results"]]
        assert ('rel="next"' in answer.headers["link"]) is bool(document["next"])
        assert ('rel="prev"' in answer.headers["link"]) is bool(document["offset"])
        url = document["next"]
    assert names == ["Benin", "Bénin", "Egypt"]


@pytest.mark.parametrize(
    ("params", "headers"), [({"format": "csv"}, {}), ({}, {"Accept": "text/csv"})]
)
def test_csv(client: TestClient, params: dict[str, str], headers: dict[str, str]) -> None:
    answer = client.get(PARTIES, params={**params, "language": "en"}, headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(answer.text.splitlines()))
    assert rows[0] == ["party", "name", "number", "missing"]
    assert [row[1:] for row in rows[1:]] == [["Benin", "39481", ""], ["Egypt", "39481", ""]]


@pytest.mark.parametrize(
    ("url", "status", "parameter"),
    [
        (f"{PARTIES}?language=English", 422, "language"),
        (f"{PARTIES}?limit=0", 422, "limit"),
        (f"{PARTIES}?limit=1001", 422, "limit"),
        (f"{PARTIES}?limit=x", 422, "limit"),
        (f"{PARTIES}?offset=-1", 422, "offset"),
        (f"{PARTIES}?limit=1&limit=2", 422, "limit"),
        (f"{PARTIES}?language=en&language=fr", 422, "language"),
        (f"{PARTIES}?colour=red", 422, "colour"),
        (f"{PARTIES}?instrument=icerd", 422, "instrument"),
        ("/api/v1/instruments/ICRMW/parties", 422, "instrument"),
        ("/api/v1/days", 422, "day"),
        ("/api/v1/days?day=2026-02-30", 422, "day"),
        ("/api/v1/documents/a%20b", 422, "symbol"),
        ("/api/v1/instruments/icerd/parties", 404, None),
        ("/api/v1/documents/CMW/C/SR.999", 404, None),
        ("/api/v1/nothing", 404, None),
    ],
)
def test_faults_name_the_parameter(
    client: TestClient, url: str, status: int, parameter: str | None
) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    assert answer.json().get("parameter") == parameter


def test_an_unknown_parameter_learns_the_known_ones(client: TestClient) -> None:
    detail = client.get(f"{PARTIES}?colour=red").json()["detail"]
    assert "language, limit, offset, format" in detail


def test_a_value_is_never_part_of_the_query_text(client: TestClient) -> None:
    nasty = '2026-02-03"} DROP ALL #'
    assert client.get("/api/v1/days", params={"day": nasty}).status_code == 422
    assert client.get("/api/v1/documents/x>%20{}").status_code == 422


def test_a_symbol_with_slashes_is_one_parameter(client: TestClient) -> None:
    answer = client.get("/api/v1/documents/CMW/C/SR.590")
    assert answer.json()["results"] == [{"label": "Summary record of the 590th meeting"}]


def test_the_index_lists_endpoints_whose_examples_work(client: TestClient) -> None:
    endpoints = client.get("/api/v1/").json()["endpoints"]
    assert len(endpoints) == 3
    for endpoint in endpoints:
        assert client.get(endpoint["example"]).status_code == 200


def test_openapi_describes_parameters_and_rows(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/api/v1/instruments/{instrument}/parties"]["get"]
    parameters: dict[str, dict[str, Any]] = {each["name"]: each for each in operation["parameters"]}
    assert set(parameters) == {"instrument", "language", "limit", "offset", "format"}
    assert parameters["instrument"]["in"] == "path"
    assert parameters["instrument"]["example"] == "icrmw"
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    row = schema["properties"]["results"]["items"]
    assert list(row["properties"]) == ["party", "name", "number", "missing"]
    assert document["info"]["license"]["identifier"] == "CC-BY-4.0"
    assert "/api/v1/documents/{symbol}" in document["paths"]


def test_an_entity_tag_saves_the_query(client: TestClient) -> None:
    tag = client.get(PARTIES).headers["etag"]
    assert client.get(PARTIES, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{PARTIES}?limit=1", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [("SELECT", "SELEKT"), ("path: /days", "path: /days/{hour}"), ("path: /days", "topic: x")],
)
def test_an_unsound_query_file_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    folder = tmp_path / "queries" / "api"
    shutil.copytree(Path(__file__).parent / "api", folder)
    file = folder / "required.rq"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputFaults, match=r"required\.rq"):
        read_endpoints(Garden(tmp_path))


def test_documentation_page_tells_every_endpoint_and_loads_nothing(client: TestClient) -> None:
    page = client.get("/docs").text

    for path in client.get("/api/v1/").json()["endpoints"]:
        assert path["path"] in page
    assert "<script" not in page
    assert "https://cdn" not in page


def test_symbol_is_explained_with_what_the_graph_has(client: TestClient) -> None:
    answer = client.get("/api/v1/symbols/cmw/c/egy/2–4")

    assert answer.status_code == 200
    assert answer.json()["symbol"] == "CMW/C/EGY/2-4"
    assert answer.json()["cycles"] == [2, 4]
    assert answer.json()["inGraph"] is False


def test_what_is_no_symbol_is_a_problem(client: TestClient) -> None:
    answer = client.get("/api/v1/symbols/A/HRC/1/2")

    assert answer.status_code == 422
    assert answer.json()["code"] == "unknown-symbol"
