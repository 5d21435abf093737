"""Asking without a service: ``treatybodies query``, ``verify`` and ``symbol``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from treatybodies.cli.shared import BuildDir, app, console, explain, read_text, settings
from treatybodies.errors import UnknownSymbol
from treatybodies.store import current_release


@app.command()
def query(
    file: Annotated[str, typer.Argument(help="query file, or - for standard input")],
    output: Annotated[
        str, typer.Option("--format", "-f", help="table, csv, tsv, json, xml, or a graph's ttl, nt")
    ] = "table",
    build_dir: BuildDir = None,
) -> None:
    """Run a SPARQL query over the release in use and print its result."""
    from treatybodies.results import write_result

    text = sys.stdin.read() if file == "-" else read_text(Path(file))
    release = current_release(settings(build_dir).build_dir)
    write_result(release, text, output, sys.stdout.buffer)


@app.command()
def verify(
    record: Annotated[Path, typer.Argument(help="TriG file read from a document")],
    text: Annotated[Path, typer.Argument(help="the document: plain text, HTML, DOCX or PDF")],
) -> None:
    """Check every quotation and digest of a record against the text it was read from."""
    from treatybodies.importers.drafts.readers import read_document
    from treatybodies.pipeline.verify import check_record

    findings = check_record(record, read_document(text))
    for finding in findings:
        typer.echo(str(finding))
    wrong = sum(not finding.ok for finding in findings)
    console.print(f"{len(findings) - wrong} verified, {wrong} wrong")
    if wrong:
        raise typer.Exit(1)


@app.command()
def symbol(
    symbols: Annotated[list[str], typer.Argument(help="document symbols, such as CMW/C/SR.590")],
) -> None:
    """Explain symbols of treaty-body documents, present and historical."""
    from treatybodies.symbols import parse_symbol

    unknown: list[UnknownSymbol] = []
    for text in symbols:
        try:
            parsed = parse_symbol(text)
        except UnknownSymbol as error:
            unknown.append(error)
            continue
        typer.echo(f"{parsed.text}: {parsed.kind.label}")
        for sentence in parsed.explain():
            typer.echo(f"  {sentence}")
    for each in unknown:
        explain(each)
    if unknown:
        raise typer.Exit(1)
