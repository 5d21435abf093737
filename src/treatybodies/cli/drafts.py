"""Records that a program reads and a person checks: ``treatybodies draft`` and ``review``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from treatybodies.cli.shared import BuildDir, Root, app, console, garden, settings
from treatybodies.store import current_release

review = typer.Typer(help="List drafts; accept or reject them.")
app.add_typer(review, name="review", invoke_without_command=True)
DraftPath = Annotated[Path, typer.Argument(help="draft, as data/drafts/cmw-c-sr-590.trig")]


@app.command()
def draft(
    text: Annotated[Path, typer.Argument(help="the document: plain text, HTML, DOCX or PDF")],
    symbol: Annotated[str, typer.Option(help="its symbol, when the text shows none")] = "",
    name: Annotated[
        str, typer.Option(help="for a document without symbol, as cedaw/89/press-release")
    ] = "",
    body: Annotated[str, typer.Option(help="whose document it is, as cedaw")] = "",
    session: Annotated[str, typer.Option(help="number of the session")] = "",
    language: Annotated[
        str, typer.Option(help="language of the text, as fr, when its words do not show it")
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="file, else data/drafts/<symbol>.trig")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="write over a draft")] = False,
    build_dir: BuildDir = None,
    root: Root = None,
) -> None:
    """Read a record, press release or session report and draft its TriG for review."""
    from treatybodies.importers.drafts.drafting import draft as make_draft
    from treatybodies.importers.drafts.folder import default_path, save_draft
    from treatybodies.importers.drafts.identity import Identity
    from treatybodies.importers.drafts.readers import read_document, remark

    chosen = settings(build_dir)
    identity = Identity(symbol, name, body, session, language)
    paragraphs = read_document(text)
    store = current_release(chosen.build_dir).open(chosen.in_memory_quads)
    made = make_draft(paragraphs, store, identity)
    path = output or default_path(garden(root), made)
    save_draft(made, path, datetime.now(UTC).date().isoformat(), force)
    for caution in filter(None, (remark(text), made.caution)):
        console.print(f"note: {caution}", soft_wrap=True)
    for place, notes in made.notes.items():
        for note in notes:
            typer.echo(f"{place}: {note}")
    groups = sum(map(len, made.groups.values()))
    statements = sum(len(each.triples) for found in made.groups.values() for each in found)
    console.print(
        f"{made.title}, session {made.context.session or 'unknown'} of {made.context.body.upper()}:"
        f" {statements} statements in {groups} groups, {sum(map(len, made.notes.values()))} notes",
        soft_wrap=True,
    )
    console.print(f"draft: {path}", soft_wrap=True)


@review.callback()
def list_drafts(context: typer.Context, root: Root = None) -> None:
    """List drafts with their counts, confidence and what was not understood."""
    from treatybodies.importers.drafts.folder import read_drafts

    if context.invoked_subcommand is not None:
        return
    drafts = read_drafts(garden(root))
    for each in drafts:
        certain = each.confidences
        typer.echo(
            f"{each.path}: {len(each.quads)} statements; graphs proposed "
            f"{len(each.graphs('proposed'))}, rejected {len(each.graphs('rejected'))}; confidence "
            f"{min(certain.values(), default=0):.2f} to {max(certain.values(), default=0):.2f}"
        )
        for graph, note in each.notes:
            typer.echo(f"  {graph.rpartition('/')[2]}: {note}")
    if not drafts:
        console.print("no drafts → make one with: treatybodies draft TEXT")


@review.command()
def accept(
    file: DraftPath,
    text: Annotated[Path, typer.Argument(help="the document that was read")],
    force: Annotated[bool, typer.Option("--force", help="write over a record")] = False,
    root: Root = None,
) -> None:
    """Hold a draft against its text and make it a record that the build reads."""
    from treatybodies.importers.drafts.readers import read_document
    from treatybodies.importers.drafts.review import accept as accept_draft

    record = accept_draft(file, read_document(text), garden(root), force)
    typer.echo(f"accepted: {record} → run: treatybodies check")


@review.command()
def reject(
    file: DraftPath,
    places: Annotated[list[str], typer.Argument(help="places of the text, as p5 or heading-1")],
) -> None:
    """Reject graphs of a draft: they stay out when the rest is accepted."""
    from treatybodies.importers.drafts.review import reject as reject_graphs

    rest = reject_graphs(file, places)
    typer.echo(f"{file}: rejected {', '.join(places)}; {len(rest.graphs('proposed'))} proposed")
