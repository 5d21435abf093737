"""The service over the real data, and Chromium to look at it.

They need Chromium (Debian's package ``chromium``); the tests of the editor also need the editor,
which is built where Node.js is. What is missing is a reason to skip, and an error where
``TREATYBODIES_BROWSER_TESTS=required``.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from browsing import Opener, Watched
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright
from pyoxigraph import Store

from treatybodies.paths import Garden
from treatybodies.pipeline.release import write_release
from treatybodies.pipeline.shacl import ShaclReport
from treatybodies.settings import Settings
from treatybodies.web.app import create_app
from treatybodies.web.editor import VENDOR

# Without these Chromium asks its maker's hosts at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> None:
    """Skip the test for want of ``what``; fail it where nothing may be missing."""
    if os.environ.get("TREATYBODIES_BROWSER_TESTS") == "required":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    path = os.environ.get("TREATYBODIES_CHROMIUM") or next(
        filter(None, map(shutil.which, NAMES)), None
    )
    if path is None:
        missing("there is no Chromium: install Debian's package chromium")
    return str(path)


# For a module, not the session: while it runs, Playwright holds the event loop of this thread, and
# no other test could run one.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def url(
    chromium: str, garden: Garden, graph: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """URL of the service over a release of the real data."""
    build = tmp_path_factory.mktemp("build")
    release = write_release(build, graph, ShaclReport("", "", (), 0), "0" * 64, garden)
    settings = Settings.model_validate({"workers": 2, "query_seconds": 20.0, "build_dir": build})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(release, garden, settings), log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def watched() -> Watched:
    """What went wrong on the pages of this test."""
    return Watched()


@pytest.fixture
def visit(browser: Browser, url: str, watched: Watched) -> Iterator[Opener]:
    """Opens a page of the service; afterwards no error was logged and nobody else was asked."""
    contexts = []

    def go(
        path: str, width: int = 1280, dark: bool = False, script: bool = True, media: str = "screen"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.route(lambda asked: not asked.startswith((url, "data:")), _refuse(watched))
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: _note(watched, message))
        page.on("pageerror", lambda error: watched.faults.append(str(error)))
        page.goto(url + path)
        if media == "print":
            page.emulate_media(media="print")
        return page

    yield go
    for context in contexts:
        context.close()
    assert watched.unexpected == []


@pytest.fixture
def editor(visit: Opener) -> Page:
    """The query page with its editor ready."""
    if not (VENDOR / "editor.js").is_file():
        missing("the editor was not built: install Node.js with npm, then run uv sync --reinstall")
    page = visit("/sparql")
    page.wait_for_selector(".yasqe .CodeMirror")
    return page


def _refuse(watched: Watched) -> Callable[[Route], None]:
    def refuse(route: Route) -> None:
        watched.faults.append(f"asked elsewhere: {route.request.url}")
        route.abort()

    return refuse


def _note(watched: Watched, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        watched.faults.append(f"{message.type}: {message.text}")
