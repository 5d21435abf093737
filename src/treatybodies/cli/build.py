"""Building the graph: ``treatybodies build`` and ``treatybodies check``."""

from pathlib import Path

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
from treatybodies.paths import Garden
from treatybodies.store import Release


@app.command()
def build(build_dir: BuildDir = None, root: Root = None) -> None:
    """Build the graph, check it and make it the release in use."""
    release = build_release(garden(root), settings(build_dir).build_dir)
    describe(release)


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


def build_release(source: Garden, folder: Path) -> Release:
    """Build a release of ``source`` into ``folder``, telling each step."""
    from treatybodies.pipeline.build import build as run_build

    with progress() as steps:
        return run_build(source, folder, steps)
