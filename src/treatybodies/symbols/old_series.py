"""Symbols of the reporting procedure until about 2005, before they were harmonized.

Each rule's comment says where its form was met, as in `reporting`.
"""

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.rules import Rule

_NO_STATE = "The symbol does not show the State."
_SERIES = (
    "Before 2006 State reports came out as addenda to a numbered series, one for each kind and "
    "year of report; a few addenda of such series are other documents."
)

OLD_SERIES = (
    # Read: CCPR/C/SYR/2004/3, CCPR/C/SYR/2000/2, CCPR/C/UKOT/99/5.
    Rule(
        "state-report-with-year",
        "{committee}/{state}/{short_year}/{cycles}",
        Kind.STATE_REPORT,
        "A year and a number after the State mark its report, as was usual from 1998 to 2005.",
        ("CCPR/C/SYR/2004/3", "CCPR/C/UKOT/99/5"),
    ),
    # Read: CCPR/C/84/L/SYR, CCPR/C/71/L/SYR.
    Rule(
        "list-of-issues-of-session",
        "CCPR/C/{session}/L/{state}",
        Kind.LIST_OF_ISSUES,
        "“L” between session and State marks a list of issues, until 2005.",
        ("CCPR/C/84/L/SYR",),
        bodies=("ccpr",),
    ),
    # Read: CCPR/CO/71/SYR/Add.1 is cited as the State's reply.
    Rule(
        "follow-up-of-session",
        "CCPR/CO/{session}/{state}/{reply}",
        Kind.FOLLOW_UP_REPORT,
        "“CO” marks concluding observations, and their addendum is the State's follow-up to them.",
        ("CCPR/CO/71/SYR/Add.1",),
        bodies=("ccpr",),
    ),
    # Cited: 2000 to 2005.
    Rule(
        "observations-of-session-by-state",
        "CCPR/CO/{session}/{state}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CO” with session and State marks concluding observations, from 2000 to 2005.",
        ("CCPR/CO/83/UGA",),
        bodies=("ccpr",),
    ),
    # Cited: 2002 to 2005.
    Rule(
        "observations-of-session",
        "CERD/C/{session}/CO/{number}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CO” after the session marks concluding observations, from 2002 to 2005.",
        ("CERD/C/63/CO/9",),
        _NO_STATE,
        ("cerd",),
    ),
    # Cited: 2002 to 2005.
    Rule(
        "conclusions-of-session",
        "CAT/C/CR/{session}/{number}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CR” marks conclusions and recommendations on a State's report, until 2005.",
        ("CAT/C/CR/32/4",),
        _NO_STATE,
        ("cat",),
    ),
    # Cited: 2001 and 2002.
    Rule(
        "conclusions-of-roman-session",
        "CAT/C/{roman_session}/Concl.{number}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“Concl.” marks conclusions on a State's report, in 2001 and 2002.",
        ("CAT/C/XXVII/Concl.2",),
        _NO_STATE,
        ("cat",),
    ),
    # Cited: one series of concluding observations each, 1992–2000, 1996–2001, 1993–2005, 1996–2006.
    *(
        Rule(
            f"observations-series-{body}",
            f"{series}/{{addendum}}",
            Kind.CONCLUDING_OBSERVATIONS,
            f"“{series}” is the series in which concluding observations came out as addenda.",
            (example,),
            f"{_NO_STATE} That the series holds concluding observations is practice, not rule.",
            (body,),
        )
        for body, series, example in (
            ("ccpr", "CCPR/C/79", "CCPR/C/79/Add.118"),
            ("cerd", "CERD/C/304", "CERD/C/304/Add.116"),
            ("crc", "CRC/C/15", "CRC/C/15/Add.189"),
            ("cescr", "E/C.12/1", "E/C.12/1/Add.1"),
        )
    ),
    # Cited: first observations on the two protocols.
    Rule(
        "observations-on-protocol-by-year",
        "{protocol}/CO/{year}/{state}",
        Kind.CONCLUDING_OBSERVATIONS,
        "“CO” with year and State marks concluding observations, until 2005.",
        ("CRC/C/OPAC/CO/2005/FIN",),
    ),
    # Cited: lists with the State behind the infix, until 2005.
    Rule(
        "list-of-issues-infix-first",
        "{reporting}/Q/{state}/{cycles}",
        Kind.LIST_OF_ISSUES,
        "“Q” before the State marks a list of issues, until 2005.",
        ("CRC/C/Q/CAN/2", "E/C.12/Q/ZMB/1"),
    ),
    # Cited.
    Rule(
        "numbered-replies",
        "CRC/C/RESP/{number}",
        Kind.REPLIES,
        "“RESP” marks a State's replies to a list of issues, until 2006.",
        ("CRC/C/RESP/31",),
        _NO_STATE,
        ("crc",),
    ),
    # Cited: pre-session working group, until 2005.
    Rule(
        "presession-list",
        "CEDAW/PSWG/{year}/{half}/CRP.1/{addendum}",
        Kind.LIST_OF_ISSUES,
        "“PSWG” is the pre-session working group; “CRP.1” is its series of lists of issues.",
        ("CEDAW/PSWG/2005/I/CRP.1/Add.3",),
        _NO_STATE,
        ("cedaw",),
    ),
    Rule(
        "presession-replies",
        "CEDAW/PSWG/{year}/{half}/CRP.2/{addendum}",
        Kind.REPLIES,
        "“PSWG” is the pre-session working group; “CRP.2” is its series of replies.",
        ("CEDAW/PSWG/2004/II/CRP.2/Add.4",),
        _NO_STATE,
        ("cedaw",),
    ),
    # Read: E/1990/5/Add.70 as the initial report of Latvia. Cited: the others.
    *(
        Rule(
            f"council-series-{which.split()[0]}",
            f"E/{series}/{{addendum}}",
            Kind.STATE_REPORT,
            f"“E/{series}” is the Council's series of {which} reports under the Covenant.",
            (example,),
            _NO_STATE,
            ("cescr",),
        )
        for which, series, example in (
            ("initial", "1990/5", "E/1990/5/Add.70"),
            ("second periodic", "1990/6", "E/1990/6/Add.24"),
            ("third periodic", "1994/104", "E/1994/104/Add.30"),
        )
    ),
    Rule(
        "council-series-by-articles",
        "E/{old_reports}/{addendum}",
        Kind.STATE_REPORT,
        "The Council's first series hold reports on groups of articles of the Covenant.",
        ("E/1982/3/Add.42", "E/1984/7/Add.2"),
        f"{_NO_STATE} Which articles and which report in turn, only the document tells.",
        ("cescr",),
    ),
    # Read: CAT/C/55/Add.10 as the fourth periodic report of Hungary.
    Rule(
        "report-series",
        "{committee}/{series_number}/{addendum}",
        Kind.STATE_REPORT,
        "An addendum to a numbered series is, as a rule, a State report.",
        ("CAT/C/34/Add.20", "CAT/C/55/Add.10", "CRC/C/41/Add.9", "CEDAW/C/5/Add.52/Amend.1"),
        f"{_SERIES} {_NO_STATE}",
    ),
)
