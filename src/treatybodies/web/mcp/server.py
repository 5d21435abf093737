"""The tools behind the official library. Importing this module takes a second or more."""

from collections.abc import Callable

from fastapi import Request
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as Description
from pydantic import ValidationError

from treatybodies.errors import TreatybodiesError
from treatybodies.web.answers import PROGRAM_VERSION
from treatybodies.web.mcp.tools import TOOLS, Tool, in_words
from treatybodies.web.mcp.usage import SHORT

Context = ServerRequestContext[dict[str, object]]
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def make_server(request_of: Callable[[Context], Request]) -> Server[dict[str, object]]:
    """The server; ``request_of`` finds the HTTP request on whose behalf a tool is called."""

    async def call(context: Context, given: CallToolRequestParams) -> CallToolResult:
        tool = TOOLS.get(given.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool {given.name[:60]}.")
        try:
            text = await tool.model_validate(given.arguments or {}).answer(request_of(context))
        except (TreatybodiesError, ValidationError) as cause:
            return _told(in_words(cause), failed=True)
        return _told(text, failed=False)

    return Server(
        "treatybodies",
        title="UN human rights treaty bodies",
        version=PROGRAM_VERSION,
        instructions=SHORT,
        on_list_tools=_list,
        on_call_tool=call,
    )


async def _list(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_described(each) for each in TOOLS.values()])


def _described(tool: type[Tool]) -> Description:
    schema = tool.model_json_schema()
    return Description(
        name=tool.name,
        title=tool.title,
        description=" ".join(schema.pop("description").split()),
        input_schema=schema,
        annotations=_READS,
    )


def _told(text: str, *, failed: bool) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=failed)
