"""What an operator copies: the real nginx before the service, the unit, the Containerfile."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from products import RUNAWAY, rows

from treatybodies.paths import OPERATING, Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import Service, create_app
from treatybodies.web.guides.routes import FOLDER

Need = Callable[[str, str], str]
Serving = Callable[[Service], AbstractContextManager[tuple[str, int]]]
LIMITS = {"workers": 2, "query_seconds": 4.0, "exempt_clients": "", "client_cpu_rate": 0.001}
SMALL = "SELECT ?a { VALUES ?a { 1 2 3 } } ORDER BY ?a"
NEW = "SELECT ?new { VALUES ?new { 4 5 6 } } ORDER BY ?new"
LARGE = rows("abcdef") + " LIMIT 100000"
CSV = {"Accept": "text/csv"}
NAME = "graph.example.org"


@dataclass(frozen=True)
class Proxied:
    """The service behind nginx: the proxy's URL, its own, and itself."""

    url: str
    direct: str
    application: Service

    def post(self, query: str, **headers: str) -> httpx2.Response:
        """The answer to ``query`` by way of the proxy."""
        return httpx2.post(
            f"{self.url}/sparql", data={"query": query}, headers={**CSV, **headers}, timeout=60
        )


@pytest.fixture(scope="module")
def proxied(
    real_release: Release,
    garden: Garden,
    need: Need,
    serving: Serving,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxied]:
    """The configuration as it is shipped, but for its addresses, in the real nginx."""
    path = need("nginx", "nginx-light")
    application = create_app(real_release, garden, Settings.model_validate(LIMITS))
    folder = tmp_path_factory.mktemp("nginx")
    with serving(application) as (host, port), socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        configuration = write_configuration(folder, f"{host}:{port}", listen)
        process = subprocess.Popen([path, "-p", str(folder), "-c", str(configuration)])
        try:
            wait_for(listen)
            yield Proxied(f"http://{listen}", f"http://{host}:{port}", application)
        finally:
            process.terminate()
            process.wait()


def write_configuration(folder: Path, service: str, listen: str) -> Path:
    """The shipped site, in the frame that Debian's nginx puts around it."""
    site = (OPERATING / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("127.0.0.1:8000", service).replace("listen 80;", f"listen {listen};")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root it would give up its rights, and with them this folder.
    user = "user root;\n" if os.getuid() == 0 else ""
    text = (
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\ngzip on;\ngzip_types *;\n{temporary}{site}}}\n"
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


def wait_for(address: str) -> None:
    """Wait until somebody listens at ``address``."""
    host, _, port = address.partition(":")
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx did not start")


def test_a_query_is_answered_by_post_and_by_query(proxied: Proxied) -> None:
    posted = proxied.post(SMALL)
    asked = httpx2.request(
        "QUERY",
        f"{proxied.url}/sparql",
        content=SMALL,
        headers={**CSV, "Content-Type": "application/sparql-query"},
    )

    assert posted.text == asked.text == "a\r\n1\r\n2\r\n3\r\n"


def test_a_large_answer_is_whole(proxied: Proxied) -> None:
    through = proxied.post(LARGE)
    direct = httpx2.post(f"{proxied.direct}/sparql", data={"query": LARGE}, headers=CSV, timeout=60)

    assert len(through.content) > 1_000_000
    assert through.content == direct.content


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_the_services_own_compression_passes(proxied: Proxied, coding: str) -> None:
    asked = {"Accept-Encoding": coding, **CSV}
    url = f"{proxied.url}/sparql"
    query = {"query": LARGE.replace("100000", "500")}

    with httpx2.stream("GET", url, params=query, headers=asked) as answer:
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["etag"].strip('"').endswith(f"-{coding}")


