"""What the commands share: the application, options, settings, progress and error texts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from treatybodies.errors import (
    BuildRefused,
    DraftRefused,
    ImportRefused,
    InputFaults,
    TreatybodiesError,
)
from treatybodies.paths import Garden, default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release

app = typer.Typer(
    help="A linked-data graph of the United Nations human-rights treaty bodies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(stderr=True, highlight=False)

BuildDir = Annotated[
    Path | None, typer.Option("--build-dir", help="folder of the built releases", metavar="DIR")
]
Root = Annotated[
    Path | None,
    typer.Option("--root", help="folder that holds ontology/, data/, queries/", metavar="DIR"),
]


def explain(error: TreatybodiesError) -> None:
    """Say on standard error what is wrong, each fault on a line."""
    if isinstance(error, InputFaults | BuildRefused | DraftRefused):
        parts = error.faults if isinstance(error, InputFaults) else error.findings
        for part in parts:
            console.print(str(part), markup=False, soft_wrap=True)
        count = "1 fault" if len(parts) == 1 else f"{len(parts)} faults"
        console.print(f"[red]{count}; {_left(error)}[/]")
    elif isinstance(error, ImportRefused):
        for reason in error.reasons:
            console.print(reason, markup=False, soft_wrap=True)
        console.print("[red]refused; no file was changed[/]")
    else:
        console.print(f"[red]error[/] {error}", soft_wrap=True)


def _left(error: InputFaults | BuildRefused | DraftRefused) -> str:
    """What the faults kept from being done; files are read by commands of every kind."""
    if isinstance(error, BuildRefused):
        return "nothing was published"
    return "it stays a draft" if isinstance(error, DraftRefused) else "nothing was written"


@contextmanager
def progress() -> Iterator["Steps"]:
    """The steps of a long command, shown while they run."""
    steps = Steps()
    with console.status("starting") as status:
        steps.status = status
        yield steps
        steps("done")


class Steps:
    """A line for each finished step with the time it took, a spinner for the one under way."""

    def __init__(self) -> None:
        self.status: object = None
        self._name = ""
        self._since = time.monotonic()

    def __call__(self, name: str) -> None:
        now = time.monotonic()
        if self._name:
            console.print(f"  {now - self._since:5.1f} s  {self._name}", soft_wrap=True)
        self._name, self._since = name, now
        self.status.update(name)  # type: ignore[attr-defined]


def describe(release: Release) -> None:
    """Say which release this is."""
    manifest = release.manifest
    if manifest.served_files:
        console.print(f"{manifest.quads:,} statements, {manifest.graphs:,} named graphs")
        return
    console.print(
        f"release {manifest.version}: data as of {manifest.date}, {manifest.triples:,} published "
        f"statements, {manifest.graphs:,} named graphs, {manifest.warnings} SHACL warnings",
        soft_wrap=True,
    )


def settings(build_dir: Path | None, **given: object) -> Settings:
    """The settings: what was given as options, else the environment's."""
    chosen = {"build_dir": build_dir, **given}
    return Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]


def garden(root: Path | None) -> Garden:
    """The garden at ``root``, else the project's own."""
    return Garden(root.resolve()) if root else default_garden()


def read_text(path: Path) -> str:
    """The UTF-8 text of ``path``; raises `TreatybodiesError`."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise TreatybodiesError(f"{path} cannot be read ({cause}) → name a UTF-8 file") from cause
