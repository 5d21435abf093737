"""What a paragraph is about: themes by their words, and the instruments that it names."""

import re
from pathlib import Path

import yaml
from pyoxigraph import Literal, NamedNode, Store

from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.marked import Sentence
from treatybodies.importers.drafts.statements import Slots
from treatybodies.store import select
from treatybodies.symbols.series import TREATIES

FILE = Path(__file__).parent / "themes.yaml"
_OWN_TREATY = re.compile(
    r"\bthe (?:International )?(?:Convention|Covenant)(?! (?:on|against|for|relating))\b"
)
# The protocol that a committee means when it names none: the only one, or its first.
_PROTOCOLS = {
    "ccpr": "iccpr-op1",
    "cescr": "icescr-op",
    "cedaw": "cedaw-op",
    "crpd": "crpd-op",
    "spt": "opcat",
}
_PROTOCOL = re.compile(
    r"\b(?P<second>[Ss]econd )?(?:[Ff]irst )?Optional Protocol"
    r"(?: (?:to the (?:International )?(?:Convention|Covenant)(?! (?:on|against|for|relating))"
    r"|thereto))?(?! (?:on|to the Conv))\b"
)
SAYS: dict[str, dict[str, str | list[str]]] = {
    "<id/{paragraph}>": {"cites": "<id/{cited}>", "hasTheme": "theme:{theme}"}
}
LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?theme ?label WHERE {{
  ?theme skos:inScheme <https://w3id.org/treatybodies/scheme/theme> ; skos:prefLabel ?label .
  FILTER(LANG(?label) = "{language}")
}}
ORDER BY ?theme
"""
Themes = tuple[tuple[str, re.Pattern[str]], ...]


def read_themes(store: Store, language: str = "en") -> Themes:
    """Each theme's words, from themes.yaml, else from its label in the graph.

    Words are written down for English only; elsewhere the labels alone show a theme.
    """
    written: dict[str, list[str]] = {}
    if language == "en":
        written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    themes: dict[str, str] = {name: "|".join(words) for name, words in written.items()}
    for row in select(store, LABELS.format(language=language)):
        theme, label = row["theme"], row["label"]
        assert isinstance(theme, NamedNode)
        assert isinstance(label, Literal)
        if len(label.value.split()) > 1:
            themes.setdefault(theme.value.rpartition("/")[2], re.escape(label.value))
    return tuple(
        (name, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.I))
        for name, words in sorted(themes.items())
    )


def subjects(sentences: list[Sentence], context: Context, themes: Themes) -> Slots:
    """The slots ``theme`` and ``cited`` of a paragraph."""
    text = " ".join(sentence.text[sentence.own :] for sentence in sentences)
    # The committee's own name is no theme: “racial discrimination” in it says nothing.
    plain = _without_names(sentences)
    found = tuple(name for name, words in themes if words.search(plain))
    if "inter-committee-cooperation" not in found and _meets_committee(sentences, context):
        found = (*found, "inter-committee-cooperation")
    cited = [path for sentence in sentences for mention in sentence.of("instrument")
             for path in mention.slots["instrument"]]  # fmt: skip
    cited += _protocols(text, context.body)
    if _OWN_TREATY.search(_PROTOCOL.sub("", text)) and context.body in TREATIES:
        cited.append(f"instrument/{TREATIES[context.body]}")
    return {"theme": found, "cited": tuple(dict.fromkeys(cited))}


def _meets_committee(sentences: list[Sentence], context: Context) -> bool:
    """Whether a sentence tells of a meeting with another treaty body."""
    own = f"body/{context.body}"
    return any(
        sentence.of("meet", "hold")
        and any(mention.slots["named_body"][0] != own for mention in sentence.of("body"))
        for sentence in sentences
    )


def _protocols(text: str, body: str) -> list[str]:
    """The committee's own protocol, where the text names it without its title."""
    return [
        "instrument/iccpr-op2" if found["second"] else f"instrument/{_PROTOCOLS[body]}"
        for found in _PROTOCOL.finditer(text)
        if body == "ccpr" or (body in _PROTOCOLS and not found["second"])
    ]


def sentence_themes(sentence: Sentence, themes: Themes) -> tuple[str, ...]:
    """The themes of one sentence, for the events and texts that it tells of."""
    plain = _without_names([sentence])
    return tuple(name for name, words in themes if words.search(plain))


def _without_names(sentences: list[Sentence]) -> str:
    pieces = []
    for sentence in sentences:
        at = sentence.own
        for mention in sentence.of("body", "organization", "office", "instrument", "session"):
            pieces.append(sentence.text[at : mention.start])
            at = max(at, mention.end)
        pieces.append(sentence.text[at:] + " ")
    return " ".join(pieces)
