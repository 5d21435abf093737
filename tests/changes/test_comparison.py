"""Two dumps compared: the patch leads from one to the other, whatever they hold."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from treatybodies.changes.as_json import write_json
from treatybodies.changes.compare import Comparison, compare
from treatybodies.changes.quads import graph_of, subject_of
from treatybodies.changes.sides import find_side
from treatybodies.changes.sorting import sorted_lines
from treatybodies.changes.subjects import SubjectChanges, read_subjects
from treatybodies.changes.trig import write_trig
from treatybodies.changes.words import write_words
from treatybodies.compression import zstd
from treatybodies.errors import DumpUnreadable, ReleaseMissing

IRIS = st.sampled_from([NamedNode(f"https://a.example/{name}") for name in ("a", "a/b", "a#", "é")])
TEXTS = st.one_of(
    st.sampled_from(["a <b", "<https://a.example/a>", '"', "\\", "a\nb", " .", ""]), st.text()
)
OBJECTS = st.one_of(
    IRIS,
    st.builds(Literal, TEXTS),
    st.builds(lambda text: Literal(text, language="en"), TEXTS),
    st.builds(lambda text: Literal(text, datatype=NamedNode("https://a.example/a")), TEXTS),
)
QUADS = st.builds(Quad, IRIS, IRIS, OBJECTS, st.one_of(st.just(DefaultGraph()), IRIS))
OFTEN = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PACKED: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstd.compress}
Write = Callable[..., Path]


def lines_of(quads: set[Quad]) -> list[bytes]:
    """The quads as the lines of a dump."""
    return sorted(f"{each} .\n".encode() for each in quads)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes lines to a file of its own."""

    def written(*lines: str, name: str = "some.nq") -> Path:
        path = tmp_path / name
        text = "".join(f"{line}\n" for line in lines).encode()
        pack = PACKED.get(path.suffix)
        path.write_bytes(pack(text) if pack else text)
        return path

    return written


@pytest.fixture
def between(tmp_path: Path) -> Callable[[Path, Path], Comparison]:
    """Compares two files."""

    def compared(old: Path, new: Path) -> Comparison:
        return compared_files(tmp_path, old, new)

    return compared


def compared_files(folder: Path, old: Path, new: Path) -> Comparison:
    left, right = (find_side(str(each), folder / "build") for each in (old, new))
    return compare(left, right, folder / "changes.rdfp")


def compared_sets(folder: Path, old: set[Quad], new: set[Quad]) -> Comparison:
    (folder / "old.nq").write_bytes(b"".join(lines_of(old)))
    (folder / "new.nq").write_bytes(b"".join(lines_of(new)))
    return compared_files(folder, folder / "old.nq", folder / "new.nq")


def subjects(found: Comparison) -> list[SubjectChanges]:
    with found.old.opened() as old, found.new.opened() as new:
        return list(read_subjects(found, old, new))


@OFTEN
@given(quads=st.sets(QUADS, max_size=20))
def test_the_place_of_a_line_is_what_a_parser_says(quads: set[Quad]) -> None:
    for line in lines_of(quads):
        (parsed,) = parse(line, format=RdfFormat.N_QUADS)
        named = not isinstance(parsed.graph_name, DefaultGraph)
        assert graph_of(line) == (str(parsed.graph_name).encode() if named else b"")
        assert subject_of(line) == str(parsed.subject).encode()


@OFTEN
@given(old=st.sets(QUADS, max_size=12), new=st.sets(QUADS, max_size=12), both=st.sets(QUADS))
def test_the_patch_leads_from_the_old_to_the_new(
    tmp_path: Path, old: set[Quad], new: set[Quad], both: set[Quad]
) -> None:
    found = compared_sets(tmp_path, old | both, new | both)
    store = Store()
    store.extend(old | both)
    for change in found.changes():
        assert (change.quad in store) is not change.added
        (store.add if change.added else store.remove)(change.quad)
    assert set(store) == new | both
    evidence = found.evidence_total()
    differing = (old | both) ^ (new | both)
    assert found.published.total + evidence.total == len(differing)
    assert found.published.total == sum(
        isinstance(each.graph_name, DefaultGraph) for each in differing
    )
    assert found.subjects == len({each.subject for each in differing})


@settings(OFTEN, max_examples=20)  # each loads two stores on disk
@given(old=st.sets(QUADS, max_size=12), new=st.sets(QUADS, max_size=12))
def test_every_form_tells_as_many_statements(
    tmp_path: Path, old: set[Quad], new: set[Quad]
) -> None:
    found = compared_sets(tmp_path, old, new)
    write_trig(found, tmp_path / "changes.trig")
    written = list(parse(path=tmp_path / "changes.trig", format=RdfFormat.TRIG))
    named = [each for each in written if not isinstance(each.graph_name, DefaultGraph)]
    assert len(named) == len(old ^ new)
    told = subjects(found)
    changed = [one for each in told for one in (*each.published, *sum(each.evidence.values(), ()))]
    assert sum(len(each.removed) + len(each.added) for each in changed) == len(old ^ new)


