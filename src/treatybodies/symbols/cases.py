"""Symbols of communications, inquiries, visits and urgent decisions."""

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.rules import Rule

_COUNTS = "The last number counts these documents and is no reporting cycle."

COMMUNICATIONS = (
    # Read: CCPR/C/99/D/1870/2009; merged ones as CCPR/C/101/D/1642-1741/2007.
    Rule(
        "views",
        "{committee}/{session}/{decided}/{communications}/{case_year}",
        Kind.VIEWS,
        "Session, letter, number and year mark what a committee decides on a communication.",
        (
            "CCPR/C/137/D/3165/2018",
            "CCPR/C/101/D/1642-1741/2007",
            "CERD/C/100/D/61/2017",
            "E/C.12/55/D/2/2014",
        ),
        "Views, inadmissibility and discontinuance have such symbols alike.",
    ),
)

INQUIRIES = (
    # Cited: inquiries under article 8 of the Optional Protocol to the CEDAW.
    Rule(
        "inquiry-under-article-8",
        "CEDAW/C/OP.8/{state}/{number}",
        Kind.INQUIRY_REPORT,
        "“OP.8” marks an inquiry under article 8 of the Optional Protocol.",
        ("CEDAW/C/OP.8/GBR/1",),
        bodies=("cedaw",),
    ),
    # Read: cited in OHCHR's training guide on the CRPD.
    Rule(
        "inquiry-under-article-8-of-year",
        "CEDAW/C/{year}/OP.8/{state_name}",
        Kind.INQUIRY_REPORT,
        "“OP.8” marks an inquiry under article 8 of the Optional Protocol.",
        ("CEDAW/C/2005/OP.8/MEXICO",),
        bodies=("cedaw",),
    ),
    # Cited.
    *(
        Rule(
            f"inquiry-{infix.lower()}",
            f"{{committee}}/{{state}}/{infix}/{{number}}",
            Kind.INQUIRY_REPORT,
            f"“{infix}” marks the report on an inquiry.",
            (example,),
            _COUNTS,
        )
        for infix, example in (("IR", "CRPD/C/HUN/IR/1"), ("INQ", "CRC/C/CHL/INQ/1"))
    ),
)

DECISIONS = (
    # Cited: early warning and urgent action.
    Rule(
        "urgent-decision",
        "CERD/C/DEC/{state}/{number}",
        Kind.DECISION,
        "“DEC” marks a decision on a State under the early warning and urgent action procedure.",
        ("CERD/C/DEC/USA/1",),
        _COUNTS,
        ("cerd",),
    ),
)

VISITS = (
    # Cited: article 33 of the ICPPED.
    Rule(
        "visit-report",
        "{committee}/{state}/VR/{number}",
        Kind.VISIT_REPORT,
        "“VR” marks the report on a visit to the State.",
        ("CED/C/MEX/VR/1", "CED/C/MEX/VR/1 (Findings)"),
        _COUNTS,
    ),
    # Cited: the State's reply is an addendum to the report.
    Rule(
        "reply-to-visit-report",
        "CAT/OP/{state}/{number}/{reply}",
        Kind.VISIT_REPLY,
        "After the Subcommittee's report on a visit, an addendum is the reply to it.",
        ("CAT/OP/MEX/1/Add.1",),
        _COUNTS,
        ("spt",),
    ),
    # Read: CAT/OP/MDA/1 and CAT/OP/DEU/1, both reports on visits.
    Rule(
        "visit-report-spt",
        "CAT/OP/{state}/{number}",
        Kind.VISIT_REPORT,
        "A number directly after the State marks the Subcommittee's report on a visit.",
        ("CAT/OP/MEX/1", "CAT/OP/DEU/1"),
        f"{_COUNTS} Some go to the State, some to its national preventive mechanism.",
        ("spt",),
    ),
    Rule(
        "restricted-visit-report",
        "CAT/OP/{state}/R.{number}",
        Kind.VISIT_REPORT,
        "“R” marks a report on a visit while it is confidential (OPCAT, art. 16).",
        ("CAT/OP/BRA/R.1",),
        _COUNTS,
        ("spt",),
    ),
    # Cited: recommendations and observations addressed to the State party, and to the NPM.
    *(
        Rule(
            f"visit-{infix.lower()}",
            f"CAT/OP/{{state}}/{infix}/{{number}}",
            kind,
            f"“{infix}” marks {what}.",
            (f"CAT/OP/ESP/{infix}/1",),
            _COUNTS,
            ("spt",),
        )
        for infix, kind, what in (
            ("ROSP", Kind.VISIT_REPORT, "recommendations to the State party after a visit"),
            ("RONPM", Kind.VISIT_REPORT, "recommendations to the preventive mechanism"),
            ("CSPRO", Kind.VISIT_REPLY, "the State party's comments on recommendations"),
        )
    ),
)
