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
