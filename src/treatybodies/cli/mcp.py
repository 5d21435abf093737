"""The command ``mcp``: the tools for language models, on standard input and output."""

from contextlib import ExitStack
from typing import Annotated

import typer

from treatybodies.cli.serve import release_for
from treatybodies.cli.shared import BuildDir, Root, app, describe, garden, settings


@app.command()
def mcp(
    build_dir: BuildDir = None,
    root: Root = None,
    workers: Annotated[int, typer.Option(help="query worker processes")] = 2,
    data: Annotated[
        list[str] | None,
        typer.Option(help="serve this RDF file instead", metavar="[IRI=]FILE"),
    ] = None,
) -> None:
    """Serve the graph to a language model on standard input and output (MCP)."""
    chosen = settings(build_dir, workers=workers, reserved_workers=0)
    source = garden(root)
    with ExitStack() as stack:
        release = stack.enter_context(release_for(data or [], source, chosen))
        describe(release)
        from treatybodies.web.mcp.stdio import run

        run(release, source, chosen)
