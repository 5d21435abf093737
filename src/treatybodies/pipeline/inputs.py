"""Whether a build is due: a digest over every file that a build reads."""

import hashlib
from pathlib import Path

from treatybodies.errors import ReleaseDamaged, SetFault
from treatybodies.paths import PACKAGE, Garden
from treatybodies.pipeline.sets import attached_digests
from treatybodies.store import CURRENT, current_release


def inputs_digest(garden: Garden) -> str:
    """SHA-256 over every file a build reads, the code of the pipeline included."""
    whole = hashlib.sha256()
    for root in (garden.ontology, garden.root / "data", garden.queries, PACKAGE / "pipeline"):
        for path in sorted(each for each in root.rglob("*") if _is_input(each)):
            name = f"{root.name}/{path.relative_to(root).as_posix()}"
            whole.update(f"{name} {file_digest(path)}\n".encode())
    return whole.hexdigest()


def is_due(garden: Garden, build: Path) -> bool:
    """Whether ``build`` holds no release, or one of other inputs or sets than there are now."""
    if not (build / CURRENT).exists():
        return True
    try:
        manifest = current_release(build).manifest
        return manifest.inputs != inputs_digest(garden) or manifest.sets != attached_digests(build)
    except (ReleaseDamaged, SetFault):
        return True


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_input(path: Path) -> bool:
    """Drafts lie in data/ and are no input: a build reads what a person has accepted."""
    if "__pycache__" in path.parts or path.parent.name == "drafts":
        return False
    return path.is_file() and not path.name.startswith(".")
