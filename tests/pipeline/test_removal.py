"""A folder is removed, though a thread of a library still works in it."""

import contextlib
import threading
from pathlib import Path

import pytest

from treatybodies import removal
from treatybodies.removal import remove

FILES = 2000
TURNS = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "store"
    place.mkdir()
    for number in range(FILES):
        (place / f"{number:06}.sst").touch()
    return place


def work_in(folder: Path) -> None:
    """Make files in ``folder`` and remove others, for a while."""
    for number in range(TURNS):
        with contextlib.suppress(OSError):
            (folder / f"{number:06}.lock").touch()
            (folder / f"{FILES - number:06}.sst").unlink(missing_ok=True)


def test_a_folder_goes_though_its_files_come_and_go(folder: Path) -> None:
    thread = threading.Thread(target=work_in, args=(folder,))
    thread.start()
    remove(folder)
    thread.join()

    assert not folder.exists()


def test_a_folder_that_does_not_go_is_no_secret(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "SECONDS", 0.0)
    monkeypatch.setattr("os.unlink", _refuse)

    with pytest.raises(PermissionError):
        remove(folder)


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    remove(tmp_path / "none")

    assert not (tmp_path / "none").exists()


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError("the folder belongs to another account")
