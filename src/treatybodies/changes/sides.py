"""The two sides of a comparison: a release by version or folder, or an N-Quads file."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat, Store

from treatybodies.changes.lines import ENDINGS, open_packed
from treatybodies.errors import DumpUnreadable, ReleaseDamaged, ReleaseMissing
from treatybodies.store import CURRENT, DUMP, MANIFEST, RELEASES, STORE, Release

SHORTEST = 4
"""Digits of a version that are enough to name it."""


@dataclass(frozen=True)
class Side:
    """One of the two releases or files that are compared."""

    dump: Path
    version: str
    date: str = ""
    """Empty for a file."""

    @property
    def name(self) -> str:
        """What to call it."""
        return f"{self.version} (data as of {self.date})" if self.date else str(self.dump)

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """Its statements to look names up in: the release's store, or one made on disk."""
        there = self.dump.parent / STORE
        if self.dump.name == DUMP and there.is_dir():
            yield Store.read_only(str(there))
            return
        with TemporaryDirectory(prefix="treatybodies-diff-") as folder:
            yield _loaded(self.dump, folder)


def find_side(given: str, build: Path) -> Side:
    """The side that ``given`` names on the command line; raises `TreatybodiesError`.

    It is a file, a release's or a build's folder, ``current``, or the first digits of a version
    that ``build`` keeps.
    """
    path = Path(given)
    if path.is_file():
        return _of_file(path)
    if path.is_dir():
        return side_of(Release((path / CURRENT if (path / CURRENT).exists() else path).resolve()))
    if given == CURRENT and (build / CURRENT).exists():
        return side_of(Release((build / CURRENT).resolve()))
    return side_of(_kept(given, build))


def side_of(release: Release) -> Side:
    """A release as a side."""
    return Side(release.dump, release.manifest.version, release.manifest.date)


def kept_releases(build: Path) -> list[Release]:
    """The releases that ``build`` keeps and that can be read, the newest first."""
    found = list(_readable((build / RELEASES).glob(f"*/{MANIFEST}")))
    return [release for _, release in sorted(found, key=lambda each: each[0], reverse=True)]


def _readable(manifests: Iterable[Path]) -> Iterator[tuple[int, Release]]:
    for each in manifests:
        # One may be pruned at this moment, or be of another version of this program.
        with suppress(ReleaseDamaged, FileNotFoundError):
            yield each.stat().st_mtime_ns, Release(each.parent)


def _kept(given: str, build: Path) -> Release:
    kept = kept_releases(build)
    found = [each for each in kept if len(given) >= SHORTEST and _is_called(each, given)]
    versions = {each.manifest.version for each in found}
    if len(versions) == 1:
        return found[0]
    there = ", ".join(dict.fromkeys(each.manifest.version for each in kept)) or "none"
    what = "names several releases" if versions else "is no file, folder or release here"
    raise ReleaseMissing(f"“{given}” {what} → name a file, or a release of {build}: {there}")


def _is_called(release: Release, given: str) -> bool:
    return release.folder.name == given or release.manifest.version.startswith(given)


def _of_file(path: Path) -> Side:
    if not path.name.endswith(ENDINGS):
        raise DumpUnreadable(f"{path} is no N-Quads file → name one ending in {', '.join(ENDINGS)}")
    manifest = path.parent / MANIFEST
    if path.name == DUMP and manifest.is_file():
        return side_of(Release(path.parent))
    with path.open("rb") as file:
        return Side(path, hashlib.file_digest(file, "sha256").hexdigest()[:12])


def _loaded(dump: Path, folder: str) -> Store:
    store = Store(folder)
    try:
        with open_packed(dump) as file:
            store.bulk_load(file, format=RdfFormat.N_QUADS)
    except (SyntaxError, OSError, EOFError) as cause:
        raise DumpUnreadable(f"{dump}: {cause} → name an N-Quads file") from cause
    return store
