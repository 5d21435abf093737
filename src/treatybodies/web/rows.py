"""The rows of a section's table as HTML, each with the numbers of its sources.

Made here and not in a template: the table of a treaty's parties has thousands of cells, and a
template takes six times as long for each.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from treatybodies.web.cells import cell
from treatybodies.web.labels import Labels
from treatybodies.web.sections import FACT, Section
from treatybodies.web.solutions import Solution, Term

Facts = Mapping[str, Iterable[str]]
"""Thing on whose evidence a row rests → the named graphs that speak about it."""
Numbers = Mapping[str, int]
"""Named graph → its number in the page's list of sources."""


def source_numbers(sections: Iterable[Section], facts: Facts) -> dict[str, int]:
    """The named graphs behind ``sections``, numbered from 1 in the order of the rows."""
    numbers: dict[str, int] = {}
    for section in sections:
        for row in section.solutions.rows:
            for graph in facts.get(row[FACT].value, ()) if FACT in row else ():
                numbers.setdefault(graph, len(numbers) + 1)
    return numbers


@pass_context
def table_rows(
    context: Context, section: Section, labels: Labels, facts: Facts, numbers: Numbers
) -> Markup:
    """The ``tr`` elements of ``section``; without ``numbers``, without a column of sources."""
    shown: dict[Term, str] = {}

    def content(term: Term) -> str:
        if term not in shown:
            shown[term] = cell(context, term, labels)
        return shown[term]

    rows = (
        "".join(_cells(section, row, span, content)) + _sources(section, row, facts, numbers)
        for row, span in zip(section.solutions.rows, section.spans, strict=True)
    )
    return Markup("".join(f"<tr>{each}</tr>\n" for each in rows))


def _cells(
    section: Section, row: Solution, span: Mapping[str, int], content: Callable[[Term], str]
) -> Iterator[str]:
    numeric = section.numeric
    for name in section.columns:
        height = span.get(name, 1)
        if height:
            rowspan = f' rowspan="{height}"' if height > 1 else ""
            right = ' class="number"' if name in numeric else ""
            yield f"<td{rowspan}{right}>{content(row[name]) if name in row else ''}</td>"


def _sources(section: Section, row: Solution, facts: Facts, numbers: Numbers) -> str:
    if not section.facts:
        return ""
    graphs = facts.get(row[FACT].value, ()) if FACT in row else ()
    links = (f'<a href="#source-{n}">{n}</a>' for n in sorted(numbers[each] for each in graphs))
    return f'<td class="refs">{" ".join(links)}</td>'
