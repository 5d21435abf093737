"""Lines merged by the block come out as line by line: all of them, in order."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from treatybodies.changes import blocks
from treatybodies.changes.blocks import Block, differences, distinct, merge_blocks, sort_lines

LINE = st.sampled_from([b"%d\n" % number for number in range(30)])
LINES = st.lists(LINE)


def cut(lines: Block, size: int) -> Iterator[Block]:
    """``lines`` as blocks of ``size``."""
    return (lines[start : start + size] for start in range(0, len(lines), size))


def joined(found: Iterator[Block]) -> Block:
    return [line for block in found for line in block]


@given(st.lists(LINES, max_size=4), st.integers(1, 5))
def test_all_lines_come_in_order(sources: list[Block], size: int) -> None:
    merged = merge_blocks(cut(sorted(lines), size) for lines in sources)

    assert joined(merged) == sorted(line for lines in sources for line in lines)


@given(st.sets(LINE), st.sets(LINE), st.integers(1, 5))
def test_what_two_sources_do_not_share_is_found(
    mine: set[bytes], theirs: set[bytes], size: int
) -> None:
    found = list(differences(cut(sorted(mine), size), cut(sorted(theirs), size)))

    assert [line for gone, _ in found for line in gone] == sorted(mine - theirs)
    assert [line for _, come in found for line in come] == sorted(theirs - mine)


@given(LINES, st.integers(1, 5))
def test_repeated_lines_come_once(lines: Block, size: int) -> None:
    assert joined(distinct(cut(sorted(lines), size))) == sorted(set(lines))


@settings(deadline=None)  # the disk may be busy
@given(LINES, st.integers(1, 7))
def test_more_lines_than_fit_are_sorted_on_disk(lines: Block, at_once: int) -> None:
    assert joined(sort_lines(lines, at_once)) == sorted(lines)


def test_blocks_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    lines = [b"%07d\n" % number for number in range(300_000)]
    path.write_bytes(b"".join(lines))

    with path.open("rb") as file:
        found = list(blocks.read_blocks(file))

    assert len(found) > 1
    assert joined(iter(found)) == lines
