"""Another engine behind the service: any server that speaks SPARQL 1.1 and holds the release.

A query is first evaluated over nothing by a local worker. What is no SPARQL, or crashes a parser,
is told from there and never leaves the house; extensions of a product's own never reach it. The
answer is taken whole, in a format that shows whether it is whole, and written anew in ours.
"""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import Store

from treatybodies.errors import EngineAway, EngineFailed, QueryStopped
from treatybodies.remote.address import read_address
from treatybodies.remote.connections import MIB, Answer, Connections
from treatybodies.remote.dialects import Dialect, Question
from treatybodies.remote.holding import SHORTENED, read_holding, select
from treatybodies.remote.meeting import meet
from treatybodies.remote.mending.paths import Closure
from treatybodies.settings import Settings
from treatybodies.store import DUMP, MANIFEST, STORE, Manifest, Release
from treatybodies.web.clients import Client
from treatybodies.web.conversion import ACCEPT_GRAPH, ACCEPT_RESULTS, converted, shortened
from treatybodies.web.folders import Folder
from treatybodies.web.formats import RESULTS, Format
from treatybodies.web.loaders import Loaders
from treatybodies.web.metrics import Metrics
from treatybodies.web.orders import Result
from treatybodies.web.pool import Pool
from treatybodies.web.turns import Turns
from treatybodies.web.wire import Job

LOG = logging.getLogger(__name__)
CHECKERS = 2
"""Local workers that see every new query first."""
MOST_CHECKED = 4096
"""So many queries are remembered as sound."""
MOST_CLOSURES = 1024
RAW_TIMES = 4
"""An answer as it arrives may have so many times the bytes that a result may have."""
LOOK_SECONDS = 5.0
"""How often the engine is asked which release it holds."""
LEAST_SECONDS = 0.1
MEET_SECONDS = 120.0
"""How long it may take to count what it holds."""


