"""Downloads: what the build wrote, byte for byte, whole, in ranges, compressed, by version."""

import base64
import gzip
import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes
from http.client import HTTPConnection
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

from treatybodies.changes.history import record
from treatybodies.compression import zstd
from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import CURRENT, Release
from treatybodies.web.app import Service, create_app

Serve = Callable[[Service], AbstractContextManager[tuple[str, int]]]
MORE = "\n<https://a.example/s> <https://a.example/p> 1 .\n"
DCAT = "http://www.w3.org/ns/dcat#"


@pytest.fixture(scope="module")
def files(release: Release) -> str:
    """The path of the tiny release's files."""
    return f"/dumps/{release.manifest.version}/"


def test_every_file_is_served_byte_for_byte_with_its_digest(
    client: TestClient, release: Release, files: str
) -> None:
    assert len(release.dumps) > 60
    for name, file in release.dumps.items():
        answer = client.get(files + name, headers={"Accept-Encoding": "identity"})
        digest = hashlib.sha256(answer.content).digest()
        assert answer.status_code == 200, name
        assert answer.content == file.path.read_bytes()
        assert digest.hex() == file.digest
        assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
        assert answer.headers["content-length"] == str(len(answer.content))
        assert answer.headers["accept-ranges"] == "bytes"


def test_the_listed_digests_are_those_of_the_files(client: TestClient, files: str) -> None:
    listed = client.get(files + "SHA256SUMS").text.splitlines()
    assert "treatybodies.nq" in {each.split("  ")[1] for each in listed}
    for digest, name in (each.split("  ") for each in listed):
        answer = client.get(files + name, headers={"Accept-Encoding": "identity"})
        assert hashlib.sha256(answer.content).hexdigest() == digest, name


def test_formats_parse_and_hold_the_same_statements(client: TestClient, files: str) -> None:
    def quads(extension: str) -> set[object]:
        form = RdfFormat.from_extension(extension)
        assert form is not None
        answer = client.get(f"{files}treatybodies.{extension}")
        assert answer.headers["content-type"].split(";")[0] == form.media_type
        return set(parse(answer.content, format=form))

    whole = quads("nq")
    view = {quad for quad in whole if str(quad.graph_name) == "DEFAULT"}  # type: ignore[attr-defined]
    assert quads("trig") == whole
    assert quads("ttl") == quads("nt") == quads("jsonld") == view
    assert len(view) < len(whole)


@pytest.mark.parametrize(
    ("suffix", "media_type", "unpack"),
    [(".gz", "application/gzip", gzip.decompress), (".zst", "application/zstd", zstd.decompress)],
)
def test_compressed_files_hold_the_plain_ones(
    client: TestClient,
    release: Release,
    files: str,
    suffix: str,
    media_type: str,
    unpack: Callable[[bytes], bytes],
) -> None:
    packed = [name for name in release.dumps if name.endswith(suffix)]
    assert len(packed) > 15
    for name in packed:
        answer = client.get(files + name)
        assert answer.headers["content-type"] == media_type
        assert "content-encoding" not in answer.headers
        there = release.dumps[name.removesuffix(suffix)].path.read_bytes()
        assert unpack(answer.content) == there


@pytest.mark.parametrize(("coding", "suffix"), [("gzip", ".gz"), ("zstd", ".zst")])
def test_a_client_that_unpacks_gets_the_compressed_file(
    client: TestClient, release: Release, files: str, coding: str, suffix: str
) -> None:
    url = files + "treatybodies.nq"
    with client.stream("GET", url, headers={"Accept-Encoding": coding}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert raw == release.dumps[f"treatybodies.nq{suffix}"].path.read_bytes()
    without = client.head(url, headers={"Accept-Encoding": "identity"})
    assert without.headers["etag"] != answer.headers["etag"]


def test_latest_leads_to_the_version(client: TestClient, release: Release, files: str) -> None:
    answer = client.get("/dumps/latest/treatybodies.ttl.gz", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"http://testserver{files}treatybodies.ttl.gz"
    sent = client.get("/dumps/latest/tables/datapackage.json")
    assert sent.json()["version"].endswith(release.manifest.version)
    assert 'rel="latest-version"' in sent.headers["link"]


def test_the_data_package_finds_its_tables(client: TestClient) -> None:
    answer = client.get("/dumps/latest/tables/datapackage.json")
    assert answer.headers["content-type"] == "application/vnd.datapackage+json"
    package = answer.json()
    states = next(each for each in package["resources"] if each["name"] == "instruments")
    table = client.get(f"/dumps/latest/tables/{states['path']}")
    names = [each["name"] for each in states["schema"]["fields"]]
    assert table.text.splitlines()[0] == ",".join(names)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("header", "begin", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("bytes=5-999999999", 5, None),
        ("Bytes=3-3", 3, 4),
    ],
)
def test_a_range_is_that_part(
    client: TestClient, release: Release, files: str, header: str, begin: int, end: int | None
) -> None:
    whole = release.dump.read_bytes()
    answer = client.get(
        files + "treatybodies.nq", headers={"Range": header, "Accept-Encoding": "identity"}
    )
    part = whole[begin:end]
    assert (answer.status_code, answer.content) == (206, part)
    first = begin if begin >= 0 else len(whole) + begin
    said = f"bytes {first}-{first + len(part) - 1}/{len(whole)}"
    assert answer.headers["content-range"] == said
    assert answer.headers["content-length"] == str(len(part))


def test_several_ranges_come_in_parts(client: TestClient, release: Release, files: str) -> None:
    whole = release.dump.read_bytes()
    asked = {"Range": "bytes=0-4, 20-29, 25-39, -5", "Accept-Encoding": "identity"}
    answer = client.get(files + "treatybodies.nq", headers=asked)
    assert answer.status_code == 206
    assert int(answer.headers["content-length"]) == len(answer.content)
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + answer.content).get_payload()
    assert isinstance(parts, list)
    assert [each["Content-Range"].split("/")[0] for each in parts] == [  # type: ignore[index]
        "bytes 0-4",
        "bytes 20-39",
        f"bytes {len(whole) - 5}-{len(whole) - 1}",
    ]
    ranges = [b"\r\n\r\n" + each + b"\r\n--" for each in (whole[:5], whole[20:40])]
    assert all(each in answer.content for each in ranges)


