"""Content codings: which one a client takes (RFC 9110, section 12.5.3), and how it is made."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import brotli

from treatybodies.compression import Compressor, zstd
from treatybodies.web.quality import quality_of

SMALL = 1024 * 1024
"""Above this size speed counts for more than the last percent."""


@dataclass(frozen=True)
class Coding:
    """One content coding."""

    name: str
    compress: Callable[[bytes], bytes]
    """A whole body; the same body always gives the same bytes."""
    compressor: Callable[[], Compressor]
    """For a body that is too large to hold: the fastest level."""


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 6 if len(body) <= SMALL else 1, mtime=0)


def _zstd(body: bytes) -> bytes:
    return zstd.compress(body, 6 if len(body) <= SMALL else 3)


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5 if len(body) <= SMALL else 1))


class _Brotli:
    """Google's compressor calls its two steps otherwise."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=1)

    def compress(self, data: bytes, /) -> bytes:
        """As much of the output as is ready."""
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        """The rest of the output."""
        return bytes(self._compressor.finish())


# The server's preference first: about equal in size, zstd is made fastest.
CODINGS = (
    Coding("zstd", _zstd, lambda: zstd.ZstdCompressor(1)),
    Coding("br", _brotli, _Brotli),
    Coding("gzip", _gzip, lambda: zlib.compressobj(1, wbits=16 + zlib.MAX_WBITS)),
)
NAMES = tuple(coding.name for coding in CODINGS)


def choose(header: str) -> Coding | None:
    """The coding the client likes best; None is the body as it is, in doubt too.

    A client that takes nothing, not even the body as it is, gets that all the same.
    """
    return choose_among(header, CODINGS)


@lru_cache(maxsize=512)
def choose_among(header: str, codings: tuple[Coding, ...]) -> Coding | None:
    """The same, where only ``codings`` are at hand."""
    wishes = dict(_wishes(header[:1000]))
    if "*" in wishes:  # who takes anything can be trusted with gzip only
        wishes.setdefault("gzip", wishes["*"])
    best: Coding | None = None
    quality = wishes.get("identity", 0.0)
    for coding in codings:
        wish = wishes.get(coding.name, wishes.get(f"x-{coding.name}", 0.0))
        # Where it likes a coding as much as none, it gets the coding.
        if wish > quality or (wish == quality > 0 and best is None):
            best, quality = coding, wish
    return best


def _wishes(header: str) -> Iterator[tuple[str, float]]:
    for element in header.lower().split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        yield name, quality_of(parameters)
