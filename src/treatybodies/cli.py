"""The command ``treatybodies``: build, check, query, verify and serve the graph."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from treatybodies.errors import (
    BuildRefused,
    InputFaults,
    ReleaseMissing,
    TreatybodiesError,
    UnknownSymbol,
)
from treatybodies.paths import EDITOR, Garden, default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release, current_release

app = typer.Typer(
    help="A linked-data graph of the United Nations human-rights treaty bodies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(stderr=True, highlight=False)

BuildDir = Annotated[
    Path | None, typer.Option("--build-dir", help="folder of the built releases", metavar="DIR")
]
Root = Annotated[
    Path | None,
    typer.Option("--root", help="folder that holds ontology/, data/, queries/", metavar="DIR"),
]


def main() -> None:
    """Run the command; errors raised on purpose end it with status 1 and no traceback."""
    try:
        app()
    except TreatybodiesError as error:
        _explain(error)
        sys.exit(1)


@app.command()
def build(build_dir: BuildDir = None, root: Root = None) -> None:
    """Build the graph, check it and make it the release in use."""
    release = _build(_garden(root), _settings(build_dir).build_dir)
    _describe(release)


@app.command()
def check(root: Root = None) -> None:
    """Run every check over the data as it stands; write nothing."""
    from treatybodies.pipeline.build import check as run_checks

    with _progress() as progress:
        checked = run_checks(_garden(root), progress)
    typer.echo(checked.report.text, nl=False)
    for finding in checked.findings:
        typer.echo(finding)
    if checked.problems:
        console.print(f"[red]{len(checked.problems)} violations[/]")
        raise typer.Exit(1)
    console.print("[green]no violations[/]")


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

    text = sys.stdin.read() if file == "-" else _read_text(Path(file))
    release = current_release(_settings(build_dir).build_dir)
    write_result(release, text, output, sys.stdout.buffer)


@app.command()
def verify(
    record: Annotated[Path, typer.Argument(help="TriG file read from a document")],
    text: Annotated[Path, typer.Argument(help="the document's text")],
) -> None:
    """Check every quotation and digest of a record against the text it was read from."""
    from treatybodies.pipeline.verify import verify_record

    findings = verify_record(record, text)
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
        _explain(each)
    if unknown:
        raise typer.Exit(1)


@app.command()
def serve(
    build_dir: BuildDir = None,
    root: Root = None,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    public_url: Annotated[
        str | None, typer.Option(help="URL under which clients reach the service")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="query worker processes")] = None,
    web_workers: Annotated[
        int | None, typer.Option(help="web processes, each with its part of the query workers")
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            help="serve this RDF file instead, in graph IRI if given", metavar="[IRI=]FILE"
        ),
    ] = None,
) -> None:
    """Serve the graph on the web; build it first when its inputs have changed."""
    settings = _settings(
        build_dir,
        host=host,
        port=port,
        public_url=public_url,
        workers=workers,
        web_workers=web_workers,
    )
    garden = _garden(root)
    with _release_for(data or [], garden, settings) as release:
        _describe(release)
        from treatybodies.web.serve import run

        run(release, garden, settings, _announce)


@contextmanager
def _release_for(data: list[str], garden: Garden, settings: Settings) -> Iterator[Release]:
    """The release to serve; one made of the files ``data`` goes when the service stops."""
    if not data:
        yield _release_to_serve(garden, settings)
        return
    from treatybodies.web.files import read_source, release_of_files

    with TemporaryDirectory(prefix="treatybodies-data-") as folder:
        yield release_of_files(map(read_source, data), Path(folder))


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


def _release_to_serve(garden: Garden, settings: Settings) -> Release:
    """A fresh release; when its build fails, the last good one, with a loud word."""
    from treatybodies.pipeline.inputs import is_due

    if not is_due(garden, settings.build_dir):
        return current_release(settings.build_dir)
    try:
        return _build(garden, settings.build_dir)
    except TreatybodiesError as error:
        try:
            release = current_release(settings.build_dir)
        except ReleaseMissing:
            raise error from None
        _explain(error)
        console.print("[yellow]the build failed: serving the last good release[/]")
        return release


def _build(garden: Garden, folder: Path) -> Release:
    from treatybodies.pipeline.build import build as run_build

    with _progress() as progress:
        return run_build(garden, folder, progress)


@contextmanager
def _progress() -> Iterator["Steps"]:
    steps = Steps()
    with console.status("starting") as status:
        steps.status = status
        yield steps
        steps("done")


class Steps:
    """A line for each finished step with the time it took, a spinner for the one under way."""

    def __init__(self) -> None:
        self.status: object = None
        self._name = ""
        self._since = time.monotonic()

    def __call__(self, name: str) -> None:
        now = time.monotonic()
        if self._name:
            console.print(f"  {now - self._since:5.1f} s  {self._name}", soft_wrap=True)
        self._name, self._since = name, now
        self.status.update(name)  # type: ignore[attr-defined]


def _describe(release: Release) -> None:
    manifest = release.manifest
    if manifest.served_files:
        console.print(f"{manifest.quads:,} statements, {manifest.graphs:,} named graphs")
        return
    console.print(
        f"release {manifest.version}: data as of {manifest.date}, {manifest.triples:,} published "
        f"statements, {manifest.graphs:,} named graphs, {manifest.warnings} SHACL warnings",
        soft_wrap=True,
    )


def _announce(url: str, fences: tuple[str, ...]) -> None:
    console.print(f"\n[bold green]ready[/]  {url}")
    console.print(f"       {url}/sparql  SPARQL endpoint and query editor")
    if not EDITOR.is_file():
        console.print(
            "       [yellow]the editor and the map were not built: plain form instead[/] "
            "→ install Node.js with npm, then: uv sync --reinstall-package treatybodies"
        )
    console.print(f"       {url}/docs    curated endpoints")
    console.print(f"       query workers are fenced in by: {', '.join(fences) or 'nothing'}")
    console.print("       Ctrl+C stops it")


def _explain(error: TreatybodiesError) -> None:
    if isinstance(error, InputFaults | BuildRefused):
        parts = error.faults if isinstance(error, InputFaults) else error.findings
        for part in parts:
            console.print(str(part), markup=False, soft_wrap=True)
        console.print(f"[red]{len(parts)} faults; nothing was published[/]")
    else:
        console.print(f"[red]error[/] {error}", soft_wrap=True)


def _settings(build_dir: Path | None, **given: object) -> Settings:
    chosen = {"build_dir": build_dir, **given}
    return Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]


def _garden(root: Path | None) -> Garden:
    return Garden(root.resolve()) if root else default_garden()


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise TreatybodiesError(f"{path} cannot be read ({cause}) → name a UTF-8 file") from cause
