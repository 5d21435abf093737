"""Sentences of a paragraph, with the abbreviations of United Nations records in mind."""

import re

# A full stop after these ends no sentence; after “p.m.” it does when a capital letter follows.
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Mx|St|Nos?|arts?|paras?|Vol|Add|Rev|Corr|chap|sect|vs|cf|al|"
    r"i\.e|e\.g|Rep|Ext|MM|Mmes?|Sr|Sra|Sres|Sras|núm|párrs?|párr)|\b[A-Z]|^\d{1,3}|\b[a-z])\.$"
)
_END = re.compile(r"[.!?]+[”\"’)]*\s+(?=[“\"(‘]?[A-ZÀ-ÞΑ-Я\d])")


def split_sentences(text: str) -> list[str]:
    """The sentences of ``text``, in order; joined by a space they are the text again.

    >>> split_sentences("Mr. Türk came at 5 p.m. The Chair left. See No. 6.")
    ['Mr. Türk came at 5 p.m.', 'The Chair left.', 'See No. 6.']
    """
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(text):
        sentence = text[start : end.end()].rstrip()
        if _ABBREVIATED.search(sentence) and not sentence.endswith(("p.m.", "a.m.")):
            continue
        sentences.append(sentence)
        start = end.end()
    return [*sentences, text[start:]] if text[start:] else sentences
