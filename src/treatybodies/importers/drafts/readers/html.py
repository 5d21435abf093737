"""HTML pages: the text of their blocks, without navigation, scripts and forms."""

import re
from pathlib import Path

from lxml import etree, html

from treatybodies.errors import Fault, InputFaults

BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption dd div dl dt fieldset figcaption figure h1 "
        "h2 h3 h4 h5 h6 hr li main ol p pre section table tbody td tfoot th thead tr ul",
    )
)
LEFT_OUT = ("script", "style", "noscript", "template", "nav", "header", "footer", "form", "aside")


def read_html(data: bytes, path: Path) -> list[str]:
    """The text of each block of a page, in order; of its main part where it marks one."""
    try:
        root = html.document_fromstring(data)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as cause:
        remedy = "save the page again as HTML, or as plain text"
        raise InputFaults([Fault(path, 0, f"the page is no HTML ({cause})", remedy)]) from cause
    mains = root.xpath("//main | //article | //*[@role='main']")
    body = mains[0] if mains else root.find("body")
    if body is None:
        return []
    for each in body.xpath("|".join(f".//{name}" for name in LEFT_OUT) + "|.//comment()"):
        each.drop_tree()
    return _lines(body)


def _lines(body: html.HtmlElement) -> list[str]:
    """Text runs joined until a block begins or ends, or a line breaks."""
    lines = [""]
    for event, node in etree.iterwalk(body, events=("start", "end")):
        if node.tag in BLOCKS or (node.tag == "br" and event == "start"):
            lines.append("")
        piece = node.text if event == "start" else node.tail
        # A line end inside a block is no paragraph's end in HTML.
        lines[-1] += (piece or "").replace("\n", " ").replace("\r", " ")
    return lines
