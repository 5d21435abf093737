"""The order in which a query yields its rows."""

from collections.abc import Iterator

from treatybodies.remote.mending.places import Edit, edited, group_of, opening_of
from treatybodies.remote.tokens import Token, closing, tokens_of


def with_sorting(query: str) -> str:
    """``query`` whose rows are sorted by the text of terms, and by the value of numbers.

    Virtuoso sorts long texts, and those with a language, by when they were stored.
    """
    tokens = tokens_of(query)
    edits: list[Edit] = []
    for place, token in enumerate(tokens[:-1]):
        if token.word == "ORDER" and tokens[place + 1].word == "BY":
            made = _made_here(tokens, place)
            for start, end, variable, direction in _sorted_by(tokens, place + 2):
                if variable[1:] not in made:
                    edits.append(Edit(start, end, _keys(variable, direction)))
    return edited(query, edits)


def _keys(variable: str, direction: str) -> str:
    number = f"IF(isNumeric({variable}), {variable}, 0)"
    return f"{direction}({number}) {direction}(STR({variable}))"


def _sorted_by(tokens: list[Token], place: int) -> Iterator[tuple[int, int, str, str]]:
    """The conditions of an ORDER BY that are a variable: start, end, variable, direction."""
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "variable":
            yield token.start, token.end, token.text, "ASC"
            place += 1
        elif token.word in ("ASC", "DESC"):
            end = closing(tokens, place + 1)
            if end == place + 3:
                yield token.start, tokens[end].end, tokens[place + 2].text, token.word
            place = end + 1
        elif token.text == "(":
            place = closing(tokens, place) + 1
        elif token.kind in ("name", "iri") or (token.kind == "word" and _is_call(tokens, place)):
            place = closing(tokens, place + 1) + 1
        else:
            return


def _is_call(tokens: list[Token], place: int) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1].text == "("


def _made_here(tokens: list[Token], place: int) -> set[str]:
    """The variables that the SELECT of an ORDER BY makes: no expression there may use them."""
    around = group_of(tokens, place)
    first = 0 if around is None else around
    made: set[str] = set()
    for index in range(first, place):
        if tokens[index].word == "AS" and (opening := opening_of(tokens, index)) is not None:
            own = group_of(tokens, index) == around
            is_bind = tokens[opening - 1].word == "BIND"
            if own and not is_bind:
                made.add(tokens[index + 1].text[1:])
    return made
