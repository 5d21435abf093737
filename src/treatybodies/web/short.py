"""IRIs as queries and results write them: with a prefix where one fits."""

import re
from collections.abc import Mapping

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def short(iri: str, prefixes: Mapping[str, str]) -> str:
    """``iri`` with the prefix of the longest namespace, or in angle brackets.

    >>> short("http://example.org/a", {"ex": "http://example.org/"})
    'ex:a'
    >>> short("http://example.org/a/b", {"ex": "http://example.org/"})
    '<http://example.org/a/b>'
    """
    fitting = (each for each in prefixes.items() if iri.startswith(each[1]))
    for name, space in sorted(fitting, key=lambda each: -len(each[1])):
        if _LOCAL.fullmatch(iri[len(space) :]):
            return f"{name}:{iri[len(space) :]}"
    return f"<{iri}>"
