"""What differs between two releases: ``treatybodies diff``."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from treatybodies.cli.shared import BuildDir, app, settings

if TYPE_CHECKING:
    from treatybodies.changes.compare import Comparison
    from treatybodies.changes.subjects import SubjectChanges


class Form(StrEnum):
    """How the changes are told."""

    WORDS = "words"
    JSON = "json"
    TRIG = "trig"
    PATCH = "patch"


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="version, folder of a release, current, or .nq file")],
    new: Annotated[str, typer.Argument(help="the same, of what to compare it with")],
    form: Annotated[
        Form, typer.Option("--format", "-f", help="in words, or for programs")
    ] = Form.WORDS,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="words: the statements of named graphs too")
    ] = False,
    build_dir: BuildDir = None,
) -> None:
    """Say what differs between two releases, by subject: published view and evidence apart."""
    from treatybodies.changes.compare import compare
    from treatybodies.changes.sides import find_side

    build = settings(build_dir).build_dir
    sides = find_side(old, build), find_side(new, build)
    with TemporaryDirectory(prefix="treatybodies-diff-") as folder:
        found = compare(*sides, Path(folder) / "changes.rdfp")
        _write(found, form, evidence, Path(folder))


def _write(found: "Comparison", form: Form, evidence: bool, folder: Path) -> None:
    from treatybodies.changes.as_json import write_json
    from treatybodies.changes.trig import write_trig
    from treatybodies.changes.words import write_words

    match form:
        case Form.PATCH:
            _copy(found.patch)
        case Form.TRIG:
            write_trig(found, folder / "changes.trig")
            _copy(folder / "changes.trig")
        case Form.JSON:
            with _subjects(found) as subjects:
                write_json(found, subjects, sys.stdout)
        case Form.WORDS:
            with _subjects(found) as subjects:
                write_words(found, subjects, evidence, sys.stdout)


@contextmanager
def _subjects(found: "Comparison") -> Iterator[Iterator["SubjectChanges"]]:
    """The subjects that differ; without a difference, no store is opened to look for names."""
    from treatybodies.changes.subjects import read_subjects

    if found.empty:
        yield iter(())
        return
    with found.old.opened() as old, found.new.opened() as new:
        yield read_subjects(found, old, new)


def _copy(path: Path) -> None:
    with path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
