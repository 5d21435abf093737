"""What compresses: its interface, and Zstandard, from the standard library where that has it."""

import sys
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Compressor", "zstd"]


class Compressor(Protocol):
    """What compresses a body part by part."""

    def compress(self, data: bytes, /) -> bytes:
        """As much of the output as is ready."""
        ...

    def flush(self) -> bytes:
        """The rest of the output."""
        ...
