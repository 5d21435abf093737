"""Which pictures show a thing, for the page of the thing."""

from urllib.parse import urlencode

from treatybodies.namespaces import ID

_KINDS = {
    "state/": ("state-timeline", "state", "Its treaties over time"),
    "body/": ("committee-timeline", "body", "Its sessions and output over time"),
    "instrument/": ("parties-map", "instrument", "Map of its parties"),
}
# Political instruments have no parties.
_POLITICAL = "PoliticalInstrument"


def pictures_of(iri: str, classes: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Title and path of each picture that shows the thing ``iri``."""
    found = []
    rest = iri.removeprefix(ID)
    for begin, (name, parameter, title) in _KINDS.items():
        value = rest.removeprefix(begin)
        political = any(each.endswith(_POLITICAL) for each in classes)
        if value != rest and "/" not in value and not political:
            found.append((title, f"/pictures/{name}?{urlencode({parameter: value})}"))
    return [*found, ("What stands around it", f"/pictures/neighbourhood?{urlencode({'iri': iri})}")]
