"""Persons and offices as patterns find them: a title of address, a title of office, capitals."""

import re
from collections.abc import Callable

from treatybodies.importers.drafts.lexicon import lexicon
from treatybodies.importers.drafts.marked import Slots
from treatybodies.importers.drafts.slugs import slug

Read = Callable[[re.Match[str]], Slots | None]
Pattern = tuple[str, re.Pattern[str], Read]
"""The tag of a mention, what it looks like, and what it tells."""
_NAME = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+|[A-Z]\.|(?:de|da|del|el|al|van|von|bin|ben|di|la)\b)"
_PROPER = (
    r"(?:,(?= [A-Z]\w+(?:,| and) ))?"
    r" (?:(?:and|of|of the|on|on the|for|for the|against) )?[A-Z][\w’'-]+"
)


def compiled(tag: str, pattern: str, read: Read, flags: int = 0) -> Pattern:
    """A pattern ready to be looked for."""
    return tag, re.compile(pattern, flags), read


def read_person(match: re.Match[str]) -> Slots | None:
    """The slots of a person whose name is the group ``name``."""
    name = match["name"].rstrip(" .,’'")
    name = name.title() if name.isupper() else name
    return {"person": (f"person/{slug(name)}",), "person_name": (name,)}


def _office(match: re.Match[str]) -> Slots | None:
    """An office that no list has: its title and what it is an office of."""
    title, of = match["title"], re.sub(r"(?:\s(?:and|of|on|for|the|in|against))+$", "", match["of"])
    of = re.split(r" (?:of|at|in) the (?:Office|Secretariat)\b", of)[0]
    return {
        "office": (f"office/{slug(title)}-{slug(of)}",),
        "office_name": (f"{title} {match['link']} {match['article'] or ''}{of}",),
        "unit_name": (of,) if match["link"] == "of" else (),
        "unit": (f"organization/{slug(of)}",) if match["link"] == "of" else (),
    }


PEOPLE: tuple[Pattern, ...] = (
    compiled(
        "person",
        r"\b(?:Mr|Ms|Mrs|Mx|Dr|Prof|Mme|M|Sir|H\.E\.(?: (?:Mr|Ms))?)\.? "
        rf"(?P<name>(?:(?:de|da|del|van|von|der) )*[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+(?: {_NAME})*)",
        read_person,
    ),
    # Press releases leave the title out, and write names of speakers in capitals.
    compiled(
        "person",
        r"\b(?!World|International|United|European|African|Human|Committee|National|Inter|Office|"
        r"The |[^,.;]{0,60}\b(?:Nations|Fund|Organi[sz]ation|Programme|Agency|Alliance|Watch)\b)"
        r"(?P<name>[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]+"
        r"(?: (?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*\.?|de|da|del|van|von)){1,3})"
        r"(?=, (?:the )?(?:outgoing |new )?(?:Committee |Subcommittee )?(?:Chair|Vice-Chair|Vice-|"
        r"Rapporteur|President|Director|Expert|Member|Country|Co-|High Comm|"
        r"(?:United Nations|UN) (?:High|Deputy|Assistant|Under|Special|Resident)|"
        r"Special|Minister|Deputy|Permanent|Ambassador|Head|Chief|Secretary|Under-|Assistant|"
        r"Attorney|State Secretary|Commissioner|Representative|Executive|Legal|Senior|Officer|"
        r"who chairs))",
        read_person,
    ),
    # A speaker opens a paragraph in capitals: “ANA RODAS, …”.
    compiled(
        "person",
        r"^(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ’'-]+"
        r"(?: (?:[A-ZÀ-Þ][A-ZÀ-Þ’'-]+|[A-Z]\.|DE|DA|EL|AL)){1,4})(?=,)",
        read_person,
    ),
    compiled(
        "office",
        r"\b(?P<title>Special Rapporteur|Independent Expert|Special Representative)"
        r"(?P<gap> of the Secretary-General)? (?P<link>on|for) (?P<article>the )?"
        r"(?P<of>[^,.;:()]{3,90}?(?:, [a-z]+,? (?:or|and) [a-z]+ [a-z]+)?)"
        r"(?=[,.;:()]|$| and (?:a|an|the|with|had|was|has) "
        r"| who | had | was |(?<!right) to "
        r"| (?:briefed|addressed|met|said|joined|spoke|presented|informed|attended|made|opened)\b"
        r"| in private| in a | at )",
        _office,
    ),
    compiled(
        "office",
        rf"\b(?<!Permanent )(?P<title>{lexicon().titles}) (?P<link>of|on|for) "
        r"(?!(?:the )?Committee\b(?! (?:on|against)))"
        rf"(?P<article>the )?(?P<of>[A-Z][\w’'-]*(?:{_PROPER})*)",
        _office,
    ),
)
