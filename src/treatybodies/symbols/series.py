"""Document series of the treaty bodies: how their symbols start, and their annual reports."""

from dataclasses import dataclass

BODY_NAMES = {
    "ccpr": "Human Rights Committee",
    "cescr": "Committee on Economic, Social and Cultural Rights",
    "cerd": "Committee on the Elimination of Racial Discrimination",
    "cedaw": "Committee on the Elimination of Discrimination against Women",
    "cat": "Committee against Torture",
    "spt": "Subcommittee on Prevention of Torture",
    "crc": "Committee on the Rights of the Child",
    "cmw": "Committee on Migrant Workers",
    "crpd": "Committee on the Rights of Persons with Disabilities",
    "ced": "Committee on Enforced Disappearances",
}

# The treaty whose reports, sessions and comments the body's own series holds.
TREATIES = {
    "ccpr": "iccpr",
    "cescr": "icescr",
    "cerd": "icerd",
    "cedaw": "cedaw",
    "cat": "cat",
    "spt": "opcat",
    "crc": "crc",
    "cmw": "icrmw",
    "crpd": "crpd",
    "ced": "icpped",
}

# Prefix → body. “E/C.12” numbers the Committee among those of the Economic and Social Council.
COMMITTEES = {
    "CCPR/C": "ccpr",
    "CERD/C": "cerd",
    "CEDAW/C": "cedaw",
    "CAT/C": "cat",
    "CRC/C": "crc",
    "CMW/C": "cmw",
    "CRPD/C": "crpd",
    "CED/C": "ced",
    "E/C.12": "cescr",
}
BODIES = {**COMMITTEES, "CAT/OP": "spt"}

# Reports under the two substantive protocols to the CRC; OPSA is an earlier spelling of OPSC.
PROTOCOLS = {
    "CRC/C/OPAC": "crc-op-ac",
    "CRC/C/OPSC": "crc-op-sc",
    "CRC/C/OPSA": "crc-op-sc",
}

# The names under which OHCHR's database files documents, as in INT/CMW/GEC/9459.
DATABASE_BODIES = {
    "CCPR": ("ccpr", "iccpr"),
    "CESCR": ("cescr", "icescr"),
    "CERD": ("cerd", "icerd"),
    "CEDAW": ("cedaw", "cedaw"),
    "CAT-OP": ("spt", "opcat"),
    "CAT": ("cat", "cat"),
    "CRC-OP-AC": ("crc", "crc-op-ac"),
    "CRC-OP-SC": ("crc", "crc-op-sc"),
    "CRC": ("crc", "crc"),
    "CMW": ("cmw", "icrmw"),
    "CRPD": ("crpd", "crpd"),
    "CED": ("ced", "icpped"),
}


@dataclass(frozen=True)
class Supplement:
    """A supplement of the General Assembly's records that is a treaty body's annual report."""

    number: int
    body: str
    first: int
    """First session of the Assembly to which the body reports under this number."""
    last: int | None = None
    seen: bool = True
    """Whether such a report was seen; else the number is only generally known."""


# Earlier holders of a number are other organs: A/30/40 is no report of a treaty body.
SUPPLEMENTS = (
    Supplement(18, "cerd", 31),  # A/32/18 … A/60/18
    Supplement(40, "ccpr", 33),  # A/50/40, A/61/40 (Vol. I)
    Supplement(44, "ccpr", 32, 32, seen=False),  # the Committee's first report
    Supplement(38, "cedaw", 41),  # A/41/38 as listed, A/70/38
    Supplement(45, "cedaw", 38, 41, seen=False),  # the Committee's first reports
    Supplement(44, "cat", 45),  # A/53/44, A/60/44
    Supplement(46, "cat", 43, 44, seen=False),  # the Committee's first reports
    Supplement(41, "crc", 47, seen=False),
    Supplement(48, "cmw", 59),  # A/61/48, A/67/48
    Supplement(55, "crpd", 66, seen=False),
    Supplement(56, "ced", 67),  # A/70/56
)

# CESCR reports to the Council as supplement 22 (E/1989/22, E/1995/22), except in these years.
_OTHER_COUNCIL_SUPPLEMENTS = {1987: 28, 1988: 14, 1990: 23, 1991: 23, 1992: 23, 1994: 23}


def find_supplement(assembly: int, number: int) -> Supplement | None:
    """The annual report that ``A/{assembly}/{number}`` is, if a treaty body's."""
    for supplement in SUPPLEMENTS:
        within = supplement.first <= assembly and (
            supplement.last is None or assembly <= supplement.last
        )
        if supplement.number == number and within:
            return supplement
    return None


def council_supplement(year: int) -> int | None:
    """The number under which CESCR reports to the Council in ``year``; it first does in 1987."""
    return _OTHER_COUNCIL_SUPPLEMENTS.get(year, 22) if year >= 1987 else None
