"""Complete answers kept in memory: bounded in bytes, the least recently used go first.

An answer is found in two ways. By its *entity tag*, which is a digest of all that it depends on
(release, query, format, dataset): so GET and POST, and queries that differ in blanks and comments
only, share it. And by the *request* as it came, which takes no parsing at all: `front.Front` looks
there before any framework sees the request. A tag belongs to one release; so does the cache: it
empties itself when it is first used under another version.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from starlette.types import Message

Headers = tuple[tuple[bytes, bytes], ...]
OVERHEAD = 1024
"""Bytes an entry or a reply costs beside its bodies, headers and key; rather too many."""
SHARE = 8
"""No answer takes more than this fraction of the cache."""
MOST_REPLIES = 64
"""Requests remembered for one answer."""


@dataclass(eq=False)
class Entry:
    """One answer, in the content codings in which it was asked for; ``""`` is the plain one."""

    tag: Hashable
    bodies: dict[str, bytes]
    headers: dict[str, str]
    requests: list[Hashable] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Reply:
    """What is sent for one exact request."""

    entry: Entry
    start: Message
    """The ASGI message with status and headers."""
    body: bytes
    tags: tuple[bytes, ...]
    """The entity tags, in quotation marks, under which a client may hold this answer."""
    unchanged: tuple[Message, ...]
    """The message of the 304 for each of ``tags``."""
    wire: tuple[bytes, bytes] = (b"", b"")
    """The same on the wire: the status line, and all that follows the headers of each response."""
    unchanged_wire: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(eq=False, slots=True)
class Errand:
    """One request on its way through the application, which leaves here what it answers."""

    version: str
    """The release in use when the request came."""
    cache: "Cache"
    base: str | None = None
    """The public URL under which it came, once it was asked for."""
    entry: Entry | None = None
    """The answer, when it came from the cache, and the coding in which it goes out."""
    coding: str = ""
    tags: tuple[str, ...] = ()
    """The entity tags under which a client may hold this answer."""


class Cache:
    """Answers of one release, up to ``limit`` bytes; 0 keeps none."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.largest = limit // SHARE
        self.version = ""
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._replies: dict[Hashable, Reply] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, tag: Hashable) -> bool:
        return tag in self._entries

    @property
    def remembered(self) -> int:
        """Requests that are answered without a look at what they ask."""
        return len(self._replies)

    def renew(self, version: str) -> None:
        """Forget everything that is of another release than ``version``."""
        if version != self.version:
            self.version = version
            self.size = 0
            self._entries.clear()
            self._replies.clear()

    def find(self, tag: Hashable) -> Entry | None:
        """The answer with this tag."""
        entry = self._entries.get(tag)
        if entry is None:
            self.misses += 1
        else:
            self.hits += 1
            self._entries.move_to_end(tag)
        return entry

    def recall(self, request: Hashable) -> Reply | None:
        """What was sent for exactly this request."""
        reply = self._replies.get(request)
        if reply is not None:
            self.hits += 1
            self._entries.move_to_end(reply.entry.tag)
        return reply

    def keep(self, entry: Entry) -> None:
        """Keep ``entry``, unless one like it is there or it is too large."""
        if entry.tag in self._entries:
            return
        size = OVERHEAD + sum(map(len, entry.bodies.values()))
        if size > self.largest:
            return
        self._entries[entry.tag] = entry
        self._grow(entry, size)

    def add_body(self, entry: Entry, coding: str, body: bytes) -> None:
        """Keep the body of ``entry`` in one more coding."""
        if coding not in entry.bodies:
            entry.bodies[coding] = body
            self._grow(entry, len(body))

    def remember(self, request: Hashable, reply: Reply, size: int) -> None:
        """Send ``reply`` for ``request`` from now on; ``size`` is that of the request's key."""
        entry = reply.entry
        if request in self._replies or self._entries.get(entry.tag) is not entry:
            return
        if len(entry.requests) >= MOST_REPLIES:
            return
        self._replies[request] = reply
        entry.requests.append(request)
        self._grow(entry, size + OVERHEAD)

    def _grow(self, entry: Entry, size: int) -> None:
        if self._entries.get(entry.tag) is not entry:
            return  # it has gone meanwhile: whoever still holds it may go on doing so
        entry.size += size
        self.size += size
        while self.size > self.limit:
            self._forget(next(iter(self._entries)))

    def _forget(self, tag: Hashable) -> None:
        entry = self._entries.pop(tag)
        self.size -= entry.size
        for request in entry.requests:
            del self._replies[request]
