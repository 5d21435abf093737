"""Building the graph: ``treatybodies build`` and ``treatybodies check``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatybodies.cli.shared import (
    BuildDir,
    Root,
    app,
    console,
    describe,
    garden,
    progress,
    settings,
)
from treatybodies.errors import SetFault
from treatybodies.paths import Garden
from treatybodies.store import Release

if TYPE_CHECKING:
    from treatybodies.pipeline.sets import SourceSet


@app.command()
def build(
    build_dir: BuildDir = None,
    root: Root = None,
    attached: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            help="attach this source set or UHRI export from now on",
            metavar="SET",
        ),
    ] = None,
    detached: Annotated[
        list[str] | None,
        typer.Option("--without", help="detach the set of this name", metavar="NAME"),
    ] = None,
) -> None:
    """Build the graph, check it and make it the release in use."""
    source, folder = garden(root), settings(build_dir).build_dir
    chosen = choose_sets(attached or [], detached or [], source, folder)
    describe(build_release(source, folder, chosen))


@app.command()
def check(root: Root = None) -> None:
    """Run every check over the data as it stands; write nothing."""
    from treatybodies.pipeline.build import check as run_checks

    with progress() as steps:
        checked = run_checks(garden(root), steps)
    typer.echo(checked.report.text, nl=False)
    for finding in checked.findings:
        typer.echo(finding)
    if checked.problems:
        console.print(f"[red]{len(checked.problems)} violations[/]")
        raise typer.Exit(1)
    console.print("[green]no violations[/]")


def build_release(
    source: Garden, folder: Path, sets: "Sequence[SourceSet] | None" = None
) -> Release:
    """Build a release of ``source`` into ``folder``, telling each step."""
    from treatybodies.pipeline.build import build as run_build

    with progress() as steps:
        return run_build(source, folder, steps, sets)


def choose_sets(
    attached: list[Path], detached: list[str], source: Garden, folder: Path
) -> "list[SourceSet]":
    """The sets of the build: those attached before, without some and with others."""
    from treatybodies.pipeline.sets import attached_sets

    chosen = {each.name: each for each in attached_sets(folder)}
    for name in detached:
        if name not in chosen:
            known = ", ".join(chosen) or "none"
            raise SetFault(f"no set “{name}” is attached (attached: {known}) → leave it out")
        del chosen[name]
    for path in attached:
        given = _open_set(path, source, folder)
        chosen[given.name] = given
    return list(chosen.values())


def _open_set(path: Path, source: Garden, folder: Path) -> "SourceSet":
    """The set at ``path``; an export is imported first, into the folder of imports of the build."""
    from treatybodies.pipeline.sets import SourceSet

    if path.is_dir():
        return SourceSet(path)
    from treatybodies.cli.uhri import read_export

    imported = read_export(path, folder / "imports" / "uhri", source)
    if imported.truncated:
        console.print(f"[yellow]{imported.truncated}[/]", soft_wrap=True)
    return imported.set
