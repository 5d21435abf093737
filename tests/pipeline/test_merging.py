"""Lines that go from file to file: what is published of a set, and few lines put into many."""

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from treatybodies.pipeline import merging
from treatybodies.pipeline.merging import Curated, Part, insert, load, merge, publish, read, write

LABEL = b"<http://www.w3.org/2004/02/skos/core#prefLabel>"
MANY = [b"<a:%03d> <a:p> <a:o> .\n" % number for number in range(0, 200, 2)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block is a few lines, so that there are many borders."""
    monkeypatch.setattr(merging, "BYTES", 100)


@pytest.mark.parametrize(
    "few",
    [
        [],
        [b"<a:->  before all\n"],
        [b"<b:> behind all\n"],
        [b"<a:%03d> <a:p> <a:o> .\n" % number for number in range(1, 200, 2)],
        [MANY[0], MANY[7], b"<a:014> <a:p> <a:o> <a:g> .\n", MANY[-1]],
    ],
    ids=["none", "before", "behind", "between each", "there already"],
)
def test_a_few_lines_get_to_their_places(tmp_path: Path, few: list[bytes]) -> None:
    dump = tmp_path / "many.nq"
    dump.write_bytes(b"".join(MANY))

    whole = list(insert(dump, few))

    assert b"".join(whole) == b"".join(sorted({*MANY, *few}))


def test_lines_are_put_into_an_empty_dump(tmp_path: Path) -> None:
    (tmp_path / "empty.nq").touch()

    assert b"".join(insert(tmp_path / "empty.nq", MANY)) == b"".join(MANY)


def test_what_is_written_is_counted_and_digested(tmp_path: Path) -> None:
    written = write(iter([b"a\nb\n", b"", b"c\n"]), tmp_path / "written")

    assert (tmp_path / "written").read_bytes() == b"a\nb\nc\n"
    assert written.lines == 3
    assert written.digest == hashlib.sha256(b"a\nb\nc\n").hexdigest()


def test_what_is_published_of_a_set_is_given_and_kept(tmp_path: Path) -> None:
    view = Curated(
        aside=frozenset([b"<a:s> <a:p> <a:wrong>"]), labelled=frozenset([b"<a:labelled>"])
    )
    quads = [
        b"<a:labelled> " + LABEL + b' "theirs"@en <a:g> .\n',
        b"<a:other> " + LABEL + b' "theirs"@en <a:g> .\n',
        b"<a:s> <a:p> <a:o> <a:g> .\n",
        b"<a:s> <a:p> <a:o> <a:h> .\n",
        b"<a:s> <a:p> <a:wrong> <a:g> .\n",
    ]
    part = Part(tmp_path / "quads.nq", tmp_path / "triples.nt")
    part.quads.write_bytes(b"".join(quads))

    given = b"".join(b"".join(block) for block in publish(part, view))

    assert given == b"<a:other> " + LABEL + b' "theirs"@en .\n<a:s> <a:p> <a:o> .\n'
    assert part.triples.read_bytes() == given


def test_sorted_files_are_merged_and_loaded_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "LINES_AT_ONCE", 30)
    files = [tmp_path / name for name in ("even", "third")]
    for file, lines in zip(files, (MANY, MANY[::3]), strict=True):
        file.write_bytes(b"".join(lines))
    store = Store()

    load(store, merge(*map(read, files)))

    found = store.dump(format=RdfFormat.N_QUADS)
    assert found is not None
    assert sorted(found.splitlines(keepends=True)) == MANY
