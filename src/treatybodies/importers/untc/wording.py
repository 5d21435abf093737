"""What headings and words of a statement say: its kind, its articles, when it was made.

The rules read facts only; the texts themselves stay at the depositary.
"""

import re
from collections.abc import Iterable, Iterator

KINDS = (
    ("interpretative-declaration", re.compile(r"interpretat\w+ (?:declarat|statement)", re.I)),
    ("reservation", re.compile(r"reservation", re.I)),
    ("understanding", re.compile(r"understanding", re.I)),
    ("declaration", re.compile(r"(?<!interpretative )(?<!interpretive )declaration", re.I)),
    ("notification", re.compile(r"notification", re.I)),
)
_WORDED = (
    (
        "reservation",
        re.compile(
            r"\breserv(?:es|ation|e)\b|not consider (?:itself|himself) (?:as )?bound"
            r"|not be bound|not to apply|does not accept",
            re.I,
        ),
    ),
    ("interpretative-declaration", re.compile(r"\binterprets?\b|interpretation", re.I)),
    ("understanding", re.compile(r"\bunderstand(?:s|ing)\b", re.I)),
    ("declaration", re.compile(r"declar|considers|states that|takes the view", re.I)),
)
WITHDRAWAL = re.compile(r"withdr[ae]w", re.I)
_CROSS_REFERENCE = re.compile(
    r"\[?\s*See (?:under .{1,20} in )?chapter [^\]]{1,20}\]?\.?|\[[^\[\]]*\bsee note[^\[\]]*\]",
    re.I,
)
_ARTICLE = re.compile(r"\barticles?\s+(?=\(?\d)", re.I)
# Articles of a constitution or a law are none of the treaty's.
_ELSEWHERE = re.compile(
    r"\.\d|[^.;:]{0,40}?\bof (?:the |its |their |our )?(?:[A-Z]\w+ (?:of |and )?){0,4}"
    r"(?:Constitution|Code|Law|Act|Decree|Charter|Vienna Convention|Basic Law)\b"
)
# Words that may stand between the numbers of one list; paragraphs are not articles.
_ITEM = re.compile(
    r"(?:(?:,|and|or|to|as well as|&|-)\s*)*(?:articles?\s+)?(?P<number>\d{1,3})\b"
    r"(?P<rest>(?:\s*,?\s*(?:first|second)?\s*(?:sub-?)?(?:paragraphs?|paras?\.?|subparagraphs?)"
    r"\s*(?:\(?[0-9a-z]{1,3}\)?(?:\s*(?:,|and|or|to)\s*(?=\(?[0-9a-z]{1,2}\)?[\s,)]))?\s*)+"
    r"|\s*\([0-9a-z]{1,4}\)|\s*(?:,|and)\s*(?=\([0-9a-z]{1,4}\)))*)\s*",
    re.I,
)
_SIGNATURE = re.compile(r"(?:upon|made at|time of|at) (?:the )?(?:time of )?signature", re.I)
_CONSENT = re.compile(r"ratif|accession|succession|acceptance|approval|formal confirmation", re.I)


def is_cross_reference(text: str) -> bool:
    """Whether a statement only points to another chapter."""
    return bool(_CROSS_REFERENCE.fullmatch(text.strip()))


def kinds_of_heading(heading: str) -> list[str]:
    """The kinds that a heading names, in the order of the code list."""
    return [kind for kind, pattern in KINDS if pattern.search(heading)]


def kind_of_words(text: str) -> str:
    """The kind that the words of a statement suggest; nothing when they are silent."""
    return next((kind for kind, pattern in _WORDED if pattern.search(text)), "")


def occasion(heading: str) -> str:
    """``signature`` or ``consent`` when a heading says upon which the statement was made."""
    if _CONSENT.search(heading):
        return "consent"
    return "signature" if _SIGNATURE.search(heading) else ""


def find_articles(text: str) -> Iterator[str]:
    """The numbers of the articles that ``text`` names, as they come."""
    for match in _ARTICLE.finditer(text):
        rest = text[match.end() : match.end() + 160]
        found = [one[1]] if (one := re.match(r"\((\d{1,3})\)", rest)) else []
        while item := _ITEM.match(rest):
            found.append(item["number"])
            rest = rest[item.end() :]
        if not _ELSEWHERE.match(rest):
            yield from found


def in_order(articles: Iterable[str]) -> list[str]:
    """Article numbers once each, in the order of numbers."""
    return sorted(set(articles), key=int)
