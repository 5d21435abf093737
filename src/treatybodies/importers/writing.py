"""Writing several files of the garden together: each is whole, before or after."""

import os
from contextlib import suppress
from pathlib import Path

from treatybodies.errors import ImportRefused


def write_together(files: dict[Path, str], read: dict[Path, str]) -> None:
    """Replace each file by its new text; raises `ImportRefused` when one changed since ``read``.

    Every new text is on the disk before the first file is replaced, so a full disk changes nothing.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, text in files.items():
            written.append((path.with_name(f".{path.name}.{os.getpid()}.new"), path))
            _write_beside(path, written[-1][0], text)
        _check_unchanged(files, read)
        for new, path in written:
            new.replace(path)
    except OSError as cause:
        what = f"{cause.filename or 'a table'} cannot be written ({cause.strerror})"
        raise ImportRefused(
            [f"{what} → give the folder room and rights, then import again"]
        ) from cause
    finally:
        for new, _ in written:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _write_beside(path: Path, new: Path, text: str) -> None:
    """Write ``text`` to ``new``, down to the disk, with the rights of ``path``."""
    with new.open("w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if path.exists():
        new.chmod(path.stat().st_mode)


def _check_unchanged(files: dict[Path, str], read: dict[Path, str]) -> None:
    for path in files:
        if path.read_bytes().decode("utf-8", "replace") != read[path]:
            raise ImportRefused([f"{path} changed while the pages were compared → import again"])
