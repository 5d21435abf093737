"""The words of a label or a search, folded so that case, accents and variants do not matter.

Both wings use it: the pipeline folds the labels it indexes, the service folds what is looked for.
"""

import re
import unicodedata

# Letters that no Unicode decomposition takes apart, and Arabic variants that writers interchange.
_FOLDED = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    | {"ـ": "", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي"}
)
# Where writers leave an apostrophe out: “dIvoire”, “lOuest”, “peoples”.
_ELIDED = re.compile(r"([dl])([aeiouyh]\w{2,})")
_OWNED = re.compile(r"(\w{3,})(s)")
_WORD = re.compile(r"[^\W_]+")
# Chinese is written without spaces: each character counts as a word.
_PARTS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\u3400-\u9fff\uf900-\ufaff]+")


def fold_words(text: str) -> list[str]:
    """The folded words of ``text``, in order.

    >>> fold_words("Côte d’Ivoire")
    ['cote', 'd', 'ivoire']
    >>> fold_words("CMW/C/SR.590")
    ['cmw', 'c', 'sr', '590']
    >>> fold_words("贝宁")
    ['贝', '宁']
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    words = _WORD.findall(plain.translate(_FOLDED))
    return [part for word in words for part in _PARTS.findall(word)]


def without_apostrophe(word: str) -> list[tuple[str, str]]:
    """The two words that a folded ``word`` may be with an apostrophe in it.

    >>> without_apostrophe("divoire")
    [('d', 'ivoire')]
    >>> without_apostrophe("peoples")
    [('people', 's')]
    """
    matches = (pattern.fullmatch(word) for pattern in (_ELIDED, _OWNED))
    return [(found[1], found[2]) for found in matches if found]