def test_limits_count_on_the_clients_own_address(proxied: Proxied) -> None:
    clients = proxied.application.state.clients
    client = clients.begin("127.0.0.2")
    client.charge(10_000.0)
    client.leave()
    elsewhere = httpx2.Client(transport=httpx2.HTTPTransport(local_address="127.0.0.2"))

    spent = elsewhere.post(f"{proxied.url}/sparql", data={"query": NEW}, headers=CSV)
    forged = proxied.post(NEW, **{"X-Forwarded-For": "127.0.0.2"})
    elsewhere.close()

    assert spent.status_code == 429
    assert forged.status_code == 200


def test_links_have_the_name_that_the_client_used(proxied: Proxied) -> None:
    asked = {"Host": NAME, "Accept": "text/turtle"}

    thing = httpx2.get(f"{proxied.url}/id/state/BEN", headers=asked)
    described = httpx2.get(f"{proxied.url}/sparql", headers=asked)

    assert thing.headers["location"] == f"http://{NAME}/data/state/BEN.ttl"
    assert f"<http://{NAME}/sparql>" in described.text


@pytest.mark.parametrize(("length", "status"), [(64_000, 200), (70_000, 414)])
def test_long_urls_are_the_services_business(proxied: Proxied, length: int, status: int) -> None:
    path = "/sparql?query=ASK%7B%7D" + "%20" * (length // 3)
    with closing(http.client.HTTPConnection(proxied.url.removeprefix("http://"))) as connection:
        connection.request("GET", path, headers=CSV)
        answer = connection.getresponse()
        body = answer.read()

    assert answer.status == status
    assert body.strip() == b"true" or json.loads(body)["code"] == "url-too-long"


def test_the_largest_form_passes(proxied: Proxied) -> None:
    batch = json.dumps({"q": {"query": "Benin"}}) + " " * 500_000

    answer = httpx2.post(f"{proxied.url}/reconcile", data={"queries": batch})

    assert answer.json()["q"]["result"][0]["id"] == "id/state/BEN"


def test_the_services_own_error_arrives(proxied: Proxied) -> None:
    answer = proxied.post(RUNAWAY)

    assert answer.status_code == 503
    assert answer.json()["code"] == "timeout"


def test_an_encoded_identifier_arrives_as_it_was_sent(proxied: Proxied) -> None:
    answer = httpx2.get(f"{proxied.url}/id%2Fstate%2FBEN", headers={"Accept": "text/html"})

    assert answer.headers["location"].endswith("/doc/state/BEN")


def test_the_unit_is_one(need: Need, tmp_path: Path) -> None:
    path = need("systemd-analyze", "systemd")
    unit = (OPERATING / "treatybodies.service").read_text(encoding="utf-8")
    command = "/opt/treatybodies/bin/treatybodies"
    assert command in unit
    (tmp_path / "treatybodies.service").write_text(
        unit.replace(command, shutil.which("true") or "/bin/true"), encoding="utf-8"
    )

    done = subprocess.run(
        [path, "verify", "--man=no", str(tmp_path / "treatybodies.service")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "treatybodies.service" not in done.stderr


@pytest.mark.parametrize("name", ["treatybodies.service", "nginx.conf", "Containerfile"])
def test_every_setting_in_the_files_is_one(name: str) -> None:
    text = (OPERATING / name).read_text(encoding="utf-8")
    named = {each.lower() for each in re.findall(r"TREATYBODIES_([A-Z_]+)=", text)}

    assert named <= set(Settings.model_fields)


def test_the_operating_guide_names_what_there_is(url: str) -> None:
    text = (FOLDER / "operating.md").read_text(encoding="utf-8")
    metrics = httpx2.get(f"{url}/metrics").text

    for name in re.findall(r"`(treatybodies_\w+)", text):
        assert name in metrics, name
    for name in re.findall(r"TREATYBODIES_([A-Z_]+)", text):
        assert name.lower() in Settings.model_fields or name == "PUBLIC_URL", name
    limits = text.partition("## Limits")[2].partition("##")[0]
    for name in re.findall(r"`([a-z_]+)`", limits):
        assert name in Settings.model_fields, name
