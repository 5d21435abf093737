"""Queries over products of digits: each variable is one of ten, so their size is known."""


def digits(names: str) -> str:
    """A pattern with ten to the power of ``len(names)`` solutions; each letter is a variable."""
    return " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in names)


def rows(names: str) -> str:
    """A query for all of them."""
    return f"SELECT * {{ {digits(names)} }}"


def count(names: str) -> str:
    """A query for their number: it takes long and little memory."""
    return f"SELECT (COUNT(*) AS ?n) {{ {digits(names)} }}"


RUNAWAY = count("abcdefghijkl")
"""It would take days."""
