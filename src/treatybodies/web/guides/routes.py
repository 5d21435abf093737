"""``/guides``: the guides as pages, and the files that they speak of."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.paths import OPERATING
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import render
from treatybodies.web.urls import public_base
from treatybodies.words import fold_words

router = APIRouter(include_in_schema=False)
FOLDER = Path(__file__).parent
NAMES = (
    "curl",
    "python",
    "r",
    "javascript",
    "jena",
    "spreadsheets",
    "openrefine",
    "mcp",
    "operating",
)
"""The guides in the order in which they are listed."""
FILES: Mapping[str, tuple[Path, str]] = {
    "question.rq": (FOLDER / "question.rq", "application/sparql-query; charset=utf-8"),
    "notebook.ipynb": (FOLDER / "notebook.ipynb", "application/x-ipynb+json"),
    **{
        f"operating/{name}": (OPERATING / name, "text/plain; charset=utf-8")
        for name in ("treatybodies.service", "nginx.conf", "Containerfile")
    },
}
"""What the guides link to: file and Content-Type."""
HERE = "http://127.0.0.1:8000"
"""The address that stands for this service in the guides."""


@dataclass(frozen=True)
class Guide:
    """One page: its title, and its body in Markdown."""

    name: str
    title: str
    text: str


@router.get("/guides")
async def index(request: Request) -> Response:
    """All guides."""
    return await _page(request, "guides.html", "", guides=[read_guide(name) for name in NAMES])


@router.get("/guides/{path:path}")
async def guide(request: Request, path: str) -> Response:
    """One guide, or a file that belongs to them."""
    if path in FILES:
        return await _file(request, path)
    if path not in NAMES:
        raise NotInGraph(f"There is no guide “{path[:60]}” → choose one at /guides.")
    read = read_guide(path)
    # The first page costs the time to load the parser; it is none of the service's start.
    body = await asyncio.to_thread(html, read.text.replace(HERE, public_base(request)))
    return await _page(request, "guide.html", path, guide=read, body=body)


@cache
def read_guide(name: str) -> Guide:
    """The guide ``name``."""
    title, _, text = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    return Guide(name, title.removeprefix("# "), text)


def html(markdown: str) -> str:
    """``markdown`` as HTML: no HTML of its own passes, headings have anchors."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", "-".join(fold_words(inline.content)))
    rendered = str(parser.renderer.render(tokens, parser.options, {}))
    rendered = rendered.replace("<pre>", '<pre tabindex="0">')  # what scrolls takes the keyboard
    # Guides link to each other's files, so that the links work where the files are read as well.
    return re.sub(r'href="([a-z]+)\.md(#[^"]*)?"', r'href="/guides/\1\2"', rendered)


async def _page(request: Request, template: str, name: str, **values: object) -> Response:
    async def make() -> str:
        return render(template, request, **values)

    return await page_answer(request, make, "guides", name)


async def _file(request: Request, name: str) -> Response:
    path, content_type = FILES[name]
    base = public_base(request)
    tag = release_tag(request, "guide-file", name, base)
    if ready := await at_hand(request, tag):
        return ready
    text = path.read_text(encoding="utf-8")
    if not name.startswith("operating/"):  # there the address is that of the machine itself
        text = text.replace(HERE, base)
    return await text_answer(request, text, content_type, tag, X_Content_Type_Options="nosniff")