@pytest.mark.parametrize(
    "header",
    ["lines=0-3", "bytes=9-3", "bytes=", "bytes=a-b", "bytes=0-1," * 20 + "3-4", "bytes=0-4,5-"],
)
def test_a_range_that_is_not_sound_counts_as_none(
    client: TestClient, files: str, header: str
) -> None:
    answer = client.get(files + "SHA256SUMS", headers={"Range": header})
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) > 60
    assert "content-range" not in answer.headers


def test_a_range_outside_the_file_is_refused(
    client: TestClient, release: Release, files: str
) -> None:
    size = release.dump.stat().st_size
    asked = {"Range": f"bytes={size}-", "Accept-Encoding": "identity"}
    answer = client.get(files + "treatybodies.nq", headers=asked)
    assert (answer.status_code, answer.json()["code"]) == (416, "range")
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_range_holds_only_for_the_file_that_was_meant(client: TestClient, files: str) -> None:
    url = files + "treatybodies.nt"
    whole = client.get(url, headers={"Accept-Encoding": "identity"})
    for held in (whole.headers["etag"], whole.headers["last-modified"]):
        asked = {"Range": "bytes=0-1", "If-Range": held, "Accept-Encoding": "identity"}
        assert client.get(url, headers=asked).status_code == 206
    for other in ('"another"', f"W/{whole.headers['etag']}", "Mon, 01 Jan 2001 00:00:00 GMT"):
        asked = {"Range": "bytes=0-1", "If-Range": other, "Accept-Encoding": "identity"}
        assert client.get(url, headers=asked).content == whole.content


