"""The grammar's own table: every example is read by its rule, and every kind is a known one."""

import pytest

from treatybodies.errors import UnknownSymbol
from treatybodies.namespaces import tbo
from treatybodies.symbols import RULES, Kind, Span, Symbol, iri_path, parse_symbol

EXAMPLES = [(rule.name, example) for rule in RULES for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_each_example_is_read_by_its_own_rule_and_is_canonical(rule: str, example: str) -> None:
    symbol = parse_symbol(example)
    assert (symbol.rule, symbol.text) == (rule, example)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_each_example_is_explained_without_a_gap(rule: str, example: str) -> None:
    sentences = parse_symbol(example).explain()
    assert len(sentences) >= 3
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_path_in_the_iri_is_read_back(rule: str, example: str) -> None:
    symbol = parse_symbol(example)
    assert parse_symbol(iri_path(symbol)) == symbol
    assert " " not in iri_path(symbol)


def test_rule_names_are_unique_and_each_has_an_example() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.examples and rule.sentence for rule in RULES)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_used_and_its_class_is_declared(kind: Kind) -> None:
    if kind.term:
        assert tbo(kind.term).value.endswith(kind.term)
    assert kind is Kind.JOINT_GENERAL_COMMENT or kind in {rule.kind for rule in RULES}


READ: dict[str, dict[str, object]] = {
    "CMW/C/EGY/2-4": {"bodies": ("cmw",), "state": "EGY", "cycles": Span(2, 4)},
    "CMW/C/SR.590": {"kind": Kind.SUMMARY_RECORD, "meeting": 590, "treaty": "icrmw"},
    "E/C.12/2018/SR.40/Add.1": {"year": 2018, "meeting": 40, "suffixes": ("Add.1",)},
    "CMW/C/39/1": {"kind": Kind.AGENDA, "session": 39},
    "CAT/C/YEM/CO/2/Rev.1": {"cycles": Span(2, 2), "suffixes": ("Rev.1",), "bodies": ("cat",)},
    "CRC/C/OPSC/USA/CO/2": {"treaty": "crc-op-sc", "bodies": ("crc",), "state": "USA"},
    "CRC/C/OPSA/QAT/1": {"treaty": "crc-op-sc", "kind": Kind.STATE_REPORT},
    "CCPR/C/137/D/3165/2018": {
        "session": 137,
        "communications": (Span(3165, 3165),),
        "communication_year": 2018,
    },
    "CCPR/C/100/D/1642-1741/2007": {"communications": (Span(1642, 1741),)},
    "CCPR/C/81/DR/839,840&841/1998": {
        "communications": (Span(839, 839), Span(840, 840), Span(841, 841))
    },
    "CCPR/C/21/Rev.1/Add.13": {"suffixes": ("Rev.1", "Add.13"), "general_comment": None},
    "CRC/GC/2003/5": {"general_comment": 5, "year": 2003},
    "INT/CMW/GEC/9459": {"database_id": 9459, "bodies": ("cmw",), "kind": Kind.GENERAL_COMMENT},
    "A/67/48": {"bodies": ("cmw",), "assembly": 67},
    "A/32/44": {"bodies": ("ccpr",)},
    "A/53/44": {"bodies": ("cat",)},
    "E/1989/22": {"bodies": ("cescr",), "year": 1989},
    "HRI/MC/2006/3": {"bodies": (), "kind": Kind.CHAIRS_DOCUMENT},
    "CAT/C/XXVII/Concl.2": {"session": 27},
    "CCPR/C/UKOT/99/5": {"state": "GBR", "territory": "UKOT", "year": 1999},
    "CCPR/C/CHN-HKG/4": {"state": "CHN", "territory": "HKG", "state_code": "CHN-HKG"},
    "E/C.12/BLG/3": {"state": "BEL", "state_code": "BLG"},
    "CRPD/C/EU/CO/1": {"state": None, "state_code": "EU"},
    "CED/C/BEL/AI/1": {"cycles": None, "number": 1},
    "CEDAW/C/1997/II/L.1/Add.8": {"year": 1997, "kind": Kind.SESSION_PAPER},
    "CAT/OP/MEX/1": {"bodies": ("spt",), "treaty": "opcat", "kind": Kind.VISIT_REPORT},
}


