"""Bringing the tables up to date from published sources: ``treatybodies import``."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatybodies.cli.shared import Root, app, console, garden
from treatybodies.errors import TreatybodiesError

if TYPE_CHECKING:
    from treatybodies.importers.untc.importing import Import

imports = typer.Typer(
    help="Bring the tables up to date from what the United Nations publishes.",
    no_args_is_help=True,
)
app.add_typer(imports, name="import")


@imports.callback()
def _sources() -> None:
    """Each command below reads one kind of published source."""


@imports.command()
def untc(
    pages: Annotated[
        list[Path],
        typer.Argument(
            help="status pages saved from treaties.un.org: ViewDetails as HTML, or their XML",
            metavar="PAGE…",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="show the changes; write none")
    ] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="day of an XML file, which tells none"),
    ] = None,
    participant: Annotated[
        list[str] | None,
        typer.Option(help="who a participant unknown to us is", metavar="NAME=state/XXX"),
    ] = None,
    root: Root = None,
) -> None:
    """Read status pages of the UN Treaty Collection into the tables, showing what they change."""
    from treatybodies.importers.untc.importing import import_pages

    source = garden(root)
    day = as_of.date() if as_of else None
    done = import_pages(source, pages, _given(participant or []), day)
    _tell(done)
    if not done.files:
        console.print("nothing changes")
    elif dry_run:
        console.print(f"{len(done.files)} files would change; none was written")
    else:
        done.write()
        for path in done.files:
            console.print(f"wrote {source.relative(path)}", markup=False, soft_wrap=True)
        console.print("next: treatybodies check")


def _given(participants: list[str]) -> dict[str, str]:
    """NAME=PATH options as a dictionary."""
    given = {}
    for text in participants:
        name, equals, party = text.rpartition("=")
        if not equals or not name.strip() or not party.strip():
            raise TreatybodiesError(f"“{text}” is no NAME=PARTY → write, say, Czechia=state/CZE")
        given[name.strip()] = party.strip()
    return given


def _tell(done: "Import") -> None:
    """The changes of each page, a line each."""
    for compared in done.pages:
        page = compared.page
        typer.echo(
            f"{page.file}: {page.reference}, {page.title}; as at {page.as_of.isoformat()}: "
            f"{page.signatories} signatories, {page.parties} parties, as its rows make"
        )
        for change in compared.changes:
            typer.echo(f"  {change}")
