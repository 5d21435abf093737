"""The recommendation index: ``treatybodies import uhri``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatybodies.cli.importing import imports
from treatybodies.cli.shared import Root, console, garden
from treatybodies.errors import ExportTruncated
from treatybodies.paths import Garden

if TYPE_CHECKING:
    from treatybodies.importers.uhri.running import Imported


@imports.command()
def uhri(
    export: Annotated[Path, typer.Argument(help="full export of the index, as JSON")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="folder of the set", metavar="SET")
    ] = Path("uhri.set"),
    root: Root = None,
) -> None:
    """Read an export of the Universal Human Rights Index into a source set."""
    imported = read_export(export, output, garden(root))
    if imported.truncated:
        raise ExportTruncated(imported.truncated)


def read_export(export: Path, output: Path, source: Garden) -> "Imported":
    """Import with a progress bar, and say what became of the records."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from treatybodies.importers.uhri.running import import_export

    columns = (BarColumn(), DownloadColumn(), TextColumn("{task.fields[records]:,} records"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None, records=0)

        def show(read: int, records: int, size: int) -> None:
            bar.update(task, completed=read, total=size, records=records)

        try:
            imported = import_export(export, output, source, show)
        except KeyboardInterrupt:
            console.print(f"stopped; what was read is kept in {output} → run it again to go on")
            raise typer.Exit(130) from None
    _tell(imported, output)
    return imported


def _tell(imported: "Imported", output: Path) -> None:
    tally = imported.tally
    if not imported.changed:
        console.print(f"{output} holds this export already: nothing to do", soft_wrap=True)
    elif imported.went_on:
        console.print("went on where an earlier import stopped")
    console.print(
        f"{tally.read:,} records read: {tally.outcomes['handled']:,} handled, "
        f"{tally.outcomes['ignored']:,} ignored, {tally.outcomes['reported']:,} reported",
        soft_wrap=True,
    )
    for reason, count in tally.reasons.most_common(20):
        near = tally.near.get(reason.partition(": ")[2], [])
        like = f" (known: {', '.join(near)})" if near else ""
        console.print(f"  {count:,} {reason}{like}", markup=False, soft_wrap=True)
    if len(tally.reasons) > 20:
        console.print(f"  and {len(tally.reasons) - 20} reasons more")
    console.print(f"all reasons and remarks: {output / 'report.json'}", soft_wrap=True)
    console.print(f"record by record: {output / 'details.jsonl'}", soft_wrap=True)
