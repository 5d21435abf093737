"""What the tests of this folder share beside fixtures."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass
class Watched:
    """What a page did that no page may do."""

    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of messages that the test itself brings about."""

    @property
    def unexpected(self) -> list[str]:
        """The faults that the test does not expect."""
        return [one for one in self.faults if not any(part in one for part in self.expected)]


Opener = Callable[..., Page]
