"""Keys in IRIs, made of words."""

from treatybodies.words import fold_words


def slug(text: str, longest: int = 8) -> str:
    """The words of ``text`` as a key for an IRI, at most ``longest`` of them.

    >>> slug("Closure of the session (continued)"), slug("Volker Türk")
    ('closure-of-the-session-continued', 'volker-turk')
    """
    return "-".join(fold_words(text)[:longest])
