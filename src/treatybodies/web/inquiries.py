"""A request to the SPARQL endpoint as it came, and the query operation that it plainly asks for."""

from typing import NamedTuple

from treatybodies.errors import RequestFault
from treatybodies.web.cache import Headers
from treatybodies.web.heads import Head
from treatybodies.web.sparql import Operation, body_type, operation_of, posted_operation

_PATH = b"/sparql"
_LONGEST = 8192


class Peer(NamedTuple):
    """The two ends of a connection."""

    scheme: str
    server: tuple[str, int | None]
    client: str | None
    """The client's address."""


class Inquiry(NamedTuple):
    """A GET or POST."""

    url: bytes
    headers: Headers
    head: Head
    """The headers, read."""
    peer: Peer
    body: bytes | None = None
    """What was posted; None for a GET."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.body is None else "POST"

    @property
    def parameters(self) -> bytes | None:
        """What stands behind the endpoint's path; None for other paths, and where headers count."""
        path, _, parameters = self.url.partition(b"?")
        if path != _PATH or not self.head.plain or len(parameters) > _LONGEST or b"#" in parameters:
            return None
        return parameters

    @property
    def is_short_post(self) -> bool:
        """Whether, by its head, it may be a plain query once its body is there."""
        return self.parameters is not None and 0 < self.head.length <= _LONGEST

    @property
    def operation(self) -> Operation | None:
        """What is asked for, where it has nothing but a query and names of formats."""
        parameters = self.parameters
        if parameters is None or (self.body is None and self.head.length):
            return None
        try:
            if self.body is None:
                operation = operation_of(parameters)
            else:
                media_type = body_type(self.head.content_type)
                operation = posted_operation(media_type, parameters, self.body)
        except RequestFault:
            return None
        return operation if operation.plain else None
