"""The guides: each block of code is run as it stands, and all clients get the same answer."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from treatybodies.web.guides.routes import FILES, FOLDER, HERE, NAMES

Run = Callable[..., str]
BLOCK = re.compile(r"^```(\w+)(?: ([\w=.]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOTES = "http://127.0.0.1:8001"
NEEDS = {
    "curl": ("curl", "curl"),
    "roqet": ("roqet", "rasqal-utils"),
    "soffice": ("soffice", "libreoffice-calc-nogui"),
}
"""Commands that a block may name: program and Debian package."""


@dataclass(frozen=True)
class Block:
    """One block of code: its language, what to do with it, its text, and the block after it."""

    language: str
    word: str
    text: str
    following: str


def blocks(name: str) -> list[Block]:
    """The blocks of a guide."""
    found = BLOCK.findall((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    after = [text for _, _, text in found[1:]] + [""]
    return [
        Block(language, word, text, following)
        for (language, word, text), following in zip(found, after, strict=True)
    ]


def rows(text: str) -> list[list[str]]:
    """The rows of CSV, or of what a client prints as such."""
    return [row for row in csv.reader(io.StringIO(text.strip())) if row]


@pytest.fixture(scope="session")
def answer(url: str) -> list[list[str]]:
    """The answer to the question of all guides."""
    question = (FOLDER / "question.rq").read_text(encoding="utf-8")
    body = httpx2.post(
        f"{url}/sparql", data={"query": question}, headers={"Accept": "text/csv"}
    ).text
    assert len(rows(body)) == 6
    return rows(body)


@pytest.fixture
def runner(
    run: Run,
    need: Callable[[str, str], str],
    notes: Callable[[str], str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Callable[[list[Block], Block], str]:
    """Runs a block of a guide; its output."""

    def run_block(every: list[Block], block: Block) -> str:
        text = block.text
        if NOTES in text:
            turtle = next(each.text for each in every if each.word == "file=notes.ttl")
            text = text.replace(NOTES, notes(turtle))
        match block.language:
            case "sh":
                return run(["bash", "-euo", "pipefail"], text, **shell(text))
            case "python":
                return run([sys.executable, "-W", "ignore", "-"], text)
            case "r":
                return run([need("Rscript", "r-base-core r-cran-httr"), "-"], text)
            case "js":
                folder = request.getfixturevalue("comunica")
                return run(
                    [need("node", "nodejs"), "-"], text, NODE_PATH=str(folder / "node_modules")
                )
        raise AssertionError(f"nobody runs {block.language}")

    def shell(text: str) -> dict[str, str]:
        for word, (name, package) in NEEDS.items():
            if re.search(rf"\b{word}\b", text):
                need(name, package)
        path = [str(Path(sys.executable).parent), os.environ["PATH"]]
        if "rsparql" in text:
            path.insert(0, str(request.getfixturevalue("jena")))
        if "comunica" in text:
            link = tmp_path / "node_modules"
            if not link.exists():
                link.symlink_to(request.getfixturevalue("comunica") / "node_modules")
        return {"PATH": ":".join(path)}

    return run_block


@pytest.mark.parametrize("name", NAMES)
def test_every_block_of_a_guide_does_what_it_says(
    name: str,
    runner: Callable[[list[Block], Block], str],
    answer: list[list[str]],
    tmp_path: Path,
) -> None:
    every = blocks(name)
    for block in every:
        if block.word.startswith("file="):
            (tmp_path / block.word.removeprefix("file=")).write_text(block.text, "utf-8")
        elif block.word == "run":
            assert runner(every, block).strip() or "-o" in block.text or "-sO" in block.text
        elif block.word == "same":
            assert rows(runner(every, block)) == answer, block.text
        elif block.word == "prints":
            assert rows(runner(every, block)) == rows(block.following), block.text
        else:
            assert block.word == "", f"“{block.word}” is no word for a block"


def test_every_client_asks_the_same_question() -> None:
    asking = {name for name in NAMES if any(each.word == "same" for each in blocks(name))}

    assert asking == set(NAMES) - {"openrefine", "mcp", "operating"}


def test_every_guide_is_listed_and_each_listed_one_is_there() -> None:
    assert {each.stem for each in FOLDER.glob("*.md")} == set(NAMES)
    for path, _ in FILES.values():
        assert path.is_file()


def test_guides_have_one_address_to_replace() -> None:
    for name in NAMES:
        text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        assert "localhost" not in text
        addresses = set(re.findall(r"http://127\.0\.0\.1:\d+", text))
        assert addresses <= {HERE, NOTES}


def test_the_notebook_has_no_outputs_and_draws_its_figure(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    text = (FOLDER / "notebook.ipynb").read_text(encoding="utf-8")
    stripped = json.loads(text)
    code = [each for each in stripped["cells"] if each["cell_type"] == "code"]
    assert all(each["outputs"] == [] and each["execution_count"] is None for each in code)
    assert HERE in text

    notebook = nbformat.reads(text.replace(HERE, url), as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    figures = [each for each in outputs if "image/png" in each.get("data", {})]
    assert len(figures) == 1
    assert any("parties" in str(each.get("data", {}).get("text/plain")) for each in outputs)
