"""Sorting more lines than fit into memory: sorted runs on disk, merged into one file."""

from collections.abc import Iterable
from pathlib import Path

from treatybodies.pipeline.merging import Written, merge, read, write

BUFFER = 1 << 20


def write_run(lines: Iterable[str], path: Path) -> None:
    """Write ``lines`` to ``path`` in the order of their bytes, each once."""
    encoded = sorted({line.encode() for line in lines})
    draft = path.with_suffix(".part")
    with draft.open("wb", buffering=BUFFER) as file:
        file.writelines(encoded)
    draft.replace(path)


def merge_runs(runs: Iterable[Path], target: Path) -> Written:
    """Merge sorted runs into ``target``, each line once."""
    return write(map(b"".join, merge(*map(read, runs))), target)
