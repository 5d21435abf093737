"""Truth values that a query computes."""

from collections.abc import Iterator

from treatybodies.remote.mending.places import Edit, edited, opening_of, projection_of
from treatybodies.remote.tokens import Token, closing, tokens_of

XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_INNER = "_truth"
_TRUTHS = frozenset(
    {
        *("BOUND", "EXISTS", "NOT", "TRUE", "FALSE", "SAMETERM", "LANGMATCHES", "REGEX"),
        *("ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC"),
        *("CONTAINS", "STRSTARTS", "STRENDS"),
    }
)
_COMPARISONS = frozenset({"||", "&&", "=", "!=", "<", ">", "<=", ">="})


def with_booleans(query: str) -> str:
    """``query`` whose computed truth values are typed as such, not as the numbers 0 and 1.

    Only what the query yields is typed: within it, a typed value is not the same as its like.
    """
    tokens = tokens_of(query)
    first, last = projection_of(tokens)
    edits: list[Edit] = []
    inner: set[str] = set()
    for place, token in enumerate(tokens):
        if token.word != "AS" or (opening := opening_of(tokens, place)) is None:
            continue
        expression = tokens[opening + 1 : place]
        if not _is_truth(expression):
            continue
        if first <= place < last:
            start, end = expression[0].start, expression[-1].end
            edits += [Edit(start, start, f"<{XSD_BOOLEAN}>("), Edit(end, end, ")")]
        else:
            inner.add(tokens[place + 1].text[1:])
    for place, token in enumerate(tokens):
        if token.kind != "variable" or (name := token.text[1:]) not in inner:
            continue
        typed = f"(<{XSD_BOOLEAN}>(?{name}{_INNER}) AS ?{name})"
        yielded = first <= place < last and opening_of(tokens, place) is None
        edits.append(Edit(token.start, token.end, typed if yielded else f"?{name}{_INNER}"))
    return edited(query, edits)


def _is_truth(expression: list[Token]) -> bool:
    """Whether an expression yields a truth value, as far as its form tells."""
    if not expression:
        return False
    top = list(_top(expression))
    if any(
        (token.kind == "sign" and token.text in _COMPARISONS) or token.word == "IN" for token in top
    ):
        return True
    first = expression[0]
    if first.kind == "sign" and first.text == "!":
        return True
    if first.word in _TRUTHS:
        return True
    if first.kind == "sign" and first.text == "(" and closing(expression, 0) == len(expression) - 1:
        return _is_truth(expression[1:-1])
    if first.word in ("IF", "COALESCE"):
        given = _arguments(expression)
        return any(_is_truth(each) for each in given[first.word == "IF" :])
    return False


def _top(expression: list[Token]) -> Iterator[Token]:
    """The tokens outside all brackets."""
    depth = 0
    for token in expression:
        text = token.text if token.kind == "sign" else ""
        depth -= text in (")", "}", "]")
        if depth == 0:
            yield token
        depth += text in ("(", "{", "[")


def _arguments(call: list[Token]) -> list[list[Token]]:
    """The arguments of a function call."""
    given: list[list[Token]] = [[]]
    depth = 0
    for token in call[2 : closing(call, 1)]:
        text = token.text if token.kind == "sign" else ""
        if text == "," and depth == 0:
            given.append([])
            continue
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        given[-1].append(token)
    return given
