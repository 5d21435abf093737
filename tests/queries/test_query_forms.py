"""A query of another form is refused, and the fault holds no result of the engine.

Only the thread that made a result may drop it, while a fault keeps its frames until some thread
collects them.
"""

from collections.abc import Callable
from pathlib import Path
from traceback import walk_tb

import pytest
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

from treatybodies.errors import InputFaults
from treatybodies.queries import QueryFile
from treatybodies.store import construct, select

SELECT, CONSTRUCT = "SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"


def columns(_: Store, query: str) -> object:
    path = Path("query.rq")
    path.write_text(query, "utf-8")
    return QueryFile(path).columns


@pytest.mark.parametrize(
    ("ask", "query"),
    [(select, CONSTRUCT), (construct, SELECT), (select, "ASK {}"), (columns, CONSTRUCT)],
)
def test_a_fault_holds_no_result(
    ask: Callable[[Store, str], object],
    query: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, InputFaults), match="query is expected") as raised:
        ask(Store(), query)

    faults = [raised.value, *filter(None, [raised.value.__cause__])]
    frames = [frame for fault in faults for frame, _ in walk_tb(fault.__traceback__)]
    held = [value for frame in frames for value in frame.f_locals.values()]
    assert not [
        each for each in held if isinstance(each, QueryBoolean | QuerySolutions | QueryTriples)
    ]
