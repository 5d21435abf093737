"""Serving the graph on the web: ``treatybodies serve``."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from treatybodies.cli.build import build_release
from treatybodies.cli.shared import (
    BuildDir,
    Root,
    app,
    console,
    describe,
    explain,
    garden,
    settings,
)
from treatybodies.errors import ReleaseMissing, TreatybodiesError
from treatybodies.paths import EDITOR, Garden
from treatybodies.settings import Settings
from treatybodies.store import Release, current_release

OnReady = Callable[[str, tuple[str, ...]], None]


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
        int | None,
        typer.Option(help="web processes that share the work; as many as processors by default"),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="SPARQL endpoint of another engine, filled by load", metavar="URL"),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            help="serve this RDF file instead, in graph IRI if given", metavar="[IRI=]FILE"
        ),
    ] = None,
) -> None:
    """Serve the graph on the web; build it first when its inputs have changed."""
    chosen = settings(
        build_dir,
        host=host,
        port=port,
        public_url=public_url,
        workers=workers,
        web_workers=web_workers,
        store=store,
    )
    source = garden(root)
    with release_for(data or [], source, chosen) as release:
        if chosen.log == "json":
            tell = _log_ready(release, chosen)
        else:
            tell = _announce
            describe(release)
            _name_engine(chosen)
        from treatybodies.web.serve import run

        run(release, source, chosen, tell)


@contextmanager
def release_for(data: list[str], source: Garden, chosen: Settings) -> Iterator[Release]:
    """The release to serve; one made of the files ``data`` goes when the service stops."""
    if not data:
        yield _release_to_serve(source, chosen)
        return
    from treatybodies.web.files import read_source, release_of_files

    with TemporaryDirectory(prefix="treatybodies-data-") as folder:
        yield release_of_files(map(read_source, data), Path(folder))


def _release_to_serve(source: Garden, chosen: Settings) -> Release:
    """A fresh release; when its build fails, the last good one, with a loud word."""
    from treatybodies.pipeline.inputs import is_due

    if not is_due(source, chosen.build_dir):
        return current_release(chosen.build_dir)
    try:
        return build_release(source, chosen.build_dir)
    except TreatybodiesError as error:
        try:
            release = current_release(chosen.build_dir)
        except ReleaseMissing:
            raise error from None
        explain(error)
        console.print("[yellow]the build failed: serving the last good release[/]")
        return release


def _name_engine(chosen: Settings) -> None:
    """Say where queries go, if not to our own engine; the address is shown without its password."""
    if url := chosen.store.get_secret_value():
        from treatybodies.remote.address import read_address

        console.print(f"queries are answered by {read_address(url).query}", soft_wrap=True)


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


def _log_ready(release: Release, chosen: Settings) -> OnReady:
    """The same as a line of the log, which begins here: several web processes share its form."""
    from treatybodies.web import logs

    logs.configure(chosen)

    def announce(url: str, fences: tuple[str, ...]) -> None:
        told = {"url": url, "release": release.manifest.version, "fences": list(fences)}
        logging.getLogger("treatybodies").info("ready", extra={logs.FIELDS: told})

    return announce
