"""Bringing the tables up to date from published sources: ``treatybodies import``."""

import typer

from treatybodies.cli.shared import app

imports = typer.Typer(
    help="Bring the tables up to date from what the United Nations publishes.",
    no_args_is_help=True,
)
app.add_typer(imports, name="import")


@imports.callback()
def _sources() -> None:
    """Each command below reads one kind of published source."""
