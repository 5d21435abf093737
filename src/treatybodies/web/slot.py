"""One place among several web processes, and what those share."""

from dataclasses import dataclass
from pathlib import Path

from treatybodies.settings import Settings
from treatybodies.web.ledger import Ledger
from treatybodies.web.loaders import Loaders


@dataclass(frozen=True)
class Slot:
    """Place ``number`` of ``count``; all but the number is the same for all."""

    number: int
    count: int
    folder: Path
    """For files that all may read."""
    settings: Settings
    """What is set for all together."""
    ledger: Ledger
    loaders: Loaders
