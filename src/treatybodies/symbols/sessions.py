"""Symbols of sessions, meetings, and numbered documents; meetings of States parties."""

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.rules import Rule

_FIRST = "The first document of a session is its provisional agenda."

RECORDS = (
    # Read: CMW/C/SR.590.
    Rule(
        "summary-record",
        "{body}/SR.{meeting}",
        Kind.SUMMARY_RECORD,
        "“SR” marks the summary record of a meeting; meetings are counted from the first session.",
        ("CMW/C/SR.590", "CERD/C/SR.2345", "CAT/C/SR.1234/Add.1", "CCPR/C/SR.3456"),
    ),
    # Read: listed as E/C.12/{year}/SR.{n}.
    Rule(
        "summary-record-of-year",
        "E/C.12/{year}/SR.{meeting}",
        Kind.SUMMARY_RECORD,
        "“SR” marks the summary record of a meeting; this committee counts from one every year.",
        ("E/C.12/2018/SR.40", "E/C.12/2018/SR.40/Add.1"),
        bodies=("cescr",),
    ),
)

SESSIONS = (
    # Read: CMW/C/39/1, CERD/C/71/1, CCPR/C/104/1/Rev.1.
    Rule(
        "agenda",
        "{body}/{session}/1",
        Kind.AGENDA,
        _FIRST,
        ("CMW/C/39/1", "CCPR/C/104/1/Rev.1"),
    ),
    # Read: CEDAW/C/2010/47/1/Rev.1, CEDAW/C/1994/1.
    *(
        Rule(
            f"agenda-{name}",
            f"CEDAW/C/{{year}}/{part}1",
            Kind.AGENDA,
            _FIRST,
            (example,),
            bodies=("cedaw",),
        )
        for name, part, example in (
            ("of-year", "", "CEDAW/C/1994/1"),
            ("of-half-year", "{half}/", "CEDAW/C/1997/I/1"),
            ("of-year-and-session", "{session}/", "CEDAW/C/2010/47/1/Rev.1"),
        )
    ),
    # Read: CAT/C/50/2 and CAT/C/73/2 are the sixth and fifteenth annual reports of the SPT.
    Rule(
        "session-document-cat",
        "CAT/C/{session}/{number}",
        Kind.SESSION_DOCUMENT,
        "Session and number mark a document of the session, of whatever kind.",
        ("CAT/C/57/4", "CAT/C/50/2"),
        "The annual reports of the Subcommittee on Prevention of Torture come out in this series "
        "since 2008, as CAT/C/50/2; the symbol does not tell them from other documents.",
        ("cat",),
    ),
    # Read: CCPR/C/130/3, CED/C/22/4, CAT/OP/12/5.
    Rule(
        "session-document",
        "{body}/{session}/{number}",
        Kind.SESSION_DOCUMENT,
        "Session and number mark a document of the session, of whatever kind.",
        ("CRC/C/51/3", "CED/C/22/4", "CAT/OP/12/5", "CRPD/C/18/2"),
    ),
    # Read: CEDAW/C/2002/I/4.
    Rule(
        "half-year-document",
        "CEDAW/C/{year}/{half}/{number}",
        Kind.SESSION_DOCUMENT,
        "Year, session of the year and number mark a document of the session.",
        ("CEDAW/C/2002/I/4", "CEDAW/C/1997/II/4", "CEDAW/C/2009/I/3"),
        bodies=("cedaw",),
    ),
    Rule(
        "year-and-session-document",
        "CEDAW/C/{year}/{session}/{number}",
        Kind.SESSION_DOCUMENT,
        "Year, session and number mark a document of the session.",
        ("CEDAW/C/2010/47/4",),
        bodies=("cedaw",),
    ),
    # Read: E/C.12/1999/4 and other general comments; not every such document is one.
    Rule(
        "year-document",
        "{committee}/{year}/{number}",
        Kind.SESSION_DOCUMENT,
        "Year and number mark a document of the year, of whatever kind.",
        ("E/C.12/1999/4", "CERD/C/2007/1"),
        "General comments Nos. 8 to 16 of the CESCR have such symbols; the symbol does not say so.",
    ),
    # Cited. Read: CERD/C/64/Misc.11/rev.3, a general recommendation as it was first circulated.
    Rule(
        "session-paper",
        "{body}/{session}/{form}",
        Kind.SESSION_PAPER,
        "A paper that serves the session itself is numbered apart.",
        ("CMW/C/39/R.2", "CERD/C/64/Misc.11/Rev.3"),
    ),
    Rule(
        "half-year-paper",
        "CEDAW/C/{year}/{half}/{form}",
        Kind.SESSION_PAPER,
        "A paper that serves the session itself is numbered apart.",
        ("CEDAW/C/1997/II/L.1/Add.8", "CEDAW/C/2002/I/CRP.3/Add.2"),
        bodies=("cedaw",),
    ),
    # Read: general recommendation No. 26 is listed under both symbols.
    *(
        Rule(
            name,
            f"{start}/{{year}}/{{form}}/R",
            Kind.SESSION_PAPER,
            "A paper that serves the work of a year is numbered apart; “R” restricts it.",
            (f"{start}/2009/WP.1/R",),
            caution,
            ("cedaw",),
        )
        for name, start, caution in (
            ("restricted-year-paper", "CEDAW/C", ""),
            ("restricted-year-paper-without-c", "CEDAW", "It lacks the /C of the series."),
        )
    ),
    Rule(
        "year-paper",
        "{committee}/{year}/{form}",
        Kind.SESSION_PAPER,
        "A paper that serves the work of a year is numbered apart.",
        ("E/C.12/2008/CRP.1",),
    ),
    # Read: CAT/C/82 (an agenda), CAT/C/4/Rev.2 (guidelines), CRC/C/131, CAT/OP/1/Rev.1.
    Rule(
        "numbered-document",
        "{body}/{number}",
        Kind.NUMBERED_DOCUMENT,
        "A number alone marks a document of the body's numbered series.",
        ("CAT/C/82", "CAT/C/4/Rev.2", "CRC/C/131", "CAT/OP/1/Rev.1", "CCPR/C/3/Rev.10"),
        "Before 2006 agendas, rules, guidelines and reports on sessions have such symbols alike.",
    ),
)

# Read: CMW/SP/8. Cited: those with a year, and the Conference of States Parties to the CRPD.
STATES_PARTIES = tuple(
    Rule(
        f"states-parties-{name}-{body}",
        f"{series}/{form}",
        Kind.STATES_PARTIES_DOCUMENT,
        f"“{series}” is the series of the meetings of States parties to the treaty.",
        (example.format(series=series),),
        bodies=(body,),
    )
    for body, series in (
        ("ccpr", "CCPR/SP"),
        ("cerd", "CERD/SP"),
        ("cedaw", "CEDAW/SP"),
        ("cat", "CAT/SP"),
        ("spt", "CAT/OP/SP"),
        ("crc", "CRC/SP"),
        ("cmw", "CMW/SP"),
        ("crpd", "CRPD/CSP"),
        ("ced", "CED/SP"),
    )
    for name, form, example in (
        ("document", "{number}", "{series}/8"),
        ("document-of-year", "{year}/{number}", "{series}/2008/2"),
        ("record", "SR.{meeting}", "{series}/SR.1"),
        ("record-of-year", "{year}/SR.{meeting}", "{series}/2008/SR.1"),
    )
)
