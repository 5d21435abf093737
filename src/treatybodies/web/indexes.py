"""The indexes of a release that Tantivy wrote: kept open, and never written to."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from tantivy import Index, Searcher

from treatybodies.removal import remove


@lru_cache(maxsize=4)
def opened(folder: Path) -> tuple[Searcher, Index]:
    """The index in ``folder``, kept open; a new release has another folder.

    Tantivy takes a lock even to read, and the release may lie where this account cannot write. So
    it opens links to the files, whose place is deleted at once: they stay open, and readable after
    their release has gone.
    """
    with _linked(folder) as place:
        index = Index.open(str(place))
        index.config_reader(reload_policy="manual")  # else it would look for changes for ever
        return index.searcher(), index


@contextmanager
def _linked(folder: Path) -> Iterator[Path]:
    """A folder with links to the files of ``folder``, but not to its locks."""
    place = Path(mkdtemp(prefix="treatybodies-index-"))
    try:
        for file in folder.iterdir():
            if not file.name.endswith(".lock"):
                (place / file.name).symlink_to(file.absolute())
        yield place
    finally:
        remove(place)
