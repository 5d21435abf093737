"""What the release uses, from what the build has counted of it; else counted anew.

The build counts statements by class and property for VoID. To walk through millions of statements
for the same takes longer than a query may run, so only what no build has counted is walked through:
files that are served as they are.
"""

from fastapi import Request

from treatybodies.namespaces import BASE
from treatybodies.web.solutions import Solution, ask, own_file, select

_COUNTED = f"ASK {{ <{BASE}dataset> <http://rdfs.org/ns/void#propertyPartition> ?part }}"


async def read_classes(request: Request) -> tuple[Solution, ...]:
    """The classes that have members, the most frequent first, with their ``members``."""
    return await _read(request, "classes")


async def read_terms(request: Request) -> tuple[Solution, ...]:
    """The classes and properties that a query can name."""
    return await _read(request, "terms")


async def _read(request: Request, name: str) -> tuple[Solution, ...]:
    folder = "counted" if await ask(request, _COUNTED) else "uncounted"
    return (await select(request, own_file(f"{folder}/{name}").text)).rows
