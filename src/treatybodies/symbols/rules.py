"""A rule of the grammar: one form of symbol, what it says, and real examples of it."""

import re
from dataclasses import dataclass

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.parts import form_pattern


@dataclass(frozen=True)
class Rule:
    """One form of symbol."""

    name: str
    form: str
    """The symbol with the names of its `Part` s in braces."""
    kind: Kind
    sentence: str
    """What the form as a whole says."""
    examples: tuple[str, ...]
    caution: str = ""
    """What the form leaves open."""
    bodies: tuple[str, ...] = ()
    """The body of a form that names it in letters, not as a part; empty: see the part, or none."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The form as a regular expression for a whole symbol in canonical spelling."""
        return form_pattern(self.form)
