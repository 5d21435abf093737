"""A term of a solution as HTML: a link with its label, a date, a number, a text in its language."""

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from treatybodies.namespaces import XSD
from treatybodies.naming import tail
from treatybodies.web.labels import Label, Labels
from treatybodies.web.languages import direction
from treatybodies.web.phrases import t
from treatybodies.web.solutions import Term
from treatybodies.web.urls import linkable, local_path

_DATES = frozenset(XSD + name for name in ("date", "gYearMonth", "gYear", "dateTime"))


@pass_context
def link(context: Context, iri: str, labels: Labels) -> Markup:
    """The thing ``iri`` under its label, linked to where it is shown."""
    label = labels.get(iri) or Label(tail(iri))
    path = local_path(iri)
    if not linkable(path):
        return spoken(context, label)
    keep = context["keep"] if path.startswith("/doc/") else ""
    # Put together piece by piece: a page has thousands, and Markup.format takes 40 µs each.
    return Markup(
        f'<a href="{escape(path + keep)}"{attributes(context, label)}>{escape(label.text)}</a>'
    )


@pass_context
def cell(context: Context, term: Term, labels: Labels) -> Markup:
    """``term`` as the content of a table cell."""
    if term.is_iri:
        return link(context, term.value, labels)
    if term.datatype in _DATES:
        value = escape(term.value)
        return Markup(f'<time datetime="{value}">{value}</time>')
    if isinstance(term.plain, bool):
        return t(context, "yes" if term.plain else "no")
    return spoken(context, Label(term.value, term.language))


@pass_context
def spoken(context: Context, label: Label) -> Markup:
    """The text of ``label``, marked with its language when that is not the page's."""
    marked = attributes(context, label)
    return (
        Markup("<span{}>{}</span>").format(marked, label.text)
        if marked
        else Markup.escape(label.text)
    )


@pass_context
def attributes(context: Context, label: Label) -> Markup:
    """``lang`` and, for text that runs the other way, ``dir``, where the page's do not fit."""
    return attributes_of(label, context["language"])


def attributes_of(label: Label, language: str) -> Markup:
    """The same on a page in ``language``."""
    if label.language in ("", language):
        return Markup("")
    lang = Markup(' lang="{}"').format(label.language)
    way = direction(label.language)
    return lang if way == direction(language) else lang + Markup(' dir="{}"').format(way)


def is_number(term: Term) -> bool:
    """Whether ``term`` is set to the right as numbers are."""
    return (
        not term.is_iri and isinstance(term.plain, int | float) and not isinstance(term.plain, bool)
    )
