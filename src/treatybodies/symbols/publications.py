"""Symbols of general comments, annual reports, core documents, compilations, the database."""

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.rules import Rule

GENERAL_COMMENTS = (
    # Read: CMW/C/GC/5, CAT/OP/GC/1, CRC/C/GC/7/Rev.1.
    Rule(
        "general-comment",
        "{body}/GC/{comment}",
        Kind.GENERAL_COMMENT,
        "“GC” marks a general comment, or general recommendation (CEDAW, CERD).",
        ("CMW/C/GC/5", "E/C.12/GC/27", "CAT/OP/GC/1", "CEDAW/C/GC/30/Add.1"),
    ),
    # Read: CRC/GC/2003/5.
    Rule(
        "general-comment-of-year",
        "CRC/GC/{year}/{comment}",
        Kind.GENERAL_COMMENT,
        "“GC” marks a general comment, with its year until 2005.",
        ("CRC/GC/2003/5",),
        bodies=("crc",),
    ),
    # Read: CCPR/C/21/Rev.1/Add.4 to Add.13 are general comments Nos. 22 to 31.
    Rule(
        "general-comment-series",
        "CCPR/C/21",
        Kind.GENERAL_COMMENT,
        "“CCPR/C/21” is the series in which general comments came out until 2004.",
        ("CCPR/C/21/Rev.1/Add.13", "CCPR/C/21/Rev.1/Add.8/Rev.1"),
        "The number of the addendum is not that of the general comment.",
        ("ccpr",),
    ),
)

REPORTS = (
    # Read: A/61/48, A/67/48, A/53/44, A/70/38, A/61/40 (Vol. I).
    Rule(
        "annual-report",
        "A/{assembly}/{supplement}",
        Kind.ANNUAL_REPORT,
        "“A” marks a document of the General Assembly; its session and supplement follow.",
        ("A/67/48", "A/53/44", "A/61/40 (Vol. I)", "A/54/38/Rev.1"),
        "General comments adopted in the year are printed in it, and cited by this symbol.",
    ),
    # Inferred: listed by their number before 1976, as A/8718 (session 27, supplement 18).
    *(
        Rule(
            f"early-annual-report-{number}",
            f"A/{number}",
            Kind.ANNUAL_REPORT,
            "Until 1975 documents of the General Assembly had a running number; the committee's "
            "report is supplement No. 18, or 27 in 1970.",
            (f"A/{number}",),
            bodies=("cerd",),
        )
        for number in (8027, 8418, 8718, 9018, 9618, 10018)
    ),
    # Read: E/1989/22, E/1990/23, E/1995/22.
    Rule(
        "annual-report-to-council",
        "E/{year}/{supplement}",
        Kind.ANNUAL_REPORT,
        "“E” marks a document of the Economic and Social Council; year and supplement follow.",
        ("E/1989/22", "E/1990/23", "E/1995/22"),
        "General comments adopted in the year are printed in it, and cited by this symbol.",
        ("cescr",),
    ),
)

SHARED = (
    # Read: HRI/CORE/BEN; the older forms are cited.
    Rule(
        "core-document-of-year",
        "HRI/CORE/{state}/{year}",
        Kind.COMMON_CORE_DOCUMENT,
        "“HRI/CORE” marks the document of general facts that a State submits to all bodies.",
        ("HRI/CORE/MEX/2005",),
    ),
    Rule(
        "core-document",
        "HRI/CORE/{state}",
        Kind.COMMON_CORE_DOCUMENT,
        "“HRI/CORE” marks the document of general facts that a State submits to all bodies.",
        ("HRI/CORE/BEN",),
    ),
    Rule(
        "core-document-series",
        "HRI/CORE/1/{addendum}",
        Kind.COMMON_CORE_DOCUMENT,
        "“HRI/CORE/1” is the series in which core documents came out until 2005.",
        ("HRI/CORE/1/Add.85",),
        "The symbol does not show the State.",
    ),
    # Read: HRI/GEN/1/Rev.9 (comments), HRI/GEN/2/Rev.6 (guidelines), HRI/GEN/3/Rev.3 (rules).
    Rule(
        "compilation",
        "HRI/GEN/{number}",
        Kind.COMPILATION,
        "“HRI/GEN” marks a compilation: 1 of general comments, 2 of guidelines on reports, "
        "3 of rules of procedure.",
        ("HRI/GEN/1/Rev.9", "HRI/GEN/2/Rev.6", "HRI/GEN/1/Rev.9 (Vol. I)"),
    ),
    # Read: HRI/MC/2005/3, HRI/MC/2006/CRP.1, HRI/ICM/2002/2.
    *(
        Rule(
            f"{meeting}-{part}",
            f"HRI/{series}/{{year}}/{{{part}}}",
            Kind.CHAIRS_DOCUMENT,
            f"“HRI/{series}” is the series of the {what}.",
            (example,),
        )
        for meeting, series, part, what, example in (
            ("chairs", "MC", "number", "meetings of chairs of treaty bodies", "HRI/MC/2006/3"),
            ("chairs", "MC", "form", "meetings of chairs of treaty bodies", "HRI/MC/2006/CRP.1"),
            ("committees", "ICM", "number", "inter-committee meetings", "HRI/ICM/2002/2"),
        )
    ),
)

DATABASE = (
    # Read: INT/CMW/GEC/9459.
    Rule(
        "database-general-comment",
        "INT/{database}/GEC/{id}",
        Kind.GENERAL_COMMENT,
        "“INT” marks OHCHR's database, and “GEC” a general comment in it.",
        ("INT/CMW/GEC/9459", "INT/CESCR/GEC/4756"),
        "This is no United Nations symbol; the document has another, or none.",
    ),
    # Cited: letters, submissions of civil society, and other files without a symbol.
    *(
        Rule(
            f"database-document{name}",
            f"INT/{{database}}/{{file}}{form}",
            Kind.DATABASE_DOCUMENT,
            "“INT” marks OHCHR's database, which files here what has no symbol.",
            (example,),
            "This is no United Nations symbol.",
        )
        for name, form, example in (
            ("", "/{id}", "INT/CERD/STA/9073"),
            ("-on-state", "/{state}/{id}", "INT/CCPR/CSS/USA/12345"),
            ("-on-state-in-language", "/{state}/{id}/{language}", "INT/CCPR/CSS/USA/12345/E"),
        )
    ),
)
