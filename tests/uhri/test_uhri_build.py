"""Builds with a source set: what is published, what is remembered, and what is refused."""

import json
import shutil
from pathlib import Path

import pytest
from attached import make_garden, make_release
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store
from test_uhri_import import PLAIN, UPR

from treatybodies.cli.build import choose_sets
from treatybodies.errors import BuildRefused, SetFault
from treatybodies.importers.uhri.running import import_export
from treatybodies.paths import Garden
from treatybodies.pipeline.build import build
from treatybodies.pipeline.inputs import is_due
from treatybodies.pipeline.sets import SourceSet, attached_digests
from treatybodies.pipeline.version import version_of
from treatybodies.queries import QueryFile
from treatybodies.store import Release, current_release, select

TBO = "https://w3id.org/treatybodies/ontology#"


def quiet(_: str) -> None:
    """No progress display."""


@pytest.fixture(scope="module")
def garden_of_vocabularies(garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> Garden:
    return make_garden(garden, tmp_path_factory.mktemp("garden"))


@pytest.fixture(scope="module")
def made(
    garden_of_vocabularies: Garden, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, SourceSet]:
    """A build folder with a set attached, and the set."""
    folder = tmp_path_factory.mktemp("attached")
    return folder / "build", make_release(garden_of_vocabularies, folder)


@pytest.fixture(scope="module")
def store(made: tuple[Path, SourceSet]) -> Store:
    return current_release(made[0]).open(in_memory_quads=10**7)


def test_the_set_is_in_the_published_view_and_in_its_graphs(
    store: Store, made: tuple[Path, SourceSet]
) -> None:
    text = NamedNode(TBO + "text")
    published = {q.triple for q in store.quads_for_pattern(None, text, None, DefaultGraph())}
    stated = {q.triple for q in store.quads_for_pattern(None, text, None, None)}

    assert len(published) == made[1].description.handled
    assert published == stated


def test_the_dump_is_sorted_and_holds_what_the_store_holds(made: tuple[Path, SourceSet]) -> None:
    release = current_release(made[0])
    lines = release.dump.read_bytes().splitlines()

    on_disk = release.open(in_memory_quads=0)

    assert lines == sorted(set(lines))
    assert len(lines) == release.manifest.quads == len(on_disk)
    assert {f"{quad} ." for quad in on_disk} == {line.decode() for line in lines}


def test_the_manifest_names_the_set(made: tuple[Path, SourceSet]) -> None:
    held = made[1].description

    assert current_release(made[0]).manifest.sets == {"uhri": held.digest}


def test_n_triples_and_manifest_agree_with_the_store(
    store: Store, made: tuple[Path, SourceSet]
) -> None:
    release = current_release(made[0])
    quads = store.quads_for_pattern(None, None, None, DefaultGraph())

    published = sorted(f"{quad.triple} .\n".encode() for quad in quads)

    assert release.triples.read_bytes() == b"".join(published)
    assert (release.manifest.quads, release.manifest.triples) == (len(store), len(published))


def test_every_graph_has_a_source(store: Store, garden: Garden) -> None:
    query = QueryFile(garden.queries / "checks" / "graph-without-source.rq")

    assert select(store, query.text) == []


@pytest.mark.parametrize(
    "check", ["statement-without-evidence", "dangling-reference", "blank-node"]
)
def test_what_is_checked_batch_by_batch_holds_for_the_whole(
    store: Store, garden: Garden, check: str
) -> None:
    query = QueryFile(garden.queries / "checks" / f"{check}.rq")
    # The small garden lacks things that its own tables name.
    found = [row for row in select(store, query.text) if "uhri" in str(list(row))]

    assert found == []


def test_themes_follow_from_matches(store: Store, made: tuple[Path, SourceSet]) -> None:
    rows = select(
        store,
        f"SELECT ?concept WHERE {{ ?p <{TBO}hasTheme> ?t ; <{TBO}indexedAs> ?concept . "
        "?concept <http://www.w3.org/2004/02/skos/core#relatedMatch> ?t FILTER NOT EXISTS {"
        f"?p <{TBO}indexedAs>/(<http://www.w3.org/2004/02/skos/core#exactMatch>|"
        "<http://www.w3.org/2004/02/skos/core#closeMatch>) ?t } }",
    )
    count = select(store, f"SELECT (COUNT(*) AS ?n) WHERE {{ ?p <{TBO}hasTheme> ?t }}")

    assert rows == []
    assert int(count[0]["n"].value) > made[1].description.records / 10


def test_counts_are_those_of_the_recommendations(store: Store, garden: Garden) -> None:
    """Each row of the endpoint, counted again one by one."""
    endpoint = QueryFile(garden.queries / "api" / "theme-recommendations.rq")
    each = QueryFile(garden.queries / "api" / "state-recommendations.rq")
    rows = select(store, endpoint.bind({"theme": "exploitation"}))

    assert rows
    for row in rows[:10]:
        state = row["addressee"].value.rpartition("/")[2]
        given = {"state": state, "theme": "exploitation", "published": row["year"].value}
        found = select(store, each.bind(given))
        made = {
            one["position"].value for one in found if one["class"].value == TBO + "Recommendation"
        }
        assert len(made) == int(row["recommendations"].value)


def test_later_builds_keep_the_set(
    made: tuple[Path, SourceSet], garden_of_vocabularies: Garden
) -> None:
    before = current_release(made[0]).folder

    assert not is_due(garden_of_vocabularies, made[0])
    assert build(garden_of_vocabularies, made[0], quiet).folder == before


def test_a_set_whose_statements_were_changed_is_refused(
    made: tuple[Path, SourceSet], garden_of_vocabularies: Garden, tmp_path: Path
) -> None:
    export = tmp_path / "export.json"
    export.write_text(json.dumps([PLAIN]), "utf-8")
    held = import_export(export, tmp_path / "set", garden_of_vocabularies).set
    with held.statements.open("a") as file:
        file.write("\n")

    with pytest.raises(SetFault, match="import the set again"):
        build(garden_of_vocabularies, tmp_path / "build", quiet, [held])


def test_detaching_gives_the_release_without_it(
    made: tuple[Path, SourceSet], garden_of_vocabularies: Garden, tmp_path: Path
) -> None:
    folder = tmp_path / "build"
    shutil.copytree(made[0], folder, symlinks=True)
    attached = current_release(folder)

    chosen = choose_sets([], ["uhri"], garden_of_vocabularies, folder)
    detached = build(garden_of_vocabularies, folder, quiet, chosen)

    assert detached.manifest.sets == attached_digests(folder) == {}
    assert detached.manifest.quads < attached.manifest.quads
    assert current_release(folder).folder == detached.folder
    assert not is_due(garden_of_vocabularies, folder)


def test_a_violation_in_a_set_refuses_the_build_and_leaves_what_was(
    made: tuple[Path, SourceSet], garden_of_vocabularies: Garden, tmp_path: Path
) -> None:
    folder = tmp_path / "build"
    shutil.copytree(made[0], folder, symlinks=True)
    before, sets = current_release(folder).folder, attached_digests(folder)
    export = tmp_path / "export.json"
    export.write_text(json.dumps([UPR | {"UprCycle": "0"}]), "utf-8")
    held = import_export(export, tmp_path / "set", garden_of_vocabularies).set

    with pytest.raises(BuildRefused, match="UniversalPeriodicReview-cycleNumber"):
        build(garden_of_vocabularies, folder, quiet, [held])

    assert current_release(folder).folder == before
    assert attached_digests(folder) == sets
    assert not list((folder / "releases").glob(".draft-*"))


def test_a_label_of_ours_stays_the_only_one(
    made: tuple[Path, SourceSet], store: Store, garden: Garden
) -> None:
    shown: Release = current_release(made[0])
    rows = select(
        store,
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?thing WHERE { "
        "?thing skos:prefLabel ?one, ?other FILTER(LANG(?one) = 'en' && LANG(?other) = 'en' "
        "&& STR(?one) < STR(?other)) }",
    )

    assert shown.manifest.sets
    assert rows == []


def test_detaching_what_is_not_attached_says_so(
    garden_of_vocabularies: Garden, tmp_path: Path
) -> None:
    with pytest.raises(SetFault, match="no set “uhri” is attached"):
        choose_sets([], ["uhri"], garden_of_vocabularies, tmp_path)


def test_the_release_describes_itself_with_its_sets(
    store: Store, made: tuple[Path, SourceSet]
) -> None:
    """The curated release's description is not taken over: its numbers would be too small."""
    void = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX tbo: <" + TBO + ">\n"
    dataset = "<https://w3id.org/treatybodies/dataset>"
    stated = select(store, f"{void}SELECT ?n {{ {dataset} void:triples ?n }}")
    bare = Store()
    bare.bulk_extend(store)
    for row in select(store, void + "SELECT ?graph { ?graph a tbo:DescriptionGraph }"):
        for quad in store.quads_for_pattern(None, None, None, row["graph"]):
            bare.remove(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    facts = sum(1 for _ in bare.quads_for_pattern(None, None, None, DefaultGraph()))
    assert [int(row["n"].value) for row in stated] == [facts]
    things = select(store, void + "SELECT (COUNT(*) AS ?n) { ?s a tbo:Recommendation }")
    part = f"{dataset} void:classPartition [ void:class tbo:Recommendation ; void:entities ?n ]"
    assert [row["n"] for row in select(store, f"{void}SELECT ?n {{ {part} }}")] == [
        row["n"] for row in things
    ]
    version = select(store, f"SELECT ?v {{ {dataset} <http://www.w3.org/ns/dcat#version> ?v }}")
    manifest = current_release(made[0]).manifest
    assert [row["v"].value for row in version] == [manifest.version]
    assert version_of(store) == manifest.version
