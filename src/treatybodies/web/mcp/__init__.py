"""The Model Context Protocol: what a language model may ask of the graph, and how it is told.

`tools` and what they stand on know nothing of the protocol. `server` binds them to the official
library, which takes longer to import than the rest of the service: `transport` (at ``/mcp``) loads
it with the first request, `stdio` (``treatybodies mcp``) at once.
"""