def test_equal_files_differ_in_nothing(
    write: Write, between: Callable[[Path, Path], Comparison]
) -> None:
    line = "<https://a.example/s> <https://a.example/p> <https://a.example/o> ."
    plain, twice = write(line), write(line, line, name="twice.nq")
    for other in (plain, twice, write(line, name="a.nq.gz"), write(line, name="a.nq.zst")):
        found = between(plain, other)
        assert found.empty
        words = io.StringIO()
        write_words(found, iter(()), False, words)
        assert words.getvalue().endswith("no differences\n")


def test_things_are_told_by_name(write: Write, between: Callable[[Path, Path], Comparison]) -> None:
    base = "https://w3id.org/treatybodies/"
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    date = "^^<http://www.w3.org/2001/XMLSchema#date>"
    act, graph = f"<{base}id/action/x/BEN/1>", f"<{base}graph/untc/IV-13>"
    rest = sorted(
        [
            f'<{base}id/state/BEN> {label} "Benin"@en .',
            f'<{base}id/state/BEN> {label} "Bénin"@fr .',
            f'<{base}ontology#actionDate> <http://www.w3.org/2000/01/rdf-schema#label> "date"@en .',
            f"{act} {kind} <{base}ontology#ConsentToBeBound> .",
            f"{act} <{base}ontology#party> <{base}id/state/BEN> .",
        ]
    )

    def version(day: str, *more: str) -> list[str]:
        said = f'{act} <{base}ontology#actionDate> "{day}"{date}'
        return sorted([*rest, f"{said} .", f"{said} {graph} .", *more])

    new = version("2018-07-07", f'<{base}id/state/XYZ> {label} "Xyz"@en .')
    found = between(write(*version("2018-07-06"), name="old.nq"), write(*new, name="new.nq"))
    words = io.StringIO()
    write_words(found, iter(subjects(found)), False, words)
    text = words.getvalue()
    assert "Benin, ConsentToBeBound, 2018-07-07 (ConsentToBeBound, changed): id/action/x" in text
    assert "\n  date: 2018-07-06 → 2018-07-07\n" in text
    assert "\n  evidence in graph/untc/IV-13: 1 added, 1 removed\n" in text
    assert "Xyz (new): id/state/XYZ\n  name: + “Xyz” (en)\n" in text
    whole = io.StringIO()
    write_words(found, iter(subjects(found)), True, whole)
    assert "evidence in graph/untc/IV-13: date: 2018-07-06 → 2018-07-07\n" in whole.getvalue()
    as_json = io.StringIO()
    write_json(found, iter(subjects(found)), as_json)
    assert '"state": "new"' in as_json.getvalue()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["<a:b> <a:b> <a:c> .", "<a:a> <a:b> <a:c> ."], "line 2: is out of order"),
        (["<a:a> <a:b> <a:c>"], "line 1: is no whole N-Quads statement"),
        (["<a:a> <a:b> .", "<a:a> <a:b> <a:c> ."], "line 1"),
        (["_:a <a:b> <a:c> ."], "blank nodes"),
        (["<a:a> <a:b> _:c ."], "blank nodes"),
        (["<a:a> <a:b> <c d> ."], "name an N-Quads file"),
    ],
)
def test_a_file_that_is_no_sorted_dump_is_refused_by_line(
    write: Write, between: Callable[[Path, Path], Comparison], lines: list[str], said: str
) -> None:
    with pytest.raises(DumpUnreadable, match=f"bad.nq, .*{said}|{said}"):
        between(write(), write(*lines, name="bad.nq"))


def test_a_cut_off_file_is_refused(
    write: Write, between: Callable[[Path, Path], Comparison], tmp_path: Path
) -> None:
    lines = [f"<a:{n:05}> <a:b> <a:c> ." for n in range(9000)]
    for name in ("cut.nq", "cut.nq.gz", "cut.nq.zst"):
        whole = write(*lines, name=name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2 + 3])
        with pytest.raises(DumpUnreadable, match="name a whole dump"):
            between(write(), tmp_path / name)


def test_a_version_that_is_not_kept_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match=r"name a file, or a release of .*: none"):
        find_side("abcdef", tmp_path)
    with pytest.raises(DumpUnreadable, match=r"name one ending in \.nq"):
        find_side(__file__, tmp_path)


@settings(deadline=None)  # the disk may be busy
@given(lines=st.lists(st.binary(max_size=4).map(lambda each: each.replace(b"\n", b"") + b"\n")))
def test_lines_are_sorted_on_disk_as_in_memory(lines: list[bytes]) -> None:
    def key(line: bytes) -> bytes:
        return line[:1]

    assert list(sorted_lines(lines, key, at_once=3)) == sorted(lines, key=key)