@pytest.mark.parametrize("text", READ)
def test_the_parts_of_a_symbol(text: str) -> None:
    symbol = parse_symbol(text)
    assert {name: getattr(symbol, name) for name in READ[text]} == READ[text]


@pytest.mark.parametrize("text", ["CERD/C/GC/38–CMW/C/GC/7", "CMW/C/GC/3-CRC/C/GC/22"])
def test_a_joint_general_comment_has_two_bodies_and_two_numbers(text: str) -> None:
    symbol = parse_symbol(text)
    assert symbol.kind is Kind.JOINT_GENERAL_COMMENT
    assert "–" in symbol.text
    assert symbol.bodies == tuple(part.bodies[0] for part in symbol.parts)
    assert all(part.general_comment for part in symbol.parts)


def test_a_report_to_the_council_may_have_two_symbols() -> None:
    symbol = parse_symbol("E/1992/23-E/C.12/1991/4")
    assert (symbol.kind, symbol.bodies) == (Kind.ANNUAL_REPORT, ("cescr",))


UNKNOWN = {
    "": "it is empty",
    "A/HRC/20/24": "another organ",
    "A/RES/68/268": "another organ",
    "A/30/40": "no treaty body's annual report",
    "A/45/81": "no treaty body's annual report",
    "E/1993/23": "not the CESCR's",
    "E/CN.4/2001/67": "another organ",
    "CMW/C/EGY/4-2": "runs backwards",
    "CMW/C/EGY/XX/2": "no document is numbered so",
    "CMW/C/EG/2": "no document is numbered so",
    "CMW/C/39/Add.": "no document is numbered so",
    "CMW/C/MÂR/2": "the character “Â”",
    "CMW/C/GC/3–CMW/C/GC/4": "are joint",
    "CMW/C/SR.590–CMW/C/SR.591": "are joint",
    "CMW/C/SR." + "9" * 200: "longer than",
    "Egypt's second report": "no symbol has the character",
    "2018": "starts like no series",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_no_symbol_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(UnknownSymbol, match=UNKNOWN[text]):
        parse_symbol(text)


def test_a_near_miss_names_the_symbol_that_may_be_meant() -> None:
    with pytest.raises(UnknownSymbol) as raised:
        parse_symbol("CMW/C/BEN/COO/1")
    assert raised.value.symbol == "CMW/C/BEN/COO/1"
    assert raised.value.nearest == "CMW/C/BEN/CO/1"
    assert "such as CMW/C/BEN/CO/1" in str(raised.value)


def explained(text: str) -> str:
    symbol: Symbol = parse_symbol(text)
    return " ".join(symbol.explain())


def test_the_explanation_names_each_part() -> None:
    assert parse_symbol("CMW/C/EGY/2-4").explain() == [
        "CMW/C/EGY/2-4: State report.",
        "“CMW/C” is the series of the Committee on Migrant Workers.",
        "A number directly after the State marks the State's own report.",
        "“EGY” is the three-letter code of the State.",
        "“2-4” are the reporting cycles 2 to 4, taken together.",
    ]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("CRC/C/15/Add.189", "does not show the State"),
        ("CMW/C/MLI/Q/2", "carry Q instead of QPR"),
        ("CAT/C/57/4", "Subcommittee on Prevention of Torture"),
        ("CAT/C/82", "have such symbols alike"),
        ("CCPR/C/21/Rev.1/Add.13", "not that of the general comment"),
        ("CAT/C/34/Add.20", "a few addenda of such series are other documents"),
        ("A/66/55", "generally known, not read"),
        ("A/87/18", "opens in 2032"),
        ("CCPR/C/39/J/236/1987", "not documented"),
        ("E/C.12/BLG/3", "whose ISO code is BEL"),
    ],
)
def test_the_explanation_says_what_stays_open(text: str, doubt: str) -> None:
    assert doubt in explained(text)
