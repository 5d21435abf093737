"""A picture as a file of its own: its drawing with the styles it needs, for any program that draws.

Such programs know no variables and no ``light-dark()``, so the light colours are written out; links
become whole addresses.
"""

import re
from functools import cache

from markupsafe import escape

from treatybodies.web.pages import STATIC

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_VARIABLE = re.compile(r"(--[a-z]+):\s*(light-dark\([^()]*\)|[^;}]+)")
_LIGHT = re.compile(r"light-dark\(([^,()]+),[^()]*\)")
_USE = re.compile(r"var\((--[a-z]+)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ANY = re.compile(r":is\(([^()]*)\)")
_DRAWING = re.compile(r'<svg viewBox="0 0 ([\d.]+) ([\d.]+)" role="group".*?</svg>', re.DOTALL)
_SHEETS = ("style.css", "pictures.css")


def as_file(page: str, name: str, base: str, language: str) -> str | None:
    """The drawing on ``page`` of the picture ``name`` as a document; None where there is none."""
    found = _DRAWING.search(page)
    if found is None:
        return None
    size = f'width="{found[1]}" height="{found[2]}" viewBox="0 0 {found[1]} {found[2]}"'
    shown = f'class="picture {name}"'
    inner = found[0].replace('href="/', f'href="{base}/')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" lang="{language}" {shown} {size}>\n'
        f"<style>{escape(styles())}</style>\n{inner}\n</svg>\n"
    )


@cache
def styles() -> str:
    """The rules for what stands in a drawing, with their values written out."""
    text = _COMMENT.sub("", "".join((STATIC / each).read_text("utf-8") for each in _SHEETS))
    screen = text.replace("@media", "\0@media").split("\0")
    text = screen[0] + "".join(each.partition("}\n}")[2] for each in screen[1:])
    values = {name: _LIGHT.sub(r"\1", value).strip() for name, value in _VARIABLE.findall(text)}
    rules = [_written_out(selector, body, values) for selector, body in _RULE.findall(text)]
    return "\n".join(each for each in rules if each)


def _written_out(selector: str, body: str, values: dict[str, str]) -> str:
    drawn = [each for each in _spread(selector.strip()) if _in_drawing(each)]
    if not drawn:
        return ""
    plain = _LIGHT.sub(r"\1", _USE.sub(lambda match: values.get(match[1], "inherit"), body))
    return f"{', '.join(drawn)} {{{plain.replace('currentColor', '#1b1f23')}}}"


def _in_drawing(selector: str) -> bool:
    begins = (".picture", ".parties-map", ".line", ".tone", ".pale", ".chosen")
    return selector.startswith(begins) and ":hover" not in selector and ":focus" not in selector


def _spread(selector: str) -> list[str]:
    """The selectors of a list, each ``:is(…)`` taken apart: not every program knows it."""
    found = _ANY.search(selector)
    if found is None:
        return [each.strip() for each in selector.split(",")]
    return [
        each
        for one in found[1].split(",")
        for each in _spread(selector.replace(found[0], one.strip(), 1))
    ]
