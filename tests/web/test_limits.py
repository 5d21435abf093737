"""Each limit, met by a request, with what the client is told and what the operator sees."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from products import RUNAWAY, rows

from treatybodies.errors import BudgetSpent, ClientBusy, TreatybodiesError
from treatybodies.settings import Settings
from treatybodies.web.clients import Client, Clients
from treatybodies.web.ledger import Ledger

Start = Callable[..., TestClient]
SORTED = rows("abcdefg") + " ORDER BY ?a ?g ?f"
LONG = rows("abcdef")


@pytest.mark.parametrize(
    ("changed", "query", "code"),
    [
        ({"query_seconds": 0.5}, RUNAWAY, "timeout"),
        ({"query_cpu_seconds": 0.5, "query_seconds": 60.0}, RUNAWAY, "timeout"),
        ({"query_memory_mb": 64, "query_seconds": 60.0}, SORTED, "memory"),
        ({"result_mb": 1, "query_seconds": 60.0}, LONG, "result-size"),
    ],
    ids=["query_seconds", "query_cpu_seconds", "query_memory_mb", "result_mb"],
)
def test_limits_of_a_query(
    service: Start, changed: dict[str, object], query: str, code: str
) -> None:
    client = service(workers=2, **changed)
    answer = client.get("/sparql", params={"query": query})
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    metrics = client.get("/metrics").text
    assert f'treatybodies_problems_total{{code="{code}"}} 1.0' in metrics
    for name, value in changed.items():
        assert f'treatybodies_limit{{name="{name}"}} {float(str(value))}' in metrics
    assert client.get("/sparql?query=ASK{}").status_code == 200


def test_a_query_may_be_too_long(service: Start) -> None:
    client = service(workers=1, query_kb=1)
    sent = {"Content-Type": "application/sparql-query"}
    answer = client.post("/sparql", content=b"ASK{}" + b" " * 2000, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (413, "query-too-long")
    assert 'limit{name="query_kb"} 1.0' in client.get("/metrics").text


@contextmanager
def busy(client: TestClient) -> Iterator[None]:
    """While a runaway of a stranger runs."""
    seen = client.app.state.pool  # type: ignore[attr-defined]
    asked = {"params": {"query": RUNAWAY}}
    running = threading.Thread(target=client.get, args=("/sparql",), kwargs=asked)
    running.start()
    while running.is_alive() and not seen._busy:
        time.sleep(0.01)
    try:
        yield
    finally:
        running.join()


def test_the_queue_is_bounded(service: Start) -> None:
    client = service(workers=1, queue_length=0, query_seconds=2.0)
    with busy(client):
        answer = client.get("/sparql?query=ASK{}")
        assert (answer.status_code, answer.json()["code"]) == (503, "overload")
        assert int(answer.headers["retry-after"]) >= 1
        metrics = client.get("/metrics").text
    assert 'limit{name="queue_length"} 0.0' in metrics
    assert 'workload{state="waiting"} 0.0' in metrics


def test_a_client_has_so_many_queries_at_once(service: Start) -> None:
    client = service(workers=2, client_queries=1, query_seconds=2.0)
    with busy(client):
        answer = client.get("/sparql?query=ASK{}")
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many-queries")
        assert answer.headers["retry-after"] == "1"
        assert client.get("/readyz").status_code == 200
    assert client.get("/sparql?query=ASK{}").status_code == 200


def test_a_client_has_so_much_processor_time(service: Start) -> None:
    # On a busy machine a second of running may be a few hundredths of processor time.
    client = service(workers=2, client_cpu_seconds=0.01, client_cpu_rate=1e-6, query_seconds=1.0)
    assert client.get("/sparql", params={"query": RUNAWAY}).json()["code"] == "timeout"
    answer = client.get("/sparql?query=ASK{}", headers={"Cache-Control": "no-cache"})
    assert (answer.status_code, answer.json()["code"]) == (429, "budget")
    assert int(answer.headers["retry-after"]) > 60
    metrics = client.get("/metrics").text
    assert 'treatybodies_problems_total{code="budget"} 1.0' in metrics
    assert 'queries_total{end="BudgetSpent"} 1.0' in metrics


@contextmanager
def turn(clients: Clients, address: str) -> Iterator[Client]:
    """While a query of ``address`` runs."""
    client = clients.begin(address)
    try:
        yield client
    finally:
        client.leave()


def spend(clients: Clients, address: str, seconds: float) -> None:
    """One query of ``address``."""
    with turn(clients, address) as client:
        client.charge(seconds)


def small(ledger: Ledger | None = None, process: int = 0, **changed: object) -> Clients:
    """Clients with ten seconds each that never come back."""
    limits = {"client_cpu_seconds": 10.0, "client_cpu_rate": 1e-6, "client_queries": 2}
    return Clients(Settings.model_validate(limits | changed), ledger, process)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("nonsense", "more\nnonsense", True),
    ],
)
def test_who_a_client_is(one: str, other: str, same: bool) -> None:
    clients = small()
    spend(clients, one, 11.0)
    if same:
        with pytest.raises(BudgetSpent):
            spend(clients, other, 1.0)
    else:
        spend(clients, other, 1.0)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_exempt(address: str) -> None:
    clients = small()
    for _ in range(3):
        spend(clients, address, 100.0)
    clients = small(exempt_clients="")
    spend(clients, address, 100.0)
    with pytest.raises(BudgetSpent):
        spend(clients, address, 1.0)


def test_a_bucket_refills() -> None:
    clients = small(client_cpu_rate=1e6)
    for _ in range(3):
        spend(clients, "192.0.2.1", 100.0)
        time.sleep(0.001)


def test_queries_at_once_are_counted() -> None:
    clients = small()
    with turn(clients, "192.0.2.1"), turn(clients, "192.0.2.1"):
        with pytest.raises(ClientBusy), turn(clients, "192.0.2.1"):
            pass
        with turn(clients, "192.0.2.2"):
            pass
    with turn(clients, "192.0.2.1"):
        pass


def test_no_number_of_others_makes_a_client_forgotten() -> None:
    clients = small()
    spend(clients, "192.0.2.1", 11.0)
    for number in range(30_000):
        spend(clients, f"10.{number // 65536}.{number // 256 % 256}.{number % 256}", 0.0)
    with pytest.raises(BudgetSpent):
        spend(clients, "192.0.2.1", 0.0)


def test_web_processes_count_together() -> None:
    ledger = Ledger(2)
    one, other = small(ledger=ledger, process=0), small(ledger=ledger, process=1)
    with turn(one, "192.0.2.1"), turn(other, "192.0.2.1"), pytest.raises(ClientBusy):
        one.begin("192.0.2.1")
    spend(one, "192.0.2.1", 6.0)
    spend(other, "192.0.2.1", 6.0)
    for clients in (one, other):
        with pytest.raises(BudgetSpent):
            clients.begin("192.0.2.1")
        spend(clients, "192.0.2.2", 0.0)


def test_what_ran_in_a_process_that_has_died_runs_no_more() -> None:
    ledger = Ledger(2)
    one, other = small(ledger=ledger, process=0), small(ledger=ledger, process=1)
    for clients in (one, other):
        clients.begin("192.0.2.1")
    ledger.clear(1)
    assert one.begin("192.0.2.1").running == 2


def test_a_bad_setting_says_what_to_write() -> None:
    with pytest.raises(TreatybodiesError, match="exempt_clients"):
        small(exempt_clients="127.0.0.1, everybody")
