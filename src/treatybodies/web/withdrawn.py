"""IRIs that name nothing any more: they are answered with 410, the reason and the successor."""

from collections.abc import Mapping

from fastapi import Request

from treatybodies.errors import Withdrawn
from treatybodies.web.releases import serving
from treatybodies.web.solutions import own_file, select


async def check_not_withdrawn(request: Request, iri: str) -> None:
    """Raise `Withdrawn` when the release says that ``iri`` is used no more."""
    if fault := (await _withdrawn(request)).get(iri):
        raise Withdrawn(iri, *fault)


async def _withdrawn(request: Request) -> Mapping[str, tuple[str, str, str]]:
    """IRI → day, reason and successor of all that are withdrawn; asked once for each release."""
    mine = serving(request)
    if mine.withdrawn is None:
        rows = (await select(request, own_file("withdrawn").text)).rows
        mine.withdrawn = {
            row["iri"].value: (
                row["day"].value,
                row["reason"].value,
                row["successor"].value if "successor" in row else "",
            )
            for row in rows
        }
    return mine.withdrawn
