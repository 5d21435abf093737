"""The weight of an element in a header of preferences (RFC 9110, section 12.4.2)."""

import re
from collections.abc import Iterable

# Wider than the grammar: Java's own client sends “.2”, others what a division gave them.
_WEIGHT = re.compile(r"(?:0?\.\d{1,18}|0\.?|1(?:\.0{0,18})?)")


def quality_of(parameters: Iterable[str]) -> float:
    """The weight that ``parameters``, in lower case, give: 1 without one, 0 for what is none.

    >>> quality_of(["charset=utf-8", "q=.2"]), quality_of([]), quality_of(["q=high"])
    (0.2, 1.0, 0.0)
    """
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            quality = float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return quality
