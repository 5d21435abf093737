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
LONGEST_ROW = 400
"""Characters of a row whose cells belong together."""
LEFT_OUT = (
    "script", "style", "noscript", "template", "nav", "header", "footer", "form", "aside", "button",
    "*[@role='dialog' or @role='navigation' or @role='banner' or @role='contentinfo']",
    "*[@aria-hidden='true' or @hidden]",
)  # fmt: skip
# What content management systems call the parts around a text, in the words of class and id.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|skip|share|sharing|social|related|popup"
    r"|newsletter)(?:$|[\s_-])",
    re.I,
)
LARGEST_AROUND = 0.34
"""The share of a page's text that such a part has at most; one with more holds the text itself."""


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
    for each in body.xpath(".//ul | .//ol | .//div | .//table"):
        if each.getparent() is not None and _is_menu(each):
            each.drop_tree()
    _drop_parts_around(body)
    for row in body.xpath(".//tr[not(.//table)]"):
        _join_cells(row)
    return _lines(body)


def _drop_parts_around(body: html.HtmlElement) -> None:
    """Leave out notices on cookies, ways back, buttons to share and links to other pages."""
    whole = len(body.text_content())
    for each in body.xpath(".//*[@class or @id]"):
        named = _AROUND.search(f"{each.get('class', '')} {each.get('id', '')}")
        small = len(each.text_content()) <= LARGEST_AROUND * whole
        if named and small and each.getparent() is not None:
            each.drop_tree()


def _is_menu(block: html.HtmlElement) -> bool:
    """Whether a block is a list of ways to other pages: short links and next to nothing else."""
    links = [" ".join(link.text_content().split()) for link in block.iter("a")]
    whole = "".join(block.text_content().split())
    linked = len("".join("".join(link.split()) for link in links))
    short = all(len(link.split()) <= 6 and not link.endswith(".") for link in links)
    return len(links) >= 3 and short and linked >= 0.85 * len(whole)


def _join_cells(row: html.HtmlElement) -> None:
    """A row of a table as one line, as it says one thing; not one that only lays out a page."""
    cells = [" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th")]
    if len(cells) > 1 and sum(map(len, cells)) <= LONGEST_ROW:
        for cell in list(row):
            row.remove(cell)
        row.text = " | ".join(cell for cell in cells if cell)


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
