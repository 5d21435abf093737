"""Percent-encoded forms and query strings, read in C: strangers send 400 KB of escapes."""

import re
from binascii import a2b_qp

_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class TooManyFields(ValueError):
    """There are more fields than are read."""


def unescaped(value: bytes) -> bytes:
    """``value`` with its percent-encoded bytes decoded; escapes that are none stay (WHATWG URL).

    Those of quoted-printable text differ in the sign only, once each ``=`` is an escape itself.

    >>> unescaped(b"a%3Db=c%zz%")
    b'a=b=c%zz%'
    """
    sound = _NO_ESCAPE.sub(b"%25", value)
    return a2b_qp(sound.replace(b"=", b"=3D").replace(b"%", b"="))


def text_of(value: bytes) -> str:
    """A name or value of a form; raises `UnicodeDecodeError` for what is no UTF-8."""
    return unescaped(value.replace(b"+", b" ")).decode()


def fields_of(encoded: bytes, most: int) -> list[tuple[str, str]]:
    """The fields of a form in their order; raises `TooManyFields` or `UnicodeDecodeError`.

    >>> fields_of(b"query=ASK+%7B%7D&&format", 9)
    [('query', 'ASK {}'), ('format', '')]
    """
    if encoded.count(b"&") >= most:
        raise TooManyFields
    parts = (each.partition(b"=") for each in encoded.split(b"&") if each)
    return [(text_of(name), text_of(value)) for name, _, value in parts]
