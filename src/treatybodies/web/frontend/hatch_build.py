"""Builds the query editor and the map's geometry with Node, for every wheel and install.

Without Node.js, npm or a network the build goes on and says so: every page works without them.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("src/treatybodies/web/static/vendor")
SOURCES = Path("src/treatybodies/web/frontend")
SUFFIXES = (".css", ".js", ".json", ".mjs", ".npmrc")
SECONDS = 180
DIGEST = "digest.txt"
SKIP = "TREATYBODIES_NO_FRONTEND"
_NPM = ("npm", "ci", "--no-progress", "--fetch-retries=1", "--fetch-timeout=20000")
_NODE = ("node", "build.mjs", "vendor")


class FrontendHook(BuildHookInterface[Any]):
    """Fills ``static/vendor`` before the files of a wheel are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or out of date."""
        if self.target_name != "wheel" or os.environ.get(SKIP):
            return
        root = Path(self.root)
        try:
            build(root / SOURCES, root / VENDOR)
        except (OSError, subprocess.SubprocessError) as cause:
            self.app.display_warning(_in_words(cause))


def build(sources: Path, vendor: Path) -> None:
    """Bring ``vendor`` up to date with ``sources``, in a folder of its own that goes afterwards."""
    files = sorted(each for each in sources.iterdir() if each.name.endswith(SUFFIXES))
    digest = hashlib.sha256(b"\0".join(each.read_bytes() for each in files)).hexdigest()
    kept = vendor / DIGEST
    if kept.is_file() and kept.read_text() == digest:
        return
    with tempfile.TemporaryDirectory() as folder:
        for each in files:
            shutil.copy(each, folder)
        for command in (_NPM, _NODE):
            _run(command, folder)
        built = Path(folder) / "vendor"
        (built / DIGEST).write_text(digest)
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(built, vendor)


def _run(command: tuple[str, ...], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=SECONDS)


def _in_words(cause: OSError | subprocess.SubprocessError) -> str:
    why = str(cause)
    if isinstance(cause, FileNotFoundError) and cause.filename in ("npm", "node"):
        why = f"there is no {cause.filename} on this machine"
    elif isinstance(cause, subprocess.CalledProcessError):
        why = f"{why}\n{(cause.stderr or '')[-600:]}"
    return (
        f"The query editor and the map's geometry were not built: {why}\n"
        "The pages work without them. → install Node.js with npm, and install again."
    )
