"""Prefixed names, where people and programs write IRIs by hand."""

from collections.abc import Mapping


def expand(name: str, prefixes: Mapping[str, str]) -> str:
    """The IRI that a prefixed name stands for; anything else as it is, without its brackets."""
    bare = name.strip("<> ")
    prefix, colon, local = bare.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else bare


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """``iri`` with the longest prefix that leaves a plain name, else as it is in brackets."""
    fitting = [(space, name) for name, space in prefixes.items() if iri.startswith(space)]
    for space, name in sorted(fitting, key=lambda each: -len(each[0])):
        rest = iri.removeprefix(space)
        if rest.replace("-", "").replace("_", "").isalnum():
            return f"{name}:{rest}"
    return f"<{iri}>"
