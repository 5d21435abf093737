"""Where the garden (ontology, data, queries) and the built releases lie."""

from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
EDITOR = PACKAGE / "web" / "static" / "vendor" / "editor.js"
"""The query editor's script, there if Node.js was when this package was installed."""


@dataclass(frozen=True)
class Garden:
    """The folder that holds ``ontology/``, ``data/`` and ``queries/``."""

    root: Path

    @property
    def ontology(self) -> Path:
        """Terms, code lists, themes, alignments, prefixes and shapes, in Turtle."""
        return self.root / "ontology"

    @property
    def tables(self) -> Path:
        """CSV tables, each beside its schema and its CONSTRUCT mapping."""
        return self.root / "data" / "tables"

    @property
    def records(self) -> Path:
        """TriG files read from documents."""
        return self.root / "data" / "records"

    @property
    def drafts(self) -> Path:
        """TriG files that a program read and no person has accepted; no build reads them."""
        return self.root / "data" / "drafts"

    @property
    def decisions(self) -> Path:
        """What is set aside where sources disagree, and why."""
        return self.root / "data" / "decisions.trig"

    @property
    def queries(self) -> Path:
        """Derivations, checks, questions and API queries, in SPARQL."""
        return self.root / "queries"

    def relative(self, path: Path) -> Path:
        """``path`` as a curator knows it: relative to the garden where it lies inside."""
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path


OPERATING = PACKAGE / "operating"
"""What an operator copies: a systemd unit, a proxy's configuration, a Containerfile."""


def default_garden() -> Garden:
    """The garden inside an installed wheel, or the checkout this package runs from."""
    packed = PACKAGE / "garden"
    return Garden(packed if packed.is_dir() else PACKAGE.parent.parent)
