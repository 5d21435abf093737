"""The command ``treatybodies``; each module here is one noun with its commands."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

# Each module adds its commands to the application; their order here is that of --help.
# isort: off
from treatybodies.cli import build  # noqa: F401
from treatybodies.cli import importing  # noqa: F401
from treatybodies.cli import uhri  # noqa: F401
from treatybodies.cli import ask  # noqa: F401
from treatybodies.cli import diff  # noqa: F401
from treatybodies.cli import drafts  # noqa: F401
from treatybodies.cli import serve  # noqa: F401
from treatybodies.cli import mcp  # noqa: F401
from treatybodies.cli import load  # noqa: F401

# isort: on
from treatybodies.cli.shared import app, explain
from treatybodies.errors import TreatybodiesError


def main() -> None:
    """Run the command; errors raised on purpose end it with status 1 and no traceback."""
    try:
        app()
    except TreatybodiesError as error:
        explain(error)
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"treatybodies {version('treatybodies')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="show it")
    ] = False,
) -> None:
    """Options that stand before a command."""
