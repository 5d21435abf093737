"""Symbols of the reporting procedure: reports, lists of issues, replies, observations, follow-up.

Each rule's comment says where its form was met: “read” on a document or in another that lists it,
or only “cited” in the literature; the numbers of examples of cited forms may be made up.
"""

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.rules import Rule

_COUNTS = "The last number counts these documents and is no reporting cycle."

REPORTING = (
    # Read: CMW/C/SR.575, CEDAW/C/SR.1012; harmonized symbols of 2005.
    Rule(
        "state-report",
        "{reporting}/{state}/{cycles}",
        Kind.STATE_REPORT,
        "A number directly after the State marks the State's own report.",
        ("CMW/C/EGY/2-4", "CEDAW/C/BGD/3-4", "E/C.12/BLG/3", "CRC/C/OPAC/CAN/1", "CRPD/C/EU/1"),
    ),
    # Read: CMW/C/SR.100 cites CMW/C/AZE/Q/1/Add.1; CRC/C/MEX/CO/4-5 cites CRC/C/MEX/Q/4-5/Add.1.
    Rule(
        "replies-as-addendum",
        "{reporting}/{state}/Q/{cycles}/{reply}",
        Kind.REPLIES,
        "“Q” marks a list of issues, and its addendum is the State's replies.",
        ("CMW/C/AZE/Q/1/Add.1", "CRC/C/MEX/Q/4-5/Add.1"),
    ),
    # Read: CMW/C/MRT/Q/2, CCPR/C/SYR/Q/4.
    Rule(
        "list-of-issues",
        "{reporting}/{state}/Q/{cycles}",
        Kind.LIST_OF_ISSUES,
        "“Q” marks a list of issues, sent after the State's report (CERD: a list of themes).",
        ("CMW/C/MRT/Q/2", "CMW/C/EGY/Q/2-4", "CRC/C/OPSC/USA/Q/2"),
        "Some lists prior to reporting carry Q instead of QPR: CMW/C/MLI/Q/2, CAT/C/GTM/Q/6.",
    ),
    # Read: CMW/C/EGY/QPR/2.
    Rule(
        "list-of-issues-prior-to-reporting",
        "{reporting}/{state}/QPR/{cycles}",
        Kind.LIST_OF_ISSUES_PRIOR_TO_REPORTING,
        "“QPR” marks a list of issues prior to reporting, to which the State's report replies.",
        ("CMW/C/IDN/QPR/2", "CMW/C/BLZ/QPR/1-3"),
    ),
    # Read: CMW/C/BEN/RQ/1.
    Rule(
        "replies",
        "{reporting}/{state}/RQ/{cycles}",
        Kind.REPLIES,
        "“RQ” marks the State's replies to a list of issues.",
        ("CMW/C/BEN/RQ/1", "CMW/C/EGY/RQ/2-4"),
    ),
    # Read: CEDAW/C/MEX/CO/7-8/Add.1, CED/C/MEX/CO/1/Add.2, both information from the State.
    Rule(
        "follow-up-as-addendum",
        "{reporting}/{state}/CO/{cycles}/{reply}",
        Kind.FOLLOW_UP_REPORT,
        "“CO” marks concluding observations, and their addendum is the State's follow-up to them.",
        ("CED/C/MEX/CO/1/Add.2", "CEDAW/C/MEX/CO/7-8/Add.1", "CMW/C/AZE/CO/3/Add.1"),
        "Now and then such an addendum holds the State's comments, or is the committee's own.",
    ),
    # Read: CMW/C/BEN/CO/1.
    Rule(
        "concluding-observations",
        "{reporting}/{state}/CO/{cycles}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CO” marks the concluding observations on the State's report.",
        ("CMW/C/BEN/CO/1", "CRC/C/SYC/CO/2-4", "CAT/C/YEM/CO/2/Rev.1", "CRC/C/OPSC/USA/CO/2"),
    ),
    # Cited: infix of January 2006, before CO was settled.
    Rule(
        "concluding-comments",
        "CEDAW/C/{state}/CC/{cycles}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CC” marks concluding comments, as the committee called its observations in 2006.",
        ("CEDAW/C/KHM/CC/3",),
        bodies=("cedaw",),
    ),
    # Read in a list of infixes.
    Rule(
        "follow-up-report",
        "{reporting}/{state}/FCO/{cycles}",
        Kind.FOLLOW_UP_REPORT,
        "“FCO” marks what the State reports in follow-up to concluding observations.",
        ("CMW/C/AZE/FCO/3",),
    ),
    # Read: CED/C/SR.522 cites CED/C/BEL/AI/1.
    Rule(
        "additional-information",
        "{committee}/{state}/AI/{number}",
        Kind.ADDITIONAL_INFORMATION,
        "“AI” marks additional information that the committee asked for (ICPPED, art. 29 (4)).",
        ("CED/C/BEL/AI/1", "CED/C/FRA/AI/1"),
        _COUNTS,
    ),
    # Cited.
    Rule(
        "observations-on-additional-information",
        "{committee}/{state}/OAI/{number}",
        Kind.OBSERVATIONS_ON_ADDITIONAL_INFORMATION,
        "“OAI” marks the committee's observations on additional information.",
        ("CED/C/FRA/OAI/1",),
        _COUNTS,
    ),
    # Read: CED/C/MEX/FAI/1.
    Rule(
        "follow-up-observations",
        "{committee}/{state}/FAI/{number}",
        Kind.FOLLOW_UP_EVALUATION,
        "“FAI” marks the committee's follow-up observations on additional information.",
        ("CED/C/MEX/FAI/1",),
        _COUNTS,
    ),
    # Cited: reports asked for out of turn.
    Rule(
        "exceptional-report",
        "CEDAW/C/{state}/EP/{number}",
        Kind.STATE_REPORT,
        "“EP” marks a report that the committee asked for exceptionally, out of turn.",
        ("CEDAW/C/MMR/EP/1",),
        bodies=("cedaw",),
    ),
    Rule(
        "observations-on-exceptional-report",
        "CEDAW/C/{state}/CO/EP/{number}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CO/EP” marks concluding observations on a report asked for exceptionally.",
        ("CEDAW/C/MMR/CO/EP/1",),
        bodies=("cedaw",),
    ),
)
