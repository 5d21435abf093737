"""Which language a text is in, by its commonest words or its script."""

import re
from collections.abc import Sequence

from treatybodies.pipeline.verify import Paragraph

LANGUAGES = {
    "en": ("English", "ENG"), "fr": ("French", "FRA"), "es": ("Spanish", "SPA"),
    "ar": ("Arabic", "ARA"), "ru": ("Russian", "RUS"), "zh": ("Chinese", "ZHO"),
}  # fmt: skip
READ = ("en", "fr", "es")
"""Languages whose sentences are read: English by all rules, the others by those that show it."""
_COMMON = {
    "en": "the of and to in that had was which with its",
    "fr": "le la les des du et que qui dans pour est au aux une sur",
    "es": "el la los las del y que en por para con una se al",
}
_SCRIPTS = {"ar": "[\\u0600-\\u06ff]", "ru": "[\\u0400-\\u04ff]", "zh": "[\\u4e00-\\u9fff]"}
SAMPLE = 40_000
"""Characters of a text that are looked at."""


def language_of(paragraphs: Sequence[Paragraph]) -> str:
    """The code of the language of a text: the one whose script or common words it has most of."""
    text = " ".join(paragraph.text for paragraph in paragraphs)[:SAMPLE]
    for code, letters in _SCRIPTS.items():
        if len(re.findall(letters, text)) > len(text) / 5:
            return code
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    counts = {
        code: sum(word in common for word in words)
        for code, common in ((code, set(words_.split())) for code, words_ in _COMMON.items())
    }
    return max(counts, key=lambda code: (counts[code], code == "en"))


def unread_language(code: str, rules: Sequence[str] = ()) -> str:
    """What is said of a text of whose sentences all but those of some ``rules`` are left unread.

    Empty for English, whose sentences are read by all rules.
    """
    if code == "en":
        return ""
    name, _ = LANGUAGES[code]
    if code in READ:
        kinds = ", ".join(rule.replace("-", " ") for rule in rules)
        return (
            f"the text is in {name}, of which only some kinds of sentences are read ({kinds}) → "
            "draft the English version too, or state by hand what else it says"
        )
    return (
        f"the text is in {name}: symbols and the names of States and bodies are found, sentences "
        "are not → draft the English version, or state by hand what it says"
    )
