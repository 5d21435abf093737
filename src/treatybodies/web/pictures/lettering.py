"""Text in a drawing: it stays on its side of its place, whichever way it runs."""

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from treatybodies.web.labels import Label
from treatybodies.web.languages import direction

_TURNED = {"start": "end", "middle": "middle", "end": "start"}


@pass_context
def lettering(
    context: Context,
    said: Label | str,
    x: float,
    y: float,
    anchor: str = "start",
    style: str = "",
) -> Markup:
    """A text that begins at, ends at or surrounds ``x``, seen from the left.

    Where text from right to left starts is its right end (SVG 1.1, section 10.9.1). A label that
    is not in the page's language says in which it is.
    """
    label = said if isinstance(said, Label) else Label(said)
    language = label.language or context["language"]
    way = direction(language)
    marked = "" if language == context["language"] else f' lang="{escape(language)}"'
    turned = ' direction="rtl"' if way == "rtl" else ""
    side = _TURNED[anchor] if way == "rtl" else anchor
    named = f' class="{style}"' if style else ""
    placed = f'x="{x}" y="{y}" text-anchor="{side}"'
    return Markup(f"<text{named} {placed}{marked}{turned}>{escape(label.text)}</text>")
