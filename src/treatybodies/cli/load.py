"""Filling another engine: ``treatybodies load``."""

import asyncio
from typing import Annotated

import typer

from treatybodies.cli.shared import BuildDir, app, console, describe, progress, settings
from treatybodies.store import current_release


@app.command()
def load(
    to: Annotated[
        str, typer.Option(help="SPARQL endpoint to fill, as https://host/sparql", metavar="URL")
    ],
    graph_store: Annotated[
        str, typer.Option(help="where it takes graphs (Graph Store Protocol)", metavar="URL")
    ] = "",
    update: Annotated[
        str, typer.Option(help="where it takes SPARQL Update, to be used instead", metavar="URL")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="delete everything it holds first")
    ] = False,
    build_dir: BuildDir = None,
) -> None:
    """Fill another engine with the release in use; it goes on where it was interrupted."""
    from treatybodies.remote.address import read_address
    from treatybodies.remote.load import load as run_load

    address = read_address(to, graph_store, update)
    release = current_release(settings(build_dir).build_dir)
    describe(release)
    with progress() as steps:
        asyncio.run(run_load(release, address, steps, replace))
    console.print(f"{address.query} holds release {release.manifest.version}", soft_wrap=True)
