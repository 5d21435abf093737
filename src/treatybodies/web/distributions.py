"""The files of a release as they are listed: for people, in JSON, and as distributions of DCAT."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from treatybodies.namespaces import XSD
from treatybodies.store import DumpFile, Release
from treatybodies.web.formats import Format, content_type

LATEST = "latest"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
SPDX = "http://spdx.org/rdf/terms#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_MEDIA_TYPES = {
    "nq": Format.N_QUADS.media_type,
    "trig": Format.TRIG.media_type,
    "ttl": Format.TURTLE.media_type,
    "nt": Format.N_TRIPLES.media_type,
    "jsonld": Format.JSON_LD.media_type,
    "csv": Format.CSV.media_type,
    "json": "application/vnd.datapackage+json",
}
_PACKED = {"gz": "application/gzip", "zst": "application/zstd"}
_WHOLE = ("nq", "trig")
"""What holds the evidence beside the published view."""


@dataclass(frozen=True)
class Distribution:
    """One file that can be downloaded."""

    file: DumpFile
    url: str
    size: int

    @property
    def name(self) -> str:
        """Below the release's address."""
        return self.file.name

    @property
    def media_type(self) -> str:
        """Of the content, before compression; a list of digests is plain text."""
        extension = self.name.removesuffix(f".{self.packing}").rpartition(".")[2]
        return _MEDIA_TYPES.get(extension, "text/plain")

    @property
    def packing(self) -> str:
        """``gz``, ``zst`` or nothing."""
        extension = self.name.rpartition(".")[2]
        return extension if extension in _PACKED else ""

    @property
    def sent_type(self) -> str:
        """The media type under which it is sent."""
        return _PACKED.get(self.packing) or content_type(self.media_type)

    @property
    def holds(self) -> str:
        """What is in it."""
        if self.name.startswith("tables/"):
            return "a table of the published view" if "csv" in self.name else "the tables described"
        if self.name.startswith("SHA"):
            return "the digests of all files"
        whole = self.name.split(".")[1] in _WHOLE
        return "the published view and its evidence" if whole else "the published view"


def distributions(release: Release, base: str) -> list[Distribution]:
    """The files of ``release`` at the service ``base``."""
    address = f"{base}/dumps/{release.manifest.version}/"
    return [
        Distribution(each, address + each.name, each.path.stat().st_size)
        for each in release.dumps.values()
    ]


def described(releases: list[Release], base: str, current: str) -> dict[str, Any]:
    """The list for programs that read JSON."""
    return {
        "latest": f"{base}/dumps/{LATEST}/",
        "license": LICENSE,
        "releases": [
            {
                "version": each.manifest.version,
                "date": each.manifest.date,
                "inUse": each.manifest.version == current,
                "quads": each.manifest.quads,
                "triples": each.manifest.triples,
                "url": f"{base}/dumps/{each.manifest.version}/",
                "files": [_file(one) for one in distributions(each, base)],
            }
            for each in releases
        ],
    }


def _file(one: Distribution) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": one.url,
        "mediaType": one.media_type,
        "packing": _PACKED.get(one.packing),
        "bytes": one.size,
        "sha256": one.file.digest,
        "holds": one.holds,
    }


def triples(release: Release, base: str) -> Iterator[Triple]:
    """The release as a dataset of DCAT, each file as a distribution of it."""
    manifest = release.manifest
    dataset = f"{base}/dumps/{manifest.version}/"
    yield _triple(dataset, RDF_TYPE, NamedNode(DCAT + "Dataset"))
    yield _triple(dataset, DCTERMS + "title", Literal(f"Release {manifest.version}", language="en"))
    yield _triple(dataset, DCTERMS + "modified", _typed(manifest.date, "date"))
    yield _triple(dataset, DCAT + "version", Literal(manifest.version))
    yield _triple(dataset, DCTERMS + "license", NamedNode(LICENSE))
    for one in distributions(release, base):
        yield _triple(dataset, DCAT + "distribution", NamedNode(one.url))
        yield from _distribution(one)


def _distribution(one: Distribution) -> Iterator[Triple]:
    iana = "https://www.iana.org/assignments/media-types/"
    yield _triple(one.url, RDF_TYPE, NamedNode(DCAT + "Distribution"))
    yield _triple(one.url, DCTERMS + "title", Literal(f"{one.name}: {one.holds}", language="en"))
    yield _triple(one.url, DCAT + "downloadURL", NamedNode(one.url))
    yield _triple(one.url, DCAT + "mediaType", NamedNode(iana + one.media_type))
    if one.packing:
        yield _triple(one.url, DCAT + "compressFormat", NamedNode(iana + _PACKED[one.packing]))
    yield _triple(one.url, DCAT + "byteSize", _typed(str(one.size), "nonNegativeInteger"))
    checksum = f"{one.url}#sha256"
    yield _triple(one.url, SPDX + "checksum", NamedNode(checksum))
    yield _triple(checksum, RDF_TYPE, NamedNode(SPDX + "Checksum"))
    algorithm = NamedNode(SPDX + "checksumAlgorithm_sha256")
    yield _triple(checksum, SPDX + "algorithm", algorithm)
    yield _triple(checksum, SPDX + "checksumValue", _typed(one.file.digest, "hexBinary"))


def _triple(subject: str, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), value)


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))
