"""The tools: a class each, whose fields are the arguments of a call and whose words tell a model.

Every answer is bounded, and says so where it leaves something out. All tools only read.
"""

from typing import ClassVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from treatybodies.errors import QueryMalformed, TreatybodiesError
from treatybodies.namespaces import ID
from treatybodies.symbols import iri_path, parse_symbol
from treatybodies.web.mcp import classes, examples, results, things, usage
from treatybodies.web.problems import row_of
from treatybodies.web.solutions import ask, own_query


class Tool(BaseModel):
    """A tool of this service."""

    model_config = ConfigDict(extra="forbid")
    name: ClassVar[str]
    title: ClassVar[str]

    async def answer(self, request: Request) -> str:
        """What the tool says; raises `TreatybodiesError`."""
        raise NotImplementedError


class UsageGuide(Tool):
    """What the graph holds, its prefixes and conventions, how to work with it. Read it first."""

    name = "usage_guide"
    title = "How to use this graph"

    async def answer(self, request: Request) -> str:
        """The guide with the numbers of the release in use."""
        return usage.guide(request)


class DescribeClasses(Tool):
    """The properties that members of the named classes have, with the kind of their values, how
    many there are and an example; without names, the list of all classes."""

    name = "describe_classes"
    title = "Schema of classes"
    classes: list[str] = Field(
        default=[],
        max_length=5,
        description="names such as State or tbo:State, or IRIs; none for the list of all classes",
    )

    async def answer(self, request: Request) -> str:
        """The classes' schema."""
        return await classes.describe(request, self.classes)


class SearchExamples(Tool):
    """Tested SPARQL queries that answer questions like the one given. Start from one of these
    rather than from nothing."""

    name = "search_examples"
    title = "Example queries"
    question: str = Field(min_length=1, max_length=500, description="the question, in English")
    limit: int = Field(default=3, ge=1, le=10, description="how many examples")

    async def answer(self, request: Request) -> str:
        """The nearest examples."""
        return await examples.search(request, self.question, self.limit)


class FindThings(Tool):
    """IRIs of States, committees, instruments, documents, themes and others by words of their
    names, in any language of the United Nations, or by code."""

    name = "find_things"
    title = "Search by name"
    text: str = Field(min_length=1, max_length=200, description="words of a name, or a code")
    kind: str = Field(default="", pattern="^[A-Za-z]{0,60}$", description="a class, such as State")

    async def answer(self, request: Request) -> str:
        """What is called so."""
        return await things.find(request, self.text, self.kind)


class RunQuery(Tool):
    """Runs a read-only SPARQL query. Solutions come as tab-separated values, graphs as Turtle; the
    first line says how many rows there are and how many of them are shown."""

    name = "run_query"
    title = "Run a SPARQL query"
    query: str = Field(min_length=1, description="SPARQL 1.1: SELECT, ASK, CONSTRUCT or DESCRIBE")
    rows: int = Field(
        default=50, ge=1, le=results.MOST_ROWS, description="rows or triples to show at most"
    )

    async def answer(self, request: Request) -> str:
        """The first rows of its result."""
        return await results.run(request, self.query, self.rows)


class DescribeThing(Tool):
    """What the graph says about one thing, as Turtle with labels, and which sources say so."""

    name = "describe_thing"
    title = "Describe a thing"
    iri: str = Field(
        min_length=1,
        max_length=2000,
        description="its IRI, whole or with a prefix, as state:BEN or id/session/cmw/39",
    )

    async def answer(self, request: Request) -> str:
        """Its description."""
        return await things.describe(request, self.iri)


class ExplainSymbol(Tool):
    """What the parts of a document symbol of a treaty body mean, and the document's IRI."""

    name = "explain_symbol"
    title = "Explain a document symbol"
    symbol: str = Field(min_length=1, max_length=200, description="such as CMW/C/SR.590")

    async def answer(self, request: Request) -> str:
        """The symbol's sentences."""
        parsed = parse_symbol(self.symbol)
        iri = f"{ID}doc/{iri_path(parsed)}"
        known = await ask(request, own_query("exists", iri))
        told = "The graph has it." if known else "The graph has nothing under this IRI."
        return "\n".join([*parsed.explain(), f"IRI: {iri}", told])


TOOLS: dict[str, type[Tool]] = {
    each.name: each
    for each in (
        UsageGuide,
        DescribeClasses,
        SearchExamples,
        FindThings,
        RunQuery,
        DescribeThing,
        ExplainSymbol,
    )
}


def in_words(cause: TreatybodiesError | ValidationError) -> str:
    """An error as a model reads it: code, what to do, place."""
    if isinstance(cause, ValidationError):
        faults = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in cause.errors())
        return f"invalid-parameter: {'; '.join(faults)}"
    row = row_of(cause)
    place = ""
    if isinstance(cause, QueryMalformed) and cause.line is not None:
        place = f" (line {cause.line}, column {cause.column}, near “{cause.near}”)"
    return f"{row.code if row else 'internal'}: {cause}{place}"
