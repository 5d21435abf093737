"""Percent-encoded text is read as the library reads it, in a small part of its time."""

from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatybodies.web.percent import TooManyFields, fields_of, unescaped

PIECES = (b"%", b"=", b"\r", b"\n", b"a", b"F", b"0", b"%41", b"%3D", b"%0a", b"_", b" ", b"\xff")
ESCAPED = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)
FORMS = st.text("z+&=%é ;", max_size=20)


@given(ESCAPED)
def test_escapes_are_undone_as_by_the_library(value: bytes) -> None:
    assert unescaped(value) == unquote_to_bytes(value)


@given(FORMS)
def test_fields_are_those_of_the_library(form: str) -> None:
    read = parse_qsl(form, keep_blank_values=True)
    assert fields_of(form.encode(), 100) == read


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_a_client_encodes_is_read_again(fields: list[tuple[str, str]]) -> None:
    encoded = urlencode(fields, errors="surrogatepass").encode()
    if not any(0xD800 <= ord(each) < 0xE000 for pair in fields for each in "".join(pair)):
        assert fields_of(encoded, 1000) == fields


def test_fields_are_bounded_before_they_are_read() -> None:
    with pytest.raises(TooManyFields):
        fields_of(b"a&" * 100, 100)
    assert len(fields_of(b"a&" * 99, 100)) == 99


def test_what_is_no_utf8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        fields_of(b"query=%FF", 9)
