"""The usage guide, with what the release in use says of itself."""

from pathlib import Path
from string import Template

from fastapi import Request

from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base

GUIDE = Path(__file__).with_name("usage.md")
SHORT = (
    "A knowledge graph of the human rights treaty bodies of the United Nations, asked in SPARQL. "
    "Call usage_guide first, then search_examples."
)
"""What a model is told before it calls anything."""


def guide(request: Request) -> str:
    """The guide; for files of somebody else, what can be said of them."""
    manifest = serving(request).release.manifest
    prefixes: dict[str, str] = request.app.state.prefixes
    if manifest.served_files:
        return (
            f"This service serves the files {', '.join(manifest.served_files)}: "
            f"{manifest.triples} statements in the default graph, {manifest.graphs} named graphs. "
            "Call describe_classes for what is in them, then run_query."
        )
    return Template(GUIDE.read_text(encoding="utf-8")).substitute(
        version=manifest.version,
        date=manifest.date,
        triples=f"{manifest.triples:,}",
        base=public_base(request),
        seconds=f"{request.app.state.settings.query_seconds:g}",
        prefixes="\n".join(f"PREFIX {name}: <{space}>" for name, space in prefixes.items()),
    )
