"""The tables of a dump, made of the real data: described, typed, valid as a data package."""

import csv
import re
from pathlib import Path

import pytest
from frictionless import Package
from pyoxigraph import Store
from rdflib.plugins.sparql import prepareQuery

from treatybodies.errors import InputFaults
from treatybodies.namespaces import prefixes, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.dump_tables import SEPARATOR, write_tables
from treatybodies.queries import QueryFile, read_queries
from treatybodies.store import select_one

TABLES = list(read_queries(Path(__file__).parents[2] / "queries" / "dumps"))
each_table = pytest.mark.parametrize("query", TABLES, ids=lambda query: query.name)
COUNTED = {
    "committees": "?thing a tbo:TreatyBody",
    "states": "{ ?thing a tbo:State } UNION { ?thing a tbo:RegionalOrganization }",
    "statuses": "?thing a tbo:StatusPeriod",
    "treaty-actions": "?thing tbo:party ?party ; tbo:onInstrument ?instrument",
    "sessions": "?thing a tbo:Session",
    "meetings": "?thing a tbo:Meeting",
    "members": "?thing a tbo:BodyMembership",
    "reporting-cycles": "?thing a tbo:ReportingCycle",
    "provisions": "?thing a tbo:Provision",
    "sources": "?thing a tbo:SourceGraph",
    "documents": "?thing a/rdfs:subClassOf* tbo:Document",
    "events": "?thing a ?class . ?class rdfs:subClassOf* tbo:ProceduralEvent"
    " FILTER(?class NOT IN (tbo:Session, tbo:Meeting))",
    "general-comments": "?thing a ?class"
    " VALUES ?class { tbo:GeneralComment tbo:JointGeneralComment }",
    "instruments": "?thing a/rdfs:subClassOf* tbo:Instrument",
    "themes": "?thing skos:inScheme <https://w3id.org/treatybodies/scheme/theme>",
}


@pytest.fixture(scope="module")
def folder(graph: Store, garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all tables."""
    made = tmp_path_factory.mktemp("dumps") / "tables"
    write_tables(made, graph, garden.queries / "dumps", "test")
    return made


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@each_table
def test_a_table_has_every_thing_once(
    query: QueryFile, folder: Path, graph: Store, garden: Garden
) -> None:
    spaces = prefixes(garden.ontology)
    head = "".join(f"PREFIX {name}: <{spaces[name]}>\n" for name in ("tbo", "rdfs", "skos"))
    pattern = COUNTED[query.name]
    count = f"{head}SELECT (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ {pattern} }}"
    keys = [tuple(row[name] for name in query.head.key) for row in rows_of(folder, query.name)]
    assert len(keys) == len(set(keys)) == int(select_one(graph, count)) > 0
    assert all(all(key) for key in keys)


@each_table
def test_no_column_is_empty(query: QueryFile, folder: Path) -> None:
    rows = rows_of(folder, query.name)
    assert [name for name in query.head.columns if not any(row[name] for row in rows)] == []


@each_table
def test_a_table_parses_and_declares_what_it_uses(query: QueryFile, garden: Garden) -> None:
    prepareQuery(query.text)
    declared = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]*)>$", query.text, re.MULTILINE))
    known = prefixes(garden.ontology)
    assert declared == {name: known[name] for name in declared}
    body = re.sub(r"^PREFIX .*$", "", query.text, flags=re.MULTILINE)
    assert [name for name in declared if not re.search(rf"(?<![\w-]){name}:", body)] == []
    for name in re.findall(r"\btbo:(\w+)", query.text):
        tbo(name)
    assert query.text.strip().splitlines()[-1].startswith("ORDER BY")
    assert query.head.summary.endswith("?")


def test_the_data_package_is_valid(folder: Path) -> None:
    """Types, primary keys and foreign keys hold, row by row."""
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["name", "fieldName", "rowNumber", "note"])[:10]
    references = [key for each in package.resources for key in each.schema.foreign_keys]
    assert len(references) >= 10


def test_columns_have_the_types_of_their_values(folder: Path) -> None:
    package = Package(str(folder / "datapackage.json"))
    types = {each.name: each.type for each in package.get_resource("treaty-actions").schema.fields}
    assert (types["date"], types["action"], types["provisions"]) == ("date", "string", "string")
    assert package.get_resource("meetings").schema.get_field("number").type == "integer"


def test_several_values_stand_in_one_cell(folder: Path) -> None:
    joint = [row for row in rows_of(folder, "general-comments") if SEPARATOR in row["bodies"]]
    assert {"CEDAW | CRC"} <= {row["bodies"] for row in joint}


def test_namibia_is_no_missing_value(folder: Path) -> None:
    (namibia,) = [row for row in rows_of(folder, "states") if row["iso3"] == "NAM"]
    assert namibia["iso2"] == "NA"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("#+ columns: {thing: a thing}\n", "its key and its references"),
        ("#+ key: [thing]\n#+ columns: {other: a thing}\n", "the head says otherwise"),
        ("#+ key: [thing]\n#+ columns: {thing: a}\n#+ references: {x: y.z}\n", "its references"),
    ],
)
def test_a_table_that_its_head_does_not_describe_is_refused(
    tmp_path: Path, head: str, said: str
) -> None:
    (tmp_path / "bad.rq").write_text(
        f"#+ summary: What?\n#+ description: It.\n{head}SELECT ?thing WHERE {{ ?thing a ?c }}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputFaults, match=said):
        write_tables(tmp_path / "tables", Store(), tmp_path, "test")
