"""Pages of long tables: their numbers in the URL, and links to the neighbours."""

import re
from dataclasses import dataclass

from fastapi import Request

from treatybodies.errors import ParameterFault
from treatybodies.web.pages import with_parameters

MOST_PAGES = 100_000


@dataclass(frozen=True)
class Paging:
    """Where a page of a table stands among the others."""

    path: str
    parameters: dict[str, str]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty table has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """Number of the first row shown, from 1 on."""
        return (self.number - 1) * self.size + 1

    @property
    def last_row(self) -> int:
        """Number of the last row shown."""
        return min(self.number * self.size, self.total)

    def url(self, number: int) -> str:
        """Path and query of page ``number``."""
        page = str(number) if number > 1 else ""
        return with_parameters(self.path, {**self.parameters, "page": page})


def page_number(request: Request) -> int:
    """The value of ``?page=``, 1 without it; raises `ParameterFault`."""
    text = request.query_params.get("page") or "1"
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MOST_PAGES:
        raise ParameterFault("page", f"“{text[:20]}” is no page → give a number from 1 on.")
    return int(text)