def test_what_is_held_is_not_sent_again(client: TestClient, files: str) -> None:
    url = files + "treatybodies.trig"
    whole = client.get(url, headers={"Accept-Encoding": "identity"})
    for condition in (
        {"If-None-Match": whole.headers["etag"]},
        {"If-None-Match": '"x", W/' + whole.headers["etag"]},
        {"If-Modified-Since": whole.headers["last-modified"]},
    ):
        answer = client.get(url, headers={"Accept-Encoding": "identity", **condition})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == whole.headers["etag"]
    for condition in (
        {"If-None-Match": '"x"'},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get(url, headers=condition).status_code == 200


def test_head_tells_the_same_and_sends_nothing(client: TestClient, files: str) -> None:
    url = files + "treatybodies.nq.zst"
    asked = {"Range": "bytes=0-3"}
    head, get = client.head(url, headers=asked), client.get(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "repr-digest", "last-modified", "content-type"):
        assert head.headers[name] == get.headers[name]


def test_downloads_stay_out_of_the_cache(client: TestClient, files: str) -> None:
    cache = client.app.state.cache  # type: ignore[attr-defined]
    before = len(cache)
    for _ in range(4):
        client.get(files + "treatybodies.jsonld")
    assert len(cache) == before


@pytest.mark.parametrize("path", ["/dumps", "/dumps/", "/dumps/latest/"])
def test_the_list_tells_of_every_file(client: TestClient, release: Release, path: str) -> None:
    listed = client.get(path, headers={"Accept": "application/json"})
    assert listed.headers["content-type"] == "application/json"
    (told,) = listed.json()["releases"]
    assert {each["name"]: (each["bytes"], each["sha256"]) for each in told["files"]} == {
        name: (file.path.stat().st_size, file.digest) for name, file in release.dumps.items()
    }
    page = client.get(path, headers={"Accept": "text/html"})
    for name in release.dumps:
        assert f'/dumps/{release.manifest.version}/{name}"' in page.text


def test_the_list_is_dcat_for_rdf_clients(client: TestClient, release: Release) -> None:
    answer = client.get("/dumps/", headers={"Accept": "text/turtle"})
    found = [
        str(quad.object.value)
        for quad in parse(answer.content, format=RdfFormat.TURTLE)
        if quad.predicate.value == DCAT + "downloadURL"
    ]
    address = f"http://testserver/dumps/{release.manifest.version}/"
    assert sorted(found) == sorted(address + name for name in release.dumps)


def test_what_is_not_there_says_so(client: TestClient, files: str) -> None:
    for path in (f"{files}treatybodies.xls", f"{files}../../manifest.json", "/dumps/abc/x.nq"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert "/dumps/" in answer.json()["detail"] or "start at" in answer.json()["detail"]


def test_a_large_file_is_sent_at_the_clients_pace(
    make: Callable[..., Release],
    tmp_path: Path,
    garden: Garden,
    settings: Settings,
    serving: Serve,
) -> None:
    """Others are served meanwhile, and it is sent to its end though it is removed."""
    trig = tmp_path / "large.trig"
    literal = "x" * 4000
    rows = (f'<https://a.example/s> <https://a.example/p> "{n}{literal}" .\n' for n in range(9000))
    trig.write_text("".join(rows), encoding="utf-8")
    large = make(tmp_path / "release", trig)
    whole = large.dump.read_bytes()
    with serving(create_app(large, garden, settings)) as (host, port):
        slow, other = HTTPConnection(host, port), HTTPConnection(host, port)
        slow.request("GET", f"/dumps/{large.manifest.version}/treatybodies.nq")
        answer = slow.getresponse()
        first = answer.read(1000)
        other.request("GET", "/healthz")
        assert other.getresponse().status == 200
        large.dump.unlink()
        assert first + answer.read() == whole
        slow.close()
        other.close()


@pytest.fixture
def build(tmp_path: Path, make: Callable[..., Release]) -> Path:
    """A build folder with a release in use, the one before it, and what differs."""
    folder = tmp_path / "build"
    first = make(folder / "releases" / "first")
    more = tmp_path / "second.trig"
    more.write_text(Path(__file__).with_name("release.trig").read_text("utf-8") + MORE, "utf-8")
    second = make(folder / "releases" / "second", more)
    record(folder, first, second).mark()
    (folder / CURRENT).symlink_to("releases/second")
    return folder


@pytest.fixture
def service(build: Path, garden: Garden, settings: Settings) -> Iterator[TestClient]:
    """The service over the second release."""
    release = Release((build / CURRENT).resolve())
    with TestClient(create_app(release, garden, settings)) as client:
        yield client


def test_kept_releases_are_served_and_pruned_ones_are_gone(
    service: TestClient, build: Path
) -> None:
    old = Release(build / "releases" / "first")
    url = f"/dumps/{old.manifest.version}/treatybodies.nq"
    assert service.get(url).content == old.dump.read_bytes()
    listed = service.get("/dumps/", headers={"Accept": "application/json"}).json()["releases"]
    assert [each["inUse"] for each in listed] == [True, False]
    shutil.rmtree(old.folder)
    gone = service.get(url)
    assert (gone.status_code, gone.json()["code"]) == (410, "release-gone")
    assert "/changes" in gone.json()["detail"]
    assert (
        len(service.get("/dumps/", headers={"Accept": "application/json"}).json()["releases"]) == 1
    )


def test_several_downloads_at_once(client: TestClient, release: Release, files: str) -> None:
    got: list[bytes] = []
    asked = {"Accept-Encoding": "identity"}

    def fetch() -> None:
        got.append(client.get(files + "treatybodies.nq", headers=asked).content)

    fetching = [threading.Thread(target=fetch) for _ in range(6)]
    for each in fetching:
        each.start()
    for each in fetching:
        each.join()
    assert got == [release.dump.read_bytes()] * 6


def test_files_served_as_they_are_have_one_download(
    tmp_path: Path, garden: Garden, settings: Settings
) -> None:
    """``serve --data`` makes no other formats; the list says what there is."""
    from treatybodies.web.files import Source, release_of_files

    file = tmp_path / "a.ttl"
    file.write_text("<https://a.example/s> <https://a.example/p> 1 .", encoding="utf-8")
    served = release_of_files([Source(file)], tmp_path)
    with TestClient(create_app(served, garden, settings)) as one:
        listed = one.get("/dumps/", headers={"Accept": "application/json"}).json()
        assert [each["name"] for each in listed["releases"][0]["files"]] == ["treatybodies.nq"]
        assert b"a.example" in one.get("/dumps/latest/treatybodies.nq").content
        assert one.get("/dumps/latest/treatybodies.ttl").status_code == 404
        assert json.loads(one.get("/changes?format=json").text)["changes"] == []
