"""Who was elected to what: persons and roles in the order in which a sentence names them."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.marked import Mention, Sentence, Slots

# Who leaves an office is named beside who takes it.
_OUTGOING = re.compile(r"\b(?:replac(?:e|ing)|succe(?:ed|eding)|outgoing|place of|instead of) $")


def officers(sentence: Sentence) -> Iterator[Slots]:
    """Person and role of each officer, read forwards or backwards as the sentence goes.

    “Ms. A as Chair and Mr. B as Rapporteur”, but “Chair: Ms. A; Rapporteur: Mr. B”.
    """
    persons = [each for each in sentence.of("person") if not _leaves(sentence, each)]
    roles = list(_roles(sentence))
    if not persons or not roles:
        return
    role_first = roles[0][0] < persons[0].start
    for person in persons:
        if role_first:
            fits = [role for at, role in roles if at < person.start][-1:]
        else:
            fits = [role for at, role in roles if at >= person.end][:1]
        if fits:
            yield {
                "person": person.slots["person"],
                "person_name": person.slots["person_name"],
                "person_key": (person.slots["person"][0].rpartition("/")[2],),
                "role": (fits[0],),
            }


def _leaves(sentence: Sentence, person: Mention) -> bool:
    return bool(_OUTGOING.search(sentence.text[: person.start]))


def _roles(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """Each role that is named, with its place; “Vice-Chair” is no “Chair”."""
    found: dict[int, str] = {}
    for role, pattern in lexicon(sentence.language).roles.items():
        for match in pattern.finditer(sentence.text):
            found[match.start()] = role
    return iter(sorted(found.items()))
