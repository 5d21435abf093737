"""How symbols are typed and printed does not change what they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatybodies.errors import UnknownSymbol
from treatybodies.symbols import RULES, iri_path, parse_symbol

EXAMPLES = [example for rule in RULES for example in rule.examples] + [
    "CERD/C/GC/38–CMW/C/GC/7",
    "CEDAW/C/GC/31/Rev.1–CRC/C/GC/18/Rev.1",
    "CCPR/C/81/D/839,840&841/1998",
]
DASHES = "-‐‑‒–—―−"
SPACES = ["", "", "", " ", "  ", "\u00a0", "\u202f", "\u200b", "\t", "\n"]
BEFORE = ["", "UN Doc. ", "U.N. Doc. ", "United Nations document ", "doc. ", "(", "“", " "]
AFTER = ["", ".", ",", ";", ")", "”", " ", ". ", "*", " )."]

near = st.text("ACDEGHIMNOPRSTVabcdegr0123456789/.-–,& ()", max_size=60)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("UN Doc. CMW/C/SR.590.", "CMW/C/SR.590"),
        ("cmw / c / sr. 590", "CMW/C/SR.590"),
        ("CMW/C/SR 590", "CMW/C/SR.590"),
        ("CCPR/C/21/REV.1/ADD. 13", "CCPR/C/21/Rev.1/Add.13"),
        ("CERD/C/64/Misc.11/rev.3", "CERD/C/64/Misc.11/Rev.3"),
        ("CMW/C/EGY/2–4", "CMW/C/EGY/2-4"),
        ("CMW/C/EGY/2\u20114", "CMW/C/EGY/2-4"),
        ("cmw/c/gc/3 - crc/c/gc/22", "CMW/C/GC/3–CRC/C/GC/22"),
        ("CCPR/C/81/d/839, 840 & 841/1998", "CCPR/C/81/D/839,840&841/1998"),
        ("A/61/40 (vol. I)", "A/61/40 (Vol. I)"),
        ("A/61/40, Vol. I", "A/61/40 (Vol. I)"),
        ("(A/61/40 (Vol. I)).", "A/61/40 (Vol. I)"),
        ("A/60/38 (Part I)", "A/60/38 (Part I)"),
        ("CED/C/MEX/VR/1 (Findings)", "CED/C/MEX/VR/1 (Findings)"),
    ],
)
def test_one_spelling(typed: str, canonical: str) -> None:
    assert parse_symbol(typed).text == canonical


@pytest.mark.parametrize(
    ("cited", "text", "locator"),
    [
        ("A/53/44, annex IX", "A/53/44", "annex IX"),
        ("A/54/38/Rev.1, chap. 1", "A/54/38/Rev.1", "chap. 1"),
        ("HRI/GEN/1/Rev.9 (Vol. I) p. 173", "HRI/GEN/1/Rev.9 (Vol. I)", "p. 173"),
        ("HRI/GEN/1/Rev.9 (Vol. I) p.176", "HRI/GEN/1/Rev.9 (Vol. I)", "p.176"),
        ("CMW/C/SR.590, para. 5.", "CMW/C/SR.590", "para. 5"),
    ],
)
def test_a_citation_may_point_into_the_document(cited: str, text: str, locator: str) -> None:
    symbol = parse_symbol(cited)
    assert (symbol.text, symbol.locator) == (text, locator)
    assert symbol == parse_symbol(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("CMW/C/SR.590", "CMW/C/SR.590"),
        ("A/61/40 (Vol. I)", "A/61/40/Vol.I"),
        ("A/60/38 (Part I)", "A/60/38/PartI"),
        ("CED/C/MEX/VR/1 (Findings)", "CED/C/MEX/VR/1/Findings"),
        ("CMW/C/GC/3-CRC/C/GC/22", "CMW/C/GC/3–CRC/C/GC/22"),
    ],
)
def test_the_path_in_the_iri(text: str, path: str) -> None:
    assert iri_path(parse_symbol(text)) == path
    assert parse_symbol(path) == parse_symbol(text)


@given(st.data())
def test_noise_in_case_spacing_and_dashes_changes_nothing(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(EXAMPLES))
    typed = data.draw(st.sampled_from(BEFORE))
    for character in example:
        if character in "/-–":
            space = st.sampled_from(SPACES)
            mark = data.draw(st.sampled_from(DASHES)) if character in "-–" else character
            typed += data.draw(space) + mark + data.draw(space)
        else:
            typed += data.draw(st.sampled_from([character, character.lower(), character.upper()]))
    typed += data.draw(st.sampled_from(AFTER))
    assert parse_symbol(typed) == parse_symbol(example)


@given(st.text() | near | st.builds("{}/{}".format, st.sampled_from(EXAMPLES), near))
def test_any_text_is_a_symbol_or_refused(text: str) -> None:
    try:
        symbol = parse_symbol(text)
    except UnknownSymbol:
        return
    assert parse_symbol(symbol.text) == symbol
    assert parse_symbol(iri_path(symbol)) == symbol


@pytest.mark.parametrize(
    "hostile",
    [
        "A/" * 60,
        "1-" * 60,
        " " * 120,
        "(" * 119 + ")",
        "CCPR/C/1/D/" + "1," * 54,
        "CMW/C/1" + "/Add.1" * 18,
        "CMW/C/EGY/" + "1" * 110,
        "UN Doc. " * 15,
        "\ufdfa" * 120,
        "x" * 1_000_000,
    ],
)
def test_hostile_text_is_refused_at_once(hostile: str) -> None:
    start = time.perf_counter()
    with pytest.raises(UnknownSymbol):
        parse_symbol(hostile)
    assert time.perf_counter() - start < 0.25
