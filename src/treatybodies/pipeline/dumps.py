"""The whole of a release in other formats, and compressed; the same graph gives the same bytes.

All of them are made of the sorted N-Quads file, line by line, so that their order is its order and
their size does not matter.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from treatybodies.changes.quads import as_file, graph_of, is_published
from treatybodies.changes.sorting import sorted_lines
from treatybodies.compression import Compressor, zstd
from treatybodies.pipeline.inputs import file_digest
from treatybodies.store import DUMP

CHECKSUMS = "SHA256SUMS"
AT_ONCE = 2
CHUNK = 1 << 20


LARGE = 2_000_000
"""Quads above which the parsers and serializers of Turtle, TriG and JSON-LD take minutes."""
BY_LINE = ("nq", "nt")
"""The formats that are made line by line, of every release."""

# Neither writes a time or a name into the file. Levels where twice the time gains a tenth or less.
CODINGS: dict[str, Callable[[], Compressor]] = {
    ".gz": lambda: zlib.compressobj(6, wbits=16 + zlib.MAX_WBITS),
    ".zst": lambda: zstd.ZstdCompressor(9),
}
QUICK: dict[str, Callable[[], Compressor]] = {
    ".gz": lambda: zlib.compressobj(1, wbits=16 + zlib.MAX_WBITS),
    ".zst": lambda: zstd.ZstdCompressor(3),
}
"""For large releases."""


def is_written(extension: str, large: bool) -> bool:
    """Whether a release, a ``large`` one or another, has the whole in the format ``extension``."""
    return not large or extension in BY_LINE


def write_dumps(folder: Path, dump: Path, prefixes: dict[str, str], large: bool) -> Iterator[Path]:
    """Write the dump in every other format into ``folder``; each file when it is there.

    N-Triples, Turtle and JSON-LD hold the published view, TriG and N-Quads the evidence too. A
    ``large`` release has N-Quads and N-Triples alone, which are made line by line; N-Triples that
    are there already are taken as they are.
    """
    stem = folder / dump.stem
    triples, turtle, json_ld, trig = (
        stem.with_suffix(each) for each in (".nt", ".ttl", ".jsonld", ".trig")
    )
    if not triples.exists():
        with dump.open("rb") as lines, triples.open("wb") as file:
            file.writelines(line for line in lines if is_published(line))
    yield triples
    if large:
        return
    with dump.open("rb") as lines:
        quads = parse(as_file(sorted_lines(lines, graph_of)), format=RdfFormat.N_QUADS)
        serialize(quads, output=str(trig), format=RdfFormat.TRIG, prefixes=prefixes)
    yield trig
    for target, form in ((json_ld, RdfFormat.JSON_LD), (turtle, RdfFormat.TURTLE)):
        quads = parse(path=triples, format=RdfFormat.N_TRIPLES)
        serialize((quad.triple for quad in quads), str(target), form, prefixes=prefixes)
        yield target


def write_packed(
    folder: Path, files: Iterable[Path], dump: Path, digest: str, large: bool
) -> dict[str, str]:
    """Compress each of ``files`` beside it and ``dump`` into ``folder``, and list all digests.

    A file is compressed while the next ones are still being written. The list is that of
    ``sha256sum``, for names below the release's address; ``digest`` is that of ``dump``. Gives the
    digests of all that is in ``folder``, by name.
    """
    work = chain([(dump, folder / DUMP)], ((file, file) for file in files))
    codings = QUICK if large else CODINGS
    with ThreadPoolExecutor(AT_ONCE) as threads:  # compressors let go of the interpreter lock
        for done in [
            threads.submit(_pack, source, Path(f"{target}{suffix}"), compressor())
            for source, target in work
            for suffix, compressor in codings.items()
        ]:
            done.result()
        written = [each for each in sorted(folder.rglob("*")) if each.is_file()]
        names = [each.relative_to(folder).as_posix() for each in written]
        digests = dict(zip(names, threads.map(file_digest, written), strict=True))
    listed = digests | {DUMP: digest}
    sums = (f"{listed[name]}  {name}\n" for name in sorted(listed))
    (folder / CHECKSUMS).write_text("".join(sums), encoding="utf-8")
    return digests | {CHECKSUMS: file_digest(folder / CHECKSUMS)}


def _pack(source: Path, target: Path, compressor: Compressor) -> None:
    with source.open("rb") as plain, target.open("wb") as packed:
        while chunk := plain.read(CHUNK):
            packed.write(compressor.compress(chunk))
        packed.write(compressor.flush())
