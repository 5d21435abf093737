"""Sorting more lines than fit into memory: sorted runs on disk, merged into one file."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from pathlib import Path

BUFFER = 1 << 20


@dataclass(frozen=True)
class Merged:
    """What a merge wrote."""

    lines: int
    digest: str
    """SHA-256 of the file."""


def write_run(lines: Iterable[str], path: Path) -> None:
    """Write ``lines`` to ``path`` in the order of their bytes, each once."""
    encoded = sorted({line.encode() for line in lines})
    draft = path.with_suffix(".part")
    with draft.open("wb", buffering=BUFFER) as file:
        file.writelines(encoded)
    draft.replace(path)


def merge_runs(runs: Iterable[Path], target: Path) -> Merged:
    """Merge sorted runs into ``target``, each line once."""
    count, whole = 0, hashlib.sha256()
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb", buffering=BUFFER)) for path in runs]
        out = stack.enter_context(target.open("wb", buffering=BUFFER))
        for part in _parts(_distinct(merge(*files))):
            body = b"".join(part)
            out.write(body)
            whole.update(body)
            count += len(part)
    return Merged(count, whole.hexdigest())


def _distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for line in lines:
        if line != last:
            yield line
            last = line


def _parts(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for line in lines:
        part.append(line)
        if len(part) == 10_000:
            yield part
            part = []
    yield part
