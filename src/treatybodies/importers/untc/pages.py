"""Saved pages of either form, from bytes to a `StatusPage`."""

import re
from datetime import date
from pathlib import Path

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.status import StatusPage
from treatybodies.importers.untc.status_xml import read_status_xml
from treatybodies.importers.untc.viewdetails import read_viewdetails

LARGEST = 64 * 1024 * 1024
"""Bytes; the longest real page has three million."""
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf]|â€|�")


def read_page(file: Path, as_of: date | None = None) -> StatusPage:
    """The status page saved in ``file``, HTML or XML; raises `ImportRefused`.

    ``as_of`` is for the XML form, which does not tell its day.
    """
    data = _read(file)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and b"ExternalData" in data:
        return read_status_xml(file, data, as_of)
    text = _decode(data)
    if "<html" not in text[:5000].casefold():
        raise ImportRefused(["this is neither HTML nor XML → save the page of the treaty as HTML"])
    return read_viewdetails(file, text)


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise ImportRefused([f"the file has more than {LARGEST:,} bytes → name a saved page"])
        data = file.read_bytes()
    except OSError as cause:
        what = f"the file cannot be read ({cause.strerror})"
        raise ImportRefused([f"{what} → name a page saved from treaties.un.org"]) from cause
    if not data.strip():
        raise ImportRefused(["the file is empty → save the page again"])
    return data


def _decode(data: bytes) -> str:
    """The text, in the encoding that the file begins with or declares, else UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = _CHARSET.search(data[:5000])
        encoding = declared[1].decode("ascii") if declared else "utf-8"
        encoding = "utf-8-sig" if encoding.casefold() == "utf-8" else encoding
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as cause:
        what = f"the page is not in the encoding that it declares, {encoding.upper()} ({cause})"
        raise ImportRefused([f"{what} → save it again as UTF-8"]) from cause
    if _MOJIBAKE.search(text):
        found = _MOJIBAKE.search(text)
        what = f"letters of the page were damaged when it was saved (“{found and found[0]}”)"
        raise ImportRefused([f"{what} → save it again as UTF-8"])
    return text
