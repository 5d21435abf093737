"""A server that answers as an engine that holds a release, until it is told to misbehave."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from treatybodies.remote.dialects import MARK
from treatybodies.store import Release

JSON = "application/sparql-results+json"
Behaviour = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request, and the means to answer it in any way."""

    handler: BaseHTTPRequestHandler
    fields: dict[str, list[str]]

    @property
    def query(self) -> str:
        """What is asked."""
        return self.fields["query"][0]

    def answer(
        self, body: bytes | str, media_type: str = JSON, status: int = 200, **headers: str
    ) -> None:
        """Send a whole answer."""
        content = body.encode() if isinstance(body, str) else body
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", media_type)
        self.handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        with contextlib.suppress(OSError):
            self.handler.wfile.write(content)

    def rows(self, *rows: dict[str, str]) -> None:
        """Send solutions whose terms are plain literals."""
        bindings = [
            {name: {"type": "literal", "value": value} for name, value in row.items()}
            for row in rows
        ]
        names = list(rows[0]) if rows else ["x"]
        self.answer(json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}))


@dataclass
class Fake:
    """The running server."""

    release: Release
    url: str = ""
    version: str = ""
    whole: bool = True
    behaviour: Behaviour = lambda exchange: exchange.rows({"x": "1"})
    asked: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)

    def reply(self, exchange: Exchange) -> None:
        """Answer what the service asks when it meets an engine; all else as told."""
        self.authorizations.append(exchange.handler.headers.get("Authorization"))
        query = exchange.query
        if MARK in query:
            said = {"version": self.version, "view": "", "slices": "1", "size": "10"}
            said["state"] = "whole" if self.whole else "loading"
            exchange.rows(*({"said": f"{MARK}#{key}", "value": v} for key, v in said.items()))
        elif query == "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }":
            exchange.rows({"n": str(self.release.manifest.triples)})
        elif query.endswith("ASK { ?s ?p ?o }"):
            exchange.answer('{"head": {}, "boolean": true}')
        else:
            self.asked.append(query)
            self.behaviour(exchange)


@contextlib.contextmanager
def faking(release: Release) -> Iterator[Fake]:
    """A fake engine that says that it holds ``release``."""
    fake = Fake(release, version=release.manifest.version)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fake.reply(Exchange(self, parse_qs(body.decode())))

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fake.url = f"http://127.0.0.1:{server.server_address[1]}/sparql"
        try:
            yield fake
        finally:
            server.shutdown()