class RemoteEngine:
    """At most ``settings.workers`` requests under way to the engine ``settings.store``."""

    def __init__(
        self,
        release: Release,
        prefixes: dict[str, str],
        settings: Settings,
        metrics: Metrics | None = None,
        loaders: Loaders | None = None,
    ) -> None:
        self.release = release
        self.prefixes = {} if release.manifest.served_files else prefixes
        self.settings = settings
        self.metrics = metrics or Metrics()
        self.address = read_address(settings.store.get_secret_value())
        self._client: Connections | None = None
        self._dialect: Dialect | None = None
        self._turns = Turns(settings)
        self._checked: OrderedDict[str, None] = OrderedDict()
        self._closures: OrderedDict[Closure, tuple[str, ...]] = OrderedDict()
        self._nothing = Folder()
        nothing = _nothing(self._nothing.path)
        self._checker = Pool(nothing, {}, _few(settings), Metrics(), loaders)
        self._other: str | None = None
        """Why the engine does not answer for our release now."""
        self._watching: asyncio.Task[None] | None = None

    @property
    def fences(self) -> tuple[str, ...]:
        """Around the local workers that see each query first."""
        return self._checker.fences

    def launch(self) -> None:
        """Start the local workers' parent."""
        self._checker.launch()

    def abandon(self) -> None:
        """End it where `start` was never called."""
        self._checker.abandon()
        if self._client is None:
            self._nothing.remove()

    async def start(self) -> None:
        """Ask the engine what it holds; raises `OtherRelease` when it is not our release."""
        self._client = Connections(self.address, self.settings.workers)
        try:
            self._dialect, marked = await self._meet(self._client)
            await self._checker.start()
        except BaseException:
            await self.stop()
            raise
        if marked:
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _meet(self, client: Connections) -> tuple[Dialect, bool]:
        try:
            return await meet(client, self.release, MEET_SECONDS)
        except QueryStopped as cause:
            raise EngineFailed(f"{self.address.query}: {cause}") from cause

    async def stop(self) -> None:
        """End the connections and the local workers."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._checker.stop()
        if self._client is not None:
            await self._client.close()
        self._nothing.remove()

    @property
    def load(self) -> dict[str, int]:
        """Requests under way and waiting, in the words of the pool."""
        return {
            "idle": self._turns.places - self._turns.taken,
            "busy": self._turns.taken,
            "heavy": 0,
            "waiting": self._turns.waiting,
            "waiting-heavy": 0,
        }

    async def evaluate(
        self,
        job: Job,
        charge: Callable[[float], None] | None = None,
        client: Client | None = None,
    ) -> Result:
        """The whole result of ``job``, as `Pool.evaluate` gives it.

        Nobody tells the processor time of another machine: ``charge`` is told the clock's.
        """
        started = time.monotonic()
        try:
            await self._check(job)
            async with self._turns.turn(job, client):
                answer = await self._asked(job, started + job.seconds)
            return await self._converted(job, answer)
        finally:
            if charge is not None:
                charge(time.monotonic() - started)

    async def _check(self, job: Job) -> None:
        """Raise what is wrong with the query itself: evaluate it over nothing."""
        if job.query in self._checked:
            self._checked.move_to_end(job.query)
            return
        over_nothing = Job(job.query, job.format, job.seconds, quads=job.quads)
        (await self._checker.evaluate(over_nothing)).close()
        self._checked[job.query] = None
        while len(self._checked) > MOST_CHECKED:
            self._checked.popitem(last=False)

    async def _asked(self, job: Job, end: float) -> Answer:
        """The engine's own answer, until ``end``, by `time.monotonic`."""
        client, dialect = self._client, self._dialect
        assert client is not None
        assert dialect is not None
        if self._other is not None:
            raise EngineAway(self._other)
        question = Question(job.query, self.settings.base_iri, job.default_graphs, job.named_graphs)
        closures = dialect.closures(question)
        found = {each: await self._members(client, dialect, each, end) for each in closures}
        most = self.settings.result_mb * MIB * RAW_TIMES
        if (probe := dialect.probe(question, found)) is not None:
            counted = await client.ask(probe, "text/csv", _left(end), most)
            counted.body.close()
            if any(name in counted.headers for name in SHORTENED):
                raise shortened()
        accept = ACCEPT_RESULTS if job.quads or Format[job.format] in RESULTS else ACCEPT_GRAPH
        return await client.ask(dialect.fields(question, found), accept, _left(end), most)

    async def _members(
        self, client: Connections, dialect: Dialect, closure: Closure, end: float
    ) -> tuple[str, ...]:
        """What a closure comes to; a release does not change, so it is asked for once."""
        if closure not in self._closures:
            fields = dialect.fields(Question(closure.query, ""))
            rows = await select(client, fields, _left(end))
            self._closures[closure] = tuple(sorted(row["member"] for row in rows))
            while len(self._closures) > MOST_CLOSURES:
                self._closures.popitem(last=False)
        return self._closures[closure]

    async def _converted(self, job: Job, answer: Answer) -> Result:
        """In a thread: the RDF library lets go of the interpreter's lock."""
        assert self._dialect is not None
        most = self.settings.result_mb * MIB
        return await asyncio.to_thread(converted, answer, job, self._dialect, self.prefixes, most)

    async def _watch(self) -> None:
        """Answer no more when the engine is given another release under way."""
        version = self.release.manifest.version
        assert self._client is not None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with contextlib.suppress(QueryStopped):  # each query will tell
                held, _ = await read_holding(self._client, self.settings.query_seconds)
                same = held is not None and held.whole and held.version == version
                if not same and self._other is None:
                    LOG.error("the engine at %s has been given other data", self.address.query)
                self._other = None if same else _OTHER


_OTHER = "The engine behind the service is being given another release → ask again later."


def _left(end: float) -> float:
    return max(end - time.monotonic(), LEAST_SECONDS)


def _few(settings: Settings) -> Settings:
    """For the local workers: none is ever busy for long over nothing."""
    return settings.model_copy(update={"workers": CHECKERS, "reserved_workers": 1})


def _nothing(folder: Path) -> Path:
    """A release without statements in ``folder``."""
    (folder / DUMP).write_bytes(b"")
    Store(str(folder / STORE)).flush()
    manifest = Manifest(
        version="nothing",
        date="",
        inputs="",
        quads=0,
        triples=0,
        graphs=0,
        classes={},
        warnings=0,
        files={},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(), "utf-8")
    return folder
